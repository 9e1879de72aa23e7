"""Shown tips are recorded afterward, in batches, and once."""

import asyncio
import threading
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from bot.delivery.transactions import Transactions
from bot.errors import DatabaseBusy
from bot.learning import coaching
from bot.learning.library import Library
from bot.slack import shown_tips as module
from bot.slack.shown_tips import ShownTips
from bot.slack.use_cases import UseCaseRunner
from bot.storage import Store
from bot.storage import practice as queries
from tests.builders import NURSE, SetClock, at
from tests.ward import Ward

NOON = at("2026-03-02 12:00")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_DELAY", 0.0)


def shown_tips(store: Store) -> ShownTips:
    clock = SetClock(NOON)
    return ShownTips(UseCaseRunner(Transactions(store).write_in_background, Library(), clock), clock)


async def test_a_shown_tip_is_known_at_once_and_then_written(ward: Ward, store: Store) -> None:
    learner_id = ward.enrol(NURSE).id
    shown = shown_tips(store)

    shown.record(learner_id, "two-colleagues")
    shown.record(learner_id, "one-page")
    before = dict(shown.unwritten)
    await shown.flush()

    assert before == {(learner_id, "two-colleagues"): NOON, (learner_id, "one-page"): NOON}
    assert store.run(queries.find_shown_tips, learner_id, NOON) == {"two-colleagues": NOON, "one-page": NOON}


async def test_tips_shown_during_a_write_take_one_more_transaction(
    ward: Ward, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner_id = ward.enrol(NURSE).id
    shown = shown_tips(store)
    batches: list[int] = []
    begun = threading.Event()
    note_all = coaching.record_shown_tips

    def counted(session, notes):
        batches.append(len(notes))
        begun.set()
        note_all(session, notes)

    monkeypatch.setattr(coaching, "record_shown_tips", counted)
    shown.record(learner_id, "two-colleagues")
    await asyncio.to_thread(begun.wait)
    for lesson in ("one-page", "first-gap", "budget-lines"):
        shown.record(learner_id, lesson)
    await shown.flush()

    assert (batches[0], sum(batches)) == (1, 4)
    assert len(store.run(queries.find_shown_tips, learner_id, NOON)) == 4


async def test_tips_that_cannot_be_recorded_are_dropped_and_logged(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_session: object, _notes: dict[tuple[int, str], datetime]) -> None:
        raise DatabaseBusy

    monkeypatch.setattr(coaching, "record_shown_tips", busy)
    shown = shown_tips(store)

    with capture_logs() as logged:
        shown.record(1, "two-colleagues")
        await shown.flush()

    assert [(each["event"], each["error"]) for each in logged] == [("tips.not_noted", "DatabaseBusy")]
