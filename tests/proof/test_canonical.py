"""Canonical bytes: what goes in, what is refused, and where the message points."""

from __future__ import annotations

import json

import pytest

from shoutu.errors import BadInput
from shoutu.proof.canonical import canonical


@pytest.mark.parametrize("value", ["字", "", True, False, None, 0, -1, [], {}, [[None, True, "x"], 7]])
def test_text_booleans_nothing_integers_and_what_holds_them_go_in(value: object) -> None:
    assert json.loads(canonical({"a": value})) == {"a": value}


def test_keys_are_sorted_and_nothing_is_escaped_without_need() -> None:
    assert canonical({"b": [1, (2, 3)], "a": {"名": None}}) == '{"a":{"名":null},"b":[1,[2,3]]}'.encode()


@pytest.mark.parametrize("size", [2**53 - 1, -(2**53 - 1)])
def test_the_largest_integers_that_every_reader_holds_exactly_go_in(size: int) -> None:
    assert canonical({"n": size}) == f'{{"n":{size}}}'.encode()


@pytest.mark.parametrize("value", [2**53, -(2**53), 10**30, 1.0, float("nan"), b"x", {1}, object])
def test_what_not_every_reader_takes_alike_is_refused(value: object) -> None:
    with pytest.raises(BadInput, match=r"^The record takes text, integers and booleans only") as error:
        canonical({"n": value})
    assert error.value.found == repr(value)
    assert error.value.where.pointer == "/n"


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        (1.5, ""),
        ({"a": {"b": 1.5}}, "/a/b"),
        ({"a": [0, [1, 1.5]]}, "/a/1/1"),
        ({"a": (0, 1.5)}, "/a/1"),
        ({"a": [{}, {"x": [], "y": 1.5}]}, "/a/1/y"),
        ({"m/n": {"~1": 1.5}}, "/m~1n/~01"),
        ({7: {"~/": 1.5}}, "/7/~0~1"),
    ],
)
def test_the_place_of_what_is_refused_is_a_json_pointer(entry: object, pointer: str) -> None:
    with pytest.raises(BadInput) as error:
        canonical(entry)  # type: ignore[arg-type]
    assert error.value.where.pointer == pointer
    assert error.value.found == "1.5"
