"""`python -m tests.accuracy PAIRS SEED [STATE]`: the kernel's errors by kind, into docs/measured/accuracy.md.

A run that was stopped goes on from STATE. The exit code is 1 when one pair is beyond the bound.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from tests.accuracy.kinds import KINDS, Kind
from tests.accuracy.measure import Worst, measured, millions_of_edges

ROOT = Path(__file__).resolve().parent.parent.parent
TARGET = ROOT / "docs" / "measured" / "accuracy.md"
EDGES = "an outline of {:,} edges"


def plan(pairs: int) -> list[tuple[Kind, int, int]]:
    """(kind, chunk, pairs): all kinds in turn, by their shares; at least one chunk of each."""
    shares = sum(kind.share for kind in KINDS)
    left = [max(1, round(pairs * kind.share / shares)) for kind in KINDS]
    steps: list[tuple[Kind, int, int]] = []
    chunk = 0
    while any(left):
        for i, kind in enumerate(KINDS):
            if count := min(kind.at_once, left[i]):
                steps.append((kind, chunk, count))
                left[i] -= count
        chunk += 1
    return steps


def run(
    pairs: int,
    seed: int,
    edges: int,
    state: Path | None = None,
    said: Callable[[str], object] = lambda _: None,
) -> dict[str, Worst]:
    """The worst of each kind, by `name|patch CRS|layer CRS`."""
    done = (
        json.loads(state.read_text()) if state is not None and state.exists() else {"steps": 0, "worst": {}}
    )
    worst = {name: Worst(**one) for name, one in done["worst"].items()}
    steps = plan(pairs)
    for index in range(done["steps"], len(steps)):
        kind, chunk, count = steps[index]
        worst.setdefault("|".join((kind.name, *kind.crs)), Worst()).add(measured(kind, seed, chunk, count))
        if state is not None:
            kept = {"steps": index + 1, "worst": {name: asdict(one) for name, one in worst.items()}}
            state.write_text(json.dumps(kept, ensure_ascii=False))
        said(f"{index + 1}/{len(steps)} {kind.name} {kind.crs}")
    worst["|".join((EDGES.format(edges), "EPSG:4490", "EPSG:4490"))] = millions_of_edges(seed, edges, 60)
    return worst


def report(worst: dict[str, Worst], seed: int) -> str:
    pairs = sum(one.pairs for one in worst.values())
    head = (
        "# Accuracy, measured\n\n"
        f"Written by `python -m tests.accuracy {pairs} {seed}` on {date.today()}: {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores.\n\n"
        f"**{pairs:,} pairs** of a patch and polygons of a layer, drawn from a fixed seed; GEOS intersects "
        "them in the plane of the patch's CRS and Gauss–Legendre measures the result on the ellipsoid "
        "(`tests/accuracy/oracle.py`). Where the layer has one polygon, the kernel is asked both ways "
        "round, and the worse answer counts. The bound is contract 2's: 1e-6 of the row's area or 1e-3 m², "
        "whichever is larger; a share of 1 would be an error as large as allowed. `own` is the same for the "
        "polygons' whole areas.\n\n"
        "| kind | patch in | layer in | pairs | of them overlapping | largest area, m² | largest error, m² | "
        "worst share of the bound | at an area of, m² | own |\n|---|---|---|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    rows = "".join(
        "| {} | {} | {} | {:,} | {:,} | {:.3g} | {:.1e} | {:.4f} | {:.3g} | {:.4f} |\n".format(
            *name.split("|"), w.pairs, w.overlapping, w.largest_m2, w.error_m2, w.share, w.at_m2, w.own_share
        )
        for name, w in worst.items()
    )
    beyond = [text for one in worst.values() for text in one.beyond]
    return head + rows + "".join(f"\n- beyond the bound: {text}" for text in beyond)


def main() -> int:
    pairs, seed = int(sys.argv[1]), int(sys.argv[2])
    state = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    start = time.monotonic()
    edges = 2_000_000 if pairs >= 100_000 else 200_000
    worst = run(pairs, seed, edges, state, lambda text: print(text, file=sys.stderr, flush=True))
    TARGET.write_text(report(worst, seed).rstrip("\n") + "\n", "utf-8")
    of = max(worst, key=lambda name: worst[name].share)
    print(
        f"{sum(one.pairs for one in worst.values()):,} pairs of {len(worst)} kinds, the worst error "
        f"{worst[of].share:.4f} of the bound ({of.partition('|')[0]}); {time.monotonic() - start:.0f} s"
    )
    return 1 if any(one.beyond for one in worst.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
