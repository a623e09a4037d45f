"""Faults on order: what goes wrong with the bot's next calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

FaultKind: TypeAlias = Literal["unavailable", "rate_limited", "dropped", "lost", "slow"]
"""A server error; a rate limit; a connection that breaks before the act, or after it; a late answer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`seconds` is how long to wait: what a rate limit asks for, or how late an answer is."""

    kind: FaultKind
    seconds: float = 0.0


Policy: TypeAlias = Callable[[str], Fault | None]


@dataclass(slots=True)
class _Order:
    method: str
    fault: Fault
    times: int


class Faults:
    """Orders are served first, oldest first; then `policy`, asked with the method's name, may add its own."""

    def __init__(self) -> None:
        self.policy: Policy | None = None
        self._orders: list[_Order] = []

    def order(self, method: str, kind: FaultKind, *, times: int = 1, seconds: float = 0.0) -> None:
        """The next `times` calls of `method` ("*" is any) go wrong."""
        self._orders.append(_Order(method, Fault(kind, seconds), times))

    def clear(self) -> None:
        self.policy = None
        self._orders.clear()

    def take(self, method: str) -> Fault | None:
        """What goes wrong with this call; an order is used up by it."""
        for order in self._orders:
            if order.method in (method, "*"):
                return self._use(order)
        return self.policy(method) if self.policy else None

    def _use(self, order: _Order) -> Fault:
        order.times -= 1
        if order.times <= 0:
            self._orders.remove(order)
        return order.fault
