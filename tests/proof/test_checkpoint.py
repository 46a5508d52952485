"""Signed notes against a published one, and against every change of a byte."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    "text", ["", "o\n1\n", "o\n-1\nAAAA\n", "o\n01\n" + "A" * 43 + "=\n", "o\n1\nAAAA\n", "o\n１\nAAAA\n"]
)
def test_not_a_checkpoint(text):
    with pytest.raises(VerificationFailed):
        parse(text)
