"""What the API reads: the queries of the apps, narrowed to the caller."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Path, Query

from shoutu.platform.api import schemas
from shoutu.platform.api.callers import READ, acting, reading
from shoutu.platform.discovery import queries as discovery
from shoutu.platform.discovery.queries import Filter
from shoutu.platform.discovery.rows import PatchRow
from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.ledger import queries as ledger
from shoutu.platform.restrictions import queries as restrictions
from shoutu.platform.territory import queries as territory
from shoutu.platform.warnings import queries as warnings
from shoutu.platform.warnings.rows import BoardRow

router = Router(tags=["read"])
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
REGION = r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$"
ID = r"^[0-9a-z]{16}$"
LARGEST = 2**53 - 1


def _fields(row: object, kind: type[schemas.Strict]) -> dict[str, Any]:
    """The attributes of a row that the schema names."""
    return {name: getattr(row, name) for name in kind.model_fields}


def _list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@router.get("/regions", response=list[schemas.Region])
def regions(request: HttpRequest) -> Any:
    """Every region of this installation, by code."""
    acting(request, READ)
    return [_fields(row, schemas.Region) for row in territory.regions()]


@router.get("/layers", response=list[schemas.Layer])
def layers(request: HttpRequest) -> Any:
    """Every registered layer version."""
    return [_fields(row, schemas.Layer) for row in territory.layers(reading(request, "see.layers"))]


@router.get("/batches", response=list[schemas.Batch])
def batches(request: HttpRequest, month: str = Query("", pattern=f"^$|{MONTH}")) -> Any:
    rows = discovery.batches(reading(request, "see.patches"), month=month)
    return [_fields(row, schemas.Batch) for row in rows]


@router.get("/patches", response=schemas.Patches)
def patches(
    request: HttpRequest,
    month: str = Query("", pattern=f"^$|{MONTH}"),
    after: str = Query("", max_length=80),
    limit: int = Query(50, ge=1, le=1000),
) -> Any:
    """Patches and parts, by cursor: give `next` of one page as `after` of the following."""
    page = discovery.patches(reading(request, "see.patches"), Filter(month=month), after=after, limit=limit)
    return {"items": [_patch(row) for row in page.rows], "next": page.after or None}


def _patch(row: PatchRow) -> dict[str, Any]:
    return _fields(row, schemas.Patch)


@router.get("/patches/{patch}", response=schemas.PatchDetail)
def patch(request: HttpRequest, patch: str = Path(..., pattern=ID)) -> Any:
    page = enforcement.patch_page(reading(request, "see.patches"), patch)
    facts = [
        {
            **_fields(row, schemas.LayerFacts),
            "classes": [_fields(one, schemas.ClassArea) for one in row.classes],
        }
        for row in page.facts
    ]
    return {"patch": _patch(page.patch), "parts": [_patch(part) for part in page.parts], "facts": facts}


@router.get("/months/{month}", response=list[schemas.Banner])
def months(request: HttpRequest, month: str = Path(..., pattern=MONTH)) -> Any:
    """Each banner's level, as issued or as it stands."""
    return [_banner(row) for row in warnings.board(reading(request, "see.board"), month)]


def _banner(row: BoardRow) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in schemas.Banner.model_fields if name != "not_through"}
    for name in ("project_level", "area_m2", "farmland_m2"):
        found[name] = found[name] or None
    return {**found, "not_through": row.undecided.total}


@router.get("/months/{month}/{region}", response=schemas.Month)
def month(
    request: HttpRequest, month: str = Path(..., pattern=MONTH), region: str = Path(..., pattern=REGION)
) -> Any:
    """One banner's month with its reasons and measures."""
    page = warnings.month_page(reading(request, "see.warnings"), region, month)
    return {
        "banner": _banner(page.row),
        "warnings": [
            {name: _list(getattr(row, name)) for name in schemas.Warning.model_fields}
            for row in page.warnings
        ],
        "measures": [{**_fields(row, schemas.Measure), "title": row.title.zh} for row in page.measures],
        "announcement": page.announcement,
        "facts_digest": page.facts_digest,
        "issue": page.issue,
        "issued_at": page.issued_at,
    }


@router.get("/restrictions", response=list[schemas.Restriction])
def restrictions_in_record(request: HttpRequest) -> Any:
    """Suspensions and control-list entries, the latest first."""
    rows = restrictions.listed(reading(request, "see.restrictions"))
    return [{**_fields(row, schemas.Restriction), "scope": list(row.scope)} for row in rows]


@router.get("/ledger/root", response=schemas.Root)
def ledger_root(request: HttpRequest) -> Any:
    """Size and root of the ledger's tree (RFC 6962)."""
    acting(request, READ)
    head = ledger.head()
    return {"size": head.size, "root": head.root.hex()}


@router.get("/ledger/entries/{index}/proof", response=schemas.Inclusion)
def ledger_proof(request: HttpRequest, index: int = Path(..., ge=0, le=LARGEST)) -> Any:
    """The inclusion proof of an entry in the tree as it stands."""
    acting(request, READ)
    proof = ledger.inclusion(index)
    return {
        "leaf_index": proof.leaf_index,
        "tree_size": proof.tree_size,
        "leaf_hash": proof.leaf_hash.hex(),
        "path": [node.hex() for node in proof.path],
        "root": proof.root.hex(),
    }
