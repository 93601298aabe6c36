"""Counters for Prometheus, one registry a process."""

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """What a process counts; no label holds anything of a mark."""

    KIND: Final = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "ncash_server_requests", "Requests by call and HTTP status", ("call", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "ncash_server_request_seconds", "Time to answer", ("call",), buckets=_BUCKETS, registry=self._registry
        )
        self._conflicts = Counter(
            "ncash_server_conflicts", "Fiscal receipts whose mark was another's", registry=self._registry
        )
        self._children: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def watch(self, name: str, means: str, value: Callable[[], float]) -> None:
        """A number that is looked at when the metrics are asked for."""
        Gauge(f"ncash_server_{name}", means, registry=self._registry).set_function(value)

    def request(self, call: str, status: int, seconds: float) -> None:
        """One request was answered."""
        key = (call, status)
        found = self._children.get(key)
        if found is None:
            found = (self._requests.labels(call, str(status)), self._seconds.labels(call))
            self._children[key] = found
        found[0].inc()
        found[1].observe(seconds)

    def conflicts(self, count: int) -> None:
        """So many conflicts were recorded."""
        if count:
            self._conflicts.inc(count)

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)
