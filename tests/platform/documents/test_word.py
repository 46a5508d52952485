"""The Word file: licensed faces for Chinese, the grid, and order of elements as the schema wants it."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from shoutu.platform.documents import KINDS
from tests.platform.documents import samples


def opened(name: str, group=samples.ISSUED):
    return docx.Document(io.BytesIO(KINDS[name].render_docx(group[name])))


@pytest.mark.parametrize("name", KINDS)
def test_every_run_names_a_chinese_face_and_language(name):
    faces = set()
    for run in opened(name).element.body.iter(qn("w:r")):
        properties = run.find(qn("w:rPr"))
        faces.add(properties.find(qn("w:rFonts")).get(qn("w:eastAsia")))
        assert properties.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"
    assert faces <= {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"}
    assert {"方正小标宋简体", "仿宋_GB2312"} <= faces


@pytest.mark.parametrize("name", KINDS)
def test_page_and_grid(name):
    section = opened(name).sections[0]
    assert [round(v.mm) for v in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(v.mm) for v in margins] == [37, 28, 26, 35]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert {key.rpartition("}")[2]: value for key, value in grid.attrib.items()} == {
        "type": "linesAndChars",
        "linePitch": "580",
        "charSpace": "-848",
    }


# ECMA-376 part 1: CT_PPrBase, EG_RPrBase, CT_TblPrBase, CT_SectPr, as far as used here.
SEQUENCES = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl pBdr tabs autoSpaceDE autoSpaceDN"
    " snapToGrid spacing ind jc rPr",
    "rPr": "rStyle rFonts b bCs i iCs snapToGrid color sz szCs highlight u effect bdr shd lang",
    "tblPr": "tblStyle tblpPr tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "sectPr": "headerFooter type pgSz pgMar cols titlePg docGrid",
}


def local(node) -> str:
    """The tag's name; references to headers and footers may stand in any order among themselves."""
    name = node.tag.rpartition("}")[2]
    return "headerFooter" if name in ("headerReference", "footerReference") else name


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("group", [samples.DRAFTS, samples.ISSUED], ids=["draft", "issued"])
def test_children_stand_in_the_order_of_the_schema(name, group):
    blob = KINDS[name].render_docx(group[name])
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        parts = [n for n in archive.namelist() if n.startswith("word/") and n.endswith(".xml")]
        trees = [docx.oxml.parse_xml(archive.read(n)) for n in parts if "theme" not in n]
    for tree in trees:
        for tag, sequence in SEQUENCES.items():
            order = sequence.split()
            for parent in tree.iter(qn(f"w:{tag}")):
                if tree.tag != qn("w:styles"):
                    places = [order.index(local(child)) for child in parent]
                    assert places == sorted(places), (tag, [local(child) for child in parent])


def test_marks_stand_in_the_header_of_a_draft_only():
    draft = opened("warning", samples.DRAFTS).sections[0]
    for header in (draft.header, draft.even_page_header, draft.first_page_header):
        assert header.paragraphs[0].text == "拟稿　未编号　不得外发　系统测算，不作为处理决定依据　演示数据"
    assert opened("warning").sections[0].header.paragraphs[0].text == ""


def test_page_numbers_are_fields_odd_right_even_left():
    section = opened("bulletin").sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph._element.find(f".//{qn('w:instrText')}").text == "PAGE"
        assert paragraph._element.pPr.find(qn("w:jc")).get(qn("w:val")) == side


def test_head_of_a_table_repeats_and_rows_stay_whole():
    table = opened("warning").tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
