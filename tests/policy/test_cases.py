"""Cases that speak of some questions only."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoutu.errors import BadInput
from shoutu.policy.cases import cases, run
from tests.policy.table_pack import FILES, loaded

ROWS = """\
- name: one plot, three questions
  as_of: 2024-06-03
  about: [{about}]
  plots:
    - {{id: P, holder: 甲, area_mu: 1, idle: true, own: false}}
  expect:
    conclusions: [[stop, 甲, stopped, idle, stop]]
"""


def test_a_case_may_be_about_one_question(tmp_path: Path) -> None:
    pack = loaded(tmp_path)
    (tmp_path / "cases").mkdir()
    file = tmp_path / "cases" / "plots.yaml"
    file.write_text(ROWS.format(about="stop"), encoding="utf-8")
    (case,) = cases(pack)
    assert run(pack, case).passed
    file.write_text(ROWS.format(about="stop, decide"), encoding="utf-8")
    (case,) = cases(pack)
    assert not run(pack, case).passed
    assert len(run(pack, case).got["conclusions"]) == 2  # type: ignore[arg-type]


def test_a_question_that_no_rule_asks_is_refused(tmp_path: Path) -> None:
    pack = loaded(tmp_path)
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "plots.yaml").write_text(ROWS.format(about="stop, halt"), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        list(cases(pack))
    assert (refused.value.found, refused.value.where.row) == ("halt", 3)


@pytest.mark.parametrize("name", ["about", "readings", "as_of", "expect"])
def test_no_table_is_called_like_a_key_of_a_case(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        loaded(tmp_path, facts__yaml=FILES["facts.yaml"].replace("\nstops:", f"\n{name}:"))
    assert refused.value.found == name
