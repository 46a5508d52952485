"""What the API does: acts, with an Idempotency-Key, answered by their receipt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import Router, Status
from ninja.params.functions import Header, Path

from shoutu.errors import BadInput, Text, Where
from shoutu.platform.acts import Once
from shoutu.platform.api import schemas
from shoutu.platform.api.callers import ACT, acting
from shoutu.platform.api.reading import ID, MONTH, REGION
from shoutu.platform.enforcement import inputs as enforcement
from shoutu.platform.enforcement.services import reports, reviews
from shoutu.platform.forms import convert
from shoutu.platform.warnings import inputs
from shoutu.platform.warnings.services import measures
from shoutu.platform.warnings.services import month as months

router = Router(tags=["act"])
Key = Header(..., alias="Idempotency-Key", min_length=8, max_length=200)


def body_of(kind: type[msgspec.Struct], *given: str) -> dict[str, Any]:
    """OpenAPI's request body for an input, without the fields that the address gives."""
    (schema,), components = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    own = dict(components[kind.__name__]) if "$ref" in schema else dict(schema)
    own["properties"] = {k: v for k, v in own["properties"].items() if k not in given}
    own["required"] = [name for name in own.get("required", []) if name not in given]
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": own}}}}


def _perform(
    request: HttpRequest, key: str, kind: type[msgspec.Struct], act: Callable[..., Any], **given: str
) -> Status[dict[str, Any]]:
    actor = acting(request, ACT)
    data = convert(kind, {**_document(request), **given})
    caller: str = request.caller  # type: ignore[attr-defined]
    digest = hashlib.sha256(request.path.encode() + b"\n" + request.body).hexdigest()
    receipt = act(actor, data, once=Once(caller, key, digest)).receipt
    answer = {
        "leaf_index": receipt.leaf_index,
        "leaf_hash": receipt.leaf_hash,
        "subject": receipt.subject,
    }
    return Status(201, answer)


def _document(request: HttpRequest) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(request.body or b"{}")
    except msgspec.DecodeError as error:
        raise BadInput(
            Text("请求不是有效的 JSON。", "The request is not valid JSON."),
            where=Where(pointer=""),
            found=str(error),
            remedy=Text("发送一个 JSON 对象。", "Send one JSON object."),
        ) from error
    if not isinstance(found, dict):
        raise BadInput(
            Text("请求应为一个 JSON 对象。", "The request must be one JSON object."),
            where=Where(pointer=""),
            remedy=Text("发送一个 JSON 对象。", "Send one JSON object."),
        )
    return found


@router.post(
    "/patches/{patch}/reports",
    response={201: schemas.Receipt},
    openapi_extra=body_of(enforcement.ReportPatch, "patch"),
)
def report(request: HttpRequest, patch: str = Path(..., pattern=ID), key: str = Key) -> Any:
    """Report a patch (填报)."""
    return _perform(request, key, enforcement.ReportPatch, reports.report, patch=patch)


@router.post(
    "/patches/{patch}/reviews",
    response={201: schemas.Receipt},
    openapi_extra=body_of(enforcement.ReviewPatch, "patch"),
)
def review(request: HttpRequest, patch: str = Path(..., pattern=ID), key: str = Key) -> Any:
    """The banner's review (旗区审核), by another natural person than the reporter."""
    return _perform(request, key, enforcement.ReviewPatch, reviews.review, patch=patch)


@router.post(
    "/patches/{patch}/city-reviews",
    response={201: schemas.Receipt},
    openapi_extra=body_of(enforcement.ReviewPatch, "patch"),
)
def city_review(request: HttpRequest, patch: str = Path(..., pattern=ID), key: str = Key) -> Any:
    """The city's review (市级审核), by a third natural person."""
    return _perform(request, key, enforcement.ReviewPatch, reviews.city_review, patch=patch)


@router.post(
    "/months/{month}/{region}/announcements",
    response={201: schemas.Receipt},
    openapi_extra=body_of(inputs.Announce, "month", "region"),
)
def announce(
    request: HttpRequest,
    month: str = Path(..., pattern=MONTH),
    region: str = Path(..., pattern=REGION),
    key: str = Key,
) -> Any:
    """Put a banner's month before its leaders."""
    return _perform(request, key, inputs.Announce, months.announce, month=month, region=region)


@router.post(
    "/announcements/{announcement}/objections",
    response={201: schemas.Receipt},
    openapi_extra=body_of(inputs.Object, "announcement"),
)
def object_to(request: HttpRequest, announcement: str = Path(..., pattern=ID), key: str = Key) -> Any:
    """A banner leader objects."""
    return _perform(request, key, inputs.Object, months.object_to, announcement=announcement)


@router.post(
    "/announcements/{announcement}/issues",
    response={201: schemas.Receipt},
    openapi_extra=body_of(inputs.IssueMonth, "announcement"),
)
def issue(request: HttpRequest, announcement: str = Path(..., pattern=ID), key: str = Key) -> Any:
    """Sign and issue an announced month."""
    return _perform(request, key, inputs.IssueMonth, months.issue, announcement=announcement)


@router.post(
    "/measures/{measure}/proposals",
    response={201: schemas.Receipt},
    openapi_extra=body_of(inputs.Propose, "measure"),
)
def propose(request: HttpRequest, measure: str = Path(..., pattern=ID), key: str = Key) -> Any:
    """应 → 拟."""
    return _perform(request, key, inputs.Propose, measures.propose, measure=measure)


@router.post(
    "/measures/{measure}/decisions",
    response={201: schemas.Receipt},
    openapi_extra=body_of(inputs.Decide, "measure"),
)
def decide(request: HttpRequest, measure: str = Path(..., pattern=ID), key: str = Key) -> Any:
    """拟 → 已, or 不予 with a reason."""
    return _perform(request, key, inputs.Decide, measures.decide, measure=measure)
