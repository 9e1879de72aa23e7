"""Every message and view that Rounds can show, by name, each as full as possible."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

from slack_sdk.models.views import View

from bot.domain.audience import Audience
from bot.domain.cohort import CohortField, CohortInvitation
from bot.domain.cohort_file import FileProblem
from bot.domain.commands import ADMIN_COMMANDS
from bot.domain.disclosure import Difference
from bot.domain.lesson_review import LessonsToReview
from bot.domain.patient_clues import ClueKind, PatientClue
from bot.domain.program import ProgramProgress
from bot.domain.roles import Role
from bot.domain.schedule import DeliveryKindName, MessageTiming
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE
from bot.domain.self_rating import RatingQuestion
from bot.domain.streak import Streak
from bot.domain.trial import TrialEnding
from bot.kinds import lesson as lesson_kind
from bot.learning.announcements import AnnouncementView, TakenBack
from bot.learning.calendar_refresh import CalendarTrouble
from bot.learning.coaching import Advice, Tip
from bot.learning.cohort_changes import CohortChange
from bot.learning.cohorts import ClosedCohort, EndsWithCohort, Joined
from bot.learning.extra_lessons import ExtraLessonOutcome, ExtraLessonResult
from bot.learning.first_contact import FirstQuestions
from bot.learning.journal import JournalPage
from bot.learning.lesson_feedback import Feedback
from bot.learning.lesson_state import LessonState, PostponedUntil
from bot.learning.message_deliveries import MessageRef
from bot.learning.pack_audiences import AudienceChange
from bot.learning.packs import LivePack
from bot.learning.planned_steps import StepOutcome
from bot.learning.privacy import ErasureResult, SentFile
from bot.learning.programs import ProgramChange, ProgramPlace, ProgramsView
from bot.learning.roster_settings import RosterView
from bot.learning.self_ratings import SelfRatingForm
from bot.learning.trial_ends import EndedPart
from bot.learning.trials import PlannableCohort, TrialDraft
from bot.learning.workspace_overview import WorkspaceOverview
from bot.retrieval.calibration import Confidence
from bot.slack.blocks import (
    MessageContent,
    admin,
    administration,
    announcements,
    answers,
    certificates,
    check_in,
    coach_thread,
    cohort_changes,
    cohort_files,
    cohort_menu,
    cohorts,
    command_help,
    day_end,
    enrollment,
    extra_lesson,
    first_contact,
    home,
    invitations,
    journal,
    lesson_health,
    lesson_modals,
    lesson_preview,
    lesson_reviews,
    lms,
    monthly_figures,
    pack_audience,
    pack_change,
    pack_pilot,
    pack_removal,
    plain_answers,
    posted_invitations,
    postponement,
    privacy,
    programs,
    progress,
    recall_question,
    reflection,
    reports,
    retractions,
    settings,
    sharing,
    shift_calendar,
    shifts,
    skill_levels,
    streak,
    streak_repair,
    tips,
    trial_plan,
    trial_result,
    trials,
    week_summary,
    word_practice,
)
from bot.slack.blocks import lesson as lessons
from bot.slack.blocks.administration import MAX_PEOPLE
from bot.slack.blocks.coach_thread import CoachExchange
from bot.slack.blocks.enrollment import next_lesson_text
from bot.slack.blocks.programs import begun_blocks
from bot.slack.shift_form import form_of_schedule
from bot.slack.times_form import TimesForm
from bot.storage.tables import LearnerState
from tests.slack import builders as a
from tests.slack.builders import World

REF = MessageRef("D0123456789", "1764748800.000100")
JOURNAL = '["", "", 0]'
EXCHANGE = CoachExchange(12, "D0123456789", "1764748800.000100")
ADDRESS = "https://riverside.slack.com/archives/D1/p1764748800000100?a=1&b=2"

CHOSEN_BY_ADMIN = AudienceChange(Audience.CHOSEN_ALONE, ["U0AMARA"] * 40, ["U0BEN"])
FEW, MANY = WorkspaceOverview(0, None), WorkspaceOverview(25, date(2026, 11, 23))

PAGE = "https://riverside.slack.com/"


def clues(world: World) -> tuple[PatientClue, ...]:
    """More clues to a patient than a warning quotes, each as long as can be."""
    return tuple(PatientClue(kind, world.say(300)) for kind in ClueKind)


def words(world: World) -> str:
    """The longest text that a person may write, and recognizable."""
    return f"{a.PRIVATE} {world.say(a.LONGEST_WORDS - len(a.PRIVATE) - 1)}"


def retracted(world: World, choice: str | None = None) -> LessonState:
    """A delivered lesson that was retracted, for the longest reason."""
    return replace(a.state(world.lesson, choice=choice), retraction=a.retraction(world.say))


MESSAGES: dict[str, Callable[[World], MessageContent]] = {
    "lesson.initial_message": lambda w: lessons.initial_message(w.lesson, a.FORMATS),
    "lesson.current_message": lambda w: lessons.current_message(a.state(w.lesson)),
    "lesson.current_message reflected": lambda w: lessons.current_message(replace(a.state(w.lesson), reflected=True)),
    "lesson.current_message right": lambda w: lessons.current_message(a.state(w.lesson, choice="B")),
    "lesson.current_message after a trial": lambda w: lessons.current_message(
        replace(a.state(w.lesson), ended_trial=EndedPart(Difference(10, 5, 15, 40)))
    ),
    "lesson.current_message right after a trial": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="B"), ended_trial=EndedPart(Difference(-10, -15, -5, 40)))
    ),
    "lesson.current_message wrong after a trial": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="A"), ended_trial=EndedPart(Difference(5, -5, 15, 40)))
    ),
    "lesson.current_message wrong": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="D"), reflected=True)
    ),
    "lesson.current_message reflected after a missed day": lambda w: lessons.current_message(
        replace(a.state(w.lesson), reflected=True, repair=a.repair())
    ),
    "lesson.current_message after a missed day": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="D"), reflected=True, repair=a.repair())
    ),
    "lesson.current_message right with an extra lesson to ask for": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="B"), reflected=True, saved=True, offers_extra=True)
    ),
    "lesson.current_message wrong with an extra lesson": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="D"), reflected=True, saved=True, tried=True, has_extra=True)
    ),
    "lesson.current_message in a program": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="D"), program=ProgramPlace(w.say(60), 7, 20))
    ),
    "lesson.current_message the last of a program": lambda w: lessons.current_message(
        replace(a.state(w.lesson), program=ProgramPlace(w.say(60), 20, 20))
    ),
    "lesson.current_message asks if it was useful": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="D"), reflected=True, saved=True, offers_extra=True, feedback=Feedback.ASKED)
    ),
    "lesson.current_message thanks for saying if it was useful": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="B"), reflected=True, saved=True, has_extra=True, feedback=Feedback.SAID)
    ),
    "lesson.extra_message": lambda w: lessons.extra_message(w.lesson, a.FORMATS, overdue=True),
    "lesson.current_message of an extra lesson": lambda w: lessons.current_message(
        replace(a.state(w.lesson, kind=DeliveryKindName.EXTRA_LESSON), reflected=True, is_extra=True)
    ),
    "extra_lesson.request_message": lambda _w: extra_lesson.request_message(
        ExtraLessonResult(ExtraLessonOutcome.QUEUED, a.learner()), None
    ),
    "extra_lesson.request_message again": lambda w: extra_lesson.request_message(
        ExtraLessonResult(
            ExtraLessonOutcome.ALREADY_SENT,
            a.learner(),
            a.state(w.lesson, kind=DeliveryKindName.EXTRA_LESSON),
            had_both=True,
        ),
        ADDRESS,
    ),
    "extra_lesson.request_message again in a pause": lambda _w: extra_lesson.request_message(
        ExtraLessonResult(ExtraLessonOutcome.ALREADY_SENT, replace(a.learner(), is_paused=True)), None
    ),
    "extra_lesson.request_message open": lambda w: extra_lesson.request_message(
        ExtraLessonResult(ExtraLessonOutcome.LESSON_OPEN, a.learner(), a.state(w.lesson)), ADDRESS
    ),
    "extra_lesson.request_message coming": lambda _w: extra_lesson.request_message(
        ExtraLessonResult(ExtraLessonOutcome.LESSON_COMING, a.learner()), None
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
    "lesson.retracted_message": lambda w: lessons.retracted_message(retracted(w)),
    "lesson.retracted_message answered": lambda w: lessons.retracted_message(
        replace(retracted(w, choice="D"), reflected=True)
    ),
    "postponement.superseded_message retracted": lambda w: postponement.superseded_message(retracted(w)),
    "day_end.current_message retracted": lambda w: day_end.current_message(
        replace(retracted(w), recall=a.recalled(w.lesson, choice="D"), week=a.week(w.say))
    ),
    "check_in.check_in_message": lambda _w: check_in.check_in_message(),
    "check_in.continued_message": lambda _w: check_in.continued_message(enrollment.next_lesson_text(a.learner())),
    "check_in.weekly_message": lambda _w: check_in.weekly_message(enrollment.next_lesson_text(a.learner())),
    "check_in.stopped_message": lambda _w: check_in.stopped_message(),
    "check_in.answered_by_practice_message": lambda _w: check_in.answered_by_practice_message(),
    "day_end.personal_message": lambda w: day_end.personal_message(w.lesson, None, None, a.FORMATS, reflected=False),
    "day_end.current_message": lambda w: day_end.current_message(
        replace(a.state(w.lesson, kind=DeliveryKindName.DAY_END), reflected=True, tried=False)
    ),
    "day_end.personal_message recall": lambda w: day_end.personal_message(
        w.lesson, a.recalled(w.lesson).question, None, a.FORMATS, reflected=False
    ),
    "day_end.personal_message recall and week": lambda w: day_end.personal_message(
        w.lesson, a.recalled(w.lesson).question, a.week(w.say), a.FORMATS, reflected=True
    ),
    "day_end.personal_message week": lambda w: day_end.personal_message(
        w.lesson, None, a.week(w.say), a.FORMATS, reflected=False
    ),
    "day_end.personal_message recall, week, and self-rating": lambda w: day_end.personal_message(
        w.lesson,
        a.recalled(w.lesson).question,
        a.week(w.say),
        a.FORMATS,
        reflected=True,
        self_rating=SelfRatingForm(12),
    ),
    "day_end.current_message self-rating": lambda w: day_end.current_message(
        replace(
            a.state(w.lesson, kind=DeliveryKindName.DAY_END),
            self_rating=SelfRatingForm(0, {RatingQuestion.HARD_WORDS: 2}),
        )
    ),
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
    "day_end.finished_message recalled and week": lambda w: day_end.finished_message(
        replace(
            a.state(w.lesson),
            recall=a.recalled(w.lesson, choice="D"),
            week=a.week(w.say),
            self_rating=SelfRatingForm(12, {RatingQuestion.HARD_WEEK: 2}),
        )
    ),
    "day_end.finished_message": lambda w: day_end.finished_message(replace(a.state(w.lesson), tried=True)),
    "enrollment.welcome_message": lambda _w: enrollment.welcome_message(a.learner(state=LearnerState.NEW)),
    "enrollment.reminder_message": lambda _w: enrollment.reminder_message(),
    "enrollment.started_message": lambda _w: enrollment.started_message(a.learner()),
    "first_contact.begun_message": lambda w: first_contact.begun_message(
        replace(a.beginning(w.say, with_program=True), learner=a.working(a.LONG_WEEK)),
        replace(a.doubtful_advice(w.lesson, Confidence.UNSURE), cards=()),
        Tip(w.lesson, 12),
    ),
    "first_contact.begun_message no words": lambda _w: first_contact.begun_message(a.beginning(), None, None),
    "first_contact.begun_message no match": lambda _w: first_contact.begun_message(
        a.beginning(), Advice((), None, ()), None
    ),
    "first_contact.begun_message danger": lambda w: first_contact.begun_message(
        a.beginning(), a.advice(w.lesson), None
    ),
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
    "enrollment.not_paused_message": lambda _w: enrollment.not_paused_message(a.learner()),
    "command_help.admin_help_message": lambda _w: command_help.admin_help_message(ADMIN_COMMANDS, may_load=True),
    "command_help.help_message": lambda w: command_help.help_message(w.skills),
    "shift_calendar.saved_message": lambda _w: shift_calendar.saved_message(
        a.kept_roster(state=LearnerState.NEW), by_address=True
    ),
    "shift_calendar.minutes_saved_message": lambda _w: shift_calendar.minutes_saved_message(
        a.working(replace(a.ROSTER, timing=MessageTiming(1, 180)))
    ),
    "shift_calendar.minutes_saved_message clock times": lambda _w: shift_calendar.minutes_saved_message(
        a.working(replace(a.ROSTER, timing=a.AT_LUNCH.timing))
    ),
    "shift_calendar.problem_message": lambda _w: shift_calendar.problem_message(a.roster_error(100), a.FORMATS),
    "shift_calendar.calendar_news_message": lambda _w: shift_calendar.calendar_news_message(
        a.roster_news(CalendarTrouble.UNREADABLE)
    ),
    "shift_calendar.calendar_news_message ended": lambda _w: shift_calendar.calendar_news_message(
        a.roster_news(CalendarTrouble.NO_SHIFTS_LEFT)
    ),
    "shift_calendar.calendar_news_message partly": lambda _w: shift_calendar.calendar_news_message(
        a.roster_news(CalendarTrouble.PARTLY_READ)
    ),
    "lesson.current_message with a planned step and a milestone": lambda w: lessons.current_message(
        replace(a.state(w.lesson, choice="D"), milestone=100, planned=True, asked_step=a.planned_step(w.lesson))
    ),
    "lesson.current_message open with a planned step": lambda w: lessons.current_message(
        replace(a.state(w.lesson), asked_step=a.planned_step(w.lesson, StepOutcome.DID_NOT_FIT))
    ),
    "lesson.initial_message after a planned step": lambda w: lesson_kind.render(
        w.lesson, a.TODAY, a.FORMATS, lesson_kind.SinceLastLesson(a.freeze(freezes_left=0), a.planned_step(w.lesson))
    ),
    "streak.streak_message": lambda _w: streak.streak_message(a.weeks()),
    "tips.tip_message": lambda w: tips.tip_message(Tip(w.lesson, 12)),
    "tips.tip_message with a way back": lambda w: tips.tip_message(
        Tip(w.lesson, 999_999_999), (999_999_999,) * tips.MAX_TIPS_BACK
    ),
    "tips.advice_message": lambda w: tips.advice_message(a.advice(w.lesson), w.skills),
    "tips.advice_message sure": lambda w: tips.advice_message(a.doubtful_advice(w.lesson, Confidence.SURE), w.skills),
    "tips.advice_message between two": lambda w: tips.advice_message(
        a.doubtful_advice(w.lesson, Confidence.BETWEEN_TWO), w.skills
    ),
    "tips.advice_message unsure": lambda w: tips.advice_message(
        a.doubtful_advice(w.lesson, Confidence.UNSURE), w.skills
    ),
    "tips.none_fits_message": lambda w: tips.none_fits_message(w.skills),
    "plain_answers.greeting_message": lambda _w: plain_answers.greeting_message(a.learner()),
    "plain_answers.next_lesson_message": lambda _w: plain_answers.next_lesson_message(a.learner()),
    "plain_answers.next_lesson_message paused": lambda _w: plain_answers.next_lesson_message(
        a.learner(state=LearnerState.PAUSED)
    ),
    "plain_answers.stop_message": lambda _w: plain_answers.stop_message(a.learner()),
    "plain_answers.stop_message paused": lambda _w: plain_answers.stop_message(a.learner(state=LearnerState.PAUSED)),
    "plain_answers.pause_offer_message": lambda _w: plain_answers.pause_offer_message(),
    "plain_answers.settings_message": lambda _w: plain_answers.settings_message(),
    "plain_answers.journal_message": lambda _w: plain_answers.journal_message(),
    "cohorts.invitation_message": lambda w: cohorts.invitation_message(
        CohortInvitation(w.say(60), w.say(60), "U0AMARA", w.say(300)), WORKDAY_SCHEDULE, a.FORMATS
    ),
    "cohorts.invitation_message without a lead": lambda w: cohorts.invitation_message(
        CohortInvitation(w.say(60), None, None, ""), WORKDAY_SCHEDULE, a.FORMATS
    ),
    "posted_invitations.posted_invitation_message": lambda w: posted_invitations.posted_invitation_message(
        a.invitation_to_post(w.say), a.FORMATS
    ),
    "posted_invitations.posted_invitation_message of one that has begun": lambda w: (
        posted_invitations.posted_invitation_message(a.invitation_to_post(w.say, has_begun=True), a.FORMATS)
    ),
    "posted_invitations.posted_message": lambda w: posted_invitations.posted_message(w.say(60), "C0WARD", a.LINK),
    "posted_invitations.posted_message without a link": lambda w: posted_invitations.posted_message(
        w.say(60), "C0WARD", None
    ),
    "enrollment.started_message in a cohort": lambda w: enrollment.started_message(
        a.learner(), begun_blocks(ProgramProgress(a.program(w.say), 0, 20), next_lesson_text(a.learner()))
    ),
    "cohorts.cohorts_message": lambda w: cohorts.cohorts_message(
        [a.cohort(w.say, id=number) for number in range(30)], a.FORMATS, for_admin=True
    ),
    "cohorts.cohorts_message of a lead": lambda w: cohorts.cohorts_message(
        [
            a.cohort(w.say, program=None, lead=None, counted_on=None),
            a.cohort(w.say, id=8, started=0, declined=0),
            a.cohort(w.say, id=9, declined=0),
        ],
        a.FORMATS,
        for_admin=False,
    ),
    "cohorts.cohorts_message none": lambda _w: cohorts.cohorts_message([], a.FORMATS, for_admin=True),
    "cohorts.started_message": lambda w: cohorts.started_message(a.cohort(w.say), [a.TODAY], 40, a.FORMATS, 3),
    "cohorts.started_message nobody chosen": lambda w: cohorts.started_message(a.cohort(w.say), [], 0, a.FORMATS, 0),
    "cohort_files.problems_message": lambda w: cohort_files.problems_message(w.say(200), a.file_problems(w.say)),
    "cohort_files.problems_message one": lambda w: cohort_files.problems_message(
        w.say(20), [FileProblem(0, None, w.say(100))]
    ),
    "cohort_files.preview_message": lambda w: cohort_files.preview_message(
        7, w.say(200), a.cohort(w.say), a.listed_people(), a.TODAY, a.FORMATS, for_admin=True
    ),
    "cohort_files.preview_message of a lead": lambda w: cohort_files.preview_message(
        7, w.say(20), a.cohort(w.say), a.listed_people(1), a.TODAY, a.FORMATS, for_admin=False
    ),
    "cohort_files.applying_message": lambda w: cohort_files.applying_message(a.cohort(w.say)),
    "cohort_files.applied_message": lambda w: cohort_files.applied_message(a.cohort(w.say), [a.TODAY], a.FORMATS),
    "cohort_files.applied_message nobody left": lambda w: cohort_files.applied_message(a.cohort(w.say), [], a.FORMATS),
    "cohort_files.interrupted_message": lambda w: cohort_files.interrupted_message(7, a.cohort(w.say)),
    "cohort_files.overtaken_message": lambda w: cohort_files.overtaken_message(a.cohort(w.say)),
    "cohort_files.canceled_message": lambda _w: cohort_files.canceled_message(),
    "cohorts.closed_message": lambda w: cohorts.closed_message(ClosedCohort(w.say(60))),
    "cohorts.closed_message pilots": lambda w: cohorts.closed_message(
        ClosedCohort(w.say(60), EndsWithCohort(True, tuple(a.pilot(number, w.say) for number in range(20))))
    ),
    "cohort_changes.changed_message": lambda w: cohort_changes.changed_message(
        CohortChange(w.say(60), a.TODAY, frozenset(CohortField), "U0AMARA"), a.FORMATS, is_lead_told=True
    ),
    "cohort_changes.changed_message untold": lambda w: cohort_changes.changed_message(
        CohortChange(w.say(60), a.TODAY, frozenset(CohortField), "U0AMARA"), a.FORMATS, is_lead_told=False
    ),
    "cohort_changes.changed_message no lead": lambda w: cohort_changes.changed_message(
        CohortChange(w.say(60), a.TODAY, frozenset({CohortField.LEAD}), None), a.FORMATS, is_lead_told=True
    ),
    "cohort_changes.changed_message nothing": lambda w: cohort_changes.changed_message(
        CohortChange(w.say(60), a.TODAY, frozenset(), None), a.FORMATS, is_lead_told=True
    ),
    "cohort_changes.new_lead_message": lambda w: cohort_changes.new_lead_message(w.say(60), "U0AMARA"),
    "announcements.announcement_message": lambda w: announcements.announcement_message(a.announcement(w.say)),
    "announcements.sent_message": lambda w: announcements.sent_message(AnnouncementView(7, w.say(60))),
    "announcements.taken_back_message": lambda w: announcements.taken_back_message(TakenBack(w.say(60), True)),
    "announcements.taken_back_message late": lambda w: announcements.taken_back_message(TakenBack(w.say(60), False)),
    "monthly_figures.figures_message": lambda w: monthly_figures.figures_message(a.monthly_figures(w.say)),
    "monthly_figures.figures_message none": lambda w: monthly_figures.figures_message(a.monthly_figures(w.say, 0)),
    "monthly_figures.wish_message": lambda w: monthly_figures.wish_message(w.say(60), a.FORMATS, is_wanted=True),
    "monthly_figures.wish_message off": lambda w: monthly_figures.wish_message(w.say(60), a.FORMATS, is_wanted=False),
    "trials.opted_out_message": lambda _w: trials.opted_out_message(took_part=True),
    "trials.opted_out_message not in one": lambda _w: trials.opted_out_message(took_part=False),
    "trials.notice_message": lambda _w: trials.notice_message(),
    "trials.trials_message": lambda w: trials.trials_message(
        [
            a.trial(w.say),
            a.trial(w.say, id=8, has_begun=True),
            a.trial(w.say, id=9, ending=TrialEnding.FINISHED, result=Difference(10, -5, 25, 40)),
        ],
        a.FORMATS,
        can_plan=True,
    ),
    "trials.trials_message ended": lambda w: trials.trials_message(
        [
            a.trial(w.say, ending=TrialEnding.FINISHED, result=Difference(-10, -15, -5, 40)),
            a.trial(w.say, id=8, ending=TrialEnding.FINISHED, result=Difference(0, -5, 5, 40)),
            a.trial(w.say, id=9, ending=TrialEnding.FINISHED),
        ],
        a.FORMATS,
        can_plan=False,
    ),
    "trials.trials_message without results": lambda w: trials.trials_message(
        [a.trial(w.say, ending=TrialEnding.CANCELED), a.trial(w.say, id=8, ending=TrialEnding.CLOSED)],
        a.FORMATS,
        can_plan=True,
    ),
    "trials.trials_message many": lambda w: trials.trials_message(
        [a.trial(w.say, id=each, ending=TrialEnding.FINISHED, result=Difference(10, -5, 25, 40)) for each in range(40)],
        a.FORMATS,
        can_plan=False,
    ),
    "trials.trials_message many open": lambda w: trials.trials_message(
        [a.trial(w.say, id=each, has_begun=True) for each in range(16)], a.FORMATS, can_plan=True
    ),
    "trials.trials_message none": lambda _w: trials.trials_message([], a.FORMATS, can_plan=True),
    "trials.trials_message no cohort": lambda _w: trials.trials_message([], a.FORMATS, can_plan=False),
    "trials.planned_message": lambda w: trials.planned_message(a.trial(w.say), a.FORMATS),
    "trials.canceled_message": lambda w: trials.canceled_message(w.say(60)),
    "trial_result.trial_result_message": lambda w: trial_result.trial_result_message(
        a.trial_result(w.say, result=Difference(10, 5, 15, 40))
    ),
    "trial_result.trial_result_message fewer": lambda w: trial_result.trial_result_message(
        a.trial_result(w.say, result=Difference(-10, -15, -5, 40))
    ),
    "trial_result.trial_result_message chance": lambda w: trial_result.trial_result_message(
        a.trial_result(w.say, result=Difference(-5, -15, 10, 40))
    ),
    "trial_result.trial_result_message none": lambda w: trial_result.trial_result_message(a.trial_result(w.say)),
    "trial_result.trial_result_message canceled": lambda w: trial_result.trial_result_message(
        a.trial_result(w.say, ending=TrialEnding.CANCELED)
    ),
    "trial_result.trial_result_message closed": lambda w: trial_result.trial_result_message(
        a.trial_result(w.say, ending=TrialEnding.CLOSED)
    ),
    "cohorts.joined_message": lambda w: cohorts.joined_message(
        Joined(w.say(60), a.learner(), ProgramProgress(a.program(w.say), 0, 20), in_trial=True),
        next_lesson_text(a.learner()),
    ),
    "cohorts.joined_message before its first day": lambda w: cohorts.joined_message(
        Joined(w.say(60), a.learner(), None, begins_on=a.TODAY), next_lesson_text(a.learner())
    ),
    "cohorts.joined_welcome": lambda w: cohorts.joined_welcome(Joined(w.say(60), a.learner(), None, begins_on=a.TODAY)),
    "cohorts.joined_message without a program": lambda w: cohorts.joined_message(
        Joined(w.say(60), a.learner(), None), next_lesson_text(a.learner())
    ),
    "lesson_health.health_message": lambda w: lesson_health.health_message(a.health_report(w.lesson), a.FORMATS),
    "lesson_health.health_message few": lambda w: lesson_health.health_message(
        a.few_right_and_few_wrong(w.lesson), a.FORMATS
    ),
    "lesson_health.health_message none stands out": lambda w: lesson_health.health_message(
        a.health_report(w.lesson, 0), a.FORMATS
    ),
    "lesson_health.health_message no answers": lambda w: lesson_health.health_message(
        replace(a.health_report(w.lesson, 0), assessed=0), a.FORMATS
    ),
    "reports.report_message": lambda w: reports.report_message(
        a.report(w.say), a.FORMATS, a.report_choices(w.say), 104
    ),
    "reports.report_message in words": lambda w: reports.report_message(a.report(w.say), a.FORMATS).as_words(),
    "reports.report_message of a cohort": lambda w: reports.report_message(a.report(w.say, "cohort"), a.FORMATS),
    "reports.no_weeks_message": lambda w: reports.no_weeks_message(a.report(w.say, weeks=0), a.FORMATS, a.TODAY),
    "reports.no_weeks_message of a cohort": lambda w: reports.no_weeks_message(
        a.report(w.say, "cohort", weeks=0), a.FORMATS, a.TODAY, a.report_choices(w.say)
    ),
    "programs.offer_message": lambda _w: programs.offer_message(),
    "programs.changed_message begun": lambda w: programs.changed_message(
        ProgramChange(None, ProgramProgress(a.program(w.say), 3, 20), a.learner())
    ),
    "programs.changed_message over": lambda w: programs.changed_message(
        ProgramChange(None, ProgramProgress(a.program(w.say), 20, 20), a.learner())
    ),
    "programs.changed_message left": lambda w: programs.changed_message(
        ProgramChange(ProgramProgress(a.program(w.say), 3, 20), None, a.learner())
    ),
    "programs.changed_message the same": lambda w: programs.changed_message(
        ProgramChange(ProgramProgress(a.program(w.say), 3, 20), ProgramProgress(a.program(w.say), 3, 20), a.learner())
    ),
    "programs.changed_message still none": lambda _w: programs.changed_message(ProgramChange(None, None, a.learner())),
    "progress.progress_message": lambda w: progress.progress_message(a.progress((*w.skills, *w.skills), w.say)),
    "progress.progress_message in a program": lambda w: progress.progress_message(
        a.progress(w.skills, w.say, achievements=())
    ),
    "progress.progress_message some lessons": lambda w: progress.progress_message(
        a.progress(w.skills, w.say, lessons=12, program=None, achievements=(), came_back=1, remembered=1, weeks=())
    ),
    "progress.progress_message self-ratings": lambda w: progress.progress_message(
        a.progress(w.skills, w.say, self_ratings=a.COURSES)
    ),
    "progress.progress_message nothing yet": lambda _w: progress.progress_message(
        a.progress(
            (),
            lessons=0,
            since=None,
            reflections=0,
            program=None,
            achievements=(),
            came_back=0,
            remembered=0,
            weeks=(),
        )
    ),
    "certificates.certificate_message": lambda w: certificates.certificate_message(a.certificate(w.say), None),
    "certificates.certificate_message with a page": lambda w: certificates.certificate_message(
        a.certificate(w.say), "https://rounds.example.org/certificates/K7M2Q-X9PTB"
    ),
    "plain_answers.letter_message": lambda w: plain_answers.letter_message(a.state(w.lesson, choice="D")),
    "tips.mention_message": lambda w: tips.mention_message(a.advice(w.lesson).cards),
    "tips.safety_message": lambda w: tips.safety_message(a.advice(w.lesson).cards, is_broken=False),
    "tips.safety_message broken": lambda w: tips.safety_message(a.advice(w.lesson).cards, is_broken=True),
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
    "privacy.erased_message": lambda _w: privacy.erased_message(
        ErasureResult(1, 2, 3, (SentFile("F1"), SentFile("F2"), SentFile("F3"))), 1
    ),
    "privacy.erased_message told": lambda w: privacy.erased_message(ErasureResult(1, 2, 3, (), told_host=w.say(60)), 0),
    "lms.lms_on_message": lambda w: lms.lms_on_message(a.lms_consent(w.say(60))),
    "lms.lms_off_message": lambda w: lms.lms_off_message(a.lms_consent(w.say(60))),
    "privacy.export_message": lambda _w: privacy.export_message(),
    "privacy.export_deleted_message": lambda _w: privacy.export_deleted_message(),
    "privacy.export_deleted_message with everything": lambda _w: privacy.export_deleted_message(with_everything=True),
    "privacy.export_left_message": lambda _w: privacy.export_left_message(3),
    "admin.overview_message": lambda w: admin.overview_message(FEW, packs(w), LessonsToReview(), a.FORMATS),
    "admin.overview_message reviews": lambda w: admin.overview_message(
        WorkspaceOverview(25, date(2026, 11, 23)),
        packs(w),
        due(w),
        a.FORMATS,
        [a.pilot(number, w.say) for number in range(20)],
    ),
    "lesson_reviews.lesson_reviews_message": lambda w: lesson_reviews.lesson_reviews_message(due(w), a.FORMATS),
    "admin.packs_message": lambda w: admin.packs_message(packs(w), a.FORMATS, w.say(200)),
    "admin.packs_message pilots": lambda w: admin.packs_message(
        packs(w), a.FORMATS, w.say(200), pilots=[a.pilot(number, w.say) for number in range(20)]
    ),
    "admin.packs_message none": lambda _w: admin.packs_message([], a.FORMATS),
    "admin.problems_message": lambda w: admin.problems_message(
        w.say(120), a.problems(100, w.say), a.live_pack(0, w.say)
    ),
    "pack_removal.removed_message": lambda w: pack_removal.removed_message(a.removal(w.say)),
    "retractions.retracted_message": lambda w: retractions.retracted_message(a.retracted_lesson(0, w.say)),
    "pack_audience.saved_message": lambda w: pack_audience.saved_message(a.pack_for_audience(w.say), CHOSEN_BY_ADMIN),
    "pack_audience.saved_message everyone": lambda w: pack_audience.saved_message(
        a.pack_for_audience(w.say), AudienceChange(Audience.EVERYONE)
    ),
    "pack_audience.loaded_for_message": lambda w: pack_audience.loaded_for_message(a.change(w.say), CHOSEN_BY_ADMIN),
    "pack_audience.not_loaded_message": lambda w: pack_audience.not_loaded_message(a.change(w.say)),
    "pack_audience.not_loaded_message live": lambda w: pack_audience.not_loaded_message(
        replace(a.change(w.say), is_unchanged=True)
    ),
    "administration.viewers_saved_message": lambda _w: administration.viewers_saved_message(
        ("U0AMARA",) * MAX_PEOPLE, changed=True
    ),
    "administration.viewers_saved_message same": lambda _w: administration.viewers_saved_message(
        ("U0AMARA",), changed=False
    ),
    "administration.viewers_saved_message nobody": lambda _w: administration.viewers_saved_message((), changed=True),
    "administration.people_saved_message": lambda _w: administration.people_saved_message(
        Role.VIEWER, (), changed=False
    ),
    "administration.authors_saved_message": lambda _w: administration.authors_saved_message(
        ("U0AMARA",) * MAX_PEOPLE, changed=True
    ),
    "administration.authors_saved_message same": lambda _w: administration.authors_saved_message(
        ("U0AMARA",), changed=False
    ),
    "administration.authors_saved_message nobody": lambda _w: administration.authors_saved_message((), changed=True),
    "administration.log_message": lambda w: administration.log_message(a.audit_page(w.say)),
    "administration.log_message empty": lambda w: administration.log_message(replace(a.audit_page(w.say), events=())),
    "admin.conflict_message": lambda w: admin.conflict_message(a.problems(100, w.say)),
    "pack_change.change_message": lambda w: pack_change.change_message(
        a.change(w.say), a.problems(100, w.say), w.say(120)
    ),
    "pack_change.change_message chosen": lambda w: pack_change.change_message(
        replace(a.change(w.say), audience=Audience.CHOSEN_ALONE), a.problems(100, w.say), w.say(120)
    ),
    "pack_change.change_message pilot": lambda w: pack_change.change_message(
        replace(a.change(w.say), pilot=a.pilot(0, w.say)), a.problems(100, w.say), w.say(120)
    ),
    "pack_change.shown_again": lambda w: pack_change.shown_again(
        replace(a.change(w.say), pilot=replace(a.pilot(0, w.say), version_id=5)), for_admin=False
    ),
    "pack_change.shown_again live": lambda w: pack_change.shown_again(replace(a.change(w.say), is_unchanged=True)),
    "pack_change.pilot_change_message": lambda w: pack_change.pilot_change_message(
        replace(a.change(w.say), is_for_pilot=True, pilot=a.pilot(0, w.say)), is_outdated=True
    ),
    "pack_change.pilot_change_message same": lambda w: pack_change.pilot_change_message(
        replace(a.change(w.say), is_for_pilot=True, is_unchanged=True)
    ),
    "pack_pilot.started_message": lambda w: pack_pilot.started_message(a.change(w.say), a.pilot(0, w.say)),
    "pack_pilot.started_message new": lambda w: pack_pilot.started_message(
        replace(a.change(w.say), before_version=None), a.pilot(0, w.say)
    ),
    "pack_pilot.used_message": lambda w: pack_pilot.used_message(a.change(w.say), a.pilot(0, w.say)),
    "pack_change.outdated_message": lambda w: pack_change.outdated_message(a.change(w.say)),
    "lesson_preview.previewed_message": lambda w: lesson_preview.previewed_message(w.lesson, "D", a.TODAY, a.FORMATS),
    "lesson_preview.staged_message": lambda w: lesson_preview.staged_message(
        a.staged_lesson(w.lesson, w.say), None, a.TODAY, a.FORMATS
    ),
    "lesson_preview.staged_message answered": lambda w: lesson_preview.staged_message(
        a.staged_lesson(w.lesson, w.say), "D", a.TODAY, a.FORMATS
    ),
    "admin.loaded_message": lambda w: admin.loaded_message(a.change(w.say)),
    "admin.loaded_message pilot goes on": lambda w: admin.loaded_message(
        replace(a.change(w.say), pilot=a.pilot(0, w.say))
    ),
    "admin.loaded_message pilot ends": lambda w: admin.loaded_message(
        replace(a.change(w.say), pilot=replace(a.pilot(0, w.say), version_id=5))
    ),
    "admin.discarded_message": lambda _w: admin.discarded_message(),
    "admin.not_admin_message": lambda _w: admin.not_admin_message(["U0AMARA"] * 400),
    "invitations.invited_message": lambda _w: invitations.invited_message(
        [date(2026, 11, 27), date(2026, 11, 30)], a.FORMATS, left_out=2
    ),
    "invitations.invited_message nobody": lambda _w: invitations.invited_message([], a.FORMATS, left_out=2),
}

VIEWS: dict[str, Callable[[World], View]] = {
    "lesson_modals.why_modal": lambda w: lesson_modals.why_modal(w.lesson, a.FORMATS),
    "lesson_health.lesson_to_check_modal": lambda w: lesson_health.lesson_to_check_modal(
        w.lesson, a.FORMATS, overdue=True
    ),
    "lesson_modals.answers_modal": lambda w: lesson_modals.answers_modal(a.state(w.lesson, choice="D")),
    "answers.answers_modal": lambda w: answers.answers_modal(
        w.lesson.question, lessons.lettered_options(w.lesson), w.lesson.question.correct_option
    ),
    "recall_question.answers_modal": lambda w: recall_question.answers_modal(a.recalled(w.lesson, choice="D")),
    "lesson_modals.lesson_modal": lambda w: lesson_modals.lesson_modal(
        replace(a.state(w.lesson, choice="A"), reflected=True, tried=True), ADDRESS, "Wednesday"
    ),
    "coach_thread.warning_modal own words": lambda w: coach_thread.warning_modal(
        coach_thread.save_words_modal(w.lesson, "", EXCHANGE).to_dict(), words(w), clues(w)
    ),
    "lesson_modals.lesson_modal untouched": lambda w: lesson_modals.lesson_modal(a.state(w.lesson), None, "Today"),
    "enrollment.welcome_home_view": lambda _w: enrollment.welcome_home_view(a.learner(state=LearnerState.NEW)),
    "settings.settings_modal": lambda _w: settings.settings_modal(a.learner()),
    "settings.settings_modal longest rotation": lambda _w: settings.settings_modal(a.working(a.LONG_ROTATION)),
    "settings.settings_modal shifts at clock times": lambda _w: settings.settings_modal(a.working(a.AT_LUNCH)),
    "settings.confirm_overnight_modal": lambda _w: settings.confirm_overnight_modal(
        a.learner(), TimesForm("09:00", "04:30", (0, 1))
    ),
    "settings.more_settings_modal": lambda w: settings.more_settings_modal(
        a.home_view(w.lesson, w.skills).learner, [*w.skills, *w.skills, *w.skills]
    ),
    "settings.more_settings_modal lms": lambda w: settings.more_settings_modal(a.learner(), [], w.say(60)),
    "settings.more_settings_modal no skills": lambda _w: settings.more_settings_modal(a.learner(), []),
    "shifts.shifts_modal": lambda _w: shifts.shifts_modal(
        form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), WORKDAY_SCHEDULE, a.FORMATS
    ),
    "shifts.confirm_24_hours_modal": lambda _w: shifts.confirm_24_hours_modal(
        a.TWO_LONG_SHIFTS, WORKDAY_SCHEDULE, a.FORMATS
    ),
    "shifts.shifts_modal each day": lambda _w: shifts.shifts_modal(
        form_of_schedule(a.LONG_WEEK, a.TODAY), a.LONG_WEEK, a.FORMATS, shifts.new_hours_note(["1", "6"])
    ),
    "shifts.shifts_modal rotation": lambda _w: shifts.shifts_modal(
        form_of_schedule(a.LONG_ROTATION, a.TODAY), WORKDAY_SCHEDULE, a.FORMATS
    ),
    "shifts.shifts_modal typed": lambda w: shifts.shifts_modal(
        replace(form_of_schedule(a.LONG_ROTATION, a.TODAY), cycle=w.say(300), lesson_after=w.say(20)),
        WORKDAY_SCHEDULE,
        a.FORMATS,
    ),
    "shifts.shifts_modal clock times": lambda _w: shifts.shifts_modal(
        form_of_schedule(a.AT_LUNCH, a.TODAY), a.AT_LUNCH, a.FORMATS
    ),
    "shifts.shifts_modal calendar": lambda _w: shifts.shifts_modal(
        form_of_schedule(a.ROSTER, a.TODAY), a.ROSTER, a.FORMATS
    ),
    "shifts.shifts_modal no calendar": lambda _w: shifts.shifts_modal(
        form_of_schedule(a.ROSTER, a.TODAY), WORKDAY_SCHEDULE, a.FORMATS
    ),
    "settings.settings_modal waiting": lambda _w: settings.settings_modal(a.learner(state=LearnerState.WAITING)),
    "enrollment.pause_modal": lambda _w: enrollment.pause_modal(a.learner()),
    "first_contact.questions_modal": lambda w: first_contact.questions_modal(
        FirstQuestions((*w.skills, *w.skills, *w.skills), time(7, 30), (a.program(w.say), a.program(w.say, "unit")))
    ),
    "cohorts.new_cohort_modal": lambda w: cohorts.new_cohort_modal(
        [a.program(w.say), a.program(w.say, "unit")], a.TODAY, "U0ADMIN", a.FORMATS, a.user_groups(w.say)
    ),
    "cohorts.new_cohort_modal no programs": lambda _w: cohorts.new_cohort_modal([], a.TODAY, "U0ADMIN", a.FORMATS, []),
    "trial_plan.plan_modal": lambda w: trial_plan.plan_modal(
        [PlannableCohort(number, w.say(60), a.TODAY) for number in range(120)], a.FORMATS
    ),
    "trial_plan.outlook_modal": lambda w: trial_plan.outlook_modal(
        TrialDraft(7, 26, 40, 15), a.trial_outlook(w.say), a.FORMATS
    ),
    "trial_plan.outlook_modal enough": lambda w: trial_plan.outlook_modal(
        TrialDraft(7, 26, 5_000, 15), a.trial_outlook(w.say, 5_000), a.FORMATS
    ),
    "trial_plan.outlook_modal far too few": lambda w: trial_plan.outlook_modal(
        TrialDraft(7, 26, 6, 15), a.trial_outlook(w.say, 6), a.FORMATS
    ),
    "trial_plan.plan_text_modal": lambda w: trial_plan.plan_text_modal(a.trial(w.say), a.FORMATS),
    "trial_plan.exact_plan_modal": lambda w: trial_plan.exact_plan_modal(a.trial(w.say)),
    "announcements.write_modal": lambda w: announcements.write_modal(7, w.say(60)),
    "announcements.preview_modal": lambda w: announcements.preview_modal(7, a.announcement(w.say), clues(w)),
    "announcements.preview_modal no clues": lambda w: announcements.preview_modal(7, a.announcement(w.say)),
    "cohort_changes.edit_cohort_modal": lambda w: cohort_changes.edit_cohort_modal(
        a.cohort_to_edit(w.say, is_admin=True, has_begun=False), a.FORMATS
    ),
    "cohort_changes.edit_cohort_modal begun": lambda w: cohort_changes.edit_cohort_modal(
        a.cohort_to_edit(w.say, is_admin=True, has_begun=True), a.FORMATS
    ),
    "cohort_changes.edit_cohort_modal of a lead": lambda w: cohort_changes.edit_cohort_modal(
        a.cohort_to_edit(w.say, is_admin=False, has_begun=False), a.FORMATS
    ),
    "cohort_changes.edit_cohort_modal of a lead begun": lambda w: cohort_changes.edit_cohort_modal(
        a.cohort_to_edit(w.say, is_admin=False, has_begun=True), a.FORMATS
    ),
    "cohorts.add_people_modal": lambda w: cohorts.add_people_modal(a.cohort(w.say), a.FORMATS, a.user_groups(w.say)),
    "cohort_files.cohort_file_modal": lambda w: cohort_files.cohort_file_modal(a.cohort(w.say)),
    "cohort_files.checking_modal": lambda w: cohort_files.checking_modal(w.say(200)),
    "programs.programs_modal": lambda w: programs.programs_modal(a.programs(w.say)),
    "programs.programs_modal followed": lambda w: programs.programs_modal(a.programs(w.say, "role-3")),
    "programs.programs_modal over": lambda w: programs.programs_modal(a.programs(w.say, "role-3", had=20)),
    "programs.programs_modal none offered": lambda _w: programs.programs_modal(ProgramsView((), None)),
    "first_contact.questions_modal no skills": lambda _w: first_contact.questions_modal(FirstQuestions((), None)),
    "command_help.help_modal": lambda w: command_help.help_modal(w.skills),
    "home.home_view": lambda w: home.home_view(a.home_view(w.lesson, w.skills)),
    "progress.progress_modal self-ratings": lambda w: progress.progress_modal(
        a.progress(w.skills, w.say, self_ratings=a.COURSES)
    ),
    "progress.progress_modal": lambda w: progress.progress_modal(a.progress(w.skills, w.say)),
    "certificates.certificate_modal": lambda w: certificates.certificate_modal(
        [a.achievement(w.say)], w.say(100), has_page=True
    ),
    "certificates.certificate_modal several": lambda w: certificates.certificate_modal(
        [*(a.achievement(w.say, f"role-{number}") for number in range(120)), a.achievement(w.say, None)],
        "",
        has_page=False,
    ),
    "certificates.certificate_modal none": lambda _w: certificates.certificate_modal([], "Amara", has_page=True),
    "skill_levels.skills_modal": lambda w: skill_levels.skills_modal(
        w.skills, a.mastery(w.skills), frozenset(each.slug for each in w.skills)
    ),
    "skill_levels.skills_modal none": lambda _w: skill_levels.skills_modal((), (), frozenset()),
    "coach_thread.save_modal": lambda w: coach_thread.save_modal(w.lesson, [words(w), words(w)], EXCHANGE),
    "coach_thread.save_modal nothing read": lambda w: coach_thread.save_modal(w.lesson, [], EXCHANGE),
    "coach_thread.warning_modal": lambda w: coach_thread.warning_modal(
        coach_thread.save_modal(w.lesson, [], EXCHANGE).to_dict(), words(w), clues(w)
    ),
    "coach_thread.save_words_modal": lambda w: coach_thread.save_words_modal(
        w.lesson, words(w)[: word_practice.MAX_LINE_LENGTH], EXCHANGE
    ),
    "word_practice.practice_modal": lambda w: word_practice.practice_modal(w.lesson, EXCHANGE),
    "word_practice.compared_modal": lambda w: word_practice.compared_modal(
        w.lesson, words(w)[: word_practice.MAX_LINE_LENGTH], a.advice(w.lesson).cards, EXCHANGE
    ),
    "word_practice.compared_modal nothing typed": lambda w: word_practice.compared_modal(w.lesson, "", (), EXCHANGE),
    "recall_question.question_modal": lambda w: recall_question.question_modal(a.recalled(w.lesson)),
    "recall_question.question_modal answered": lambda w: recall_question.question_modal(
        a.recalled(w.lesson, choice="D")
    ),
    "recall_question.answer_modal": lambda w: recall_question.answer_modal(a.ready(w.lesson, "D")),
    "recall_question.answer_modal right": lambda w: recall_question.answer_modal(a.ready(w.lesson, "B")),
    "recall_question.no_question_modal": lambda _w: recall_question.no_question_modal(),
    "home.home_view without a program": lambda w: home.home_view(
        replace(a.home_view(w.lesson, w.skills), program=None)
    ),
    "home.home_view retracted": lambda w: home.home_view(
        replace(a.home_view(w.lesson, w.skills), todays_lesson=retracted(w))
    ),
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
    "cohort_menu.manage_cohort_modal": lambda w: cohort_menu.manage_cohort_modal(
        a.cohort(w.say),
        EndsWithCohort(has_trial=True, pilots=(a.pilot(0, w.say),) * 12),
        a.FORMATS,
        "U0TOMAS",
        a.RESPONSE_URL,
    ),
    "cohort_menu.manage_cohort_modal of its lead": lambda w: cohort_menu.manage_cohort_modal(
        a.cohort(w.say, counted_on=None, program=None), EndsWithCohort(), a.FORMATS, "U0AMARA", a.RESPONSE_URL
    ),
    "cohort_menu.manage_cohort_modal of a lead who gets the figures": lambda w: cohort_menu.manage_cohort_modal(
        a.cohort(w.say, started=0, declined=0, sends_figures=True),
        EndsWithCohort(),
        a.FORMATS,
        "U0AMARA",
        a.RESPONSE_URL,
    ),
    "posted_invitations.post_invitation_modal": lambda w: posted_invitations.post_invitation_modal(
        a.invitation_to_post(w.say), a.FORMATS
    ),
    "sharing.share_tip_modal": lambda w: sharing.share_tip_modal(Tip(w.lesson, 12)),
    "sharing.share_entry_modal": lambda w: sharing.share_entry_modal(a.entry(words(w), w.say), None, clues(w)),
    "tips.saved_modal": lambda w: tips.saved_modal(w.saved, date(2026, 11, 23), a.FORMATS),
    "tips.saved_modal none": lambda _w: tips.saved_modal([], date(2026, 11, 23), a.FORMATS),
    "privacy.export_modal": lambda _w: privacy.export_modal(),
    "privacy.privacy_modal": lambda _w: privacy.privacy_modal(),
    "privacy.privacy_modal lms": lambda w: privacy.privacy_modal(w.say(60)),
    "privacy.delete_modal": lambda _w: privacy.delete_modal(),
    "privacy.delete_modal told": lambda w: privacy.delete_modal(w.say(60)),
    "lms.lms_modal": lambda w: lms.lms_modal(w.say(60), PAGE, "U0AMARA", None),
    "lms.lms_modal on": lambda w: lms.lms_modal(w.say(60), PAGE, "U0AMARA", a.lms_consent(w.say(60))),
    "privacy.erased_home_view": lambda _w: privacy.erased_home_view(),
    "reflection.warning_modal": lambda w: reflection.warning_modal(
        reflection.reflection_modal(a.prompt(words(w), w.lesson), REF).to_dict(), words(w), clues(w)
    ),
    "week_summary.earlier_entry_modal": lambda w: week_summary.earlier_entry_modal(
        a.entry(words(w), w.say), 26, a.FORMATS
    ),
    "reflection.who_sees_what_modal": lambda _w: reflection.who_sees_what_modal(),
    "reflection.reflection_modal": lambda w: reflection.reflection_modal(a.prompt(words(w), w.lesson), REF),
    "reflection.reflection_modal empty": lambda w: reflection.reflection_modal(a.prompt(None, w.lesson), REF),
    "journal.journal_modal": lambda w: journal.journal_modal(a.journal(words(w), w.say), a.FORMATS),
    "journal.journal_modal none": lambda _w: journal.journal_modal(JournalPage((), 0, 0), a.FORMATS),
    "journal.journal_modal none found": lambda w: journal.journal_modal(
        replace(a.journal("", w.say), entries=(), total=0), a.FORMATS
    ),
    "journal.edit_modal": lambda w: journal.edit_modal(a.entry(words(w), w.say), JOURNAL),
    "journal.warning_modal": lambda w: journal.warning_modal(
        journal.edit_modal(a.entry(words(w), w.say), JOURNAL).to_dict(), words(w), clues(w)
    ),
    "journal.remove_modal": lambda w: journal.remove_modal(a.entry(words(w), w.say), JOURNAL, a.FORMATS),
    "invitations.invite_modal": lambda _w: invitations.invite_modal(a.FORMATS, []),
    "invitations.invite_modal many groups": lambda w: invitations.invite_modal(a.FORMATS, a.user_groups(w.say, 201)),
    "administration.viewers_modal": lambda _w: administration.viewers_modal(
        tuple(f"U0AMARA{number}" for number in range(MAX_PEOPLE))
    ),
    "administration.viewers_modal nobody": lambda _w: administration.viewers_modal(()),
    "administration.authors_modal": lambda _w: administration.authors_modal(
        tuple(f"U0AMARA{number}" for number in range(MAX_PEOPLE))
    ),
    "administration.authors_modal nobody": lambda _w: administration.authors_modal(()),
    "pack_audience.audience_modal": lambda w: pack_audience.audience_modal(
        a.pack_for_audience(w.say), a.user_groups(w.say)
    ),
    "pack_audience.load_for_modal": lambda w: pack_audience.load_for_modal(
        a.change(w.say), "5.4", a.user_groups(w.say)
    ),
    "pack_pilot.pilot_modal": lambda w: pack_pilot.pilot_modal(a.pilot_offer(w.say), "5.4"),
    "pack_pilot.pilot_modal chosen": lambda w: pack_pilot.pilot_modal(
        replace(a.pilot_offer(w.say), change=replace(a.change(w.say), audience=Audience.CHOSEN, before_version=None)),
        "5.0",
    ),
    "pack_removal.remove_pack_modal": lambda w: pack_removal.remove_pack_modal(a.removal(w.say), a.FORMATS),
    "pack_removal.remove_pack_modal few": lambda w: pack_removal.remove_pack_modal(
        replace(a.removal(w.say), people=0, replaced_by=None), a.FORMATS
    ),
    "pack_removal.remove_pack_modal not counted": lambda w: pack_removal.remove_pack_modal(
        replace(a.removal(w.say), people=0, counted_on=None), a.FORMATS
    ),
    "retractions.retract_modal": lambda w: retractions.retract_modal(a.retractable(260, w.say)),
    "retractions.retract_modal many": lambda w: retractions.retract_modal(a.retractable(2000, w.say)),
    "retractions.retract_modal none": lambda w: retractions.retract_modal(a.retractable(0, w.say)),
    "retractions.retracted_lessons_modal": lambda w: retractions.retracted_lessons_modal(
        [a.retracted_lesson(number, w.say) for number in range(50)], a.FORMATS, retractions.used_again_text(w.say(60))
    ),
    "retractions.retracted_lessons_modal none": lambda _w: retractions.retracted_lessons_modal([], a.FORMATS),
    "lesson_modals.retracted_modal": lambda w: lesson_modals.retracted_modal(retracted(w)),
    "lesson_modals.lesson_modal retracted": lambda w: lesson_modals.lesson_modal(retracted(w), ADDRESS, "Today"),
}


def due(world: World) -> LessonsToReview:
    lessons = tuple(replace(world.lesson, review_by=date(2026, 11, 23)) for _ in range(60))
    return LessonsToReview(lessons, lessons, lessons)


def packs(world: World) -> list[LivePack]:
    return [a.live_pack(number, world.say) for number in range(60)]
