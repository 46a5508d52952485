"""The one table from house errors to HTTP, and their form as RFC 9457 problems."""

from __future__ import annotations

from typing import Any

from shoutu import errors
from shoutu.errors import Language, ShoutuError
from shoutu.platform import space

STATUS: tuple[tuple[type[ShoutuError], int], ...] = (
    (errors.BadInput, 422),
    (errors.Refused, 403),
    (errors.NotFound, 404),
    (errors.VerificationFailed, 409),
    (errors.NeedsPerson, 409),
    (space.NoSpace, 507),
    (ShoutuError, 500),
)


def status_of(error: ShoutuError) -> int:
    return next(status for family, status in STATUS if isinstance(error, family))


def problem(error: ShoutuError, language: Language, instance: str) -> dict[str, Any]:
    """`application/problem+json`; `instance` is the request's id."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.what.to(language),
        "status": status_of(error),
        "detail": error.diagnostics(language),
        "instance": instance,
    }
    if error.where.pointer is not None:
        body["errors"] = [{"pointer": error.where.pointer, "detail": error.what.to(language)}]
    return body
