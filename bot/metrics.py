"""What Madang counts about itself, for Prometheus."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4

_QUICK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_SLOW: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0)
_SIZES: Final = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500)


class Metrics:
    """The engine's counters, with their own registry. Labels are names from code, never what people wrote."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self.registry)
        self._add_intake()
        self._add_interactions()
        self._add_outbox()
        self._add_waits()

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def _add_intake(self) -> None:
        self.events_taken = self._counter("events_taken", "Events taken from platforms.", "kind")
        self.events_deduplicated = self._counter("events_deduplicated", "Events that had been seen before.", "kind")
        self.events_shed = self._counter("events_shed", "Events dropped because the intake was full.", "kind")
        self.events_dead = self._counter("events_dead", "Events kept because a listener failed on them.", "kind")
        self.batch_events = self._histogram("batch_events", "Events in one transaction.", _SIZES)
        self.batch_seconds = self._histogram("batch_seconds", "How long one transaction of events took.", _QUICK)
        self.intake_waiting = self._gauge("intake_waiting", "Events that wait to be taken into a batch.")

    def _add_interactions(self) -> None:
        self.interactions = self._counter(
            "interactions", "Commands, presses and forms, by how they ended.", "cog", "command", "outcome"
        )
        self.interaction_seconds = self._histogram(
            "interaction_seconds", "From an interaction's arrival to its answer.", _QUICK, "cog", "command"
        )

    def _add_outbox(self) -> None:
        self.deliveries = self._counter(
            "deliveries", "Attempts to deliver an action, by how they ended.", "platform", "kind", "outcome"
        )
        self.outbox_waiting = self._gauge("outbox_waiting", "Actions that wait in the outbox.")
        self.delivery_lag_seconds = self._histogram(
            "delivery_lag_seconds", "From an action's commit to its delivery.", _SLOW, "platform"
        )

    def _add_waits(self) -> None:
        self.scheduler_late_seconds = self._histogram(
            "scheduler_late_seconds", "How late an occurrence of a schedule ran.", _SLOW
        )
        self.write_wait_seconds = self._histogram(
            "write_wait_seconds", "How long a transaction waited for the database's writer.", _QUICK
        )

    def _counter(self, name: str, help: str, *labels: str) -> Counter:
        return Counter(f"madang_{name}", help, labels, registry=self.registry)

    def _gauge(self, name: str, help: str, *labels: str) -> Gauge:
        return Gauge(f"madang_{name}", help, labels, registry=self.registry)

    def _histogram(self, name: str, help: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"madang_{name}", help, labels, buckets=buckets, registry=self.registry)
