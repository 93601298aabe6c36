"""Counters for Prometheus, one registry a process."""

from bisect import bisect_left
from collections import Counter as Counted
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

_BUCKETS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class _Requests(Collector):
    """Collector that counts requests cheaply, and makes Prometheus' families only when the metrics are read."""

    def __init__(self) -> None:
        self.counts: Counted[tuple[str, int]] = Counted()
        self.buckets: dict[str, list[int]] = {}
        """By call, the number of requests in each of `_BUCKETS`, and of longer ones."""
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def collect(self) -> Iterator[Metric]:
        """Implements Collector."""
        requests = CounterMetricFamily(
            "ncash_server_requests", "Requests by call and HTTP status", labels=("call", "status")
        )
        for (call, status), count in self.counts.items():
            requests.add_metric((call, str(status)), count)
        took = HistogramMetricFamily("ncash_server_request_seconds", "Time to answer", labels=("call",))
        bounds = [*map(str, _BUCKETS), "+Inf"]
        for call, counts in self.buckets.items():
            took.add_metric((call,), list(zip(bounds, accumulate(counts), strict=True)), self.seconds[call])
        return iter((requests, took))


class Metrics:
    """Metrics of one process; no label holds any part of a mark."""

    KIND: Final = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = _Requests()
        self._registry.register(self._requests)
        self._conflicts = Counter(
            "ncash_server_conflicts", "Fiscal receipts whose mark was another's", registry=self._registry
        )

    def watch(self, name: str, means: str, value: Callable[[], float]) -> None:
        """Register a gauge that is read together with the metrics."""
        Gauge(f"ncash_server_{name}", means, registry=self._registry).set_function(value)

    def request(self, call: str, status: int, seconds: float) -> None:
        """Count an answered request; called in the loop's thread."""
        seen = self._requests
        seen.counts[call, status] += 1
        if call not in seen.buckets:
            seen.buckets[call] = [0] * (len(_BUCKETS) + 1)
        seen.buckets[call][bisect_left(_BUCKETS, seconds)] += 1
        seen.seconds[call] += seconds

    def conflicts(self, count: int) -> None:
        """Count recorded conflicts."""
        if count:
            self._conflicts.inc(count)

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self._registry)
