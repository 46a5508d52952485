"""Checkpoints in the C2SP forms `signed-note` and `tlog-checkpoint`, signed with Ed25519.

A checkpoint is three lines: the log's origin, its size in decimal, its root in base64. A signed
note is a text, an empty line, and signature lines `— NAME BASE64`, whose bytes are four of the
key's hash and the signature. A verifier key is `NAME+HASH+BASE64`, whose bytes are the algorithm
(1 for Ed25519) and the public key; HASH is the start of SHA-256(NAME ‖ newline ‖ those bytes).
Whoever keeps an old checkpoint can show that the log was rewritten.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shoutu.errors import BadInput, Text, VerificationFailed

ED25519 = b"\x01"
_MARK = "\u2014 "
"""Em dash and space: how a signature line begins."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log: how many entries, under which root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Signer:
    """A named Ed25519 key; `seed` is its 32 secret bytes."""

    name: str
    seed: bytes

    def _public(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    def verifier_key(self) -> str:
        """What an outsider needs to check this signer's notes."""
        body = ED25519 + self._public()
        return f"{self.name}+{_key_hash(self.name, body).hex()}+{base64.b64encode(body).decode()}"

    def sign(self, text: str) -> str:
        """The signed note of `text`, which ends with a newline."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        stamp = base64.b64encode(_key_hash(self.name, ED25519 + self._public()) + signature).decode()
        return f"{text}\n{_MARK}{self.name} {stamp}\n"


def open_note(note: str, verifier_key: str) -> str:
    """The text of a note, once a signature by this key holds. VerificationFailed otherwise."""
    name, expected_hash, public = _parse_key(verifier_key)
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise _fails("no signature block")
    text += "\n"
    for line in signatures[:-1].split("\n"):
        signer, stamp = _parse_signature(line)
        if signer != name or stamp[:4] != expected_hash:
            continue  # another witness: allowed, says nothing about this key
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(stamp[4:], text.encode())
        except InvalidSignature:
            raise _fails("signature does not match") from None
        return text
    raise _fails(f"not signed by {name}")


def parse(text: str) -> Checkpoint:
    """The checkpoint in the text of a note; lines after the third are extensions and ignored."""
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not lines[1].isascii() or not lines[1].isdigit():
        raise _fails("not origin, size, root")
    root = _base64(lines[2])
    if root is None or len(root) != hashlib.sha256().digest_size or str(int(lines[1])) != lines[1]:
        raise _fails("not origin, size, root")
    return Checkpoint(lines[0], int(lines[1]), root)


def verify(note: str, verifier_key: str) -> Checkpoint:
    """The checkpoint that a note carries, once its signature by this key holds."""
    return parse(open_note(note, verifier_key))


def _key_hash(name: str, body: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + body).digest()[:4]


def _parse_key(verifier_key: str) -> tuple[str, bytes, bytes]:
    """(name, key hash, public key)."""
    name, _, rest = verifier_key.strip().partition("+")
    stated, _, encoded = rest.partition("+")
    body = _base64(encoded)
    if (
        not name
        or body is None
        or len(body) != 33
        or body[:1] != ED25519
        or stated != _key_hash(name, body).hex()
    ):
        raise BadInput(
            Text("这不是验证公钥。", "This is not a verifier key."),
            found=verifier_key[:80],
            remedy=Text("形如 名称+8位十六进制+base64。", "It reads NAME+8 hex digits+base64."),
        )
    return name, _key_hash(name, body), body[1:]


def _parse_signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_MARK).rpartition(" ")
    stamp = _base64(encoded)
    if not line.startswith(_MARK) or not name or stamp is None or len(stamp) < 5:
        raise _fails("malformed signature line")
    return name, stamp


def _base64(text: str) -> bytes | None:
    """The bytes, if `text` is the one way to write them (spare bits are zero)."""
    try:
        decoded = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None


def _fails(why: str) -> VerificationFailed:
    return VerificationFailed(
        Text("检查点不成立。", "The checkpoint does not hold."),
        found=why,
        remedy=Text("向发布者要原文和公钥再核对。", "Ask its publisher for the text and the key again."),
    )
