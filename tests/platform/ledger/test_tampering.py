"""T11: a hand at the database's prompt. Every kind × several places; with and without a note outside."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import connection

from shoutu import clocks
from shoutu.errors import VerificationFailed
from shoutu.platform import acts
from shoutu.platform.acts import Recorded, act
from shoutu.platform.ledger import append_only, checkpoints, queries, services
from shoutu.platform.ledger.models import Checkpoint, Entry, Head, Sealed
from shoutu.platform.ledger.verify import verify
from shoutu.proof import tree
from shoutu.proof.canonical import canonical
from tests.scale import LONG

SIZE = 24
PLACES = (0, 1, 7, 15, 22, 23)


@pytest.fixture
def note_text(monkeypatch):
    """A made act that seals a text."""
    monkeypatch.setattr(acts, "REGISTER", {})

    @act("patch.assign", clause="5.7", region=lambda data: "150627")
    def remark(actor, data):
        return Recorded(None, f"patch:{data % 5}", {"note": services.seal(f"remark {data}"), "n": data})

    return remark


@pytest.fixture
def outside(people, note_text):
    """A ledger of SIZE entries, published at 10 and at the end; the notes, as somebody outside has them."""
    notes = []
    for n in range(SIZE):
        note_text(people.bob, n)
        if n + 1 in (10, SIZE):
            notes.append(checkpoints.publish())
    assert verify(notes[-1]).size == SIZE
    with acts.unsafe_writes("test: forging"):
        append_only.remove(connection)
        yield notes
        append_only.install(connection)


def rewrite(first: int, bodies: list[bytes]) -> None:
    """Replace all entries from `first` on, hashes, columns and head included: the careful forger."""
    kept = [
        bytes(body)
        for body in Entry.objects.filter(index__lt=first).order_by("index").values_list("body", flat=True)
    ]
    Entry.objects.filter(index__gte=first).delete()
    frontier: list[bytes] = []
    for index, body in enumerate([*kept, *bodies]):
        leaf = tree.leaf_hash(body)
        frontier = tree.append(frontier, index, leaf)
        if index >= first:
            entry = json.loads(body)
            Entry.objects.create(
                index=index,
                body=body,
                leaf_hash=leaf.hex(),
                act=entry["act"],
                subject=entry["subject"],
                region=entry["region"],
                recorded_at=entry["time"],
            )
    Head.objects.update(size=len(kept) + len(bodies), frontier=" ".join(node.hex() for node in frontier))


def body_of(index: int) -> dict:
    return json.loads(bytes(Entry.objects.get(index=index).body))


def fails(match: str, note: str | None = None) -> None:
    with pytest.raises(VerificationFailed, match=match):
        verify(note)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("column", "value"),
    [("act", "patch.report"), ("subject", "patch:other"), ("region", "150625"), ("recorded_at", None)],
)
def test_a_changed_column_is_named(outside, place, column, value):
    value = value or Entry.objects.get(index=place).recorded_at - timedelta(days=1)
    Entry.objects.filter(index=place).update(**{column: value})
    fails(f"Entry {place} ")


@pytest.mark.parametrize("place", PLACES)
def test_a_changed_body_is_named(outside, place):
    Entry.objects.filter(index=place).update(body=canonical({**body_of(place), "person": "somebody"}))
    fails(f"Entry {place} does not have its leaf hash")


@pytest.mark.parametrize("place", PLACES)
def test_every_flipped_byte_is_named(outside, place):
    body = bytes(Entry.objects.get(index=place).body)
    for at in range(0, len(body), 1 if LONG else 7):
        changed = bytearray(body)
        changed[at] ^= 0x20
        Entry.objects.filter(index=place).update(body=bytes(changed))
        fails(f"Entry {place} ")


@pytest.mark.parametrize("place", PLACES)
def test_a_changed_hash_is_named(outside, place):
    Entry.objects.filter(index=place).update(leaf_hash=hashlib.sha256(b"x").hexdigest())
    fails(f"Entry {place} ")


@pytest.mark.parametrize("place", PLACES)
def test_a_deleted_entry_is_named(outside, place):
    Entry.objects.filter(index=place).delete()
    fails(f"Entry {place} is missing")


@pytest.mark.parametrize("place", PLACES[:-1])
def test_two_swapped_entries_are_named(outside, place):
    first, second = Entry.objects.filter(index__in=(place, place + 1)).order_by("index")
    first.index, second.index = second.index, first.index
    Entry.objects.filter(index__in=(place, place + 1)).delete()
    first.save(force_insert=True)
    second.save(force_insert=True)
    fails(f"Entry {place} has the index {place + 1}")


def test_an_entry_beyond_the_head_is_named(outside):
    row = Entry.objects.get(index=SIZE - 1)
    row.index = SIZE
    row.save(force_insert=True)
    fails(f"Entry {SIZE} is not in the tree")


@pytest.mark.parametrize("place", PLACES)
def test_a_rewritten_entry_with_its_hash_is_found_by_the_head(outside, place):
    body = canonical({**body_of(place), "person": "somebody"})
    Entry.objects.filter(index=place).update(body=body, leaf_hash=tree.leaf_hash(body).hex())
    fails("the head has another tree")


@pytest.mark.parametrize("place", PLACES)
def test_a_changed_sealed_text_is_named(outside, place):
    Sealed.objects.filter(text=f"remark {place}").update(text="another remark")
    fails(f"Entry {place} seals a text that was changed")


@pytest.mark.parametrize("place", PLACES)
def test_a_lost_sealed_text_is_named(outside, place):
    Sealed.objects.filter(text=f"remark {place}").delete()
    fails(f"Entry {place} seals a text that is lost")


@pytest.mark.parametrize("place", PLACES)
def test_a_full_rewrite_is_found_by_a_published_checkpoint_only(outside, place):
    bodies = [canonical({**body_of(n), "person": "somebody"}) for n in range(place, SIZE)]
    rewrite(place, bodies)
    first = 0 if place < 10 else 10
    fails(f"Entry {first} to {9 if place < 10 else SIZE - 1}: something there was rewritten")
    Checkpoint.objects.all().delete()
    assert verify().size == SIZE  # the forger also cleared what was published here
    fails("something there was rewritten", outside[-1])


@pytest.mark.parametrize("cut", [1, 5, 14])
def test_a_cut_tail_is_found_by_a_published_checkpoint_only(outside, cut):
    rewrite(SIZE - cut, [])
    fails(f"Entry {SIZE - cut} is missing: a checkpoint counts {SIZE} entries")
    Checkpoint.objects.all().delete()
    assert verify().size == SIZE - cut
    fails(f"a checkpoint counts {SIZE} entries", outside[-1])


def test_yesterdays_backup_is_found_by_a_note_from_outside(outside):
    rewrite(12, [])
    Checkpoint.objects.filter(size__gt=12).delete()
    assert verify(outside[0]).size == 12
    fails("a checkpoint counts 24 entries", outside[-1])


def test_a_checkpoint_that_was_rewritten_is_found(outside):
    Checkpoint.objects.filter(size=10).update(root="0" * 64)
    fails("Entry 10 has a checkpoint that its note does not state")


def test_a_note_of_another_key_is_refused(outside):
    fails("checkpoint does not hold", outside[-1].replace("shoutu-ledger-", "shoutu-other-"))


def test_erasing_a_name_leaves_the_proof_valid(people, note_text, monkeypatch):
    monkeypatch.undo()
    from shoutu.platform.accounts.inputs import ErasePerson, NewPerson
    from shoutu.platform.accounts.services.people import create_person, erase_person

    made = create_person(people.sam, NewPerson(login="leaver", name="离任（演示）")).value
    before = queries.head()
    note = checkpoints.publish()
    erase_person(people.uma, ErasePerson(person=made.person, ground="本人申请"))
    found = verify(note)
    assert found.erased == 2
    path = queries.consistency(before.size, found.size)
    assert tree.verify_consistency(before.size, found.size, before.root, found.root, path.path)


def test_time_may_run_backwards_and_the_order_stays(people, note_text):
    note_text(people.bob, 0)
    with clocks.stopped_at(clocks.now() - timedelta(days=10)):
        note_text(people.bob, 1)
    assert [row.facts["n"] for row in queries.history(people.bob, "patch:1")] == [1]
    assert verify().size == 2
