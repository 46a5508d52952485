"""`/api/v1`: the same queries and acts as the pages, for other programs. OpenAPI at /api/v1/openapi.json."""

from shoutu.platform.api.root import api

__all__ = ["api"]
