"""A person from elsewhere is nobody here, and what comes twice does nothing twice."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import select

from bot.delivery.calendar_fetcher import HttpCalendarFetcher
from bot.delivery.departures import Departures
from bot.delivery.roster_refresh import RosterReader
from bot.delivery.transactions import Transactions
from bot.learning import packs
from bot.learning.packs import LivePack
from bot.slack import action_ids as ids
from bot.slack.door import LOOKUP_MEMORY
from bot.slack.handler_context import HandlerContext
from bot.slack.membership import NotAMember, is_workspace_admin
from bot.slack.recent_requests import MAX_REMEMBERED, MEMORY, RecentRequests
from bot.slack.routes import register
from bot.slack.thread_history import EVENT_TYPE
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Learner, LessonRevision, SavedLesson
from tests.builders import NURSE, TEAM, six_lessons
from tests.engine_kinds import KINDS
from tests.slack.conftest import ScriptedSlack
from tests.slack.test_events import handlers_end
from tests.waits import LONGEST
from tests.ward import Ward

BOT, GRID, SISTER, OTHER, OTHER_GRID = "U0ROUNDS", "E0GROUP", "T0SISTER", "T0OTHER", "E0OTHER"
STRANGER = "U0STRANGER"


@pytest.fixture
def grid() -> str | None:
    """The Grid that the workspace belongs to, if it does."""
    return None


@pytest.fixture
def app(client: AsyncWebClient, session: aiohttp.ClientSession, ward: Ward, grid: str | None) -> AsyncApp:
    """Rounds, with all of its handlers."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=grid, team_id=TEAM, bot_user_id=BOT, bot_token="xoxb-test")

    async def is_installed(_team: str) -> bool:
        return True

    app = AsyncApp(client=client, authorize=authorize, request_verification_enabled=False)
    transactions = Transactions(ward.store)
    context = HandlerContext(transactions, ward.library, ward.clock, lambda: None, session, KINDS)
    departures = Departures(transactions, ward.clock, is_installed)
    register(app, context, departures, RosterReader(HttpCalendarFetcher()))
    return app


async def dispatch(app: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    """Send a request; its answer, once its handler is done."""
    async with asyncio.timeout(LONGEST):
        answer = await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        await handlers_end()
    return answer


def command(text: str = "help", **who: Any) -> dict[str, Any]:
    return {"command": "/rounds", "text": text, "team_id": TEAM, "user_id": STRANGER, "channel_id": "C1", **who}


def pressed(action_id: str, value: str = "", team_id: str | None = OTHER, **more: Any) -> dict[str, Any]:
    user = {"id": STRANGER, **({"team_id": team_id} if team_id else {})}
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    message = {"type": "message", "channel_id": "C1", "message_ts": "1.1"}
    return {
        "type": "block_actions", "team": {"id": TEAM}, "user": user, "container": message, "actions": [action], **more
    }  # fmt: skip


def event(kind: str, event_id: str = "Ev1", outer: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    body = {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": {"type": kind, **more}}
    return body | (outer or {})


def direct_message(**more: Any) -> dict[str, Any]:
    return event("message", channel_type="im", channel="D1", ts="1.1", **({"user": STRANGER, "text": "Hi"} | more))


def learners(ward: Ward) -> list[str]:
    return ward.run(lambda session: list(session.exec(select(Learner.user_id))))


FROM_ELSEWHERE = {
    "a command in another workspace": command(team_id=OTHER),
    "a stranger's button in a shared channel": pressed(ids.START_LESSONS),
    "a button of a stranger's Grid": pressed(ids.START_LESSONS, team_id=OTHER_GRID),
    "a stranger's message": direct_message(team=TEAM, user_team=OTHER),
    "a message of a stranger's workspace": direct_message(team=OTHER, outer={"is_ext_shared_channel": True}),
    "a message in a shared channel that doesn't say whose": direct_message(outer={"is_ext_shared_channel": True}),
    "another bot's message": direct_message(bot_id="B0OTHER"),
    "a message in a bot's name": direct_message(subtype="bot_message", user=None, bot_id="B0OTHER"),
    "Slackbot's message": direct_message(user="USLACKBOT"),
    "Rounds' own message": direct_message(user=BOT),
    "an event for another installation": event(
        "app_home_opened", user=STRANGER, tab="home", outer={"authorizations": [{"team_id": OTHER}]}
    ),
    "a modal that another installation opened": {
        "type": "view_submission", "team": {"id": TEAM}, "user": {"id": STRANGER, "team_id": TEAM},
        "view": {"type": "modal", "callback_id": ids.DELETE_MODAL, "app_installed_team_id": OTHER},
    },
}  # fmt: skip


@pytest.mark.parametrize("body", FROM_ELSEWHERE.values(), ids=FROM_ELSEWHERE.keys())
async def test_what_comes_from_elsewhere_reaches_no_handler(
    app: AsyncApp, ward: Ward, slack: ScriptedSlack, body: dict[str, Any]
) -> None:
    answer = await dispatch(app, body)

    assert answer.status == 200
    assert slack.asked == [], "Slack isn't even asked who it is"
    assert learners(ward) == []


async def test_who_types_a_command_is_told_why(app: AsyncApp) -> None:
    assert str(NotAMember()) in (await dispatch(app, command(team_id=OTHER))).body


async def test_who_presses_a_button_in_a_shared_channel_is_told_why_alone(
    app: AsyncApp, ward: Ward, slack: ScriptedSlack
) -> None:
    await dispatch(app, pressed(ids.JOIN_COHORT, "1", response_url=f"{slack.url}answer"))

    (told,) = slack.calls("answer")
    assert (told["text"], told["response_type"]) == (str(NotAMember()), "ephemeral")
    assert learners(ward) == []


@pytest.mark.parametrize(
    "profile",
    [
        {"is_stranger": True, "team_id": OTHER},
        {"team_id": OTHER},
        {"is_bot": True},
        {"deleted": True, "team_id": TEAM},
        {"enterprise_user": {"enterprise_id": OTHER_GRID}, "team_id": OTHER},
    ],
)
async def test_whom_the_event_does_not_tell_apart_the_profile_does_at_first_contact(
    app: AsyncApp, ward: Ward, slack: ScriptedSlack, profile: dict[str, Any]
) -> None:
    slack.answers("users.info", {"ok": True, "user": {"id": STRANGER, "tz": "Europe/London", **profile}})

    answer = await dispatch(app, event("app_home_opened", user=STRANGER, tab="home"))

    assert answer.status == 200, "so that Slack doesn't send it again"
    assert learners(ward) == []
    assert slack.calls("views.publish") == []


@pytest.mark.parametrize("guest", ["is_restricted", "is_ultra_restricted"])
async def test_guests_of_the_workspace_may_learn(app: AsyncApp, ward: Ward, slack: ScriptedSlack, guest: str) -> None:
    user = {"id": STRANGER, "tz": "Europe/London", "team_id": TEAM, guest: True}
    slack.answers("users.info", {"ok": True, "user": user})

    await dispatch(app, event("app_home_opened", user=STRANGER, tab="home"))

    assert learners(ward) == [STRANGER]


@pytest.mark.parametrize("grid", [GRID])
async def test_in_a_grid_slack_is_asked_once_an_hour_about_another_workspaces_people(
    app: AsyncApp, ward: Ward, slack: ScriptedSlack
) -> None:
    colleague = {"id": STRANGER, "team_id": SISTER, "enterprise_user": {"enterprise_id": GRID}}
    guest = {"id": STRANGER, "team_id": SISTER, "is_stranger": True}
    slack.answers("users.info", {"ok": True, "user": colleague}, {"ok": True, "user": guest})

    answers = [(await dispatch(app, command(team_id=SISTER))).body for _ in range(3)]
    asked = len(slack.calls("users.info"))
    ward.clock.advance(seconds=LOOKUP_MEMORY.total_seconds())
    later = (await dispatch(app, command(team_id=SISTER))).body

    assert all("What I can do" in each for each in answers)
    assert asked == 1
    assert str(NotAMember()) in later


@pytest.mark.parametrize("grid", [GRID])
@pytest.mark.parametrize("body", [command(team_id=GRID), pressed(ids.OPEN_HELP, team_id=GRID, trigger_id="1")])
async def test_a_payload_that_names_the_grid_for_its_person_is_taken(
    app: AsyncApp, slack: ScriptedSlack, body: dict[str, Any]
) -> None:
    answer = await dispatch(app, body)

    assert slack.calls("users.info") == []
    assert slack.calls("views.open") or "What I can do" in answer.body


@pytest.mark.parametrize(
    ("user", "is_admin"),
    [
        ({"is_admin": True, "team_id": TEAM}, True),
        ({"is_owner": True, "team_id": TEAM}, True),
        ({"team_id": TEAM}, False),
        ({"is_admin": True, "team_id": OTHER}, False),
        ({"is_admin": True, "team_id": TEAM, "deleted": True}, False),
        ({"is_admin": True, "team_id": TEAM, "is_restricted": True}, False),
        ({"is_admin": True, "team_id": TEAM, "is_stranger": True}, False),
        ({"is_admin": True, "team_id": TEAM, "is_bot": True}, False),
        ({"is_admin": True, "team_id": SISTER, "enterprise_user": {"enterprise_id": GRID, "teams": [SISTER]}}, False),
        (
            {
                "is_admin": True,
                "team_id": SISTER,
                "enterprise_user": {"enterprise_id": GRID, "teams": [TEAM, SISTER]},
            },
            True,
        ),
        ({"team_id": TEAM, "enterprise_user": {"enterprise_id": GRID, "teams": [TEAM], "is_admin": True}}, False),
    ],
)
def test_admin_means_admin_of_this_workspace(user: dict[str, Any], is_admin: bool) -> None:
    person = type(NURSE)(TEAM, "U0ADMIN", GRID)

    assert is_workspace_admin({"id": "U0ADMIN", **user}, person) is is_admin


async def test_a_revision_of_another_workspaces_pack_shows_and_saves_nothing(
    app: AsyncApp, ward: Ward, slack: ScriptedSlack
) -> None:
    ward.enrol(NURSE)
    theirs = revision_of_pack_of(ward, OTHER)
    who: dict[str, Any] = {"user": {"id": NURSE.user_id, "team_id": TEAM}, "response_url": f"{slack.url}respond"}

    for number, action in enumerate((ids.COACH_PRACTICE, ids.OPEN_SHARE_TIP, ids.SAVE_TIP, ids.COACH_SHORTER)):
        await dispatch(app, pressed(action, str(theirs), **who, trigger_id=str(number)))

    assert not slack.calls("views.open")
    assert not slack.calls("chat.postMessage")
    said = [each["text"] for each in slack.calls("respond")]
    assert said == [f"There is no lesson revision {theirs}. Nothing was changed."] * 4
    assert not ward.run(lambda session: session.exec(select(SavedLesson)).all())


@pytest.mark.parametrize(
    ("author", "is_believed"),
    [({"user": BOT, "bot_id": "B0"}, True), ({"user": "U0BOT", "bot_id": "B1"}, False), ({"user": STRANGER}, False)],
)
async def test_what_a_thread_showed_is_believed_of_rounds_own_messages_only(
    app: AsyncApp, ward: Ward, slack: ScriptedSlack, author: dict[str, str], is_believed: bool
) -> None:
    ward.enrol(NURSE)
    shown = ward.run(lambda session: session.exec(select(LessonRevision).limit(1)).one())
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"revision": shown.id, "lesson": shown.lesson_id}}
    message = {"ts": "1.2", "text": "A lesson", "metadata": metadata, **author}
    slack.answers("conversations.replies", {"ok": True, "messages": [message]})

    await dispatch(app, direct_message(user=NURSE.user_id, team=TEAM, text="something shorter", thread_ts="1.1"))

    said = slack.calls("chat.postMessage")[0]["text"]
    assert ("What changed since March?" in said) is is_believed


@pytest.mark.parametrize("value", ["", "x", "1.5", "-1", "²", "9" * 40])
async def test_a_button_whose_value_is_no_row_is_answered_kindly(
    app: AsyncApp, ward: Ward, slack: ScriptedSlack, value: str
) -> None:
    ward.enrol(NURSE)
    who: dict[str, Any] = {"user": {"id": NURSE.user_id, "team_id": TEAM}, "response_url": f"{slack.url}respond"}

    await dispatch(app, pressed(ids.SAVE_TIP, value, **who))

    assert ["This no longer exists" in each["text"] for each in slack.calls("respond")] == [True]


UPLOAD_BUTTONS = (
    ids.LOAD_PACK,
    ids.PREVIEW_PACK,
    ids.SEND_PACK_CHANGES,
    f"{ids.SHOW_PREVIEW}.next",
    ids.in_preview(f"{ids.ANSWER_LESSON}.A"),
    ids.in_preview(ids.OPEN_WHY),
    ids.in_preview(ids.OPEN_ANSWERS),
)


@pytest.mark.parametrize("action", UPLOAD_BUTTONS)
@pytest.mark.parametrize(
    ("is_admin", "said"), [(False, "Only this workspace's admins and owners can do that."), (True, "has expired.")]
)
async def test_an_upload_is_seen_and_loaded_by_its_own_workspaces_admins_alone(
    app: AsyncApp, ward: Ward, slack: ScriptedSlack, action: str, *, is_admin: bool, said: str
) -> None:
    ward.enrol(NURSE)
    staged = ward.run(packs.stage_pack, six_lessons(), OTHER, "U0THEIRS", ward.clock())
    slack.answers("users.info", {"ok": True, "user": {"id": NURSE.user_id, "team_id": TEAM, "is_admin": is_admin}})
    who: dict[str, Any] = {"user": {"id": NURSE.user_id, "team_id": TEAM}, "response_url": f"{slack.url}respond"}
    value = str(staged.version_id) if action in {ids.PREVIEW_PACK, ids.SEND_PACK_CHANGES} else f"{staged.version_id}.1"

    await dispatch(app, pressed(action, value, trigger_id="1.2.3", **who))

    assert [said in each["text"] for each in slack.calls("respond")] == [True]
    assert {method for method, _ in slack.asked} == {"users.info", "respond"}


def revision_of_pack_of(ward: Ward, team_id: str) -> int:
    """Load the pack as this workspace's own, with a lesson that reads otherwise; that lesson's revision."""
    before: set[int] = set(ward.run(lambda session: session.exec(select(LessonRevision.id)).all()))
    live: tuple[LivePack, ...] = ward.run(packs.list_live_packs, EVERYONES_SCOPE)
    assert live
    ward.run(packs.load_pack, six_lessons(), team_id, "U0THEIRS", ward.clock())
    new = set(ward.run(lambda session: session.exec(select(LessonRevision.id)).all())) - before
    return min(new)


async def test_a_repeated_request_does_nothing_twice(app: AsyncApp, ward: Ward, slack: ScriptedSlack) -> None:
    ward.enrol(NURSE)
    who: dict[str, Any] = {"user": {"id": NURSE.user_id, "team_id": TEAM}, "trigger_id": "1.2.first"}

    for _ in range(3):
        assert (await dispatch(app, pressed(ids.OPEN_HELP, **who))).status == 200
    await dispatch(app, pressed(ids.OPEN_HELP, **{**who, "trigger_id": "1.2.second"}))

    assert [each["trigger_id"] for each in slack.calls("views.open")] == ["1.2.first", "1.2.second"]


async def test_a_repeated_modal_stays_open_in_case_its_first_answer_was_lost(app: AsyncApp) -> None:
    modal = {"type": "modal", "callback_id": ids.DELETE_MODAL, "state": {"values": {}}, "private_metadata": ""}
    body = {
        "type": "view_submission", "team": {"id": TEAM}, "user": {"id": STRANGER, "team_id": TEAM}, "view": modal,
        "trigger_id": "1.2.3",
    }  # fmt: skip

    await dispatch(app, body)

    assert (await dispatch(app, body)).status == 409


def test_what_is_remembered_is_bounded_and_forgotten_in_time(ward: Ward) -> None:
    recent = RecentRequests(ward.clock)

    for number in range(MAX_REMEMBERED + 50):
        assert not recent.is_repeated({"trigger_id": str(number)})

    assert len(recent) == MAX_REMEMBERED
    assert recent.is_repeated({"trigger_id": str(MAX_REMEMBERED)})
    ward.clock.advance(seconds=MEMORY.total_seconds())
    assert not recent.is_repeated({"trigger_id": str(MAX_REMEMBERED)})
    assert len(recent) == 1
    assert not any(recent.is_repeated({}) for _ in range(3)), "a request without a trigger id is new"
