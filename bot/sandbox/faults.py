"""Injects faults that Slack may have. Tests and the page turn them on."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

FaultKind = Literal[
    "rate_limited",
    "server_error",
    "server_error_after",
    "latency",
    "drop_before",
    "drop_after_accept",
    "fatal_error",
    "error",
    "invisible_for",
]
FAULT_KINDS: tuple[str, ...] = get_args(FaultKind)
FAULTS_AFTER_EXECUTION = frozenset({"server_error_after", "drop_after_accept", "fatal_error"})
"""Kinds that execute the call and then fail. Slack says that after `fatal_error`, part of the work may be done."""


@dataclass(slots=True)
class Fault:
    """One kind of fault for one method, or for all (`*`).

    `times`: how many calls it affects; None means all. `seconds`: the latency, or how long a message stays invisible.
    `retry_after`: the whole seconds in a 429. `status`: the HTTP status of a server error. `error`: Slack's error name
    for the kind `error`. `user`: affect only calls about this person's ID or direct message.
    """

    method: str
    kind: FaultKind
    times: int | None = None
    probability: float = 1.0
    seconds: float = 1.0
    retry_after: int = 1
    status: int = 503
    error: str = "internal_error"
    user: str | None = None


class Faults:
    """The active faults. Each call gets at most one: the first that affects it."""

    def __init__(self) -> None:
        self._random = Random(0)  # noqa: S311 - repeatable faults, not a secret
        self._active: list[Fault] = []

    def add(
        self,
        method: str,
        kind: FaultKind,
        *,
        times: int | None = None,
        probability: float = 1.0,
        seconds: float = 1.0,
        retry_after: int = 1,
        status: int = 503,
        error: str = "internal_error",
        user: str | None = None,
        seed: int | None = None,
    ) -> Fault:
        """Turn on a fault for a Web API method, or `*`, with the settings of `Fault`.

        `seed` restarts the random numbers for `probability`. Raises ValueError for an unknown kind.
        """
        if kind not in FAULT_KINDS:
            raise ValueError(f"There is no fault {kind!r}. Choose one of {', '.join(FAULT_KINDS)}.")
        if seed is not None:
            self._random.seed(seed)
        fault = Fault(method, kind, times, probability, seconds, retry_after, status, error, user)
        self._active.append(fault)
        return fault

    def clear(self) -> None:
        """Turn off all faults."""
        self._active.clear()

    def next_fault(self, method: str, arguments: Mapping[str, object]) -> Fault | None:
        """Return the fault for this call, or None. Counts it against the fault's `times`."""
        for fault in self._active:
            if fault.times != 0 and _affects(fault, method, arguments) and self._random.random() < fault.probability:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


def _affects(fault: Fault, method: str, arguments: Mapping[str, object]) -> bool:
    if fault.method not in (method, "*"):
        return False
    about = {str(arguments.get(name)) for name in ("channel", "user", "users", "user_id")}
    return fault.user is None or not about.isdisjoint({fault.user, f"D{fault.user[1:]}"})
