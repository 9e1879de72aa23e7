"""The routing table of the Bolt app: which handler answers each command, button, modal, and event."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.delivery.departures import Departures
from bot.delivery.roster_refresh import RosterReader
from bot.slack import action_ids as ids
from bot.slack.door import Door
from bot.slack.error_handler import ErrorHandler, interaction_family, interaction_name
from bot.slack.events import EventRouter
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.admin import AdminHandlers
from bot.slack.handlers.administration import AdministrationHandlers
from bot.slack.handlers.announcements import AnnouncementHandlers
from bot.slack.handlers.check_in import CheckInHandlers
from bot.slack.handlers.coach_thread import CoachThreadHandlers
from bot.slack.handlers.cohort_changes import CohortChangeHandlers
from bot.slack.handlers.cohort_files import CohortFileHandlers
from bot.slack.handlers.cohorts import CohortHandlers
from bot.slack.handlers.commands import CommandHandlers
from bot.slack.handlers.direct_messages import DirectMessageHandlers
from bot.slack.handlers.first_contact import FirstContactHandlers
from bot.slack.handlers.home import HomeHandlers
from bot.slack.handlers.installation import InstallationHandlers
from bot.slack.handlers.invitations import InvitationHandlers
from bot.slack.handlers.journal import JournalHandlers
from bot.slack.handlers.lesson import LessonHandlers
from bot.slack.handlers.lms import LmsHandlers
from bot.slack.handlers.mentions import MentionHandlers
from bot.slack.handlers.monthly_figures import MonthlyFiguresHandlers
from bot.slack.handlers.outdated import OutdatedHandlers
from bot.slack.handlers.pack_audiences import PackAudienceHandlers
from bot.slack.handlers.pack_pilots import PackPilotHandlers
from bot.slack.handlers.plain_words import PlainWordsHandlers
from bot.slack.handlers.posted_invitations import PostedInvitationHandlers
from bot.slack.handlers.postponement import PostponementHandlers
from bot.slack.handlers.privacy import PrivacyHandlers
from bot.slack.handlers.profile import ProfileHandlers
from bot.slack.handlers.programs import ProgramHandlers
from bot.slack.handlers.progress import ProgressHandlers
from bot.slack.handlers.recall_question import RecallHandlers
from bot.slack.handlers.reports import ReportHandlers
from bot.slack.handlers.retractions import RetractionHandlers
from bot.slack.handlers.self_ratings import SelfRatingHandlers
from bot.slack.handlers.settings import SettingsHandlers
from bot.slack.handlers.sharing import SharingHandlers
from bot.slack.handlers.shift_calendar import ShiftCalendarHandlers
from bot.slack.handlers.shifts import ShiftHandlers
from bot.slack.handlers.staged_packs import StagedPackHandlers
from bot.slack.handlers.streak_repair import StreakRepairHandlers
from bot.slack.handlers.tips import TipHandlers
from bot.slack.handlers.trials import TrialHandlers
from bot.slack.handlers.word_practice import WordPracticeHandlers
from bot.slack.identity import add_person
from bot.slack.request_router import RequestRouter
from bot.slack.turns import Turns

log = structlog.get_logger(__name__)

Next = Callable[[], Awaitable[None]]

ANY_NAME = re.compile("")
"""Every button, menu, and form."""

ANY_COMMAND = re.compile(r"^/")
"""Every command. The manifest and the packs define which ones exist, and `CommandHandlers` finds them by name."""


async def log_request(body: dict[str, Any], next: Next) -> None:  # noqa: A002  (Bolt's name)
    """Log one line for each thing that people do here: neither who did it, nor what they chose or wrote."""
    if interaction_name(body) != "user_change":  # sent for everyone in the workspace, even people who never used Rounds
        log.info("slack.request", what=interaction_family(body))
    await next()


def register(app: AsyncApp, context: HandlerContext, departures: Departures, reader: RosterReader) -> None:
    """Connect every command, button, modal, and event to its handler."""
    home = HomeHandlers(context)
    lesson = LessonHandlers(context)
    recall = RecallHandlers(context)
    self_ratings = SelfRatingHandlers(context)
    repair = StreakRepairHandlers(context)
    later = PostponementHandlers(context)
    check_in = CheckInHandlers(context)
    tips = TipHandlers(context)
    settings = SettingsHandlers(context)
    first_contact = FirstContactHandlers(context)
    programs = ProgramHandlers(context)
    progress = ProgressHandlers(context)
    shifts = ShiftHandlers(context)
    rosters = ShiftCalendarHandlers(context, reader)
    sharing = SharingHandlers(context)
    journal = JournalHandlers(context, sharing)
    privacy = PrivacyHandlers(context)
    lms = LmsHandlers(context)
    admin = AdminHandlers(context)
    staged_packs = StagedPackHandlers(context)
    audiences = PackAudienceHandlers(context)
    pilots = PackPilotHandlers(context, admin)
    invitations = InvitationHandlers(context)
    retractions = RetractionHandlers(context)
    administration = AdministrationHandlers(context)
    cohorts = CohortHandlers(context)
    cohort_files = CohortFileHandlers(context)
    cohort_changes = CohortChangeHandlers(context)
    posted_invitations = PostedInvitationHandlers(context)
    announcements = AnnouncementHandlers(context)
    figures = MonthlyFiguresHandlers(context, cohorts)
    reports = ReportHandlers(context)
    trials = TrialHandlers(context)
    commands = CommandHandlers(context, settings, journal, admin, administration, programs, cohorts, reports, trials)
    coach = CoachThreadHandlers(context)
    words = WordPracticeHandlers(context)
    mentions = MentionHandlers(context)
    outdated = OutdatedHandlers(context)
    messages = DirectMessageHandlers(context, admin, rosters, coach, PlainWordsHandlers(context))
    turns = Turns()
    requests = RequestRouter(app, turns, context.replies, context.requests_in_progress)
    events = EventRouter(app, context, turns)

    installation = InstallationHandlers(context, departures)
    profiles = ProfileHandlers(context, departures)

    app.use(Door(context.clock, context.replies).admit)
    app.use(installation.only_while_installed)
    app.use(log_request)
    app.use(add_person)
    app.use(context.languages.before_request)
    app.error(ErrorHandler(context.replies).handle)
    requests.command(ANY_COMMAND)(commands.typed)

    events.route("app_home_opened", home.opened)
    events.route("message", messages.received, even_without_database=True)
    events.route("app_mention", mentions.received, even_without_database=True)
    events.route("app_uninstalled", installation.uninstalled)
    events.route("tokens_revoked", installation.tokens_revoked)
    events.route("user_change", profiles.changed, profiles.is_known)

    requests.action(ids.starting_with(ids.ANSWER_LESSON))(lesson.answer)
    requests.action(ids.MARK_LESSON_GUESSED)(lesson.mark_guessed)
    requests.action(ids.OPEN_REFLECTION)(lesson.open_reflection)
    requests.action(ids.OPEN_WHO_SEES_WHAT)(lesson.open_who_sees_what)
    requests.action(ids.OPEN_WHY)(lesson.open_why)
    requests.action(ids.OPEN_ANSWERS)(lesson.open_answers)
    requests.action(ids.OPEN_QUESTION)(lesson.open_question)
    requests.action(ids.SAVE_LESSON)(lesson.save)
    requests.action(ids.UNSAVE_LESSON)(lesson.unsave)
    requests.action(ids.MARK_STEP_TRIED)(lesson.mark_tried)
    requests.action(ids.MARK_STEP_NOT_TRIED)(lesson.mark_not_tried)
    requests.action(ids.PLAN_STEP)(lesson.plan_step)
    requests.action(ids.starting_with(ids.SAY_IF_USEFUL))(lesson.say_if_useful)
    requests.action(ids.starting_with(ids.REPORT_PLANNED_STEP))(lesson.report_planned_step)
    requests.action(ids.FINISH_DAY)(lesson.finish_day)
    requests.action(ids.SEND_LESSON_NOW)(lesson.send_lesson_now)
    requests.action(ids.REQUEST_EXTRA_LESSON)(lesson.request_extra)
    requests.action(ids.OPEN_TODAYS_LESSON)(lesson.open_today)
    requests.view(ids.REFLECTION_MODAL)(lesson.save_reflection)

    requests.action(ids.starting_with(ids.ANSWER_SELF_RATING))(self_ratings.answer)
    requests.action(ids.starting_with(ids.ANSWER_RECALL))(recall.answer)
    requests.action(ids.MARK_RECALL_GUESSED)(recall.mark_guessed)
    requests.action(ids.OPEN_RECALL_ANSWERS)(recall.open_answers)
    requests.action(ids.OPEN_RECALL)(recall.open)
    requests.action(ids.starting_with(ids.ANSWER_RECALL_IN_MODAL))(recall.answer_in_home)
    requests.action(ids.MARK_RECALL_GUESSED_IN_MODAL)(recall.mark_guessed_in_home)

    requests.action(ids.OPEN_REPAIR)(repair.open)
    requests.view(ids.REPAIR_MODAL)(repair.submit_answer)

    requests.action(ids.OPEN_POSTPONE)(later.open)
    requests.action(ids.OPEN_POSTPONED_LESSON)(later.open_now)
    requests.view(ids.POSTPONE_MODAL)(later.postpone)

    requests.action(ids.CONTINUE_LESSONS)(check_in.go_on)
    requests.action(ids.SWITCH_TO_WEEKLY)(check_in.go_weekly)
    requests.action(ids.STOP_LESSONS)(check_in.stop)

    requests.action(ids.SHOW_ANOTHER_TIP)(tips.another)
    requests.action(ids.SHOW_PREVIOUS_TIP)(tips.previous)
    requests.action(ids.starting_with(ids.SHOW_TIP_OF_SKILL))(tips.another)
    requests.action(ids.starting_with(ids.OPEN_TIP))(tips.open)
    requests.action(ids.starting_with(ids.OPEN_SAFETY_CARD))(tips.open_safety_card)
    requests.action(ids.SAVE_TIP)(lesson.save_tip)
    requests.action(ids.OPEN_SHARE_TIP)(sharing.open_tip)
    requests.view(ids.SHARE_TIP_MODAL)(sharing.share_tip)
    requests.view(ids.SHARE_ENTRY_MODAL)(sharing.share_entry)

    requests.action(ids.COACH_SHORTER)(coach.shorter)
    requests.action(ids.COACH_NEXT)(coach.next)
    requests.action(ids.starting_with(ids.COACH_CHOOSE))(coach.next)
    requests.action(ids.COACH_NONE)(coach.none_fits)
    requests.action(ids.starting_with(ids.COACH_HELPED))(coach.helped)
    requests.action(ids.COACH_SAVE)(coach.open_save)
    requests.action(ids.COACH_PUSHBACK)(coach.pushback)
    requests.action(ids.starting_with(ids.COACH_REPLY))(coach.reply)
    requests.action(ids.PRACTICE_WORDS)(words.open)
    requests.action(ids.COACH_PRACTICE)(words.open)
    requests.view(ids.PRACTICE_MODAL)(words.compare)
    requests.view(ids.COMPARED_WORDS_MODAL)(words.open_save)
    requests.view(ids.SAVE_EXCHANGE_MODAL)(coach.save)

    requests.action(ids.START_LESSONS)(settings.start)
    requests.action(ids.DECLINE_LESSONS)(settings.decline)
    requests.action(ids.OPEN_FIRST_CONTACT)(first_contact.open)
    requests.view(ids.FIRST_CONTACT_MODAL)(first_contact.begin)
    requests.action(ids.OPEN_SETTINGS)(settings.open)
    requests.action(ids.OPEN_PAUSE)(settings.open_pause)
    requests.action(ids.RESUME_LESSONS)(settings.resume)
    requests.action(ids.OPEN_MORE_SETTINGS)(settings.open_more)
    requests.view(ids.SETTINGS_MODAL)(settings.save)
    requests.view(ids.MORE_SETTINGS_MODAL)(settings.save)
    requests.view(ids.PAUSE_MODAL)(settings.pause)

    requests.action(ids.OPEN_PROGRAMS)(programs.open)
    requests.view(ids.PROGRAM_MODAL)(programs.save)

    requests.action(ids.OPEN_PROGRESS)(progress.open)
    requests.action(ids.OPEN_CERTIFICATE)(progress.open_certificate)
    requests.view(ids.CERTIFICATE_MODAL)(progress.send_certificate)

    requests.action(ids.OPEN_SHIFTS)(shifts.open)
    requests.action(ids.starting_with(ids.CHOOSE_SHIFT_PATTERN))(shifts.choose_pattern)
    requests.action(ids.CHOOSE_SCHEDULE_KIND)(shifts.choose_kind)
    requests.action(ids.ENTER_TIMES_PER_DAY)(shifts.enter_times_per_day)
    requests.action(ids.ENTER_SAME_TIMES)(shifts.enter_same_times)
    requests.action(ids.SHIFT_FIELD_CHANGED)(shifts.field_changed)
    requests.view(ids.SHIFTS_MODAL)(shifts.save)
    requests.action(ids.OPEN_CALENDAR)(rosters.open)
    requests.view(ids.CALENDAR_MODAL)(rosters.save)

    requests.action(ids.OPEN_FOUR_WEEKS)(home.four_weeks)
    requests.action(ids.OPEN_SAVED_LESSONS)(home.saved)
    requests.action(ids.OPEN_SKILLS)(home.skills)
    requests.action(ids.OPEN_PRIVACY)(home.privacy)
    requests.action(ids.OPEN_HELP)(home.help)

    requests.action(ids.OPEN_JOURNAL)(journal.open)
    requests.action(ids.starting_with(ids.TURN_JOURNAL_PAGE))(journal.turn_page)
    requests.action(ids.FILTER_JOURNAL_BY_SKILL)(journal.choose_skill)
    requests.view(ids.JOURNAL_MODAL)(journal.find)
    requests.action(ids.starting_with(ids.OPEN_ENTRY_MENU))(journal.open_entry_menu)
    requests.action(ids.READ_EARLIER_ENTRY)(journal.read_earlier)
    requests.view(ids.EDIT_ENTRY_MODAL)(journal.save_edit)
    requests.view(ids.DELETE_ENTRY_MODAL)(journal.delete_entry)

    requests.action(ids.OPEN_EXPORT)(privacy.ask_export)
    requests.action(ids.DELETE_EXPORT)(privacy.delete_export)
    requests.action(ids.OPEN_DELETE)(privacy.ask_delete)
    requests.view(ids.EXPORT_MODAL)(privacy.export)
    requests.view(ids.DELETE_MODAL)(privacy.delete)
    requests.action(ids.OPEN_LMS)(lms.open)
    requests.view(ids.LMS_ON_MODAL)(lms.turn_on)
    requests.view(ids.LMS_OFF_MODAL)(lms.turn_off)

    requests.action(ids.LOAD_PACK)(admin.load)
    requests.action(ids.DISCARD_PACK)(admin.discard)
    requests.action(ids.ROLL_BACK_PACK)(admin.go_back)
    requests.action(ids.DOWNLOAD_PACK)(admin.download)
    requests.action(ids.OPEN_REMOVE_PACK)(admin.open_removal)
    requests.view(ids.REMOVE_PACK_MODAL)(admin.remove)
    requests.action(ids.OLDER_AUDIT_ENTRIES)(administration.older)
    requests.view(ids.AUTHORS_MODAL)(administration.save_authors)
    requests.view(ids.VIEWERS_MODAL)(administration.save_viewers)
    requests.action(ids.OPEN_AUDIENCE)(audiences.open)
    requests.action(ids.OPEN_LOAD_FOR)(audiences.open_load)
    requests.view(ids.AUDIENCE_MODAL)(audiences.save)
    requests.view(ids.LOAD_FOR_MODAL)(audiences.load)
    requests.action(ids.OPEN_PILOT)(pilots.open)
    requests.view(ids.PILOT_MODAL)(pilots.start)
    requests.action(ids.SHOW_PILOT_CHANGE)(pilots.show_change)
    requests.action(ids.END_PILOT)(pilots.end)
    requests.action(ids.COMPARE_WITH_PILOT)(pilots.compare)
    requests.action(ids.USE_IN_PILOT)(pilots.use)
    requests.action(ids.OPEN_RETRACT)(retractions.open)
    requests.view(ids.RETRACT_MODAL)(retractions.retract)
    requests.action(ids.OPEN_RETRACTED)(retractions.open_list)
    requests.action(ids.LIFT_RETRACTION)(retractions.lift)
    requests.action(ids.SEND_TEMPLATE)(admin.send_template)
    requests.action(ids.OPEN_LESSON_TO_CHECK)(admin.open_lesson)
    requests.action(ids.SEND_PACK_CHANGES)(staged_packs.send_changes)
    requests.action(ids.PREVIEW_PACK)(staged_packs.open)
    requests.action(ids.starting_with(ids.SHOW_PREVIEW))(staged_packs.show)
    requests.action(ids.starting_with(ids.in_preview(ids.ANSWER_LESSON)))(staged_packs.answer)
    requests.action(ids.in_preview(ids.OPEN_WHY))(staged_packs.open_why)
    requests.action(ids.in_preview(ids.OPEN_ANSWERS))(staged_packs.open_answers)
    requests.action(ids.starting_with(ids.PREVIEW))(staged_packs.explain)
    requests.action(ids.OPEN_INVITE)(invitations.open)
    requests.view(ids.INVITE_MODAL)(invitations.invite)
    requests.action(ids.OPEN_NEW_COHORT)(cohorts.open_new)
    requests.action(ids.MANAGE_COHORT)(cohorts.manage)
    requests.action(ids.OPEN_ADD_TO_COHORT)(cohorts.open_add)
    requests.action(ids.CLOSE_COHORT)(cohorts.close)
    requests.action(ids.JOIN_COHORT)(cohorts.join_by_button)
    requests.action(ids.OPEN_POST_INVITATION)(posted_invitations.open)
    requests.view(ids.POST_INVITATION_MODAL)(posted_invitations.post)
    requests.action(ids.SHOW_COHORT_REPORT)(reports.show)
    requests.action(ids.CHOOSE_REPORT)(reports.choose)
    requests.action(ids.CHOOSE_REPORT_PERIOD)(reports.choose)
    requests.action(ids.SEND_REPORT_FILES)(reports.send_files)
    requests.action(ids.OPEN_EDIT_COHORT)(cohort_changes.open)
    requests.action(ids.TURN_ON_FIGURES)(figures.turn_on)
    requests.action(ids.TURN_OFF_FIGURES)(figures.turn_off)
    requests.action(ids.STOP_FIGURES_HERE)(figures.stop)
    requests.action(ids.OPEN_ANNOUNCE)(announcements.open)
    requests.action(ids.TAKE_BACK_ANNOUNCEMENT)(announcements.take_back)
    requests.view(ids.NEW_COHORT_MODAL)(cohorts.start)
    requests.view(ids.ADD_TO_COHORT_MODAL)(cohorts.add)
    requests.view(ids.EDIT_COHORT_MODAL)(cohort_changes.save)
    requests.view(ids.ANNOUNCE_MODAL)(announcements.preview)
    requests.view(ids.ANNOUNCE_PREVIEW_MODAL)(announcements.send)
    requests.action(ids.OPEN_PLAN_TRIAL)(trials.open_plan)
    requests.action(ids.SHOW_TRIAL_PLAN)(trials.show_plan)
    requests.action(ids.SHOW_EXACT_PLAN)(trials.show_exact_plan)
    requests.action(ids.CANCEL_TRIAL)(trials.cancel)
    requests.view(ids.PLAN_TRIAL_MODAL)(trials.check)
    requests.view(ids.FIX_TRIAL_MODAL)(trials.fix)
    requests.action(ids.OPEN_COHORT_FILE)(cohort_files.open)
    requests.action(ids.SEND_COHORT_TEMPLATE)(cohort_files.send_template)
    requests.view(ids.COHORT_FILE_MODAL)(cohort_files.check)
    requests.action(ids.APPLY_COHORT_FILE)(cohort_files.apply)
    requests.action(ids.CANCEL_COHORT_FILE)(cohort_files.cancel)

    # Last, as the first handler whose name fits gets the request.
    requests.action(ANY_NAME)(outdated.pressed)
    requests.view(ANY_NAME)(outdated.submitted)
