"""What every act promises: its entry, its door, its key, and nothing written outside."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from shoutu.errors import BadInput, NotFound, Refused
from shoutu.platform import acts
from shoutu.platform.acts import Once, Recorded, act
from shoutu.platform.ledger.models import Entry, Head
from shoutu.platform.territory.models import Region


@pytest.fixture
def rename(monkeypatch):
    """A made act: renames a region. Its door is that of `patch.assign`."""
    monkeypatch.setattr(acts, "REGISTER", {})

    @act("patch.assign", clause="5.7", region=lambda data: data["region"])
    def rename(actor, data):
        Region.objects.filter(code=data["region"]).update(name=data["name"])
        return Recorded(data["name"], f"region:{data['region']}", {"length": len(data["name"])})

    return rename


def test_an_act_writes_its_entry_with_it(people, rename):
    done = rename(people.bob, {"region": "150627", "name": "x"})
    entry = Entry.objects.get()
    assert (done.receipt.leaf_index, done.receipt.leaf_hash) == (0, entry.leaf_hash)
    assert (entry.act, entry.subject, entry.region) == ("patch.assign", "region:150627", "150627")
    assert Head.objects.get().size == 1


@pytest.mark.parametrize(
    ("who", "error"), [("nobody", Refused), ("alice", Refused), ("rita", NotFound), ("tina", Refused)]
)
def test_a_closed_door_leaves_nothing(people, rename, who, error):
    with pytest.raises(error):
        rename(getattr(people, who), {"region": "150627", "name": "x"})
    assert not Entry.objects.exists()
    assert Region.objects.get(code="150627").name == "伊金霍洛旗"


def test_the_same_key_is_the_same_request(people, rename):
    once = Once("caller", "k1", "0" * 64)
    first = rename(people.bob, {"region": "150627", "name": "x"}, once=once)
    again = rename(people.bob, {"region": "150627", "name": "y"}, once=once)
    assert again.value is None
    assert again.receipt == first.receipt
    assert Region.objects.get(code="150627").name == "x"
    with pytest.raises(BadInput, match="used for another request"):
        rename(people.bob, {"region": "150627", "name": "y"}, once=Once("caller", "k1", "1" * 64))


def test_a_write_outside_an_act_is_refused(people):
    with pytest.raises(acts.WriteOutsideAct, match="territory_region"):
        Region.objects.filter(code="150627").update(name="x")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET region = '150625'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_head SET size = 0",
        "DELETE FROM ledger_head",
        "UPDATE ledger_head SET size = size + 2",
    ],
)
def test_the_database_itself_keeps_the_record(people, rename, statement):
    rename(people.bob, {"region": "150627", "name": "x"})
    with (
        pytest.raises(Exception, match="append-only"),
        acts.unsafe_writes("test: a hand at the prompt"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_threads_append_without_a_gap(committed_people, rename):
    people = committed_people
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for n in range(5):
                rename(people.bob, {"region": "150627", "name": str(n)})
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == list(range(20))
