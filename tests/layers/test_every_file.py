"""The measured table of real files names each of them, and what it says of a few is what happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.every_file import SURVEY, TARGET, every_file, row_of

AGAIN = (
    "vector/planning_fr/50545_CC_20130902/Donnees_geographiques/SECTEUR_CC.shp",
    "vector/planning_fr/30014_PLU_20171013/Pieces_ecrites/4_Annexes/ce_fichier_nest_pas_prevu.csv",
)


def table() -> dict[str, str]:
    rows = [line.split("|") for line in TARGET.read_text("utf-8").splitlines() if line.startswith("| `")]
    return {row[1].strip().strip("`"): row[3].strip() for row in rows}


def test_the_table_names_every_file_and_how_it_ended(shared: Path) -> None:
    data = shared / "data"
    done = table()
    assert set(done) == {path.relative_to(data).as_posix() for path in every_file(data)}
    assert all(said.startswith("imported") or said == "refused" for said in done.values())
    assert done[SURVEY].startswith("imported")


@pytest.mark.parametrize("name", AGAIN)
def test_a_file_ends_as_the_table_says(shared: Path, tmp_path: Path, name: str) -> None:
    data = shared / "data"
    row = row_of(data / name, data, None, tmp_path)
    assert row.ended
    assert row.done == table()[name]
