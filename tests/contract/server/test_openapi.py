"""The OpenAPI document: complete, its examples are true, and Schemathesis finds no lie in it."""

import json
from typing import Any, Final

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from ncash.server.http.openapi import document
from ncash.server.http.routes import ROUTES, Route
from tests.sizes import sized

from .town import KEYS, Running

CALLS: Final = sized(10, 2000)
"""For each route and way of making them up."""
DOCUMENT: Final = document(ROUTES)
CHECKS: Final = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection,
]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.name}")
def test_examples_are_what_the_schemas_say(route: Route) -> None:
    if route.body is not None:
        jsonschema_rs.validate(route.body, route.example)
    if route.answer is not None:
        jsonschema_rs.validate(route.answers[200], route.answer)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.name}")
def test_the_document_tells_every_call_with_its_errors(route: Route) -> None:
    told = DOCUMENT["paths"][route.path][route.method.lower()]
    assert told["summary"] == route.summary
    assert {str(status) for status in route.answers} <= told["responses"].keys()
    assert bool(told["security"]) == ("401" in told["responses"]) == bool(route.roles)


def test_the_server_hands_it_out(small: Running) -> None:
    with small.caller("admin") as admin:
        assert admin.call("GET", "/openapi.json").body == DOCUMENT


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.name}")
def test_no_call_that_can_be_made_up_breaks_the_server(route: Route, mode: Any, small: Running) -> None:
    if mode is schemathesis.GenerationMode.NEGATIVE and not (route.body or route.query):
        mode = schemathesis.GenerationMode.POSITIVE
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(DOCUMENT)))
    schema.config.update(base_url=f"http://127.0.0.1:{small.port}")
    operation = schema[route.path][route.method]
    role = "till" if "till" in route.roles else "admin"

    @settings(
        max_examples=CALLS, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @schemathesis_given(operation, mode)
    def made_up(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {KEYS[role]}"}, checks=CHECKS)

    made_up()


def schemathesis_given(operation: Any, mode: Any) -> Any:
    from hypothesis import given

    return given(case=operation.as_strategy(generation_mode=mode))
