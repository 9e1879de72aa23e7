"""Engines that are kept from test to test: a new one compiles every statement anew, longer than most tests take.

An engine is for one address, so SQLite tests have their database in one place, one after another.
"""

import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, event

from bot.storage import database, engines


def keep_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a store take an engine that another store, now closed, had for the same address: it has no connections.

    A relative address is another file in another folder, so its engines aren't kept.
    """
    make, free = engines.make_engine, defaultdict[tuple[URL, bool], list[Engine]](list)

    def kept(url: URL, *, writer: bool) -> Engine:
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_absolute():
            return make(url, writer=writer)
        idle = free[url, writer]
        if idle:
            return idle.pop()
        engine = make(url, writer=writer)

        def disposed(_engine: Engine) -> None:
            if engine not in idle:
                idle.append(engine)

        event.listen(engine, "engine_disposed", disposed)
        return engine

    monkeypatch.setattr(database, "make_engine", kept)


def fresh_copy(template: Path, folder: Path) -> Path:
    """A copy of a SQLite database in a folder, in the place of the one before."""
    for old in folder.iterdir():
        old.unlink()
    return Path(shutil.copy(template, folder / "rounds.db"))
