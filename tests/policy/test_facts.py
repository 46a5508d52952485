"""Bad facts are refused, and the message points at the place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shoutu.errors import BadInput
from shoutu.policy import Facts, Filed, Violation, YearFacts, facts_from_document
from shoutu.policy.document import parse
from shoutu.policy.figures import Span, exact_text, expand_number, plain_decimal


def good() -> dict[str, Any]:
    return {
        "schema": 1,
        "region": "150625",
        "violations": [
            {"id": "V1", "month": "2024-05", "area_mu": "3", "farmland_mu": "2", "basic_farmland_mu": "1"},
            {"id": "V2", "month": "2024-05", "area_m2": "3", "farmland_m2": "2", "basic_farmland_m2": "1"},
        ],
        "years": [{"year": 2024}, {"year": 2025, "new_construction_farmland_mu": 5}],
    }


def put(pointer: str, value: object) -> dict[str, Any]:
    document = good()
    *path, last = pointer.strip("/").split("/")
    at: Any = document
    for step in path:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[last] = value
    return document


def read(document: object) -> Facts:
    return facts_from_document(parse(json.dumps(document).encode(), "facts.json"), "facts.json")


BAD = [
    ("/schema", 2),
    ("/schema", "1"),
    ("/schema", True),
    ("/schema", 1.0),
    ("/schema", None),
    ("/region", ""),
    ("/region", None),
    ("/region", 150625),
    ("/extra", 1),
    ("/violations", None),
    ("/violations", {}),
    ("/years", {}),
    ("/violations/0/id", None),
    ("/violations/0/id", ""),
    ("/violations/0/id", 7),
    ("/violations/1/id", "V1"),
    ("/violations/0/project", "V2"),
    ("/violations/0/project", ""),
    ("/violations/0/project", 5),
    ("/violations/0/month", "2024-13"),
    ("/violations/0/month", "2024-00"),
    ("/violations/0/month", "2024-5"),
    ("/violations/0/month", "2024-05-01"),
    ("/violations/0/month", "0000-05"),
    ("/violations/0/month", "２０２４-05"),
    ("/violations/0/month", "2024-05\n"),
    ("/violations/0/month", 202405),
    ("/violations/0/month", None),
    ("/violations/0/year", "2024"),
    ("/violations/0/year", 2024.0),
    ("/violations/0/year", 0),
    ("/violations/0/year", 10000),
    ("/violations/0/year", True),
    ("/violations/0/new", "true"),
    ("/violations/0/new", 1),
    ("/violations/0/stopped", "no"),
    ("/violations/0/investigated", 0),
    ("/violations/0/area_ha", "1"),
    ("/violations/0/area_mu", "-3"),
    ("/violations/0/area_mu", -3),
    ("/violations/0/area_mu", "3e1"),
    ("/violations/0/area_mu", "3."),
    ("/violations/0/area_mu", ".3"),
    ("/violations/0/area_mu", " 3"),
    ("/violations/0/area_mu", "+3"),
    ("/violations/0/area_mu", "３"),
    ("/violations/0/area_mu", "3,000"),
    ("/violations/0/area_mu", ""),
    ("/violations/0/area_mu", "NaN"),
    ("/violations/0/area_mu", True),
    ("/violations/0/area_mu", ["3"]),
    ("/violations/0/area_mu", "1" * 31),
    ("/violations/0/area_mu", "3." + "1" * 31),
    ("/violations/0/area_mu", 10**31),
    ("/violations/0/area_mu", 1e300),
    ("/violations/0/area_m2", "3"),
    ("/years/0/year", 2025),
    ("/years/0/year", None),
    ("/years/0/month", "2024-05"),
    ("/years/0/severe_impact", "yes"),
    ("/years/1/new_construction_farmland_m2", "5"),
    ("/years/1/new_construction_farmland_mu", "-5"),
]

# Where two places contradict one another, the later one is named.
ELSEWHERE = {
    "/years/1/year": ("/years/0/year", 2025),
    "/violations/0/area_mu": ("/violations/0/area_m2", "3"),
    "/years/1/new_construction_farmland_mu": ("/years/1/new_construction_farmland_m2", "5"),
}


@pytest.mark.parametrize(("pointer", "value"), BAD, ids=lambda v: repr(v)[:24])
def test_each_fault_is_named_by_its_pointer(pointer: str, value: object) -> None:
    with pytest.raises(BadInput) as caught:
        read(put(pointer, value))
    where = caught.value.where
    assert where.file == "facts.json"
    assert where.pointer is not None
    assert where.pointer == next((at for at, case in ELSEWHERE.items() if case == (pointer, value)), pointer)
    assert caught.value.what.zh
    assert caught.value.what.en


@pytest.mark.parametrize(
    ("pointer", "value", "named"),
    [
        ("/violations/0/farmland_mu", "4", "/violations/0/farmland_mu"),
        ("/violations/0/basic_farmland_mu", "2.5", "/violations/0/basic_farmland_mu"),
        ("/violations/1/area_m2", None, None),
    ],
)
def test_the_three_areas_stand_in_order(pointer: str, value: object, named: str | None) -> None:
    if named is None:
        assert read(put(pointer, value)).violations[1].span("area").high is None
        return
    with pytest.raises(BadInput) as caught:
        read(put(pointer, value))
    assert caught.value.where.pointer == named


def test_one_violation_has_one_unit() -> None:
    document = good()
    del document["violations"][0]["farmland_mu"]
    document["violations"][0]["farmland_m2"] = "1"
    with pytest.raises(BadInput, match="two units"):
        read(document)


def test_a_project_may_have_the_name_of_its_own_violation() -> None:
    assert read(put("/violations/0/project", "V1")).violations[0].own_project == "V1"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "finite"),
        (b'{"a": -Infinity}', "finite"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b"[" * 100_000, "deeply"),
    ],
)
def test_a_document_that_is_not_strict_json_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        parse(data, "facts.json")


def test_a_list_instead_of_an_object_is_refused() -> None:
    with pytest.raises(BadInput, match="object"):
        read([])


def test_keys_that_need_escaping_are_escaped_in_the_pointer() -> None:
    with pytest.raises(BadInput) as caught:
        read(put("/x", 1) | {"a/b~": 1})
    assert caught.value.where.pointer in ("/x", "/a~1b~0")


def test_typed_facts_are_checked_too() -> None:
    with pytest.raises(BadInput, match="twice"):
        Facts(region="150625", years=(YearFacts(year=2024), YearFacts(year=2024)))
    with pytest.raises(BadInput, match="larger"):
        Facts(
            region="150625",
            violations=(
                Violation(id="V", month="2024-05", area=Filed("1", "mu"), farmland=Filed("2", "mu")),
            ),
        )
    with pytest.raises(ValueError, match="not an area"):
        Filed("-1", "mu")


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("1.50e2", "150"),
        ("15e-1", "1.5"),
        ("1E+2", "100"),
        ("0e5", "0"),
        ("5e-3", "0.005"),
        ("3.20", "3.20"),
        ("1e30", None),
        ("1e29", "1" + "0" * 29),
        ("1e-31", None),
        ("1e99999", None),
        ("-1", None),
        ("-0", None),
    ],
)
def test_json_numbers_are_expanded_exactly(token: str, text: str | None) -> None:
    assert expand_number(token) == text


def test_plain_decimals_keep_their_text() -> None:
    assert plain_decimal("007.50") == "007.50"
    assert plain_decimal("1" * 30 + "." + "1" * 30) is not None


def test_bounds_of_a_figure_that_was_not_filed() -> None:
    from fractions import Fraction as F

    violation = Violation(id="V", month="2024-05", area=Filed("9", "mu"), basic_farmland=Filed("2", "mu"))
    assert violation.span("farmland") == Span(F(2), F(9))
    assert violation.span("basic_farmland") == Span(F(2), F(2))
    assert Violation(id="V", month="2024-05").span("area") == Span(F(0), None)
    assert exact_text(F(1, 3)) == "1/3"
    assert exact_text(F(-5, 4)) == "-1.25"
