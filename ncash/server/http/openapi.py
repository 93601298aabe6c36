"""OpenAPI document of the server, made from the table of routes."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ncash import __version__
from ncash.server.http import answers
from ncash.server.http.routes import CSV, Route

_WORDS: Final = {
    200: "done", 400: "the body or the query cannot be read", 401: "no account, or a wrong secret",
    403: "another role is wanted", 408: "the body did not come in time", 409: "what stands in the way",
    413: "the body is too large", 422: "a member is missing or of a wrong type", 429: "too many calls of this account",
    500: "an error of the server", 503: "the database does not answer",
}  # fmt: skip
_EVERY: Final = (401, 403, 429, 500, 503)
_WITH_BODY: Final = (400, 408, 413, 422)
_SECURITY: Final[list[dict[str, list[str]]]] = [{"key": []}, {"password": []}]
_FOR_EXAMPLE: Final = answers.error("schema", "doctype: accepted are sale, back, back_by_sale", "see /openapi.json")


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """Make the OpenAPI 3.1 document of these routes."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ncash cash server",
            "version": __version__,
            "description": "One state for each mark of a store or a chain.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "the key of ncash server user add --key"},
                "password": {"type": "http", "scheme": "basic"},
            },
            "schemas": {"Error": answers.ERROR},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": f"{route.method.lower()}_{route.path.rpartition('/')[2].replace('.', '_')}",
        "summary": route.summary,
        "tags": ["health" if not route.roles else "all" if len(route.roles) > 1 else next(iter(route.roles))],
        "security": _SECURITY if route.roles else [],
        "responses": dict(sorted(_responses(route).items())),
    }
    if route.query:
        made["parameters"] = [
            {"name": one.name, "in": "query", "description": one.means, "required": one.required, "schema": one.schema}
            for one in route.query
        ]
    if route.body is not None:
        content: dict[str, Any] = {"application/json": {"schema": route.body, "example": route.example}}
        if route.csv:
            example = "excisemarkid,barcode\n0104607042439162215Abc.1,4607042439162\n"
            content[CSV] = {"schema": {"description": "rows as in the example"}, "example": example}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _responses(route: Route) -> dict[str, Any]:
    every = {*(_EVERY if route.roles else (500,)), *(_WITH_BODY if route.body else ())}
    if route.query:
        every |= {400, 422}
    made = {str(status): _response(status, answers.ERROR, None) for status in every}
    for status, schema in route.answers.items():
        kind = route.kind if status == 200 else "application/json"
        made[str(status)] = _response(status, schema, route.answer if status == 200 else None, kind)
    return made


def _response(status: int, schema: Mapping[str, Any], example: Any, kind: str = "application/json") -> dict[str, Any]:
    shown = {"$ref": "#/components/schemas/Error"} if schema is answers.ERROR else schema
    content: dict[str, Any] = {"schema": shown}
    if example is None and status == 422:
        example = {"error": _FOR_EXAMPLE}
    if example is not None:
        content["example"] = example
    return {"description": _WORDS[status], "content": {kind: content}}
