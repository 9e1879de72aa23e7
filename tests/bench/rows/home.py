"""How long App Home and the journal take to be read and laid out, for somebody with two years behind them."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from statistics import median

from sqlmodel import select

from bot.domain.formats import DEFAULT_FORMATS
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.learning import journal
from bot.learning.home import read_home
from bot.learning.journal import JournalSearch
from bot.learning.library import Library
from bot.slack.blocks import home
from bot.slack.blocks.journal import journal_modal
from bot.slack.home_publisher import REFRESH_DELAY
from bot.storage import Session
from bot.storage.tables import Delivery, Reflection
from tests.bench import crowd, databases
from tests.bench.report import Row
from tests.past import learn_through

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SOMEBODY = Person("T0", "U0")
YEARS = 2
WORKDAYS = 260 * YEARS
TIMES = 100

WITHIN = 1000.0
"""Milliseconds after what was done in which Home has to show it."""

MOST_BLOCKS = 100
"""Blocks of a view (Slack's limit)."""

SENTENCE = "The handover took ten minutes less, and nobody asked why the board had moved. "


def measure() -> Sequence[Row]:
    """Home is published when it is opened, and a moment after what changes it."""
    with databases.sqlite() as store:
        crowd.open_hospital(store, 1, NOW)
        crowd.enrol(store, 1, 1, NOW)
        store.run(learn_through, SOMEBODY, WORKDAYS, date(2026, 11, 23))
        written = store.run(_write)
        library = Library()
        blocks = len(home.home_view(store.run(read_home, library, SOMEBODY, NOW)).to_dict()["blocks"])
        taken = _milliseconds(lambda: home.home_view(store.run(read_home, library, SOMEBODY, NOW)).to_dict())
        found = _milliseconds(
            lambda: journal_modal(
                store.run(journal.read_page, library, SOMEBODY, 0, JournalSearch("handover board")),
                DEFAULT_FORMATS,
            ).to_dict()
        )
    shown = 1000 * REFRESH_DELAY + taken
    return [
        Row(f"Home after {YEARS} years, read and laid out", taken, "ms", f"the moment that it waits: {REFRESH_DELAY} s",
            taken / (1000 * REFRESH_DELAY), "both under 1 s", shown < WITHIN),
        Row(f"blocks of Home after {YEARS} years", blocks, "", "what a view may hold: 100", blocks / MOST_BLOCKS,
            "at most 1", blocks <= MOST_BLOCKS),
        Row(f"a search through {written} entries of the journal", found, "ms"),
    ]  # fmt: skip


def _write(session: Session) -> int:
    """A few lines to every lesson that came; how many."""
    lessons = session.exec(select(Delivery).where(Delivery.kind == DeliveryKindName.LESSON)).all()
    for lesson in lessons:
        assert lesson.revision_id is not None
        session.add(
            Reflection(
                delivery_id=lesson.id,
                learner_id=lesson.learner_id,
                revision_id=lesson.revision_id,
                learning_day=lesson.learning_day,
                words=session.cipher.encrypt(SENTENCE * 4),
                written_at=NOW,
            )
        )
    return len(lessons)


def _milliseconds(work: Callable[[], object]) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken)
