"""Identifiers of records: random, opaque, never telling order or number."""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no letter that reads as a digit."""

LENGTH = 16
"""80 bits: not to be guessed."""


def new_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
