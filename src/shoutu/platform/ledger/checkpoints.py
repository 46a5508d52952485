"""Publishing the state of the tree as a signed note.

The key is made once and lies under SHOUTU_HOME/keys. Whoever holds the machine can sign a rewritten
ledger with it: a checkpoint proves something only where a copy lies outside, so it is printed in
the month's bulletin and given to the discipline office.
"""

from __future__ import annotations

import hashlib

from shoutu import clocks
from shoutu.platform.home import secret
from shoutu.platform.ledger import queries
from shoutu.platform.ledger.models import Checkpoint
from shoutu.proof import checkpoint
from shoutu.proof.checkpoint import Signer


def signer() -> Signer:
    """This installation's key. Its name ends in a digest of the key, so that no two logs share one."""
    seed = bytes.fromhex(secret("ledger"))
    return Signer(f"shoutu-ledger-{hashlib.sha256(b'name' + seed).hexdigest()[:12]}", seed)


def publish() -> str:
    """Sign the present state and keep the note; the same note again while nothing was added."""
    head = queries.head()
    known = Checkpoint.objects.filter(size=head.size).first()
    if known is not None:
        return known.note
    key = signer()
    note = key.sign(checkpoint.Checkpoint(key.name, head.size, head.root).text())
    row, _ = Checkpoint.objects.get_or_create(
        size=head.size, defaults={"root": head.root.hex(), "note": note, "published_at": clocks.now()}
    )
    return row.note
