"""Work that holds a database's writers up, for tests of who goes first and who waits."""

import threading

from bot.storage import Priority, Session, Store


class Gate:
    """Work that occupies a writer until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, _session: Session) -> str:
        self.begun.set()
        self.go.wait()
        return "done after all"


def occupy(store: Store) -> list[Gate]:
    """Keep every writer of a store busy, each by a gate of its own: SQLite has one, PostgreSQL several."""
    gates = [Gate() for _ in range(store.writers)]
    for gate in gates:
        store.write(Priority.BACKGROUND, gate)
        gate.begun.wait()
    return gates
