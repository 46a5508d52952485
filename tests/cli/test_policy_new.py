"""`shoutu policy new`: what it makes works at once, and nothing is written over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shoutu.cli import main
from shoutu.cli import shoutu as command
from shoutu.cli.policy import command as policy
from shoutu.policy import load_pack
from shoutu.policy.new_pack import SKELETON


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["policy", *arguments])


def test_the_new_pack_passes_its_cases_and_every_check(tmp_path: Path) -> None:
    made = call("new", "baotou_2025", "--into", str(tmp_path))
    folder = tmp_path / "baotou_2025"
    assert (made.exit_code, made.output.strip()) == (0, str(folder))
    checks = ["test", "coverage", "readings", *(["lint"] if "lint" in policy.commands else [])]
    for check in checks:
        done = call(check, "--pack", str(folder))
        assert done.exit_code == 0, (check, done.output)
    assert load_pack(str(folder)).name == "baotou_2025"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("PARCEL", "PARCELS", "rules.part1 has no PARCELS"),
        ("rules.part1:", "rules.part9:", "no module rules.part9"),
        ("rules.part1:PARCEL", "part1:PARCEL", "write it as shoutu.module:name or rules.file:name"),
        ("rules.part1:PARCEL", "rules:PARCEL", "write it as shoutu.module:name or rules.file:name"),
        ("10 mu or more", "ten mu", "cases/part1.yaml has no case “exactly 10 mu are ten mu”"),
        ("cases/part1", "cases/part9", "no cases cases/part9.yaml"),
    ],
)
def test_its_coverage_is_looked_up_in_its_own_folder(tmp_path: Path, old: str, new: str, fault: str) -> None:
    call("new", "baotou", "--into", str(tmp_path))
    folder = tmp_path / "baotou"
    done = call("coverage", "--pack", str(folder))
    assert (done.exit_code, "1 of 1 clauses carried" in done.output) == (0, True)
    text = (folder / "coverage.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "coverage.yaml").write_text(text.replace(old, new), encoding="utf-8")
    broken = call("coverage", "--pack", str(folder))
    assert broken.exit_code == 1
    assert fault in broken.output


def test_every_file_says_what_goes_where(tmp_path: Path) -> None:
    call("new", "baotou_2025", "--into", str(tmp_path))
    files = {path.relative_to(tmp_path / "baotou_2025") for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {p.relative_to(SKELETON) for p in SKELETON.rglob("*") if p.suffix not in ("", ".pyc")}
    for path in files:
        text = (tmp_path / "baotou_2025" / path).read_text(encoding="utf-8")
        assert "mycity" not in text
        if path.suffix == ".yaml":
            assert text.startswith("# "), path
        if path.suffix == ".py":
            assert text.startswith('"""')
            assert "# " in text
    readme = (tmp_path / "baotou_2025" / "README.md").read_text(encoding="utf-8")
    assert "--pack ./baotou_2025" in readme
    for path in files - {Path("README.md"), Path("pack.yaml")}:
        assert f"`{path if len(path.parts) == 1 else path.parent / ('*' + path.suffix)}`" in readme


def test_here_when_no_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("new", "baotou").output == "baotou\n"
    assert call("test", "--pack", "./baotou").exit_code == 0


@pytest.mark.parametrize(
    ("city", "what"),
    [
        ("Baotou", "not a name for a pack"),
        ("包头", "not a name for a pack"),
        ("../baotou", "not a name for a pack"),
        ("2025", "not a name for a pack"),
        ("ordos_2024_23", "an installed pack has this name"),
        ("there", "it is there already, and is not written over"),
        ("file", "it is there already, and is not written over"),
        ("link", "it is there already, and is not written over"),
    ],
)
def test_what_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    city: str,
    what: str,
) -> None:
    monkeypatch.setenv("SHOUTU_LANG", "en")
    (tmp_path / "there").mkdir()
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SystemExit) as stopped:
        main(["policy", "new", city, "--into", str(tmp_path)])
    assert stopped.value.code == 2
    assert what in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["policy", "new", "baotou", "--into", str(tmp_path / "nowhere")])
    assert str(tmp_path / "nowhere") in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_help_loads_nothing_that_it_does_not_need() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from shoutu.cli import shoutu\n"
        "assert CliRunner().invoke(shoutu, ['policy', 'new', '--help']).exit_code == 0\n"
        "print([name for name in sys.modules if name.startswith('shoutu.policy') or name == 'yaml'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
