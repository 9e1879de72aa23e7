"""Trouble on purpose: what Slack does on its bad days, switched on by a test or from the page."""

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
"""Kinds that do what was asked and then fail to say so. Slack documents `fatal_error` as possibly half done."""


@dataclass(slots=True)
class Fault:
    """One kind of trouble for one method, or for all (`*`).

    `times`: how often it strikes, None for always. `seconds`: how long a latency lasts, or a message stays invisible.
    `retry_after`: whole seconds that a 429 asks to wait. `status`: the HTTP status of a server error. `error`: the
    Slack error name of the kind `error`. `user`: strike only calls about this person's id or direct message.
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
    """The troubles switched on now. Each call to a method draws the first that strikes it, and at most one."""

    def __init__(self) -> None:
        self._random = Random(0)  # noqa: S311 - repeatable trouble, not a secret
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
        """Switch trouble on for a Web API method, or `*`; the settings are those of `Fault`.

        `seed` makes the draws of `probability` start anew. ValueError for an unknown kind.
        """
        if kind not in FAULT_KINDS:
            raise ValueError(f"There is no fault {kind!r}. Choose one of {', '.join(FAULT_KINDS)}.")
        if seed is not None:
            self._random.seed(seed)
        fault = Fault(method, kind, times, probability, seconds, retry_after, status, error, user)
        self._active.append(fault)
        return fault

    def clear(self) -> None:
        """Switch all trouble off."""
        self._active.clear()

    def next_fault(self, method: str, arguments: Mapping[str, object]) -> Fault | None:
        """The trouble that this call meets, and one less of it from now on."""
        for fault in self._active:
            if fault.times != 0 and _concerns(fault, method, arguments) and self._random.random() < fault.probability:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


def _concerns(fault: Fault, method: str, arguments: Mapping[str, object]) -> bool:
    if fault.method not in (method, "*"):
        return False
    about = {str(arguments.get(name)) for name in ("channel", "user", "users", "user_id")}
    return fault.user is None or not about.isdisjoint({fault.user, f"D{fault.user[1:]}"})
