"""The 宗 of a month as they count, with the names and places behind their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from shoutu.platform.enforcement.rows import Lineage
from shoutu.platform.territory import queries as territory
from shoutu.platform.warnings.rows import ParcelRow
from shoutu.units import m2_to_mu, mu_to_m2, to_text


def parcel_rows(
    counted: Iterable[Mapping[str, Any]], lineage: Mapping[str, Lineage]
) -> tuple[ParcelRow, ...]:
    """The 宗 behind the facts; what is no longer in the records stands with its number alone."""
    names, rows = territory.names(), []
    for violation in counted:
        source = lineage.get(str(violation["id"]))
        townships = {member.patch.township for member in source.members} if source else set()
        mu = {column: area_mu(violation, column) for column in ("area", "farmland", "basic_farmland")}
        rows.append(
            ParcelRow(
                id=source.violation if source else "",
                number=str(violation["id"]),
                project=source.project if source else "",
                township="、".join(names.get(code, code) for code in sorted(townships)),
                area_mu=to_text(mu["area"], 2),
                area_m2=to_text(mu_to_m2(mu["area"]), 2),
                farmland_mu=to_text(mu["farmland"], 2),
                basic_mu=to_text(mu["basic_farmland"], 2),
                exact_m2={column: mu_to_m2(figure) for column, figure in mu.items()},
                new=bool(violation["new"]),
            )
        )
    return tuple(rows)


def area_mu(violation: Mapping[str, Any], column: str) -> Fraction:
    """One filed figure in mu, exactly. A violation of the platform has all three figures."""
    if (mu := violation.get(f"{column}_mu")) is not None:
        return Fraction(mu)
    return m2_to_mu(Fraction(violation[f"{column}_m2"]))
