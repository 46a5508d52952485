"""What each measure is and of whom each question is asked, typed here again from the orders.

A case says which measures are proposed; what a measure is, whom it touches, how long it lasts, within
which time it is due and by what it ends stands in no case. This table stands for those.
"""

from __future__ import annotations

import pytest

from shoutu.policy import Pack, load_pack
from shoutu.policy.pack import installed
from shoutu.policy.vocabulary import ByReading, Effect, TableRule

Told = tuple[str, str, object, object, str | None, str | None]
DECISION = "recorded-decision"
IN_CHARGE, PERSON = "in-charge", "the-person"
WHOM = {name: name for name in ("banner-government", "banner-bureau", "both")}
SCOPE = {name: name for name in ("conversion-and-temporary", "conversion", "all")}

MEASURES: dict[str, dict[str, Told]] = {
    # measure: clause, kind, whom or what it touches, by what it ends, how long, within which time
    "cn_national": {
        "stop-order": ("tdgl-68", "warn", "actor", None, None, None),
        "hand-to-supervision": ("l15-3", "refer", "supervision", None, None, None),
        "route-agriculture": ("tdgl-78", "transfer", "agriculture", None, None, None),
        "recover-land": ("xztd-14", "recover", "land-right", None, None, None),
        "hand-to-police": ("ysgd-5", "transfer", "police", None, None, "3 day"),
        "restrict-holder": ("tdfk-20", "restrict", "holder", "reclaimed", None, None),
        "stop-temporary": ("gzg-2021-2", "suspend", "new-temporary", DECISION, None, None),
    },
    "guangxi_reporting": {"report-to-government": ("4", "report", "county-government", None, None, None)},
    "mlr_2014_18": {"report-up": ("9-report", "report", "government-and-upper", None, None, "3 working-day")},
    "mnr_2021_2": {"stop-temporary": ("stop", "suspend", "new-temporary", DECISION, None, None)},
    "order_9_2000": {
        f"{step}-{actor}": ("3", "refer", touched, None, None, None)
        for step in ("top", "middle", "lowest")
        for actor, touched in (("unit", IN_CHARGE), ("person", PERSON))
    },
    "ordos_2024_23": {
        "stop-temporary-land": (
            "2.6",
            "suspend",
            {"mine": "mine", "holder": "holder", "banner": "banner"},
            DECISION,
            None,
            None,
        ),
        "restrict-land": ("2.8", "restrict", "mine", DECISION, None, None),
        "hold-to-account": ("4.5", "refer", "three-posts", None, None, None),
        "recover-land": ("5.3", "recover", "land-user", None, None, None),
        "publish-case": ("5.6", "publish", "company", None, None, None),
        "upper-range": ("5.6", "fine", "company", None, None, None),
        "credit": ("5.6", "restrict", "company", DECISION, None, None),
        "interview-officials": ("5.6", "interview", "officials", None, None, None),
        "hold-filers": ("5.7", "refer", "filer-and-checker", None, None, None),
        "suspend-for-poor": ("5.8", "suspend", "banner", DECISION, None, None),
        "interview-deputy": ("6.3", "interview", WHOM, None, None, None),
        "interview-principal": ("6.4", "interview", WHOM, None, None, None),
        "propose-suspension": ("6.4", "suspend", SCOPE, {DECISION: DECISION}, None, None),
        "consider-transfer": ("6.4", "transfer", "judicial-and-discipline", None, None, None),
    },
    "suizhou_2011": {
        "deny-merit": ("merit", "restrict", "local-government", None, None, None),
        "hold-liable": ("liability", "refer", "local-government", None, None, None),
        "suspend-conversion": ("liability", "suspend", "conversion", None, "1 years", None),
    },
    "yunnan_transfer": {},
}

NOT_A_CASE: dict[str, dict[str, str]] = {
    # of whom or what a question is asked, where it is no case
    "cn_national": {
        "company": "crime-farmland crime-grassland crime-forest crime-transfer crime-approval crime-mining"
        " crime-destructive holder",
        "place": "discipline county-stop",
        "parcel": "house disposal idle idle-fee idle-farmland reclaim-watch temporary-term temporary-use"
        " reclaim reclaim-refused",
        "project": "lake",
    },
    "guangxi_reporting": {"department": "quarterly yearly"},
    "mlr_2014_18": {},
    "mnr_2021_2": {"place": "stop", "parcel": "entry reclaim"},
    "order_9_2000": {},
    "ordos_2024_23": {
        "parcel": "outcome chain control-lines other-lines reclamation idle houses authority lakes counts"
        " farmland-figure",
        "place": "plans early in-township grid mechanisms control-points zero disposal completion poor"
        " farmland-share handled-share prevented found-early stopped-share closed-share",
        "project": "project-gate land-gate mining-acceptance mining-approval mining-grant exception"
        " temporary-land-gate listed-gate permit-gate loan-gate suspended-gate",
        "company": "temporary-land-stop underground control-list",
        "department": "self-inspection went-on own-duties rules-made",
        "person": "in-office audit",
    },
    "suizhou_2011": {"place": "share"},
    "yunnan_transfer": {},
}


def measures_of(pack: Pack) -> dict[str, Told]:
    def term(name: str | None) -> str | None:
        return name and f"{pack.numbers[name].values[-1][1]} {pack.numbers[name].unit}"

    def said(value: object) -> object:
        return dict(value.options) if isinstance(value, ByReading) else value

    return {
        e.measure: (e.clause, e.kind, said(e.touches), said(e.ends), term(e.lasting), term(e.within))
        for e in pack.rules
        if isinstance(e, Effect)
    }


def subjects_of(pack: Pack) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for rule in pack.rules:
        if isinstance(rule, TableRule) and rule.subject != "case":
            found.setdefault(rule.subject, set()).add(rule.question)
    return found


def test_every_installed_pack_stands_in_the_table() -> None:
    assert set(installed()) == set(MEASURES) == set(NOT_A_CASE)


@pytest.mark.parametrize("name", MEASURES)
def test_each_measure_is_what_the_order_says(name: str) -> None:
    assert measures_of(load_pack(name)) == MEASURES[name]


@pytest.mark.parametrize("name", NOT_A_CASE)
def test_each_question_is_asked_of_whom_the_order_names(name: str) -> None:
    expected = {kind: set(questions.split()) for kind, questions in NOT_A_CASE[name].items()}
    assert subjects_of(load_pack(name)) == expected
