"""`shoutu worker`: run queued jobs."""

from __future__ import annotations

import click


@click.command()
@click.option("--once", is_flag=True, help="Stop when the queue is empty.")
def command(once: bool) -> None:
    """Run queued jobs until stopped; Ctrl-C lets the running one reach a safe place.

    `shoutu serve` starts one. More on other machines need PostgreSQL and a shared SHOUTU_HOME.
    """
    from shoutu.platform import setup

    setup.open_records()
    from shoutu.platform.outbox.worker import JobWorker

    worker = JobWorker(once=once)
    worker.configure_signals()
    worker.work()
