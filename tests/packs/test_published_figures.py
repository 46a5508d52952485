"""Figures that places published, reckoned again: what adds up, and the errors of the sources themselves.

Sums in exact fractions; shares and lines by the engine, with the law that the place applied.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction

import pytest

from shoutu.policy import evaluate, facts_from_document, load_pack
from shoutu.policy.answer import Conclusion
from shoutu.policy.document import parse
from shoutu.units import round_half_up

NATIONAL = load_pack("cn_national")


def total(figures: Iterable[str]) -> Fraction:
    return sum((Fraction(figure) for figure in figures), Fraction(0))


def percent(part: int | str, whole: int | str, places: int = 1) -> Fraction:
    return round_half_up(Fraction(part) / Fraction(whole) * 100, places)


def concluded(as_of: str, **tables: list[dict[str, object]]) -> list[Conclusion]:
    facts = {"schema": 1, "region": "1", "as_of": as_of, **tables}
    document = parse(json.dumps(facts).encode(), "facts")
    answer = evaluate(NATIONAL, facts_from_document(document, None, NATIONAL.tables), {})
    return list(answer.conclusions or ())


def discipline(farmland: str, whole: str) -> str | None:
    """What 15号令 art. 3 hints at for a year without findings by persons."""
    findings = dict.fromkeys(("vile_effect", "serious_case", "not_handled", "concealed"), False)
    year = {"id": "Y", "place": "P", "illegal_farmland_mu": farmland, "new_farmland_mu": whole, **findings}
    (made,) = concluded("2024-06-28", place_years=[year])
    return made.outcome


def fifteen_per_cent_needs(farmland: str) -> Fraction:
    """The largest whole of which the farmland is still 15 %."""
    return Fraction(farmland) / Fraction(15, 100)


# ---- Altay 2014: land -----------------------------------------------------------------------------


class TestAltay2014:
    legal = ("74", "5922.93", "334.28")
    illegal = ("137", "5811.47", "318.11")
    filed = ("59", "3087.87", "30.37")
    not_to_file = ("72", "2652.93", "280.44")
    not_filed = ("6", "70.67", "17.84")
    """Parcels, area and farmland in mu of each group."""

    def test_legal_and_illegal_are_the_whole(self) -> None:
        parcels, area, farmland = (total(pair) for pair in zip(self.legal, self.illegal, strict=True))
        assert (parcels, area, farmland) == (211, Fraction("11734.40"), Fraction("652.39"))

    def test_the_three_ways_of_handling_make_the_illegal_ones_but_not_their_farmland(self) -> None:
        groups = zip(self.filed, self.not_to_file, self.not_filed, strict=True)
        parcels, area, farmland = (total(group) for group in groups)
        assert parcels == Fraction(self.illegal[0])
        assert area == Fraction(self.illegal[1])
        assert farmland == Fraction("328.65") != Fraction(self.illegal[2])
        assert farmland - Fraction(self.illegal[2]) == Fraction("10.54")

    def test_filing_and_closing_rates_leave_out_what_need_not_be_filed(self) -> None:
        due = int(self.filed[0]) + int(self.not_filed[0])
        assert due == 65
        assert percent(59, due, 0) == 91
        assert percent(49, due, 0) == 75
        assert percent(49, 59, 0) != 75

    def test_fourteen_per_cent_is_of_all_farmland_taken_that_year(self) -> None:
        assert percent("318.11", "652.39") == Fraction("48.8")
        whole = Fraction("318.11") / Fraction(14, 100)
        assert round_half_up(whole, 0) == 2272
        assert percent("318.11", "2272", 0) == 14
        low, high = (Fraction("318.11") / Fraction(share, 1000) for share in (145, 135))
        assert (round_half_up(low, 0), round_half_up(high, 0)) == (2194, 2356)

    def test_the_engine_refers_only_with_the_wrong_whole(self) -> None:
        assert discipline("318.11", "2272") == "no-hint"
        assert discipline("318.11", "652.39") == "discipline-hint"
        assert discipline("328.65", "2272") == "no-hint"


class TestAltay2015Mines:
    def test_patches_parcels_and_groups(self) -> None:
        assert 60 + 23 + 8 + 4 == 95
        assert 95 - 16 == 79
        assert 19 + 27 + 28 + 5 == 79
        assert 13 + 10 + 5 == 28

    def test_a_third_of_them_were_no_change(self) -> None:
        assert percent(27, 79, 0) == 34


# ---- ratios ---------------------------------------------------------------------------------------


class TestSuizhou2009:
    farmland = "1124.59"

    def test_the_whole_that_gives_16_4_per_cent(self) -> None:
        low, high = Fraction(self.farmland) / Fraction("0.1645"), Fraction(self.farmland) / Fraction("0.1635")
        assert (int(low) + 1, int(high)) == (6837, 6878)
        assert percent(self.farmland, 6857) == Fraction("16.4")

    @pytest.mark.parametrize("whole", ["6837", "6857", "6878"])
    def test_15_per_cent_is_reached_with_every_such_whole(self, whole: str) -> None:
        assert discipline(self.farmland, whole) == "discipline-hint"

    def test_up_to_which_whole_it_would_be(self) -> None:
        most = fifteen_per_cent_needs(self.farmland)
        assert most == Fraction("112459") / 15
        assert discipline(self.farmland, "7497.26") == "discipline-hint"
        assert discipline(self.farmland, "7497.27") == "no-hint"


class TestNingxia2010:
    def test_filing_rate(self) -> None:
        assert percent(728, 931) == Fraction("78.2")

    def test_restored_farmland_is_81_per_cent_of_what_was_due(self) -> None:
        whole = Fraction("500.38") / Fraction(81, 100)
        assert round_half_up(whole, 2) == Fraction("617.75")

    def test_a_fine_on_all_that_was_confiscated_lies_below_the_range_of_today(self) -> None:
        """99.4881 million yuan over 8,109,800 m² is 12 yuan a square metre; the range of then went to 30."""
        per_m2 = Fraction("99488100") / 8109800
        assert round_half_up(per_m2, 2) == Fraction("12.27")
        row = {"id": "F", "kind": "occupy", "area_m2": "8109800", "act_on": "2010-06-30"}
        (made,) = concluded("2024-06-28", penal_acts=[row])
        assert made.high is not None
        assert Fraction("99488100") <= Fraction(made.high) == 8109800 * 30


class TestGuangdong2022:
    def test_temporary_parcels(self) -> None:
        assert 21 + 63 == 84
        assert percent(63, 84, 0) == 75


class TestZhangwu:
    def test_most_of_the_lake_is_older_than_the_ban(self) -> None:
        older = Fraction("124.46") - Fraction("42.99")
        assert older == Fraction("81.47")
        assert percent("42.99", "124.46") == Fraction("34.5")

    def test_restored_in_part_is_not_done(self) -> None:
        taken = {
            "id": "T",
            "lake": "L",
            "kind": "taken",
            "area_mu": "124.46",
            "restorable": True,
            "basic": False,
        }
        part = {"id": "R", "lake": "L", "kind": "restored", "area_mu": "81.47", "basic": False}
        (made,) = concluded("2022-12-30", lake_parts=[taken, part])
        assert made.outcome == "restore-first"


# ---- sums -----------------------------------------------------------------------------------------


class TestWendeng2007:
    """October 2006 to October 2007: 232 patches, 190 parcels, 32 illegal ones, all filed."""

    def test_the_illegal_ones_by_where_they_went(self) -> None:
        assert 11 + 11 + 10 == 32
        assert percent(32, 190) == Fraction("16.8")
        assert Fraction(232, 190) > 1

    @pytest.mark.parametrize(("land", "line"), [("basic-farmland", "5"), ("other-farmland", "10")])
    def test_over_5_of_basic_or_10_of_farmland_went_to_the_police(self, land: str, line: str) -> None:
        """The lines by which eleven were sorted out are those of today."""
        below = str(Fraction(line) * 100 - 1)
        rows: list[dict[str, object]] = [
            {"id": f"K{i}", "actor": f"A{i}", "kind": "occupy", "land": land, "destroyed": True}
            | {"handled": False, "act_on": "2007-05-01", "area_mu": area}
            for i, area in enumerate((line, f"{below[:-2]}.{below[-2:]}"))
        ]
        outcomes = [made.outcome for made in concluded("2007-10-31", crime_acts=rows)]
        assert outcomes == ["suspected", "below"]


class TestEjin2015:
    parts = ("2496.3", "1014.8", "28", "173.7", "21.4")

    def test_the_parts_fall_short_of_the_published_whole(self) -> None:
        assert total(self.parts) == Fraction("3734.2") != Fraction("3737.8")
        assert Fraction("3737.8") - total(self.parts) == Fraction("3.6")


class TestTumoteLeft2022:
    """54 firms, 1,056.27 mu by class of the third survey."""

    classes = (
        ("0102", "15.93"),
        ("0103", "223.1"),
        ("0401", "243.33"),
        ("0404", "514.82"),
        ("1107", "32.11"),
        ("1202", "7.48"),
        ("1204", "4.5"),
        (None, "14.98"),
    )

    def test_the_classes_fall_short_of_the_published_whole(self) -> None:
        whole = total(area for _, area in self.classes)
        assert whole == Fraction("1056.25") != Fraction("1056.27")

    def test_farmland_and_great_classes(self) -> None:
        from shoutu.packs.cn_national.land_classes import land_class

        named = [(land_class("survey3", code), area) for code, area in self.classes if code is not None]
        assert total(area for found, area in named if found.farmland) == Fraction("239.03")
        assert total(area for found, area in named if found.great == "farm") == Fraction("521.95")
        assert total(area for found, area in named if found.great == "unused") == Fraction("519.32")


class TestOthers:
    def test_huolinguole_2021(self) -> None:
        assert 25 + 3 == 28

    def test_the_ministry_2022(self) -> None:
        """53 new cases by governments, firms and persons."""
        assert 1 + 21 + 31 == 53
        assert 53 - 49 == 4
        assert percent("513.18", "821.95") == Fraction("62.4")

    def test_sichuan_2016_in_mu(self) -> None:
        assert Fraction("369.6") * 15 == 5544
        assert percent(2976, 63000) == Fraction("4.7")

    def test_a_penalty_on_every_one_of_the_acts_of_xinxiang(self) -> None:
        """44,200 m² confiscated is more than the 46.9 mu demolished."""
        assert Fraction(44200) * 15 / 10000 == Fraction("66.3") > Fraction("46.9")
