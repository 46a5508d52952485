"""A province's year, 1,000,000 violations: at least ten times OpenFisca-core, and exact.

OpenFisca runs in an environment of its own, which is made here and removed. Both get the same figures of two
decimals and answer levels with their reasons, measures and referrals; ours also names each measure's grounds,
all reasons of a referral and what is not known.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from shoutu.policy import Pack, load_pack
from shoutu.policy.columnar import Columns, Outcome, evaluate_columns, hundredths
from shoutu.policy.facts import YEAR_FLAGS

BANNERS, YEAR = 100, 2024
ROUNDS = 3
_HOW = {"periods": "one simulation, a period a month", "split": "a simulation a month"}
Made = dict[str, npt.NDArray[np.int64]]
Found = dict[str, npt.NDArray[np.int64]]


def run(arguments: argparse.Namespace) -> str:
    size = 10_000 if arguments.small else 1_000_000
    made = _made(size)
    columns = _columns(made)
    pack = load_pack()
    evaluate_columns(pack, _columns(_made(1000)))
    ours, outcome = min((_timed(pack, columns) for _ in range(ROUNDS)), key=lambda timed: timed[0])
    with tempfile.TemporaryDirectory() as folder:
        version, python = _environment(Path(folder))
        peers = {
            how: min((_peer(python, made, Path(folder), how) for _ in range(ROUNDS)), key=lambda t: t[0])
            for how in _HOW
        }
        lines = _lines(python, Path(folder))
    differs, wrong = _compare(outcome, peers["periods"][1], made)
    assert _compare(outcome, peers["split"][1], made) == (differs, wrong)
    return "\n".join(
        [
            f"{size:,} violations of {BANNERS} banners in {YEAR}, one core, all in memory, processor time.",
            "",
            "| | seconds | violations a second |",
            "|---|---|---|",
            f"| shoutu, columns | {ours:.2f} | {size / ours:,.0f} |",
            *(
                f"| OpenFisca-core {version}, {_HOW[how]} | {seconds:.2f} | {size / seconds:,.0f} |"
                for how, (seconds, _) in peers.items()
            ),
            "",
            f"**{peers['periods'][0] / ours:.1f} times** OpenFisca as it is written for, "
            f"{peers['split'][0] / ours:.1f} times with its months taken apart.",
            f"Levels, reasons, measures and referrals that differ: {differs}; ours are those of whole "
            f"numbers in every one, theirs are not in {wrong}.",
            "",
            lines,
        ]
    )


def _made(size: int) -> Made:
    """Areas in hundredths of a mu, many of them on and beside the thresholds."""
    dice = np.random.default_rng(20240023)
    area = dice.integers(1, 400, size)
    few = dice.random(size) < 0.02
    area[few] = dice.choice([299, 300, 499, 500, 999, 1000, 1499, 1500], few.sum())
    farmland = (area * dice.choice([0, 0, 0, 1, 2, 3, 4], size)) // 4
    basic = np.where(dice.random(size) < 0.3, farmland, 0)
    months = dice.integers(4, 13, size)
    # Half of the banners have few violations, so that not every month of a million is red.
    quiet = dice.random(size) < 0.0004
    region = np.where(quiet, dice.integers(BANNERS // 2, BANNERS, size), dice.integers(0, BANNERS // 2, size))
    return {
        "region": region,
        "month": months,
        "project": dice.integers(0, size, size),
        "area": area,
        "farmland": farmland,
        "basic_farmland": basic,
        "new": (dice.random(size) < 0.9).astype(np.int64),
        "stopped": (dice.random(size) < 0.999).astype(np.int64),
        "investigated": (dice.random(size) < 0.999).astype(np.int64),
        "severe": (dice.random(BANNERS) < 0.5).astype(np.int64),
        "new_construction": _wholes(region, farmland),
    }


def _wholes(region: npt.NDArray[np.int64], farmland: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each banner a whole of which its farmland is 15 %, give or take a hundredth of a mu."""
    totals = np.zeros(BANNERS, np.int64)
    np.add.at(totals, region, farmland)
    return np.asarray(np.maximum(totals, totals * 20 // 3 + np.arange(BANNERS) % 3 - 1))


def _columns(made: Made) -> Columns:
    size = len(made["region"])
    flags = {name: np.zeros(BANNERS, np.int8) for name in YEAR_FLAGS}
    flags["severe_impact"] = made["severe"].astype(np.int8)
    return Columns(
        regions=[f"15{index:04d}" for index in range(BANNERS)],
        projects=[f"P{index:07d}" for index in range(size)],
        region=made["region"],
        project=made["project"],
        month=YEAR * 12 + made["month"] - 1,
        year=np.zeros(size, np.int64),
        unit=np.ones(size, np.int64),
        area=made["area"],
        farmland=made["farmland"],
        basic_farmland=made["basic_farmland"],
        new=made["new"].astype(np.int8),
        stopped=made["stopped"].astype(np.int8),
        investigated=made["investigated"].astype(np.int8),
        year_region=np.arange(BANNERS),
        year_year=np.full(BANNERS, YEAR),
        year_unit=np.ones(BANNERS, np.int64),
        year_area=made["new_construction"],
        year_flags=flags,
    )


def _timed(pack: Pack, columns: Columns) -> tuple[float, Outcome]:
    began = time.process_time()
    outcome = evaluate_columns(pack, columns)
    return time.process_time() - began, outcome


def _environment(folder: Path) -> tuple[str, Path]:
    """A Python of its own with OpenFisca-core, and which version came."""
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(folder / "env")], check=True)
    python = folder / "env" / "bin" / "python"
    subprocess.run([uv, "pip", "install", "-q", "--python", str(python), "openfisca-core"], check=True)
    asks = "from importlib.metadata import version; print(version('openfisca-core'))"
    told = subprocess.run([str(python), "-c", asks], capture_output=True, text=True, check=True)
    return told.stdout.strip(), python


def _peer(python: Path, made: Made, folder: Path, how: str) -> tuple[float, Found]:
    source, target = folder / "in.npz", folder / "out.npz"
    # A project is one of a banner; theirs has no banner in a project's formula, so the two are one number.
    given = {
        **{name: made[name] / 100 for name in ("area", "farmland", "basic_farmland", "new_construction")},
        "new": made["new"].astype(float),
        "unhandled": ((made["stopped"] == 0) & (made["investigated"] == 0)).astype(float),
        "severe": made["severe"].astype(float),
        "region": made["region"],
        "month": made["month"],
        "project": made["project"] * BANNERS + made["region"],
        "banners": np.array(BANNERS),
    }
    np.savez(source, **given)
    script = Path(__file__).parent / "_openfisca.py"
    words = [str(python), str(script), str(source), str(target), how]
    told = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    return float(json.loads(told.stdout)["seconds"]), dict(np.load(target))


def _compare(outcome: Outcome, found: Found, made: Made) -> tuple[int, int]:
    """How many levels and referrals differ, and how many of theirs whole numbers say are wrong."""
    differs = wrong = 0
    w = outcome.warnings
    for month in range(4, 13):
        rows = np.flatnonzero(made["month"] == month)
        for rule, keys, ours_of in (
            (0, made["region"][rows], w.region),
            (1, made["project"][rows] * BANNERS + made["region"][rows], w.trigger * BANNERS + w.region),
        ):
            names, place = np.unique(keys, return_inverse=True)
            mine = np.zeros(len(names), np.int64)
            picked = (w.rule == rule) & (w.month == YEAR * 12 + month - 1)
            mine[np.searchsorted(names, ours_of[picked])] = w.level[picked] + 1
            exact = _exact(rule, place, len(names), rows, made)
            assert (mine == exact).all()
            theirs = found[f"banner_{month}"][names] if rule == 0 else found[f"project_{month}"]
            differs += int((mine != theirs).sum())
            wrong += int((theirs != exact).sum())
        differs_by, wrong_by = _compare_measures(outcome, found, month)
        differs, wrong = differs + differs_by, wrong + wrong_by
    y = outcome.years
    mine = np.zeros(BANNERS, np.int64)
    for place, clause in enumerate(outcome.year_rules):
        if clause in ("7.3", "7.4"):
            reached = (y.rule == place) & (y.truth == 1)
            mine[y.region[reached]] += 1 if clause == "7.3" else 2
    exact = _exact_year(made)
    assert (mine == exact).all()
    return differs + int((mine != found["referral"]).sum()), wrong + int((found["referral"] != exact).sum())


def _compare_measures(outcome: Outcome, found: Found, month: int) -> tuple[int, int]:
    """Reasons and measures of the banners' month; theirs differ only where a level of theirs is wrong."""
    w, m = outcome.warnings, outcome.measures
    because = np.zeros(BANNERS, np.int64)
    picked = (w.rule == 0) & (w.month == YEAR * 12 + month - 1)
    because[w.region[picked]] = w.because[picked]
    held = np.zeros(BANNERS, np.int64)
    for place, (_, measure) in enumerate(outcome.measure_names):
        rows = (m.measure == place) & (m.month == YEAR * 12 + month - 1)
        held[m.region[rows]] |= {"interview-deputy": 1, "interview-principal": 2}.get(measure, 0)
    reasons = int((because != found[f"because_{month}"]).sum())
    measures = int((held != found[f"measures_{month}"]).sum())
    return reasons + measures, reasons + measures


def _exact(
    rule: int, place: npt.NDArray[np.int64], size: int, rows: npt.NDArray[np.int64], made: Made
) -> npt.NDArray[np.int64]:
    """Levels by whole hundredths, apart from both."""

    def total(name: str) -> npt.NDArray[np.int64]:
        out = np.zeros(size, np.int64)
        np.add.at(out, place, made[name][rows])
        return out

    area = total("area")
    if rule == 1:
        return np.select([area >= 1000, area >= 500, area >= 300], [3, 2, 1], 0)
    farmland, parcels = total("farmland"), total("new")
    red, orange = (area >= 1500) | (farmland >= 1000), (area >= 1000) | (farmland >= 500)
    return np.select([red, orange, parcels >= 2], [3, 2, 1], 0)


def _exact_year(made: Made) -> npt.NDArray[np.int64]:
    def total(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        out = np.zeros(BANNERS, np.int64)
        np.add.at(out, made["region"], values)
        return out

    farmland, basic = total(made["farmland"]), total(made["basic_farmland"])
    unhandled = total((made["stopped"] == 0) & (made["investigated"] == 0)) >= 3
    occupied = (farmland >= 1000) | (basic >= 500)
    share = (farmland > 0) & (farmland * 100 >= made["new_construction"] * 15)
    return (unhandled | (occupied & (made["severe"] > 0))) + 2 * share


CASES = (
    ("ten parcels of 0.30 mu, project line 3", ["0.30"] * 10, 3),
    ("2 of 2.35 and one of 0.30 mu, project line 5", ["2.35", "2.35", "0.30"], 5),
    ("5 of 1.91 and one of 0.45 mu, project line 10", ["1.91"] * 5 + ["0.45"], 10),
    ("7 of 0.71 and one of 0.03 mu, project line 5", ["0.71"] * 7 + ["0.03"], 5),
    ("3 of 3.33 and one of 0.01 mu, project line 10", ["3.33"] * 3 + ["0.01"], 10),
    ("a hundred of 0.05 mu, project line 5", ["0.05"] * 100, 5),
)
"""Areas of a project in a month whose exact sum is the line itself."""


def _lines(python: Path, folder: Path) -> str:
    """What doubles, OpenFisca (which keeps figures in single precision) and the columns say of them."""
    texts = [(place, text) for place, (_, texts, _) in enumerate(CASES) for text in texts]
    size = len(texts)
    made = _made(size) | {
        "region": np.zeros(size, np.int64),
        "month": np.full(size, 5),
        "project": np.array([place for place, _ in texts]),
        "area": hundredths([text for _, text in texts], "area"),
        "farmland": np.zeros(size, np.int64),
        "basic_farmland": np.zeros(size, np.int64),
    }
    peer = _peer(python, made, folder, "split")[1]["project_5"]
    columns = _columns(made | {"project": np.array([place for place, _ in texts])})
    w = evaluate_columns(load_pack(), columns).warnings
    ours = np.zeros(len(CASES), np.int64)
    ours[w.trigger[w.rule == 1]] = w.level[w.rule == 1] + 1
    rows = ["| areas | exact | columns | doubles | OpenFisca |", "|---|---|---|---|---|"]
    for place, (name, figures, line) in enumerate(CASES):
        level = {3: 1, 5: 2, 10: 3}[line]
        truths = (
            sum(map(Fraction, figures)) >= line,
            ours[place] == level,
            sum(map(float, figures)) >= line,
            peer[place] == level,
        )
        words = ["reached" if truth else "**not reached**" for truth in truths]
        rows.append(f"| {name} | {' | '.join(words)} |")
    return "\n".join(rows)
