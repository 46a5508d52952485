"""`shoutu doctor`: check the installation and say what is wrong."""

from __future__ import annotations

import json
import sys

import click

_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


@click.command()
@click.option("--deep", is_flag=True, help="Also read every kept file and compare its hash.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(deep: bool, as_json: bool) -> None:
    """Check the installation; exit 1 when something must be mended."""
    from shoutu.cli import language
    from shoutu.platform import setup

    setup.open_records()
    from shoutu.platform.upkeep.doctor import examine

    findings = examine(deep=deep)
    failed = any(finding.state == "fail" for finding in findings)
    tongue = language()
    if as_json:
        rows = [
            {
                "check": finding.check,
                "state": finding.state,
                "detail": finding.detail.to(tongue),
                "remedy": None if finding.remedy is None else finding.remedy.to(tongue),
            }
            for finding in findings
        ]
        click.echo(
            json.dumps({"schema": 1, "ok": not failed, "findings": rows}, ensure_ascii=False, indent=2)
        )
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.state]}  {finding.check}: {finding.detail.to(tongue)}")
            if finding.remedy is not None:
                click.echo(f"      {finding.remedy.to(tongue)}")
    sys.exit(1 if failed else 0)
