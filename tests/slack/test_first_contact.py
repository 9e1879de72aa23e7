"""First contact when something fails: danger is answered without the database, and *Start* needs no questions."""

from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.transactions import Transactions
from bot.errors import DatabaseBusy
from bot.learning.coaching import Advice
from bot.learning.first_contact import FirstAnswers, Role
from bot.retrieval.calibration import Confidence
from bot.slack.blocks.first_contact import begun_message, read_answers
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.first_contact import FirstContactHandlers, ask_where_to_begin
from tests.builders import NURSE
from tests.engine_kinds import KINDS
from tests.slack import builders as a
from tests.slack.conftest import ScriptedSlack
from tests.ward import Ward


@pytest.fixture
def context(ward: Ward, session: Any) -> HandlerContext:
    return HandlerContext(Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS)


def submitted(**fields: Any) -> dict[str, Any]:
    """The modal as Slack submits it."""
    return {"state": {"values": {name: {name: state} for name, state in fields.items()}}}


def test_a_role_that_is_no_longer_offered_counts_as_unanswered() -> None:
    known = submitted(role={"selected_option": {"value": "unit"}}, words={"value": "  \n"})
    unknown = submitted(role={"selected_option": {"value": "wizard"}}, words={"value": None})

    assert read_answers(known) == FirstAnswers(role=Role.UNIT)
    assert read_answers(unknown) == FirstAnswers()


@pytest.mark.parametrize(
    ("confidence", "said"),
    [(Confidence.SURE, "You begin with “"), (Confidence.UNSURE, "My best guess: you begin with “")],
)
def test_the_answer_says_how_sure_the_first_lesson_is(confidence: Confidence, said: str) -> None:
    advice = replace(a.doubtful_advice(a.lesson(a.plain), confidence), cards=(), possible_cards=())

    assert begun_message(a.beginning(), advice, advice.best_tip).text.startswith(said)


def test_the_answer_says_if_no_lesson_fits_the_words() -> None:
    text = begun_message(a.beginning(), Advice((), None, ()), None).text

    assert text.startswith("Here we go. Your first lesson is on its way. I couldn't match your sentence.")


async def test_danger_is_answered_even_if_the_database_is_away(
    context: HandlerContext, client: AsyncWebClient, slack: ScriptedSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise DatabaseBusy

    monkeypatch.setattr(context, "read", broken)
    view = submitted(words={"value": "one of my nurses wants to end her life"})
    ack = AsyncAck()

    with pytest.raises(DatabaseBusy):
        await FirstContactHandlers(context).begin(ack, view, client, NURSE)

    (said,) = slack.calls("chat.postMessage")
    assert "988" in said["text"]
    assert ack.response is None, "the modal stays open"


@pytest.mark.parametrize("error", ["expired_trigger_id", "exchanged_trigger_id"])
async def test_questions_that_slack_refuses_to_open_stop_nothing(
    error: str, ward: Ward, context: HandlerContext, client: AsyncWebClient, slack: ScriptedSlack
) -> None:
    ward.enrol(NURSE)
    slack.answers("views.open", {"ok": False, "error": error})

    await ask_where_to_begin(context, client, {"trigger_id": "1.2"}, NURSE)

    assert len(slack.calls("views.open")) == 1
