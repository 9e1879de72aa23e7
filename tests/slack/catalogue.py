"""Every message and view that Rounds can show, by name, each as full as possible."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from slack_sdk.models.views import View

from bot.domain.lesson_review import LessonsToReview
from bot.domain.schedule import DeliveryKindName, MessageTiming
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE
from bot.domain.streak import Streak
from bot.learning.calendar_refresh import CalendarTrouble
from bot.learning.coaching import Advice, Tip
from bot.learning.enrollment import InvitationCounts
from bot.learning.journal import JournalPage
from bot.learning.lesson_state import PostponedUntil
from bot.learning.message_deliveries import MessageRef
from bot.learning.packs import LivePack
from bot.learning.privacy import ErasureResult
from bot.learning.roster_settings import RosterView
from bot.learning.workspace_overview import WorkspaceOverview
from bot.retrieval.calibration import Confidence
from bot.slack.blocks import (
    MessageContent,
    admin,
    answers,
    check_in,
    coach_thread,
    command_help,
    day_end,
    enrollment,
    home,
    journal,
    lesson_reviews,
    postponement,
    privacy,
    recall_question,
    reflection,
    settings,
    sharing,
    shift_calendar,
    shifts,
    skill_levels,
    streak,
    streak_repair,
    tips,
    week_summary,
)
from bot.slack.blocks import lesson as lessons
from bot.slack.blocks.coach_thread import CoachExchange
from bot.slack.shift_form import form_of_schedule
from bot.storage.tables import LearnerState
from tests.slack import builders as a
from tests.slack.builders import World

REF = MessageRef("D0123456789", "1764748800.000100")
JOURNAL = '["", "", 0]'
EXCHANGE = CoachExchange(12, "D0123456789", "1764748800.000100")
ADDRESS = "https://riverside.slack.com/archives/D1/p1764748800000100?a=1&b=2"


def words(world: World) -> str:
    """The longest text that a person may write, and recognizable."""
    return f"{a.PRIVATE} {world.say(a.LONGEST_WORDS - len(a.PRIVATE) - 1)}"


MESSAGES: dict[str, Callable[[World], MessageContent]] = {
    "lesson.initial_message": lambda w: lessons.initial_message(w.lesson),
    "lesson.current_message": lambda w: lessons.current_message(a.state(w.lesson)),
    "lesson.current_message reflected": lambda w: lessons.current_message(replace(a.state(w.lesson), reflected=True)),
    "lesson.current_message right": lambda w: lessons.current_message(a.state(w.lesson, choice="B")),
    "lesson.current_message wrong": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="D"), reflected=True)
    ),
    "lesson.current_message reflected after a missed day": lambda w: lessons.current_message(
        replace(a.state(w.lesson), reflected=True, repair=a.repair())
    ),
    "lesson.current_message after a missed day": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="D"), reflected=True, repair=a.repair())
    ),
    "postponement.postponed_message": lambda w: postponement.postponed_message(
        a.state(w.lesson), PostponedUntil(a.NOW, is_weekly=False)
    ),
    "postponement.postponed_message next shift": lambda w: postponement.postponed_message(
        a.state(w.lesson), PostponedUntil(None, is_weekly=True)
    ),
    "postponement.superseded_message": lambda w: postponement.superseded_message(a.state(w.lesson)),
    "postponement.superseded_message answered": lambda w: postponement.superseded_message(
        a.state(w.lesson, choice="A")
    ),
    "check_in.check_in_message": lambda _w: check_in.check_in_message(),
    "check_in.continued_message": lambda _w: check_in.continued_message(enrollment.next_lesson_text(a.learner())),
    "check_in.weekly_message": lambda _w: check_in.weekly_message(enrollment.next_lesson_text(a.learner())),
    "check_in.stopped_message": lambda _w: check_in.stopped_message(),
    "check_in.answered_by_practice_message": lambda _w: check_in.answered_by_practice_message(),
    "day_end.personal_message": lambda w: day_end.personal_message(w.lesson, None, None, reflected=False),
    "day_end.current_message": lambda w: day_end.current_message(
        replace(a.state(w.lesson, kind=DeliveryKindName.DAY_END), reflected=True, tried=False)
    ),
    "day_end.personal_message recall": lambda w: day_end.personal_message(
        w.lesson, a.recalled(w.lesson).question, None, reflected=False
    ),
    "day_end.personal_message recall and week": lambda w: day_end.personal_message(
        w.lesson, a.recalled(w.lesson).question, a.week(w.say), reflected=True
    ),
    "day_end.personal_message week": lambda w: day_end.personal_message(w.lesson, None, a.week(w.say), reflected=False),
    "day_end.current_message week": lambda w: day_end.current_message(
        replace(
            a.state(w.lesson, kind=DeliveryKindName.DAY_END),
            recall=a.recalled(w.lesson, choice="D"),
            reflected=True,
            tried=True,
            week=a.week(w.say),
        )
    ),
    "day_end.current_message recalled wrong": lambda w: day_end.current_message(
        replace(
            a.state(w.lesson, kind=DeliveryKindName.DAY_END), recall=a.recalled(w.lesson, choice="D"), reflected=True
        )
    ),
    "day_end.current_message recalled right": lambda w: day_end.current_message(
        replace(a.state(w.lesson, kind=DeliveryKindName.DAY_END), recall=a.recalled(w.lesson, choice="B"), tried=True)
    ),
    "day_end.finished_message": lambda w: day_end.finished_message(replace(a.state(w.lesson), tried=True)),
    "enrollment.welcome_message": lambda _w: enrollment.welcome_message(a.learner(state=LearnerState.NEW)),
    "enrollment.started_message": lambda _w: enrollment.started_message(a.learner()),
    "enrollment.declined_message": lambda _w: enrollment.declined_message(),
    "settings.settings_saved_message": lambda _w: settings.settings_saved_message(a.learner(state=LearnerState.NEW)),
    "settings.shifts_saved_message": lambda _w: settings.shifts_saved_message(a.working(a.LONG_ROTATION)),
    "settings.shifts_saved_message each day": lambda _w: settings.shifts_saved_message(a.working(a.LONG_WEEK)),
    "settings.shifts_saved_message calendar": lambda _w: settings.shifts_saved_message(a.working(a.ROSTER)),
    "settings.settings_saved_message waiting": lambda _w: settings.settings_saved_message(
        a.learner(state=LearnerState.WAITING)
    ),
    "enrollment.paused_message": lambda _w: enrollment.paused_message(replace(a.learner(), paused_until=a.TODAY)),
    "enrollment.resumed_message": lambda _w: enrollment.resumed_message(a.learner()),
    "command_help.help_message": lambda w: command_help.help_message(w.skills),
    "shift_calendar.saved_message": lambda _w: shift_calendar.saved_message(
        a.kept_roster(state=LearnerState.NEW), by_address=True
    ),
    "shift_calendar.minutes_saved_message": lambda _w: shift_calendar.minutes_saved_message(
        a.learner(), MessageTiming(1, 180)
    ),
    "shift_calendar.problem_message": lambda _w: shift_calendar.problem_message(a.roster_error(100)),
    "shift_calendar.calendar_news_message": lambda _w: shift_calendar.calendar_news_message(
        a.roster_news(CalendarTrouble.UNREADABLE)
    ),
    "shift_calendar.calendar_news_message ended": lambda _w: shift_calendar.calendar_news_message(
        a.roster_news(CalendarTrouble.NO_SHIFTS_LEFT)
    ),
    "streak.streak_message": lambda _w: streak.streak_message(a.weeks()),
    "tips.tip_message": lambda w: tips.tip_message(Tip(w.lesson, 12)),
    "tips.advice_message": lambda w: tips.advice_message(a.advice(w.lesson), w.skills),
    "tips.advice_message sure": lambda w: tips.advice_message(a.doubtful_advice(w.lesson, Confidence.SURE), w.skills),
    "tips.advice_message between two": lambda w: tips.advice_message(
        a.doubtful_advice(w.lesson, Confidence.BETWEEN_TWO), w.skills
    ),
    "tips.advice_message unsure": lambda w: tips.advice_message(
        a.doubtful_advice(w.lesson, Confidence.UNSURE), w.skills
    ),
    "tips.none_fits_message": lambda w: tips.none_fits_message(w.skills),
    "tips.advice_message cards alone": lambda w: tips.advice_message(
        replace(a.advice(w.lesson), best_tip=None), w.skills
    ),
    "tips.advice_message nothing fits": lambda w: tips.advice_message(Advice((), None, ()), w.skills),
    "sharing.shared_tip_message": lambda w: sharing.shared_tip_message(Tip(w.lesson, 12), "U0AMARA"),
    "sharing.shared_entry_message": lambda w: sharing.shared_entry_message(a.entry(words(w), w.say), "U0AMARA"),
    "coach_thread.exchange_message": lambda w: coach_thread.exchange_message(a.advice(w.lesson), w.skills),
    "coach_thread.exchange_message sure": lambda w: coach_thread.exchange_message(
        a.doubtful_advice(w.lesson, Confidence.SURE), w.skills
    ),
    "coach_thread.exchange_message between two": lambda w: coach_thread.exchange_message(
        a.doubtful_advice(w.lesson, Confidence.BETWEEN_TWO), w.skills
    ),
    "coach_thread.exchange_message unsure": lambda w: coach_thread.exchange_message(
        a.doubtful_advice(w.lesson, Confidence.UNSURE), w.skills
    ),
    "coach_thread.helped_message yes": lambda _w: coach_thread.helped_message(helped=True),
    "coach_thread.helped_message no": lambda _w: coach_thread.helped_message(helped=False),
    "coach_thread.exchange_message nothing fits": lambda w: coach_thread.exchange_message(
        Advice((), None, ()), w.skills
    ),
    "coach_thread.short_message": lambda w: coach_thread.short_message(Tip(w.lesson, 12)),
    "coach_thread.pushback_message": lambda w: coach_thread.pushback_message(Tip(w.lesson, 12)),
    "coach_thread.reply_message": lambda w: coach_thread.reply_message(Tip(w.lesson, 12), 2),
    "coach_thread.thanks_message": lambda _w: coach_thread.thanks_message(),
    "coach_thread.saved_message": lambda _w: coach_thread.saved_message(),
    "privacy.erased_message": lambda _w: privacy.erased_message(ErasureResult(1, 2, 3, ("F1", "F2", "F3")), 1),
    "admin.overview_message": lambda w: admin.overview_message(WorkspaceOverview(None), packs(w), LessonsToReview()),
    "admin.overview_message reviews": lambda w: admin.overview_message(WorkspaceOverview(None), packs(w), due(w)),
    "lesson_reviews.lesson_reviews_message": lambda w: lesson_reviews.lesson_reviews_message(due(w)),
    "admin.packs_message": lambda w: admin.packs_message(packs(w), w.say(200)),
    "admin.packs_message none": lambda _w: admin.packs_message([]),
    "admin.problems_message": lambda w: admin.problems_message(w.say(120), a.problems(100, w.say), "1.4"),
    "admin.change_message": lambda w: admin.change_message(w.say(120), a.change(w.say), a.problems(100, w.say)),
    "admin.loaded_message": lambda w: admin.loaded_message(a.change(w.say)),
    "admin.discarded_message": lambda _w: admin.discarded_message(),
    "admin.not_admin_message": lambda _w: admin.not_admin_message(["U0AMARA"] * 400),
    "admin.invited_message": lambda _w: admin.invited_message(InvitationCounts(invited=1, already_known=4)),
}

VIEWS: dict[str, Callable[[World], View]] = {
    "lesson.why_modal": lambda w: lessons.why_modal(w.lesson),
    "lesson.answers_modal": lambda w: lessons.answers_modal(a.state(w.lesson, choice="D")),
    "answers.answers_modal": lambda w: answers.answers_modal(
        w.lesson.question, lessons.lettered_options(w.lesson), w.lesson.question.correct_option
    ),
    "recall_question.answers_modal": lambda w: recall_question.answers_modal(a.recalled(w.lesson, choice="D")),
    "lesson.todays_lesson_modal": lambda w: lessons.todays_lesson_modal(
        replace(a.state(w.lesson, choice="A"), reflected=True, tried=True), ADDRESS
    ),
    "lesson.todays_lesson_modal untouched": lambda w: lessons.todays_lesson_modal(a.state(w.lesson), None),
    "enrollment.welcome_home_view": lambda _w: enrollment.welcome_home_view(a.learner(state=LearnerState.NEW)),
    "settings.settings_modal": lambda w: settings.settings_modal(
        a.home_view(w.lesson, w.skills).learner, [*w.skills, *w.skills, *w.skills]
    ),
    "settings.settings_modal no skills": lambda _w: settings.settings_modal(a.learner(), []),
    "settings.settings_modal longest rotation": lambda _w: settings.settings_modal(a.working(a.LONG_ROTATION), []),
    "shifts.shifts_modal": lambda _w: shifts.shifts_modal(
        form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), WORKDAY_SCHEDULE
    ),
    "shifts.shifts_modal each day": lambda _w: shifts.shifts_modal(
        form_of_schedule(a.LONG_WEEK, a.TODAY), a.LONG_WEEK, shifts.new_hours_note(["1", "6"])
    ),
    "shifts.shifts_modal rotation": lambda _w: shifts.shifts_modal(
        form_of_schedule(a.LONG_ROTATION, a.TODAY), WORKDAY_SCHEDULE
    ),
    "shifts.shifts_modal typed": lambda w: shifts.shifts_modal(
        replace(form_of_schedule(a.LONG_ROTATION, a.TODAY), cycle=w.say(300), lesson_after=w.say(20)), WORKDAY_SCHEDULE
    ),
    "shifts.shifts_modal calendar": lambda _w: shifts.shifts_modal(form_of_schedule(a.ROSTER, a.TODAY), a.ROSTER),
    "shifts.shifts_modal no calendar": lambda _w: shifts.shifts_modal(
        form_of_schedule(a.ROSTER, a.TODAY), WORKDAY_SCHEDULE
    ),
    "settings.settings_modal waiting": lambda _w: settings.settings_modal(a.learner(state=LearnerState.WAITING), []),
    "enrollment.pause_modal": lambda _w: enrollment.pause_modal(a.learner()),
    "command_help.help_modal": lambda w: command_help.help_modal(w.skills),
    "home.home_view": lambda w: home.home_view(a.home_view(w.lesson, w.skills)),
    "skill_levels.skills_modal": lambda w: skill_levels.skills_modal(
        w.skills, a.mastery(w.skills), frozenset(each.slug for each in w.skills)
    ),
    "skill_levels.skills_modal none": lambda _w: skill_levels.skills_modal((), (), frozenset()),
    "coach_thread.save_modal": lambda w: coach_thread.save_modal(w.lesson, [words(w), words(w)], EXCHANGE),
    "coach_thread.save_modal nothing read": lambda w: coach_thread.save_modal(w.lesson, [], EXCHANGE),
    "coach_thread.warning_modal": lambda w: coach_thread.warning_modal(
        coach_thread.save_modal(w.lesson, [], EXCHANGE).to_dict(), words(w)
    ),
    "coach_thread.practice_modal": lambda w: coach_thread.practice_modal(w.lesson),
    "recall_question.question_modal": lambda w: recall_question.question_modal(a.recalled(w.lesson)),
    "recall_question.question_modal answered": lambda w: recall_question.question_modal(
        a.recalled(w.lesson, choice="D")
    ),
    "recall_question.answer_modal": lambda w: recall_question.answer_modal(a.ready(w.lesson, "D")),
    "recall_question.answer_modal right": lambda w: recall_question.answer_modal(a.ready(w.lesson, "B")),
    "recall_question.no_question_modal": lambda _w: recall_question.no_question_modal(),
    "home.home_view paused": lambda w: home.home_view(
        replace(a.home_view(w.lesson, w.skills), todays_lesson=None, learner=a.learner(state=LearnerState.PAUSED))
    ),
    "shift_calendar.calendar_modal": lambda w: shift_calendar.calendar_modal(
        a.roster_view(), shift_calendar.CalendarInput(w.say(2000), MessageTiming(0, 180)), a.roster_error(100)
    ),
    "shift_calendar.calendar_modal none": lambda _w: shift_calendar.calendar_modal(RosterView(MessageTiming())),
    "shift_calendar.reading_modal": lambda _w: shift_calendar.reading_modal("a" * 16),
    "shift_calendar.saved_modal": lambda _w: shift_calendar.saved_modal(a.kept_roster()),
    "home.home_view waiting": lambda w: home.home_view(
        replace(a.home_view(w.lesson, w.skills), todays_lesson=None, learner=a.learner(state=LearnerState.WAITING))
    ),
    "postponement.postpone_modal": lambda w: postponement.postpone_modal(a.later_choices(w.lesson), REF),
    "enrollment.answer_modal": lambda _w: enrollment.answer_modal(check_in.stopped_message()),
    "streak.four_weeks_modal": lambda _w: streak.four_weeks_modal(replace(a.weeks(), streak=Streak(0, 12, False))),
    "streak_repair.repair_modal": lambda w: streak_repair.repair_modal(a.offer(w.lesson), REF),
    "streak_repair.repair_modal from home": lambda w: streak_repair.repair_modal(a.offer(w.lesson), None),
    "streak_repair.made_up_modal": lambda w: streak_repair.made_up_modal(a.made_up(w.lesson)),
    "streak_repair.made_up_modal already": lambda w: streak_repair.made_up_modal(
        a.made_up(w.lesson, None, first=False)
    ),
    "tips.safety_card_modal": lambda w: tips.safety_card_modal(a.advice(w.lesson).cards[0]),
    "tips.tip_modal": lambda w: tips.tip_modal(Tip(w.lesson, 12)),
    "sharing.share_tip_modal": lambda w: sharing.share_tip_modal(Tip(w.lesson, 12)),
    "sharing.share_entry_modal": lambda w: sharing.share_entry_modal(a.entry(words(w), w.say), None, warned=True),
    "tips.saved_modal": lambda w: tips.saved_modal(w.saved, date(2026, 11, 23)),
    "tips.saved_modal none": lambda _w: tips.saved_modal([], date(2026, 11, 23)),
    "privacy.export_modal": lambda _w: privacy.export_modal(),
    "privacy.privacy_modal": lambda _w: privacy.privacy_modal(),
    "privacy.delete_modal": lambda _w: privacy.delete_modal(),
    "reflection.warning_modal": lambda w: reflection.warning_modal(
        reflection.reflection_modal(a.prompt(words(w), w.lesson), REF).to_dict(), words(w)
    ),
    "week_summary.earlier_entry_modal": lambda w: week_summary.earlier_entry_modal(a.entry(words(w), w.say), 26),
    "reflection.who_sees_what_modal": lambda _w: reflection.who_sees_what_modal(),
    "reflection.reflection_modal": lambda w: reflection.reflection_modal(a.prompt(words(w), w.lesson), REF),
    "reflection.reflection_modal empty": lambda w: reflection.reflection_modal(a.prompt(None, w.lesson), REF),
    "journal.journal_modal": lambda w: journal.journal_modal(a.journal(words(w), w.say)),
    "journal.journal_modal none": lambda _w: journal.journal_modal(JournalPage((), 0, 0)),
    "journal.journal_modal none found": lambda w: journal.journal_modal(
        replace(a.journal("", w.say), entries=(), total=0)
    ),
    "journal.edit_modal": lambda w: journal.edit_modal(a.entry(words(w), w.say), JOURNAL),
    "journal.warning_modal": lambda w: journal.warning_modal(
        journal.edit_modal(a.entry(words(w), w.say), JOURNAL).to_dict(), words(w)
    ),
    "journal.remove_modal": lambda w: journal.remove_modal(a.entry(words(w), w.say), JOURNAL),
    "admin.invite_modal": lambda _w: admin.invite_modal(),
}


def due(world: World) -> LessonsToReview:
    lessons = tuple(replace(world.lesson, review_by=date(2026, 11, 23)) for _ in range(60))
    return LessonsToReview(lessons, lessons, lessons)


def packs(world: World) -> list[LivePack]:
    return [a.live_pack(number, world.say) for number in range(60)]
