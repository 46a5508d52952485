"""Rows that belong to a region, narrowed to what an actor may see: the one way to read them."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.db import models

from shoutu.platform.doors import Actor, may, stem

Row = TypeVar("Row", bound=models.Model)


class ByRegion(models.QuerySet[Row]):
    """Subclasses name the verb of their door, and the column where the region's code lies."""

    verb: ClassVar[str]
    column: ClassVar[str] = "region"

    def seen_by(self, actor: Actor | None) -> Self:
        if actor is None or not may(actor, self.verb, actor.region):
            return self.none()
        return self.filter(**{f"{self.column}__startswith": stem(actor.region)})
