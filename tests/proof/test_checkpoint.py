"""Signed notes against a published one, and against every change of a byte."""

from __future__ import annotations

import base64
import hashlib

import pytest

from shoutu.errors import BadInput, VerificationFailed
from shoutu.proof.checkpoint import Checkpoint, Signer, open_note, parse, verify

# The example of Go's package sumdb/note, which the C2SP form follows.
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
STAMP = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
NOTE = f"{TEXT}\n\u2014 PeterNeumann {STAMP}\n"
SIGNER = Signer("shoutu.example/ledger", bytes(range(32)))
STATE = Checkpoint("shoutu.example/ledger", 12, hashlib.sha256(b"x").digest())


def test_a_published_note_opens():
    assert open_note(NOTE, KEY) == TEXT


def test_what_is_signed_verifies():
    note = SIGNER.sign(STATE.text())
    assert note.startswith("shoutu.example/ledger\n12\n")
    assert verify(note, SIGNER.verifier_key()) == STATE


def test_a_second_signature_is_allowed():
    note = SIGNER.sign(STATE.text())
    witness = Signer("witness", bytes(32)).sign(STATE.text()).rpartition("\n\n")[2]
    assert verify(note + witness, SIGNER.verifier_key()) == STATE
    assert verify(note + witness, Signer("witness", bytes(32)).verifier_key()) == STATE


def test_every_changed_byte_is_found():
    note = SIGNER.sign(STATE.text()).encode()
    for place in range(len(note)):
        changed = bytearray(note)
        changed[place] ^= 1
        try:
            text = bytes(changed).decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(VerificationFailed):
            verify(text, SIGNER.verifier_key())


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "a+b+c",
        KEY.replace("c74f", "c74e"),
        KEY[:-4],
        "n+00000000+" + "AA==",
        KEY.replace("+AR", "+AA"),
    ],
)
def test_a_wrong_key_is_bad_input(key):
    with pytest.raises(BadInput):
        open_note(NOTE, key)


ROOT = base64.b64encode(bytes(32)).decode()


def test_a_checkpoint_is_read_with_the_lines_that_others_add():
    assert parse(f"o\n12\n{ROOT}\n") == Checkpoint("o", 12, bytes(32))
    assert parse(f"o\n0\n{ROOT}\nmore\n\nlines\n") == Checkpoint("o", 0, bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"o\n1\n{ROOT}",
        "o\n1\n",
        f"\n1\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\nx\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n１\n{ROOT}\n",
        f"o\n²\n{ROOT}\n",
        "o\n1\nAAAA\n",
        "o\n1\n\n",
        f"o\n1\n{base64.b64encode(bytes(31)).decode()}\n",
        f"o\n1\n{base64.b64encode(bytes(33)).decode()}\n",
        f"o\n1\n{ROOT[:-1]}\n",
        f"o\n1\n{ROOT[:-2]}B=\n",
        f"o\n1\n*{ROOT}\n",
        f"o\n1\n{ROOT[:-2]}名=\n",
    ],
)
def test_not_a_checkpoint(text):
    """One thing wrong at a time: an origin, a size written in one way, 32 bytes written in one way."""
    with pytest.raises(VerificationFailed) as error:
        parse(text)
    assert error.value.found == "not origin, size, root"


def test_a_verifier_key_is_name_hash_and_bytes():
    """Against the form's own definition, reckoned here."""
    public = base64.b64decode(SIGNER.verifier_key().split("+", 2)[2])
    stated = hashlib.sha256(b"shoutu.example/ledger\n" + public).hexdigest()[:8]
    assert SIGNER.verifier_key().startswith(f"shoutu.example/ledger+{stated}+")
    assert (len(public), public[0]) == (33, 1)
    assert open_note(NOTE, f"  {KEY}\n") == TEXT


def hashed(name: str, body: bytes) -> str:
    stated = hashlib.sha256(f"{name}\n".encode() + body).digest()[:4].hex()
    return f"{name}+{stated}+{base64.b64encode(body).decode()}"


WRONG_KEYS = {
    "no name": hashed("", bytes([1, *range(32)])),
    "another algorithm": hashed("n", bytes([2, *range(32)])),
    "31 bytes": hashed("n", bytes([1] * 32)),
    "33 bytes": hashed("n", bytes([1] * 34)),
    "none": hashed("n", b""),
}


@pytest.mark.parametrize("key", WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_a_key_of_another_form_is_bad_input_though_its_hash_holds(key):
    with pytest.raises(BadInput) as error:
        open_note(NOTE, key)
    assert error.value.found == key


def test_of_a_long_wrong_key_the_beginning_is_shown():
    with pytest.raises(BadInput) as error:
        open_note(NOTE, "x" * 200)
    assert error.value.found == "x" * 80


def line(name: str, stamp: bytes) -> str:
    return f"\u2014 {name} {base64.b64encode(stamp).decode()}\n"


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("no gap\n", "no signature block"),
        (f"{TEXT}\n{line('n', bytes(68))[:-1]}", "no signature block"),
        (f"{TEXT}\n{line('n', bytes(68))}", "not signed by PeterNeumann"),
        (f"{TEXT}\n{line('PeterNeumann', bytes(68))}", "not signed by PeterNeumann"),
        (f"{TEXT}\n{line('n', bytes(4))}", "malformed signature line"),
        (f"{TEXT}\n{line('n', bytes(5))}", "not signed by PeterNeumann"),
        (f"{TEXT}\n{line('', bytes(68))}", "malformed signature line"),
        (f"{TEXT}\n{line('n', bytes(68)).replace('—', '-')}", "malformed signature line"),
        (f"{TEXT}\n\u2014 n ***\n", "malformed signature line"),
        (f"{TEXT}x\n\u2014 PeterNeumann {STAMP}\n", "no signature block"),
        (f"x{TEXT}\n\u2014 PeterNeumann {STAMP}\n", "signature does not match"),
    ],
)
def test_why_a_note_does_not_open(note, why):
    with pytest.raises(VerificationFailed, match=r"^The checkpoint does not hold") as error:
        open_note(note, KEY)
    assert error.value.found == why


def test_a_name_may_hold_a_space_and_a_text_an_empty_line():
    signer = Signer("two words", bytes(32))
    note = signer.sign("a\n\nb\n")
    assert open_note(note, signer.verifier_key()) == "a\n\nb\n"


def test_a_note_opens_by_one_signature_wherever_it_stands():
    """Lines of others before it; one of the same name with another key says nothing."""
    other = Signer(SIGNER.name, bytes(32))
    text, own = STATE.text(), SIGNER.sign(STATE.text()).rpartition("\n\n")[2]
    note = f"{other.sign(text)}{own}"
    assert verify(note, SIGNER.verifier_key()) == STATE
    assert verify(note, other.verifier_key()) == STATE
    renamed = SIGNER.sign(text).replace(SIGNER.name + " ", "another ")
    with pytest.raises(VerificationFailed) as error:
        verify(renamed, SIGNER.verifier_key())
    assert error.value.found == f"not signed by {SIGNER.name}"
