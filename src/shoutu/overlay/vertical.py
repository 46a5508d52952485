"""How two bodies of ground lie to each other, in plan and in height: mining rights with floor and roof.

Heights are metres of one datum (in China the 1985 national height datum), exact as delivered. A height
that is missing is not known, never zero: the answer is then what the others alone settle, else not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from shoutu.errors import BadInput, Text, Where

Relation = Literal["overlapping", "above", "below", "touching-above", "touching-below"]
"""What the first body does to the second in height; touching: one's roof is the other's floor."""


@dataclass(frozen=True)
class Levels:
    """Floor and roof of a body, m, the floor below the roof; None is not known."""

    floor: Fraction | None
    roof: Fraction | None

    def __post_init__(self) -> None:
        if self.floor is not None and self.roof is not None and self.floor >= self.roof:
            raise BadInput(
                Text("底板标高不低于顶板标高", "the floor does not lie below the roof"),
                found=f"{float(self.floor):g}, {float(self.roof):g}",
                remedy=Text(
                    "检查两个标高是否写反；不知道的留空",
                    "check whether the two are swapped; leave empty what is not known",
                ),
            )


def levels(floor: str, roof: str, where: Where) -> Levels:
    """Levels from the texts of two fields; an empty text is not known. BadInput where one is no number."""
    try:
        return Levels(*(None if not text.strip() else Fraction(text.strip()) for text in (floor, roof)))
    except (ValueError, ZeroDivisionError):
        raise BadInput(
            Text("标高不是数字", "a height is no number"),
            where=where,
            found=f"{floor}, {roof}",
            remedy=Text("改正该要素的标高，单位为米", "mend the heights of this feature, in metres"),
        ) from None
    except BadInput as error:
        raise BadInput(error.what, where=where, found=error.found, remedy=error.remedy) from None


def in_height(one: Levels, other: Levels) -> Relation | None:
    """What `one` does to `other` in height; None: the heights that are known do not settle it."""
    if one.floor is not None and other.roof is not None and one.floor >= other.roof:
        return "above" if one.floor > other.roof else "touching-above"
    if one.roof is not None and other.floor is not None and one.roof <= other.floor:
        return "below" if one.roof < other.floor else "touching-below"
    return "overlapping" if _surely_reaches_into(one, other) or _surely_reaches_into(other, one) else None


def _surely_reaches_into(one: Levels, other: Levels) -> bool:
    """Whether what lies just below the roof of `one`, or just above its floor, is surely in `other`."""
    low, high = other.floor, other.roof
    under, over = one.roof, one.floor
    within_roof = under is not None and high is not None and low is not None and low < under < high
    within_floor = over is not None and high is not None and low is not None and low < over < high
    same = (under is not None and under == high) or (over is not None and over == low)
    return same or within_roof or within_floor


def gap_in_height(one: Levels, other: Levels) -> Fraction | None:
    """Metres of rock between two bodies, 0 where they touch or overlap; None: not known."""
    relation = in_height(one, other)
    if relation is None:
        return None
    if relation in ("above", "touching-above"):
        assert one.floor is not None
        assert other.roof is not None
        return one.floor - other.roof
    if relation in ("below", "touching-below"):
        assert one.roof is not None
        assert other.floor is not None
        return other.floor - one.roof
    return Fraction(0)


def leaves(working: Levels, right: Levels) -> bool | None:
    """Whether a working leaves the levels of a right (越层); None: not known."""
    if working.roof is not None and right.roof is not None and working.roof > right.roof:
        return True
    if working.floor is not None and right.floor is not None and working.floor < right.floor:
        return True
    if in_height(working, right) in ("above", "below", "touching-above", "touching-below"):
        return True
    if None in (working.floor, working.roof, right.floor, right.roof):
        return None
    return False
