"""Conclusions in words: the sentence of the trace, the order's own words, and the figures beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shoutu.platform.enforcement.rows import Lineage
from shoutu.platform.warnings import evaluation
from shoutu.platform.warnings.evaluation import Calculation, entries, key_of
from shoutu.platform.warnings.parcels import parcel_rows
from shoutu.platform.warnings.rows import WarningRow
from shoutu.policy import Touch, effect_of, load_pack
from shoutu.policy.wording import cite

READINGS_BEGIN = "采用的理解："
"""How the engine's sentence begins its last part."""

LEVEL_WORDS = {"red": "红色", "orange": "橙色", "yellow": "黄色", "none": "未达预警"}


def level_word(level: str) -> str:
    return LEVEL_WORDS[level]


def measure_word(kind: str, calculation: Calculation) -> Touch:
    return effect_of(load_pack(evaluation.PACK), kind, calculation.answer["readings"])


def warning_rows(
    calculation: Calculation,
    month: str,
    name: str,
    lineage: Mapping[str, Lineage],
) -> tuple[WarningRow, ...]:
    """The month's warnings with their sentence, comparisons, quotation and rulers."""
    pack = load_pack(evaluation.PACK)
    names = banner_and_projects(calculation, name, lineage)
    rulers, rows = calculation.scales(month), []
    for index, warning in enumerate(calculation.answer["warnings"]):
        if warning["month"] != month:
            continue
        trace = trace_of(calculation, f"warnings/{index}")
        scope = "month" if warning["trigger"] == calculation.facts["region"] else "project"
        counted = calculation.counted(month)
        if scope == "project":
            counted = [v for v in counted if (v["project"] or v["id"]) == warning["trigger"]]
        said, _, understanding = named(trace["sentence"], names).partition(READINGS_BEGIN)
        rows.append(
            WarningRow(
                entry=key_of(calculation.answer, "warnings", index, month),
                clause=warning["clause"],
                scope=scope,
                trigger=warning["trigger"],
                title=names.get(warning["trigger"], warning["trigger"]),
                level=warning["level"],
                because=tuple(warning["because"]),
                sentence=said,
                understanding=READINGS_BEGIN + understanding if understanding else "",
                comparisons=tuple(trace["comparisons"]),
                readings=trace["readings"],
                quotation=quotation(trace),
                citation=cite(pack, warning["clause"], "zh"),
                scales=rulers[warning["trigger"]],
                parcels=parcel_rows(counted, lineage),
                near=any(c["near"] for c in trace["comparisons"]),
            )
        )
    return tuple(rows)


def explained(calculation: Calculation, kind: str, month: str, name: str) -> tuple[tuple[str, str], ...]:
    """(key, sentence) of the month's entries of one kind, such as `undetermined`."""
    names = {calculation.facts["region"]: name}
    return tuple(
        (f"{kind}-{number}", named(trace_of(calculation, f"{kind}/{index}")["sentence"], names))
        for number, index in enumerate(entries(calculation.answer, kind, month))
    )


def trace_of(calculation: Calculation, entry: str) -> Mapping[str, Any]:
    return next(trace for trace in calculation.answer["trace"] if trace["entry"] == entry)


def banner_and_projects(
    calculation: Calculation, name: str, lineage: Mapping[str, Lineage]
) -> dict[str, str]:
    """What the banner and each trigger are called, by the ids of the record."""
    return {calculation.facts["region"]: name, **_project_names(calculation, lineage)}


def _project_names(calculation: Calculation, lineage: Mapping[str, Lineage]) -> dict[str, str]:
    """For each trigger, the project's name, else the number of its 宗."""
    names = {}
    for violation in calculation.facts["violations"]:
        source = lineage.get(str(violation["id"]))
        trigger = violation["project"] or violation["id"]
        names[trigger] = source.project if source and source.project else str(violation["id"])
    return names


def named(sentence: str, names: Mapping[str, str]) -> str:
    """The sentence with ids replaced by names: the record knows only ids."""
    whole = "|".join(re.escape(identifier) for identifier in names)
    return re.sub(rf"(?<![0-9A-Za-z])({whole})(?![0-9A-Za-z])", lambda found: names[found[1]], sentence)


def quotation(trace: Mapping[str, Any]) -> str:
    """The order's words behind the comparisons that were reached."""
    pack = load_pack(evaluation.PACK)
    quoted = [
        pack.numbers[c["number"]].quotation
        for c in trace["comparisons"]
        if c["result"] is True and c["number"] is not None
    ]
    return "；".join(dict.fromkeys(quoted))
