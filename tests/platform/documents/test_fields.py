"""Areas, numbers and the rules of who may write what to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoutu.errors import BadInput
from shoutu.platform.documents import fields as f
from shoutu.platform.documents.sheet import TITLE_CHARACTERS, break_title, numeral
from tests.platform.documents import samples


@pytest.mark.parametrize(
    ("area", "mu"),
    [
        (f.Area.from_m2("6664.00"), "9.996"),
        (f.Area.from_m2("6669.35"), "10.004"),
        (f.Area.from_m2("10000"), "15.00"),
        (f.Area.from_m2("3400.12"), "5.10"),
        (f.Area.from_m2("0"), "0.00"),
        (f.Area.from_mu("3.20"), "3.20"),
        (f.Area.from_m2("0.01"), "0.00"),
    ],
)
def test_mu_never_shows_a_threshold_that_was_not_met_exactly(area, mu):
    assert area.mu_text == mu


@given(st.integers(0, 10**9))
def test_shown_mu_lies_on_the_same_side_of_every_whole_mu(hundredths):
    area = f.Area(Fraction(hundredths, 100))
    exact, shown = area.m2 * Fraction(15, 10000), Fraction(area.mu_text)
    if shown.denominator == 1 and shown > 0:
        assert shown == exact or abs(shown - exact) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    "number",
    ["鄂自然资函[2026]12号", "鄂自然资函〔2026〕012号", "鄂自然资函〔2026〕第12号", "〔2026〕12号", "12"],
)
def test_a_badly_written_number_is_refused(number):
    with pytest.raises(BadInput, match="number"):
        samples.letter(number=number, dated=date(2026, 11, 24))


def test_a_numbered_paper_needs_its_date_and_a_decision():
    with pytest.raises(BadInput, match="date"):
        samples.letter(number="鄂自然资函〔2026〕12号")
    head = samples.letter(number="鄂自然资函〔2026〕12号", dated=date(2026, 11, 24))
    with pytest.raises(BadInput, match="decided"):
        samples.warning(head=head)


@pytest.mark.parametrize("kind", ["通知", "通报"])
def test_a_bureau_gives_no_orders_to_a_government(kind):
    with pytest.raises(BadInput) as refused:
        samples.letter(kind=kind)
    assert "函" in refused.value.diagnostics("zh")
    office = replace(f.office_notice("伊金霍洛旗"), kind=kind)
    assert office.form == "file"


def test_a_decided_suspension_needs_its_first_day():
    from shoutu.platform.documents import KINDS

    with pytest.raises(BadInput, match="day"):
        KINDS["suspension"].compose(samples.suspension(from_day=None, decision=samples.DECISION))


def test_the_signer_is_printed_on_upward_papers_only():
    from shoutu.platform.documents import KINDS

    letter = samples.warning(head=samples.letter(signer="王喆堃"))
    assert KINDS["warning"].compose(letter).signer == ""
    report = samples.warning(
        head=f.Letterhead(issuer=f.BUREAU, kind="报告", addressees=("市人民政府",), signer="王喆堃")
    )
    assert KINDS["warning"].compose(report).signer == "王喆堃"


def test_titles_break_between_their_parts_into_even_lines():
    parts = (f.BUREAU, "关于", "伊金霍洛旗", "2026年10月", "涉嫌违法用地", "预警情况的", "函")
    assert break_title(parts) == ("鄂尔多斯市自然资源局关于伊金霍洛旗", "2026年10月涉嫌违法用地预警情况的函")


@given(st.lists(st.text("旗区函2a", min_size=1, max_size=50), min_size=1, max_size=8))
def test_no_line_of_a_title_is_too_wide_and_none_is_lost(parts):
    lines = break_title(parts)
    assert "".join(lines) == "".join(parts)
    assert all(sum(0.5 if c.isascii() else 1 for c in line) <= TITLE_CHARACTERS for line in lines)


def test_numerals():
    assert [numeral(n) for n in (1, 9, 10, 11, 20, 34)] == ["一", "九", "十", "十一", "二十", "三十四"]
