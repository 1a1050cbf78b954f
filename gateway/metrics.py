"""What is counted and measured, for operators: the one place that knows prometheus-client.

Whoever has something to tell is given one method of this as a plain function, so no other floor knows of metrics.
Labels are names that the code knows: codes, systems, questions, engines. A value of a request, an answer or a person is
never one.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.domain.failure import Source

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
COMMIT_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

COMPLETE = "OK"
GONE = "GONE"  # the client hung up before there was an answer


class Metrics:
    """Of one process, since its start."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._answers = self._counter(
            "tamin_answers", "Answers of /graphql: OK where nothing failed, else once for each code in it.", "code"
        )
        self._answer_seconds = self._histogram("tamin_answer_seconds", "From a request's head to its answer.", SECONDS)
        self._calls = _Calls()
        self._registry.register(self._calls)
        self._remembered = self._counter(
            "tamin_memory_keys", "Keys that were looked up in memory: hit or miss.", "operation", "found"
        )
        self._looks: dict[str, tuple[Counter, Counter]] = {}
        self._commits = self._histogram(
            "tamin_record_commit_seconds",
            "How long a commit of the record took: written or not.",
            COMMIT_SECONDS,
            "end",
        )
        self._events = self._counter("tamin_record_events", "Events that were to be recorded: written or not.", "end")

    def answered(self, codes: Iterable[str], seconds: float) -> None:
        """`codes` are those of the answer's errors; none: it is complete."""
        for code in set(codes) or (COMPLETE,):
            self._answers.labels(code).inc()
        self._answer_seconds.observe(seconds)

    def called(self, source: Source, operation: str, outcome: str, seconds: float) -> None:
        self._calls.add(source._value_, operation, outcome, seconds)

    def remembered(self, operation: str, hits: int, misses: int) -> None:
        known = self._looks.get(operation)
        if known is None:
            hit, miss = (self._remembered.labels(operation, end) for end in ("hit", "miss"))
            known = self._looks[operation] = (hit, miss)  # looking a counter up costs more than counting
        known[0].inc(hits)
        if misses:
            known[1].inc(misses)

    def committed(self, events: int, seconds: float, *, written: bool) -> None:
        end = "written" if written else "failed"
        self._commits.labels(end).observe(seconds)
        self._events.labels(end).inc(events)

    def read(self, name: str, told: str, labels: tuple[str, ...], counts: "Counts", *, grows: bool = True) -> None:
        """A family that somebody else counts: `counts` is asked with each scrape. `grows`: it never falls."""
        self._registry.register(_Read(name, told, labels, counts, CounterMetricFamily if grows else GaugeMetricFamily))

    def written(self, accept: str) -> tuple[bytes, str]:
        """In the text format that a scraper accepts, and its media type."""
        encode, media_type = choose_encoder(accept)
        return encode(self._registry), media_type

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, registry=self._registry)

    def _histogram(self, name: str, told: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, told, labels, buckets=buckets, registry=self._registry)


class _Calls(Collector):
    """Calls to systems, of which a request may make fifty: plain numbers, which become families when they are scraped.

    The client's own counters look each label up by its text, under a lock. Told and scraped in one loop.
    """

    def __init__(self) -> None:
        self._ends: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        self._within: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(SECONDS) + 1))  # each bucket alone
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, system: str, operation: str, outcome: str, seconds: float) -> None:
        self._ends[system, operation, outcome] += 1
        self._within[system][bisect_left(SECONDS, seconds)] += 1
        self._seconds[system] += seconds

    def describe(self) -> Iterable[Metric]:
        return self._families()

    def collect(self) -> Iterator[Metric]:
        ends, took = self._families()
        for labels, count in sorted(self._ends.items()):
            ends.add_metric(labels, count)
        for system, within in sorted(self._within.items()):
            bounds = [*map(str, SECONDS), "+Inf"]
            took.add_metric([system], [*zip(bounds, accumulate(within), strict=True)], self._seconds[system])
        yield from (ends, took)

    @staticmethod
    def _families() -> tuple[CounterMetricFamily, HistogramMetricFamily]:
        return (
            CounterMetricFamily(
                "tamin_calls",
                "Calls to systems by what came of them: ANSWERED, CANCELLED, or a code. A batch with its pages is one.",
                labels=("system", "operation", "outcome"),
            ),
            HistogramMetricFamily("tamin_call_seconds", "How long a call took.", labels=("system",)),
        )


Counts = Callable[[], Mapping[tuple[str, ...], float]]
"""Values by their labels."""


class _Read(Collector):
    def __init__(
        self,
        name: str,
        told: str,
        labels: tuple[str, ...],
        counts: Counts,
        family: type[CounterMetricFamily] | type[GaugeMetricFamily],
    ) -> None:
        self._name, self._told, self._labels, self._counts, self._family = name, told, labels, counts, family

    def describe(self) -> Iterable[Metric]:
        return [self._family(self._name, self._told, labels=self._labels)]

    def collect(self) -> Iterator[Metric]:
        said = self._family(self._name, self._told, labels=self._labels)
        for labels, value in sorted(self._counts().items()):
            said.add_metric(list(labels), value)
        yield said
