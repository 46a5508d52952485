"""Mutated files of every format through the sandbox: read, or refused in a sentence that names the file."""

from __future__ import annotations

from collections import Counter

from tests.fuzz import files


def test_mutated_files_are_read_or_refused() -> None:
    tallies = files.fuzz(60, 20240023)
    faults = [fault for tally in tallies.values() for fault in tally.faults]
    assert not faults, "\n".join(faults)
    assert all(tally.slowest_cpu_s < files.LIMITS.seconds for tally in tallies.values())
    assert all(tally.peak_mib << 20 < files.LIMITS.memory_bytes for tally in tallies.values())
    ends = Counter({"read": 0})
    for tally in tallies.values():
        ends.update(read=tally.read, refused=tally.refused)
    assert ends["read"]
    assert ends["refused"]
