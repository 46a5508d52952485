"""What the papers say: golden texts, equal in PDF and Word, and the words that they must not say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from shoutu.errors import BadInput
from shoutu.platform.documents import KINDS
from shoutu.platform.documents.authority import SUPERVISION, Statute, forbidden_words
from shoutu.platform.documents.sheet import SAMPLE_MARK, texts
from tests.platform.documents import reading, samples
from tests.platform.documents.renew import GOLDEN, PAPERS, text_of

# 6.1 and its like, beside neither a digit nor a unit: how clauses are named in code.
CLAUSE_ID = re.compile(r"(?<![\d.])[1-7]\.\d(?![\d.])|[0-7]-[a-z]{2,}")


def whole_text(paper: str) -> str:
    name, fields = PAPERS[paper]
    return "\n".join(texts(KINDS[name].compose(fields)))


@pytest.mark.parametrize("paper", PAPERS)
def test_text_is_the_golden_one(paper):
    assert text_of(paper) == (GOLDEN / f"{paper}.txt").read_text(encoding="utf-8"), (
        "renew with: python -m tests.platform.documents.renew"
    )


@pytest.mark.parametrize("paper", PAPERS)
def test_pdf_and_word_say_the_same(paper):
    name, fields = PAPERS[paper]
    pdf = reading.pdf_text(KINDS[name].render_pdf(fields, samples.MOMENT))
    assert pdf == reading.docx_text(KINDS[name].render_docx(fields))


@pytest.mark.parametrize("paper", PAPERS)
def test_no_forbidden_word_and_no_clause_id(paper):
    text = whole_text(paper)
    assert [line for line in text.splitlines() if forbidden_words(line)] == []
    assert CLAUSE_ID.findall(text) == []


def test_the_scan_sees_what_it_must():
    assert forbidden_words("你旗违法用地3宗，涉嫌违法用地2宗") == ["违法"]
    assert forbidden_words("责任人顶风建设") == ["顶风", "责任人"]
    assert forbidden_words("涉嫌违法用地，疑似违法图斑，《违法行为处分办法》，“当月新增违法用地”") == []
    assert CLAUSE_ID.findall("按6.1和6-late，面积6.10亩") == ["6.1", "6-late"]


@pytest.mark.parametrize("paper", PAPERS)
def test_the_order_is_cited_with_a_statute_beside_it(paper):
    text = whole_text(paper).replace("\n", "")
    assert SUPERVISION.cite in text
    assert "《意见》（鄂府发〔2024〕23号）第六部分" in text


@pytest.mark.parametrize("name", KINDS)
def test_a_draft_says_so_on_every_page_and_an_issued_paper_does_not(name):
    draft = reading.pages(KINDS[name].render_pdf(samples.DRAFTS[name], samples.MOMENT))
    for page in draft:
        margin = "".join(run.text for run in page if run.baseline < 28)
        assert "拟稿未编号不得外发" in margin
        assert "系统测算，不作为处理决定依据" in margin
        assert SAMPLE_MARK in margin
    issued = reading.pages(KINDS[name].render_pdf(samples.ISSUED[name], samples.MOMENT))
    assert not any(run.baseline < 28 for page in issued for run in page)


def test_a_draft_proposes_and_a_decided_paper_states():
    assert "据此，拟对你旗实行橙色预警。" in whole_text("warning-draft")
    assert "据此，对你旗实行橙色预警。" in whole_text("warning-issued")
    assert "拟自2026年12月1日起暂停你旗用地审批" in whole_text("suspension-draft")
    assert "自2026年12月1日起暂停你旗用地审批" in whole_text("suspension-issued")
    assert "经市人民政府同意" not in whole_text("suspension-draft")


def test_a_wrong_word_in_a_computed_sentence_is_refused_and_named():
    finding = replace(samples.MONTH_FINDING, sentence="你旗新增违法用地3宗。")
    with pytest.raises(BadInput) as refused:
        KINDS["warning"].compose(samples.warning(findings=(finding,)))
    assert "违法" in refused.value.diagnostics("zh")
    assert "涉嫌" in refused.value.diagnostics("zh")


def test_a_proper_name_may_hold_any_word():
    name = "违法建设治理示范园"
    finding = replace(samples.PROJECT_FINDING, project=name, sentence=f"{name}面积11.00亩，达到10亩以上。")
    assert KINDS["warning"].compose(samples.warning(findings=(finding,)))


def test_a_draft_marks_a_statute_whose_words_were_not_compared():
    statute = Statute("《某办法》第一条")
    assert statute.cited(draft=True) == "《某办法》第一条（条文待核）"
    assert statute.cited(draft=False) == "《某办法》第一条"


def test_a_city_district_is_addressed_as_a_district():
    fields = samples.warning(region="东胜区", head=replace(samples.letter(), addressees=("东胜区人民政府",)))
    text = "\n".join(texts(KINDS["warning"].compose(fields)))
    assert "你区" in text
    assert "你旗2026" not in text
