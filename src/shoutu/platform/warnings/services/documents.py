"""Official papers: drafted from an issued month, numbered when a named person decided."""

from __future__ import annotations

from dataclasses import replace

from shoutu import clocks
from shoutu.errors import NotFound, Refused, Text
from shoutu.platform import documents
from shoutu.platform.acts import Recorded, act
from shoutu.platform.documents.fields import Decision
from shoutu.platform.doors import Actor
from shoutu.platform.territory import queries as territory
from shoutu.platform.warnings.drafting import decode, draft, encode
from shoutu.platform.warnings.inputs import Draft, Number
from shoutu.platform.warnings.models import Document, Register
from shoutu.platform.warnings.queries import board
from shoutu.platform.warnings.services.month import LOST_RACE, RELOAD


@act("document.draft", clause="6.4", region=lambda data: data.region)
def draft_document(actor: Actor, data: Draft) -> Recorded[Document]:
    fields = draft(data, lambda month: board(actor, month))
    name = territory.region(data.region).name
    document = Document.objects.create(
        kind=data.kind,
        region=data.region,
        month=data.month,
        title=f"{name}{int(data.month[:4])}年{int(data.month[5:])}月{documents.KINDS[data.kind].label}",
        fields=encode(fields),
        drafted_by=actor.person,
        drafted_at=clocks.now(),
    )
    return Recorded(document, f"document:{document.id}", {"kind": data.kind, "month": data.month})


def _document(identifier: str) -> Document:
    found = Document.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(Text("没有这份文书。", "There is no such paper."), found=identifier)
    return found


@act("document.number", clause="6.4", region=lambda data: _document(data.document).region)
def number_document(actor: Actor, data: Number) -> Recorded[Document]:
    """The next number of the issuer's register: no gap, none twice. The draft becomes the paper."""
    document = _document(data.document)
    number = _next_number(data.code, data.dated.year)
    fields = decode(document.kind, document.fields)
    head = replace(fields.head, number=number, dated=data.dated)
    numbered = replace(fields, head=head, decision=Decision(basis=data.basis, on=data.dated))
    moved = Document.objects.filter(id=document.id, state=Document.DRAFT).update(
        state=Document.NUMBERED, number=number, fields=encode(numbered), numbered_at=clocks.now()
    )
    if moved != 1:
        raise Refused(LOST_RACE, remedy=RELOAD)
    facts = {"kind": document.kind, "number": number, "dated": data.dated.isoformat(), "basis": data.basis}
    return Recorded(document, f"document:{document.id}", facts)


def _next_number(code: str, year: int) -> str:
    register, _ = Register.objects.select_for_update().get_or_create(code=code, year=year)
    register.last += 1
    register.save(update_fields=("last",))
    return f"{code}〔{year}〕{register.last}号"
