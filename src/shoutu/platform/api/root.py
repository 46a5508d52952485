"""The API put together: callers, routers, and every fault as RFC 9457."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from shoutu.errors import Language, ShoutuError
from shoutu.platform.api import acting, reading, schemas
from shoutu.platform.api.callers import KeyCaller, PersonCaller
from shoutu.platform.http_errors import problem, status_of
from shoutu.platform.ids import new_id

FAULTS = (400, 401, 403, 404, 409, 422, 507)


class Api(NinjaAPI):
    """Every operation documents the faults that any of them may answer."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        schema["components"].setdefault("schemas", {})["Problem"] = schemas.Problem.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        defs = schema["components"]["schemas"]["Problem"].pop("$defs", {})
        schema["components"]["schemas"].update(defs)
        answer = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                for code in FAULTS:
                    operation["responses"].setdefault(code, {"description": "Fault", "content": answer})
        return schema


api = Api(
    title="Shoutu 守土",
    version="1",
    urls_namespace="api-v1",
    docs_url=None,
    docs_decorator=require_safe,
    auth=[KeyCaller(), PersonCaller()],
    description="Reading is narrowed to the caller; acting needs an Idempotency-Key and answers a receipt.",
)
api.add_router("", reading.router)
api.add_router("", acting.router)


def _answer(status: int, body: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/problem+json"
    return response


def _plain(status: int, title: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": title,
        "instance": f"urn:request:{new_id()}",
        "errors": errors or [],
    }
    return _answer(status, body)


@api.exception_handler(ShoutuError)
def house_error(request: HttpRequest, error: ShoutuError) -> HttpResponse:
    language: Language = "en" if get_language() == "en" else "zh"
    body = problem(error, language, f"urn:request:{new_id()}")
    return _answer(status_of(error), {"errors": [], **body})


@api.exception_handler(ValidationError)
def bad_parameter(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [
        {"pointer": "/" + "/".join(str(part) for part in fault["loc"]), "detail": str(fault["msg"])}
        for fault in error.errors
    ]
    return _plain(422, "请求参数不对。" if get_language() != "en" else "A parameter does not fit.", faults)


@api.exception_handler(AuthenticationError)
def nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = _plain(401, "请先表明身份。" if get_language() != "en" else "Say who you are first.")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def refused_by_framework(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _plain(error.status_code, str(error))


@api.exception_handler(Http404)
def absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return _plain(404, "没有这个地址。" if get_language() != "en" else "There is no such address.")
