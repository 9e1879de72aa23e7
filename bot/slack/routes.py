"""The routing table of the Bolt app: which handler answers each command, button, modal, and event."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.delivery.departures import Departures
from bot.delivery.roster_refresh import RosterReader
from bot.slack import action_ids as ids
from bot.slack.error_handler import ErrorHandler, interaction_name
from bot.slack.events import EventRouter
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.admin import AdminHandlers
from bot.slack.handlers.check_in import CheckInHandlers
from bot.slack.handlers.coach_thread import CoachThreadHandlers
from bot.slack.handlers.commands import CommandHandlers
from bot.slack.handlers.direct_messages import DirectMessageHandlers
from bot.slack.handlers.home import HomeHandlers
from bot.slack.handlers.installation import InstallationHandlers
from bot.slack.handlers.invitations import InvitationHandlers
from bot.slack.handlers.journal import JournalHandlers
from bot.slack.handlers.lesson import LessonHandlers
from bot.slack.handlers.postponement import PostponementHandlers
from bot.slack.handlers.privacy import PrivacyHandlers
from bot.slack.handlers.profile import ProfileHandlers
from bot.slack.handlers.recall_question import RecallHandlers
from bot.slack.handlers.settings import SettingsHandlers
from bot.slack.handlers.sharing import SharingHandlers
from bot.slack.handlers.shift_calendar import ShiftCalendarHandlers
from bot.slack.handlers.shifts import ShiftHandlers
from bot.slack.handlers.streak_repair import StreakRepairHandlers
from bot.slack.handlers.tips import TipHandlers
from bot.slack.identity import add_person

log = structlog.get_logger(__name__)

Next = Callable[[], Awaitable[None]]

ANY_COMMAND = re.compile(r"^/")
"""Every command. The manifest and the packs define which ones exist, and `CommandHandlers` finds them by name."""


async def log_request(body: dict[str, Any], context: AsyncBoltContext, next: Next) -> None:  # noqa: A002  (Bolt's name)
    """Log one line for each thing that people do here: who and what, never what they wrote."""
    if interaction_name(body) != "user_change":  # sent for everyone in the workspace, even people who never used Rounds
        log.info("slack.request", user=context.user_id, what=interaction_name(body))
    await next()


def register(app: AsyncApp, context: HandlerContext, departures: Departures, reader: RosterReader) -> None:
    """Connect every command, button, modal, and event to its handler."""
    home = HomeHandlers(context)
    lesson = LessonHandlers(context)
    recall = RecallHandlers(context)
    repair = StreakRepairHandlers(context)
    later = PostponementHandlers(context)
    check_in = CheckInHandlers(context)
    tips = TipHandlers(context)
    settings = SettingsHandlers(context)
    shifts = ShiftHandlers(context)
    rosters = ShiftCalendarHandlers(context, reader)
    sharing = SharingHandlers(context)
    journal = JournalHandlers(context, sharing)
    privacy = PrivacyHandlers(context)
    admin = AdminHandlers(context)
    invitations = InvitationHandlers(context)
    commands = CommandHandlers(context, settings, journal, admin)
    coach = CoachThreadHandlers(context)
    messages = DirectMessageHandlers(context, admin, rosters, coach)
    events = EventRouter(app, context)

    installation = InstallationHandlers(context, departures)
    profiles = ProfileHandlers(context, departures)

    app.use(installation.only_while_installed)
    app.use(log_request)
    app.use(add_person)
    app.error(ErrorHandler(context.replies).handle)
    app.command(ANY_COMMAND)(commands.typed)

    events.route("app_home_opened", home.opened)
    events.route("message", messages.received)
    events.route("app_uninstalled", installation.uninstalled)
    events.route("tokens_revoked", installation.tokens_revoked)
    events.route("user_change", profiles.changed, profiles.is_known)

    app.action(ids.starting_with(ids.ANSWER_LESSON))(lesson.answer)
    app.action(ids.MARK_LESSON_GUESSED)(lesson.mark_guessed)
    app.action(ids.OPEN_REFLECTION)(lesson.open_reflection)
    app.action(ids.OPEN_WHO_SEES_WHAT)(lesson.open_who_sees_what)
    app.action(ids.OPEN_WHY)(lesson.open_why)
    app.action(ids.OPEN_ANSWERS)(lesson.open_answers)
    app.action(ids.SAVE_LESSON)(lesson.save)
    app.action(ids.MARK_STEP_TRIED)(lesson.mark_tried)
    app.action(ids.MARK_STEP_NOT_TRIED)(lesson.mark_not_tried)
    app.action(ids.FINISH_DAY)(lesson.finish_day)
    app.action(ids.SEND_LESSON_NOW)(lesson.send_lesson_now)
    app.action(ids.OPEN_TODAYS_LESSON)(lesson.open_today)
    app.view(ids.REFLECTION_MODAL)(lesson.save_reflection)

    app.action(ids.starting_with(ids.ANSWER_RECALL))(recall.answer)
    app.action(ids.MARK_RECALL_GUESSED)(recall.mark_guessed)
    app.action(ids.OPEN_RECALL_ANSWERS)(recall.open_answers)
    app.action(ids.OPEN_RECALL)(recall.open)
    app.action(ids.starting_with(ids.ANSWER_RECALL_IN_MODAL))(recall.answer_in_home)
    app.action(ids.MARK_RECALL_GUESSED_IN_MODAL)(recall.mark_guessed_in_home)

    app.action(ids.OPEN_REPAIR)(repair.open)
    app.view(ids.REPAIR_MODAL)(repair.submit_answer)

    app.action(ids.OPEN_POSTPONE)(later.open)
    app.action(ids.OPEN_POSTPONED_LESSON)(later.open_now)
    app.view(ids.POSTPONE_MODAL)(later.postpone)

    app.action(ids.CONTINUE_LESSONS)(check_in.go_on)
    app.action(ids.SWITCH_TO_WEEKLY)(check_in.go_weekly)
    app.action(ids.STOP_LESSONS)(check_in.stop)

    app.action(ids.SHOW_ANOTHER_TIP)(tips.another)
    app.action(ids.starting_with(ids.SHOW_TIP_OF_SKILL))(tips.another)
    app.action(ids.starting_with(ids.OPEN_TIP))(tips.open)
    app.action(ids.starting_with(ids.OPEN_SAFETY_CARD))(tips.open_safety_card)
    app.action(ids.SAVE_TIP)(lesson.save_tip)
    app.action(ids.OPEN_SHARE_TIP)(sharing.open_tip)
    app.view(ids.SHARE_TIP_MODAL)(sharing.share_tip)
    app.view(ids.SHARE_ENTRY_MODAL)(sharing.share_entry)

    app.action(ids.COACH_SHORTER)(coach.shorter)
    app.action(ids.COACH_NEXT)(coach.next)
    app.action(ids.starting_with(ids.COACH_CHOOSE))(coach.next)
    app.action(ids.COACH_NONE)(coach.none_fits)
    app.action(ids.starting_with(ids.COACH_HELPED))(coach.helped)
    app.action(ids.COACH_PRACTICE)(coach.practice)
    app.action(ids.COACH_SAVE)(coach.open_save)
    app.action(ids.COACH_PUSHBACK)(coach.pushback)
    app.action(ids.starting_with(ids.COACH_REPLY))(coach.reply)
    app.view(ids.SAVE_EXCHANGE_MODAL)(coach.save)

    app.action(ids.START_LESSONS)(settings.start)
    app.action(ids.DECLINE_LESSONS)(settings.decline)
    app.action(ids.OPEN_SETTINGS)(settings.open)
    app.action(ids.OPEN_PAUSE)(settings.open_pause)
    app.action(ids.RESUME_LESSONS)(settings.resume)
    app.view(ids.SETTINGS_MODAL)(settings.save)
    app.view(ids.PAUSE_MODAL)(settings.pause)

    app.action(ids.OPEN_SHIFTS)(shifts.open)
    app.action(ids.starting_with(ids.CHOOSE_SHIFT_PATTERN))(shifts.choose_pattern)
    app.action(ids.CHOOSE_SCHEDULE_KIND)(shifts.choose_kind)
    app.action(ids.ENTER_TIMES_PER_DAY)(shifts.enter_times_per_day)
    app.action(ids.ENTER_SAME_TIMES)(shifts.enter_same_times)
    app.action(ids.SHIFT_FIELD_CHANGED)(shifts.field_changed)
    app.view(ids.SHIFTS_MODAL)(shifts.save)
    app.action(ids.OPEN_CALENDAR)(rosters.open)
    app.view(ids.CALENDAR_MODAL)(rosters.save)

    app.action(ids.OPEN_FOUR_WEEKS)(home.four_weeks)
    app.action(ids.OPEN_SAVED_LESSONS)(home.saved)
    app.action(ids.OPEN_SKILLS)(home.skills)
    app.action(ids.OPEN_PRIVACY)(home.privacy)
    app.action(ids.OPEN_HELP)(home.help)

    app.action(ids.OPEN_JOURNAL)(journal.open)
    app.action(ids.starting_with(ids.TURN_JOURNAL_PAGE))(journal.turn_page)
    app.action(ids.FILTER_JOURNAL_BY_SKILL)(journal.choose_skill)
    app.view(ids.JOURNAL_MODAL)(journal.find)
    app.action(ids.starting_with(ids.OPEN_ENTRY_MENU))(journal.open_entry_menu)
    app.action(ids.READ_EARLIER_ENTRY)(journal.read_earlier)
    app.view(ids.EDIT_ENTRY_MODAL)(journal.save_edit)
    app.view(ids.DELETE_ENTRY_MODAL)(journal.delete_entry)

    app.action(ids.OPEN_EXPORT)(privacy.ask_export)
    app.action(ids.OPEN_DELETE)(privacy.ask_delete)
    app.view(ids.EXPORT_MODAL)(privacy.export)
    app.view(ids.DELETE_MODAL)(privacy.delete)

    app.action(ids.LOAD_PACK)(admin.load)
    app.action(ids.DISCARD_PACK)(admin.discard)
    app.action(ids.ROLL_BACK_PACK)(admin.go_back)
    app.action(ids.SEND_TEMPLATE)(admin.send_template)
    app.action(ids.OPEN_INVITE)(invitations.open)
    app.view(ids.INVITE_MODAL)(invitations.invite)
