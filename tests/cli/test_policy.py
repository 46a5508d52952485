"""`shoutu policy` as a user meets it: a process, judged by its output and exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

import shoutu
from shoutu.cli import main
from shoutu.cli import shoutu as command
from shoutu.testing.toy_pack import write_toy_pack
from tests.policy.made import seeded

SCHEMAS = Path(shoutu.__file__).parent / "schemas"
FACTS: dict[str, Any] = {
    "schema": 1,
    "region": "150625",
    "violations": [
        {"id": "V1", "month": "2024-05", "area_mu": "6.66", "farmland_mu": "0", "basic_farmland_mu": "0"}
    ],
    "years": [],
}


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


def write(folder: Path, document: object = FACTS) -> str:
    path = folder / "facts.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def process(*arguments: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    code = "import sys; from shoutu.cli import main; main(sys.argv[1:])"
    environment = {**os.environ, "SHOUTU_LANG": language, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=False
    )


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["policy", *arguments])


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The message of a call that must end with exit code 2 and print nothing on standard output."""
    with pytest.raises(SystemExit) as stopped:
        main(["policy", *arguments])
    assert stopped.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    return printed.err


def test_the_contract_examples_through_the_real_command(shared: Path, tmp_path: Path) -> None:
    for line in (shared / "contracts/examples.jsonl").read_text(encoding="utf-8").splitlines():
        example = json.loads(line)
        chosen = [word for pair in example["readings"].items() for word in ("--reading", "=".join(pair))]
        done = process("policy", "evaluate", write(tmp_path, example["facts"]), "--json", *chosen)
        assert (done.returncode, done.stderr) == (0, ""), example["name"]
        answer = json.loads(done.stdout)
        assert [
            [w["clause"], w["trigger"], w["month"], w["level"], w["because"]] for w in answer["warnings"]
        ] == example["warnings"]
        assert [[m["clause"], m["month"], m["measure"], m["grounds"]] for m in answer["measures"]] == example[
            "measures"
        ]
        assert [[r["clause"], r["year"], r["because"]] for r in answer["referrals"]] == example["referrals"]
        assert [[u["clause"], u.get("month", u.get("year"))] for u in answer["undetermined"]] == example[
            "undetermined"
        ]
        kinds = "warnings measures referrals undetermined"
        assert list(answer) == f"schema pack version readings {kinds} trace".split()


def test_the_document_is_utf_8_whatever_the_terminal(tmp_path: Path) -> None:
    code = "import sys; from shoutu.cli import main; main(sys.argv[1:])"
    arguments = [sys.executable, "-c", code, "policy", "evaluate", write(tmp_path), "--json"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(arguments, capture_output=True, env=environment, check=False)
    assert done.returncode == 0
    assert "橙色预警" in json.loads(done.stdout.decode("utf-8"))["trace"][0]["sentence"]


def test_input_and_output_fit_the_schemas_that_ship(tmp_path: Path) -> None:
    for name in ("policy-facts", "policy-answer", "policy-coverage", "policy-readings"):
        jsonschema.Draft202012Validator.check_schema(schema(name))
    for seed in range(25):
        facts, readings = seeded(seed)
        jsonschema.validate(facts, schema("policy-facts"))
        chosen = [word for pair in readings.items() for word in ("--reading", "=".join(pair))]
        done = call("evaluate", write(tmp_path, facts), "--json", *chosen)
        assert done.exit_code == 0, done.output
        answer = json.loads(done.stdout)
        jsonschema.validate(answer, schema("policy-answer"))
        entries = [
            f"{kind}/{index}"
            for kind in ("warnings", "measures", "referrals", "undetermined")
            for index in range(len(answer[kind]))
        ]
        assert [entry["entry"] for entry in answer["trace"]] == entries


def test_the_schema_of_facts_refuses_what_the_command_refuses() -> None:
    for broken in ({"schema": 2}, {"violations": [{"id": "V1", "month": "2024-13"}]}, {"more": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**FACTS, **broken}, schema("policy-facts"))


def test_a_missing_a_wrong_and_an_empty_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUTU_LANG", "en")
    assert "cannot be read" in refused(capsys, "evaluate", str(tmp_path / "none.json"), "--json")
    assert "cannot be read" in refused(capsys, "evaluate", str(tmp_path), "--json")
    (tmp_path / "empty.json").write_bytes(b"")
    assert "empty" in refused(capsys, "evaluate", str(tmp_path / "empty.json"), "--json")
    (tmp_path / "picture.json").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert "not UTF-8" in refused(capsys, "evaluate", str(tmp_path / "picture.json"), "--json")
    shown = refused(capsys, "evaluate", write(tmp_path, {**FACTS, "region": 5}), "--json")
    assert "/region" in shown
    assert "facts.json" in shown


def test_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUTU_LANG", "en")
    facts = write(tmp_path)
    assert "unknown reading" in refused(capsys, "evaluate", facts, "--reading", "6.9=x")
    assert "no such option" in refused(capsys, "evaluate", facts, "--reading", "6.2=x")
    assert "NAME=OPTION" in refused(capsys, "evaluate", facts, "--reading", "6.2")
    twice = ("--reading", "6.2=month", "--reading", "6.2=cumulative-year")
    assert "two options" in refused(capsys, "evaluate", facts, *twice)
    assert "no pack" in refused(capsys, "evaluate", facts, "--pack", "nowhere")
    assert "no such conclusion" in refused(capsys, "explain", facts, "warnings/9")
    assert "Missing argument" in refused(capsys, "evaluate")


def test_messages_come_in_chinese_too(tmp_path: Path) -> None:
    done = process("policy", "evaluate", str(tmp_path / "none.json"), language="zh")
    assert done.returncode == 2
    assert "文件读不出来" in done.stderr


def test_without_json_the_sentences_are_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUTU_LANG", "zh")
    lines = call("evaluate", write(tmp_path)).output.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["warnings/0", "measures/0"]
    assert "橙色预警" in lines[0]


def test_explain_prints_both_languages_and_the_distance(tmp_path: Path) -> None:
    shown = call("explain", write(tmp_path)).output
    assert "距橙色预警还差3.34亩" in shown
    assert "area: 6.66 >= 10 mu: no" in shown
    one = call("explain", write(tmp_path), "warnings/0").output
    assert "an orange warning is proposed" in one
    assert "measures/0" not in one


def test_a_pack_in_a_folder(tmp_path: Path) -> None:
    pack = str(write_toy_pack(tmp_path / "toy"))
    answer = json.loads(call("evaluate", write(tmp_path), "--pack", pack, "--json").stdout)
    assert answer["pack"] == "toy"
    assert [u["missing"] for u in answer["undetermined"]] == [["not-in-force"]]
    assert call("test", "--pack", pack).exit_code == 0


def test_readings_are_listed_with_the_default_first() -> None:
    assert "  * month-highest" in call("readings").output
    document = json.loads(call("readings", "--json").stdout)
    jsonschema.validate(document, schema("policy-readings"))
    listed = document["readings"]
    assert [option["name"] for option in listed[0]["options"]] == ["first-batch", "signed"]


def test_coverage_names_every_clause(tmp_path: Path) -> None:
    done = call("coverage", "--json")
    document = json.loads(done.stdout)
    jsonschema.validate(document, schema("policy-coverage"))
    assert len(document["clauses"]) == 46
    assert "46 clauses carried" in call("coverage").output


def test_coverage_fails_when_a_carrier_is_gone(tmp_path: Path) -> None:
    pack = write_toy_pack(tmp_path / "toy")
    for carrier, test, fault in (
        ("shoutu.policy.evaluate:evaluate", "tests/none.py::test_x", "no test file"),
        ("shoutu.policy.evaluate:evaluat", "tests/cli/test_policy.py::call", "has no evaluat"),
        ("shoutu.policy.nowhere:evaluate", "tests/cli/test_policy.py::call", "no module"),
        ("json:loads", "tests/cli/test_policy.py::call", "write it as"),
        ("shoutu.policy.evaluate:Evaluation.no_such", "tests/cli/test_policy.py::call", "has no Evaluation"),
    ):
        lines = f'"1.1":\n  - carrier: {carrier}\n    test: {test}\n'
        (pack / "coverage.yaml").write_text(lines, encoding="utf-8")
        done = call("coverage", "--pack", str(pack))
        assert done.exit_code == 1
        assert fault in done.output
    good = ("shoutu.policy.evaluate:Evaluation.judge", "tests/cli/test_policy.py::call")
    lines = f'"1.1":\n  - carrier: {good[0]}\n    test: {good[1]}\n'
    (pack / "coverage.yaml").write_text(lines, encoding="utf-8")
    assert "1.1\tcarried\t" in call("coverage", "--pack", str(pack)).output
    (pack / "coverage.yaml").write_text(f"{lines}    lacks: half of it\n", encoding="utf-8")
    done = call("coverage", "--pack", str(pack))
    assert done.exit_code == 0
    assert "1.1\tcarried in part\t" in done.output
    assert "lacks: half of it" in done.output


def test_failing_cases_are_named_with_file_and_line(tmp_path: Path) -> None:
    pack = write_toy_pack(tmp_path / "toy")
    cases = pack / "cases" / "1.1.yaml"
    cases.write_text(
        cases.read_text(encoding="utf-8").replace("area_mu: 1.00", "area_mu: 0.99"), encoding="utf-8"
    )
    done = call("test", "--pack", str(pack))
    assert done.exit_code == 1
    assert "1.1.yaml:1: one mu is a notice" in done.output


def test_evaluating_imports_neither_numpy_nor_numba_nor_gdal_nor_django(tmp_path: Path) -> None:
    """And help imports next to nothing."""
    code = (
        "import sys; from shoutu.cli import shoutu as s;"
        "s.main(sys.argv[1:], standalone_mode=False);"
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'numpy', 'numba', 'pyogrio', 'osgeo', 'django', 'shapely', 'pyproj', 'yaml'}), file=sys.stderr)"
    )
    for arguments, loaded in (
        (["policy", "--help"], "[]"),
        (["policy", "evaluate", write(tmp_path), "--json"], "['yaml']"),
        (["policy", "coverage"], "['yaml']"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
        )
        assert done.stderr.splitlines()[-1] == loaded
