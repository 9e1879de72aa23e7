"""*Learning system*: what people read before they let an LMS be told, and what happens when they press."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.transactions import Transactions
from bot.domain.lms import LmsDestination
from bot.errors import NotFound
from bot.kinds import KINDS
from bot.learning import lms_consents
from bot.learning.privacy import ErasureResult
from bot.slack import action_ids as ids
from bot.slack.blocks.lms import lms_modal
from bot.slack.blocks.privacy import delete_modal, erased_message, privacy_modal
from bot.slack.blocks.settings import more_settings_modal
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.lms import LmsHandlers
from tests.builders import NURSE
from tests.slack import builders as a
from tests.slack.conftest import ScriptedSlack
from tests.ward import Ward

HOST, SLACK_PAGE, OWN_PAGE = "lms.hospital.example", "https://riverside.slack.com/", "https://hospital.example/"


async def ack(**_: object) -> None:
    """Slack hears it."""


def handlers(ward: Ward, session: aiohttp.ClientSession, lms: LmsDestination | None) -> LmsHandlers:
    context = HandlerContext(Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS, lms=lms)
    return LmsHandlers(context)


async def opened(slack: ScriptedSlack, client: AsyncWebClient, lms: LmsHandlers) -> dict[str, Any]:
    slack.answers("auth.test", {"ok": True, "url": SLACK_PAGE})
    slack.answers("users.info", {"ok": True, "user": {"id": NURSE.user_id, "team_id": NURSE.team_id}})
    await lms.open(ack, {"trigger_id": "1"}, client, NURSE)  # type: ignore[arg-type]
    view: dict[str, Any] = slack.calls("views.open")[-1]["view"]
    return view


async def test_it_is_turned_on_and_off_under_the_account_that_was_shown(
    ward: Ward, slack: ScriptedSlack, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    ward.enrol(NURSE)
    lms = handlers(ward, session, LmsDestination(HOST))

    view = await opened(slack, client, lms)
    assert view["callback_id"] == ids.LMS_ON_MODAL
    for shown in (HOST, SLACK_PAGE, NURSE.user_id, "It's off", "Never sent"):
        assert shown in str(view)
    await lms.turn_on(ack, view, client, NURSE)  # type: ignore[arg-type]

    consent = ward.run(lms_consents.read_consent, NURSE)
    assert consent is not None
    assert (consent.host, consent.home_page, consent.ended_at) == (HOST, SLACK_PAGE, None)
    assert f"I tell {HOST} what you complete" in str(slack.calls("chat.postMessage")[-1])

    view = await opened(slack, client, lms)
    assert view["callback_id"] == ids.LMS_OFF_MODAL
    assert "It's on" in str(view)
    await lms.turn_off(ack, client, NURSE)  # type: ignore[arg-type]

    assert "What it already has stays there" in str(slack.calls("chat.postMessage")[-1])
    assert (await opened(slack, client, lms))["callback_id"] == ids.LMS_ON_MODAL


async def test_a_home_page_of_the_operators_takes_the_place_of_slacks(
    ward: Ward, slack: ScriptedSlack, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    ward.enrol(NURSE)

    view = await opened(slack, client, handlers(ward, session, LmsDestination(HOST, OWN_PAGE)))

    assert OWN_PAGE in str(view)
    assert SLACK_PAGE not in str(view)
    assert slack.calls("auth.test") == []


async def test_an_old_button_does_nothing_once_there_is_no_lms(
    ward: Ward, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    ward.enrol(NURSE)
    lms = handlers(ward, session, None)

    with pytest.raises(NotFound, match="isn't connected"):
        await lms.open(ack, {"trigger_id": "1"}, client, NURSE)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="isn't connected"):
        await lms.turn_on(ack, {"private_metadata": SLACK_PAGE}, client, NURSE)  # type: ignore[arg-type]

    assert ward.run(lms_consents.read_consent, NURSE) is None


async def test_it_can_be_turned_off_even_without_an_lms(
    ward: Ward, slack: ScriptedSlack, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    ward.enrol(NURSE)
    ward.run(lms_consents.give_consent, NURSE, HOST, SLACK_PAGE, ward.clock())

    await handlers(ward, session, None).turn_off(ack, client, NURSE)  # type: ignore[arg-type]

    consent = ward.run(lms_consents.read_consent, NURSE)
    assert consent is not None
    assert consent.ended_at is not None


def test_a_consent_to_another_host_shows_as_off() -> None:
    consent = a.lms_consent("other.example")

    assert lms_modal(HOST, SLACK_PAGE, NURSE.user_id, consent).callback_id == ids.LMS_ON_MODAL


def test_without_an_lms_nothing_names_one() -> None:
    for view in (privacy_modal(), delete_modal(), more_settings_modal(a.learner(), [])):
        assert "LMS" not in str(view.to_dict())
        assert ids.OPEN_LMS not in str(view.to_dict())
    for view in (privacy_modal(HOST), more_settings_modal(a.learner(), [], HOST)):
        assert ids.OPEN_LMS in str(view.to_dict())
        assert HOST in str(view.to_dict())


def test_deleting_everything_says_that_the_lms_keeps_what_it_was_told() -> None:
    kept = f"What {HOST} was told stays there"

    assert kept in str(delete_modal(HOST).to_dict())
    assert kept in erased_message(ErasureResult(1, 1, 1, (), HOST), 0).text
