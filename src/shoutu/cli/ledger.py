"""`shoutu ledger`: export, prove and verify the record; publish its state.

`verify FILE` is for an outsider: it loads neither the platform nor a database.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shoutu.errors import BadInput, Text, VerificationFailed, Where

if TYPE_CHECKING:
    from shoutu.proof.checkpoint import Checkpoint

SCHEMA = 1

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_COUNT = click.IntRange(min=0)


@click.group()
def command() -> None:
    """Export, prove and verify the record.

    Entries count from 0. Leaf and tree hash are RFC 6962's over the canonical bytes (RFC 8785).
    """


@command.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write; replaced whole.")
def export(out: Path) -> None:
    """Write the entries, one a line, their exact bytes."""
    _records()
    from shoutu.platform.ledger import queries

    draft = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            size = 0
            for size, body in enumerate(queries.bodies(), start=1):  # noqa: B007 - the last one is the size
                file.write(body + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _unwritable(out, error) from error
    click.echo(f"{size} entries in {out}", err=True)


@command.command()
@_JSON
def root(as_json: bool) -> None:
    """The size of the tree and its root."""
    _records()
    from shoutu.platform.ledger import queries

    head = queries.head()
    if as_json:
        _print({"schema": SCHEMA, "size": head.size, "root": head.root.hex()})
    else:
        click.echo(f"{head.size} {head.root.hex()}")


@command.command()
@click.argument("index", type=_COUNT, required=False)
@click.option("--from", "earlier", type=_COUNT, help="Size of the earlier tree.")
@click.option("--to", "later", type=_COUNT, help="Size of the later tree.")
@_JSON
def prove(index: int | None, earlier: int | None, later: int | None, as_json: bool) -> None:
    """That entry INDEX lies in the tree, or that the tree of --to continues that of --from."""
    if (index is None) == (earlier is None or later is None):
        raise click.UsageError("give INDEX, or --from and --to")
    _records()
    document = _inclusion(index) if index is not None else _consistency(earlier or 0, later or 0)
    if as_json:
        _print(document)
        return
    for key, value in document.items():
        if key != "schema":
            click.echo(
                f"{key}: " + ("\n  ".join(["", *value]).rstrip() if isinstance(value, list) else str(value))
            )


def _inclusion(index: int) -> dict[str, Any]:
    from shoutu.platform.ledger import queries

    found = queries.inclusion(index)
    return {
        "schema": SCHEMA,
        "leaf_index": found.leaf_index,
        "tree_size": found.tree_size,
        "leaf_hash": found.leaf_hash.hex(),
        "path": [node.hex() for node in found.path],
        "root": found.root.hex(),
    }


def _consistency(earlier: int, later: int) -> dict[str, Any]:
    from shoutu.platform.ledger import queries

    found = queries.consistency(earlier, later)
    return {
        "schema": SCHEMA,
        "from": found.earlier,
        "to": found.later,
        "root_from": found.root_earlier.hex(),
        "root_to": found.root_later.hex(),
        "path": [node.hex() for node in found.path],
    }


@command.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--root", "root_hex", metavar="HEX", help="The root that FILE must have.")
@click.option("--checkpoint", "note", type=click.Path(path_type=Path), help="A signed note kept elsewhere.")
@click.option("--key", metavar="NAME+HASH+KEY", help="Verifier key of the note, when a FILE is checked.")
@_JSON
def verify(
    file: Path | None, root_hex: str | None, note: Path | None, key: str | None, as_json: bool
) -> None:
    """Recompute everything; exit 1 names the first bad entry.

    Without FILE: the records of this installation, with every published checkpoint. With FILE: an
    export, as an outsider checks it. A ledger that was rewritten whole is found only against a root
    or a checkpoint from outside.
    """
    if file is not None:
        document = _verify_export(file, root_hex, note, key)
    elif root_hex is not None or key is not None:
        raise click.UsageError("--root and --key go with FILE")
    else:
        document = _verify_records(None if note is None else _read(note))
    if as_json:
        _print(document)
    else:
        click.echo(f"{document['size']} entries verified, root {document['root']}")
        if not document["compared"]:
            click.echo("compared with no root from elsewhere: the form is right, no more", err=True)


def _verify_export(file: Path, root_hex: str | None, note: Path | None, key: str | None) -> dict[str, Any]:
    from shoutu.proof import package

    if (note is None) != (key is None):
        raise click.UsageError("--checkpoint and --key go together")
    stated = None if note is None or key is None else _stated(note, key)
    expected = None if root_hex is None else _root(root_hex)
    sizes = () if stated is None else (stated.size,)
    found = package.check_file(file, root=expected, sizes=sizes)
    if stated is not None and found.roots.get(stated.size) != stated.root:
        raise VerificationFailed(
            Text("与检查点不符。", "The entries do not lead to the checkpoint."),
            where=Where(file=str(file)),
            found=f"{found.size} entries, checkpoint of {stated.size}",
        )
    return {
        "schema": SCHEMA,
        "size": found.size,
        "root": found.root.hex(),
        "compared": expected is not None or stated is not None,
        "checkpoints": 0 if stated is None else 1,
    }


def _stated(note: Path, key: str) -> Checkpoint:
    """The checkpoint of a note that `key` signed; a note that it did not is named."""
    from shoutu.proof import checkpoint

    text = _read(note)
    try:
        return checkpoint.verify(text, key)
    except VerificationFailed as error:
        error.where = Where(file=str(note))
        raise


def _verify_records(note: str | None) -> dict[str, Any]:
    _records()
    from shoutu.platform.ledger import verify as whole

    found = whole.verify(note)
    return {
        "schema": SCHEMA,
        "size": found.size,
        "root": found.root.hex(),
        "compared": found.checkpoints > 0,
        "checkpoints": found.checkpoints,
    }


@command.command()
@click.option("--key", "show_key", is_flag=True, help="Print the verifier key instead.")
def checkpoint(show_key: bool) -> None:
    """Sign the present state, publish it and print the note.

    Give the note and the key to somebody outside, each time: a month's bulletin, the discipline office.
    """
    _records()
    from shoutu.platform.ledger import checkpoints

    click.echo(checkpoints.signer().verifier_key() if show_key else checkpoints.publish(), nl=show_key)


def _records() -> None:
    from shoutu.platform import setup

    setup.open_records()


def _print(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _root(text: str) -> bytes:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise BadInput(
            Text("树根应为 64 位十六进制数。", "A root is 64 hex digits."),
            where=Where(field="--root"),
            found=text[:80],
            remedy=Text(
                "取自 `shoutu ledger root` 或公布的检查点。",
                "Take it from `shoutu ledger root` or a checkpoint.",
            ),
        )
    return bytes.fromhex(text)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            Text("读不了这个文件。", "This file cannot be read."),
            where=Where(file=str(path)),
            found=str(error),
            remedy=Text("核对路径；检查点是 UTF-8 文本。", "Check the path; a checkpoint is UTF-8 text."),
        ) from error


def _unwritable(path: Path, error: OSError) -> BadInput:
    return BadInput(
        Text("写不了这个文件。", "This file cannot be written."),
        where=Where(file=str(path)),
        found=error.strerror,
        remedy=Text("核对路径、权限和剩余空间。", "Check the path, its permissions and the space left."),
    )
