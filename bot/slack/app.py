"""The Bolt app: `register` reads as a routing table, and one handler answers for errors."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.delivery.departures import Departures
from bot.delivery.rosters import RosterReader
from bot.slack import actions as ids
from bot.slack.admin import AdminActions
from bot.slack.check_in import CheckInActions
from bot.slack.commands import Commands
from bot.slack.events import Events
from bot.slack.failures import Failures, what
from bot.slack.handler_context import HandlerContext
from bot.slack.home import HomeTab
from bot.slack.identity import identify
from bot.slack.installation import Installation
from bot.slack.invitations import InvitationActions
from bot.slack.journal import JournalActions
from bot.slack.later import LaterActions
from bot.slack.lesson import LessonActions
from bot.slack.messages import DirectMessages
from bot.slack.privacy import PrivacyActions
from bot.slack.profile import Profiles
from bot.slack.recall import RecallActions
from bot.slack.repair import RepairActions
from bot.slack.rosters import RosterActions
from bot.slack.settings import SettingsActions
from bot.slack.sharing import SharingActions
from bot.slack.shifts import ShiftActions
from bot.slack.thread import CoachThread
from bot.slack.tips import TipActions

log = structlog.get_logger(__name__)

Next = Callable[[], Awaitable[None]]

ANY_COMMAND = re.compile(r"^/")
"""Which commands there are is the manifest's and the packs' to say; `Commands` knows them by name."""


def starting_with(name: str) -> re.Pattern[str]:
    """An action id of a family: buttons of one block need ids of their own."""
    return re.compile(rf"^{re.escape(name)}\.")


async def note_request(body: dict[str, Any], context: AsyncBoltContext, next: Next) -> None:  # noqa: A002  (Bolt's name)
    """One line for each thing that people do here: who and what, never what they wrote."""
    if what(body) != "user_change":  # what they change in Slack, whether they know Rounds or not
        log.info("slack.request", user=context.user_id, what=what(body))
    await next()


def register(app: AsyncApp, context: HandlerContext, departures: Departures, reader: RosterReader) -> None:
    """Give every command, button, modal and event its handler."""
    home = HomeTab(context)
    lesson = LessonActions(context)
    recall = RecallActions(context)
    repair = RepairActions(context)
    later = LaterActions(context)
    check_in = CheckInActions(context)
    tips = TipActions(context)
    settings = SettingsActions(context)
    shifts = ShiftActions(context)
    rosters = RosterActions(context, reader)
    sharing = SharingActions(context)
    journal = JournalActions(context, sharing)
    privacy = PrivacyActions(context)
    admin = AdminActions(context)
    invitations = InvitationActions(context)
    commands = Commands(context, settings, journal, admin)
    coach = CoachThread(context)
    messages = DirectMessages(context, admin, rosters, coach)
    events = Events(app, context)

    installation = Installation(context, departures)
    profiles = Profiles(context, departures)

    app.use(installation.only_while_installed)
    app.use(note_request)
    app.use(identify)
    app.error(Failures(context.replies).handle)
    app.command(ANY_COMMAND)(commands.typed)

    events.route("app_home_opened", home.opened)
    events.route("message", messages.received)
    events.route("app_uninstalled", installation.uninstalled)
    events.route("tokens_revoked", installation.tokens_revoked)
    events.route("user_change", profiles.changed, profiles.concerns)

    app.action(starting_with(ids.ANSWER))(lesson.answer)
    app.action(ids.GUESSED)(lesson.guessed)
    app.action(ids.REFLECT)(lesson.open_reflection)
    app.action(ids.WHO_SEES)(lesson.who_sees)
    app.action(ids.WHY)(lesson.why)
    app.action(ids.SAVE)(lesson.save)
    app.action(ids.TRIED)(lesson.tried)
    app.action(ids.NOT_TRIED)(lesson.not_tried)
    app.action(ids.DONE)(lesson.done)
    app.action(ids.LESSON_NOW)(lesson.lesson_now)
    app.action(ids.TODAY)(lesson.open_today)
    app.view(ids.REFLECT_MODAL)(lesson.keep_reflection)

    app.action(starting_with(ids.RECALL))(recall.answer)
    app.action(ids.RECALL_GUESSED)(recall.guessed)
    app.action(ids.RECALL_TRY)(recall.open)
    app.action(starting_with(ids.RECALL_HOME))(recall.answer_in_home)
    app.action(ids.RECALL_HOME_GUESSED)(recall.guessed_in_home)

    app.action(ids.REPAIR)(repair.press)
    app.view(ids.REPAIR_MODAL)(repair.keep)

    app.action(ids.LATER)(later.open)
    app.action(ids.OPEN_NOW)(later.open_now)
    app.view(ids.LATER_MODAL)(later.keep)

    app.action(ids.GO_ON)(check_in.go_on)
    app.action(ids.GO_WEEKLY)(check_in.go_weekly)
    app.action(ids.STOP)(check_in.stop)

    app.action(ids.TIP_ANOTHER)(tips.another)
    app.action(starting_with(ids.TIP_SKILL))(tips.another)
    app.action(starting_with(ids.TIP_OPEN))(tips.open)
    app.action(ids.TIP_SAVE)(lesson.save_tip)
    app.action(ids.TIP_SHARE)(sharing.open_tip)
    app.view(ids.SHARE_MODAL)(sharing.share_tip)
    app.view(ids.SHARE_ENTRY_MODAL)(sharing.share_entry)

    app.action(ids.THREAD_SHORTER)(coach.shorter)
    app.action(ids.THREAD_NEXT)(coach.next)
    app.action(ids.THREAD_PRACTISE)(coach.practise)
    app.action(ids.THREAD_KEEP)(coach.open_keeping)
    app.view(ids.EXCHANGE_MODAL)(coach.keep)

    app.action(ids.START)(settings.start)
    app.action(ids.NOT_NOW)(settings.not_now)
    app.action(ids.SETTINGS)(settings.open)
    app.action(ids.PAUSE)(settings.open_pause)
    app.action(ids.RESUME)(settings.resume)
    app.view(ids.SETTINGS_MODAL)(settings.keep)
    app.view(ids.PAUSE_MODAL)(settings.keep_pause)

    app.action(ids.SHIFTS)(shifts.open)
    app.action(starting_with(ids.SHIFTS_PATTERN))(shifts.choose_pattern)
    app.action(ids.SHIFTS_FORM)(shifts.choose_form)
    app.action(ids.SHIFTS_EACH_DAY)(shifts.each_day)
    app.action(ids.SHIFTS_SAME_TIMES)(shifts.same_times)
    app.action(ids.SHIFTS_ENTERED)(shifts.entered)
    app.view(ids.SHIFTS_MODAL)(shifts.keep)
    app.action(ids.ROSTER)(rosters.open)
    app.view(ids.ROSTER_MODAL)(rosters.keep)

    app.action(ids.FOUR_WEEKS)(home.four_weeks)
    app.action(ids.SAVED)(home.saved)
    app.action(ids.SKILLS)(home.skills)
    app.action(ids.PRIVACY)(home.privacy)
    app.action(ids.HELP)(home.help)

    app.action(ids.JOURNAL)(journal.open)
    app.action(starting_with(ids.JOURNAL_PAGE))(journal.turn_page)
    app.action(ids.JOURNAL_SKILL)(journal.choose_skill)
    app.view(ids.JOURNAL_MODAL)(journal.find)
    app.action(starting_with(ids.JOURNAL_ENTRY))(journal.menu)
    app.action(ids.WEEK_READ)(journal.read_earlier)
    app.view(ids.ENTRY_EDIT_MODAL)(journal.keep_edit)
    app.view(ids.ENTRY_REMOVE_MODAL)(journal.remove)

    app.action(ids.EXPORT)(privacy.ask_export)
    app.action(ids.DELETE_ME)(privacy.ask_delete)
    app.view(ids.EXPORT_MODAL)(privacy.export)
    app.view(ids.DELETE_MODAL)(privacy.delete)

    app.action(ids.PACK_LOAD)(admin.load)
    app.action(ids.PACK_DISCARD)(admin.discard)
    app.action(ids.PACK_BACK)(admin.go_back)
    app.action(ids.ADMIN_TEMPLATE)(admin.send_template)
    app.action(ids.ADMIN_INVITE)(invitations.open)
    app.view(ids.INVITE_MODAL)(invitations.invite)
