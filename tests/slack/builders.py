"""Values for tests of what people see: lessons as long as packs allow, and everything shown with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from bot.content.pack_changes import PackDifference
from bot.content.recurrence_rules import UNSUPPORTED_RULE_MESSAGE
from bot.content.safety_rules import shipped_help_lines, shipped_safety_rules
from bot.domain.announcement import MAX_WORDS_LENGTH, AnnouncementText
from bot.domain.audience import Audience
from bot.domain.audit import AuditAction
from bot.domain.certificate import Achievement, Certificate
from bot.domain.cohort import CohortDraft, CohortInvitation, list_changeable_fields
from bot.domain.cohort_file import FileColumn, FileProblem, ListedPerson
from bot.domain.disclosure import Difference, Share
from bot.domain.formats import Formats
from bot.domain.learned_weeks import MAX_WEEKS, WeekSoFar
from bot.domain.learner import Person, Preferences
from bot.domain.lesson import Lesson, Option, Pushback, Question, Skill, Source
from bot.domain.lesson_health import Few, HealthProblem, LessonHealth
from bot.domain.mastery import MasteryLevel, SkillMastery
from bot.domain.postponing import PostponeOption
from bot.domain.program import Program, ProgramProgress
from bot.domain.safety import MAX_CARDS, name_help_lines
from bot.domain.schedule import DeliveryKindName, DueMessage, MessageTiming
from bot.domain.schedule_kinds import AnySchedule, Roster, RotatingSchedule, ShiftHours, WeeklySchedule
from bot.domain.self_rating import RatingQuestion
from bot.domain.streak import Streak, StreakDays, UsedFreeze, mark_last_four_weeks
from bot.domain.trial import TrialEnding, plan_period
from bot.domain.trial_statistics import find_detectable_difference, size_trial
from bot.errors import CalendarUnreachable, PackProblem, RosterError, RosterProblem
from bot.learning.audit_log import PAGE_SIZE, AuditEvent, AuditPage
from bot.learning.calendar_refresh import CalendarNotice, CalendarTrouble
from bot.learning.coaching import Advice, Tip
from bot.learning.cohort_changes import CohortToEdit
from bot.learning.cohorts import CohortView
from bot.learning.enrollment import LearnerView
from bot.learning.first_contact import Beginning
from bot.learning.home import HomeView
from bot.learning.journal import JournalEntry, JournalPage, JournalSearch
from bot.learning.lesson_figures import LessonFigure, PeopleCount
from bot.learning.lesson_health import HealthReport, LessonToCheck
from bot.learning.lesson_state import LessonState, PostponedUntil
from bot.learning.lms_consents import LmsConsentView
from bot.learning.message_deliveries import MessageRef
from bot.learning.monthly_figures import WEEKS_SHOWN, MonthlyFigures
from bot.learning.pack_audiences import PackForAudience
from bot.learning.pack_comparison import PackChange
from bot.learning.pack_pilots import PilotOffer
from bot.learning.pack_removal import PackRemoval
from bot.learning.packs import LivePack
from bot.learning.planned_steps import PlannedStep, StepOutcome
from bot.learning.posted_invitations import InvitationToPost
from bot.learning.postponing import PostponeOptions
from bot.learning.practice import SavedLessonView
from bot.learning.programs import ProgramsView
from bot.learning.progress import ProgressView
from bot.learning.recall_answers import HomeRecall
from bot.learning.recall_questions import RecallQuestion, RecallState
from bot.learning.reflections import ReflectionPrompt
from bot.learning.reports import Report, ReportChoice, Stayed, WeekReport
from bot.learning.retractions import (
    MAX_REASON_LENGTH,
    LessonName,
    RetractableLessons,
    RetractedLesson,
    RetractionNote,
)
from bot.learning.roster_settings import RosterView, SavedRoster
from bot.learning.running_pilots import Pilot
from bot.learning.self_ratings import SelfRatingCourse
from bot.learning.staged_lessons import StagedLesson
from bot.learning.streak_repairs import RepairOffer, RepairResult
from bot.learning.streaks import OpenRepair, StreakStatus, StreakView
from bot.learning.teams import TeamView
from bot.learning.trial_results import TrialResult
from bot.learning.trials import TrialOutlook, TrialView
from bot.learning.weekly_summaries import EarlierEntry, SummaryLesson, WeeklySummary
from bot.retrieval.calibration import Confidence
from bot.retrieval.clarifying_questions import ClarifyingQuestion
from bot.slack.shift_form import ScheduleKind, ShiftForm
from bot.slack.user_groups import UserGroup
from bot.storage.tables import LearnerState
from tests.shipped import shipped_pack

Say = Callable[[int], str]
"""Returns text of at most this many characters, and close to it."""

TODAY = date(2026, 12, 3)
NOW = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
PRIVATE = "PRIVATE-WORDS"

FORMATS = Formats("en-US")
"""How everybody here reads dates and times. A test that has them read otherwise sets another value."""

DELIVERY = UUID(int=7)
LONGEST_WORDS = 3000
LONG_CODES = ("D1", "E2", "N3", "F4", "G5", "H6")
STREAK = Streak(13, 20, counted_today=True, freezes=1)

PIECES = (
    "<!channel> ", "<!here|here>", "<@U0EVIL> ", "<#C0EVIL|x> ", "<https://evil.example|click> ",
    "& ", "&", "&lt;", "&amp;",
    "<", ">", "*", "_", "~", "`", "```", "*bold* ", "|", "\\", "\n", "\n\n", "> quote\n", ":tada:", "@channel ",
    "😀", "👩🏽‍⚕️ ", "שלום עולם ", "مرحبا بكم ", "\u202egnorw ", "é", "w" * 90, "word ", "a ", "1. ", "\x7f",
)  # fmt: skip
"""What people and packs may contain: Slack's syntax, markup, entities, emoji, right-to-left text, very long words."""


def repeating(pieces: Sequence[str]) -> Say:
    """Repeat these pieces up to the limit. The text is never blank, which packs and Slack don't allow."""
    unit = "".join(pieces) or "x"

    def say(limit: int) -> str:
        text = (unit * (limit // len(unit) + 1))[:limit].strip()
        return text or "x" * limit

    return say


hostile: st.SearchStrategy[Say] = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map(repeating)

plain: Say = repeating(["plain words "])


def skill(number: int = 0, say: Say = plain) -> Skill:
    return Skill(slug=f"skill-{number}", name=say(60), command=f"/skill-{number}-tip", scope=say(200))


def source(say: Say = plain) -> Source:
    return Source("key", say(300), say(200), 2024, "article", "A", doi="10.1000/" + "x" * 192)


def option(key: str, say: Say = plain, *, right: str = "B") -> Option:
    return Option(key=key, text=say(160), correct=key == right, explanation=say(500))


def lesson(say: Say = plain, number: int = 0) -> Lesson:
    """A lesson with every field as long as a pack allows."""
    return Lesson(
        id=f"skill-{number}-01",
        title=say(60),
        skill=skill(number, say),
        level="practice",
        minutes=3,
        tip=say(600),
        why=say(900),
        try_today=say(500),
        words=say(300),
        situations=(say(160),) * 8,
        question=Question(say(900), say(200), tuple(option(key, say) for key in "ABCD")),
        reflection=say(300),
        evidence="review",
        sources=(source(say),) * 3,
        checked_on=date(2026, 11, 23),
        notice=say(500),
        elsewhere=say(500),
        applies_to=say(60),
        fits_when=say(80),
        pushback=(Pushback(say(75), say(300)),) * 3,
    )


def state(
    shown: Lesson | None = None, *, choice: str | None = None, kind: DeliveryKindName = DeliveryKindName.LESSON
) -> LessonState:
    """A lesson that arrived today, with its answer. Change the rest with `replace`."""
    shown = shown or lesson()
    return LessonState(
        delivery_id=DELIVERY,
        kind=kind,
        lesson=shown,
        revision_id=12,
        learning_day=TODAY,
        message=MessageRef("D1", "1.000100"),
        chosen_option=shown.question.get_option(choice) if choice else None,
        guessed=False,
        reflected=False,
        tried=None,
        saved=False,
        streak=Streak(current=13, longest=20, counted_today=choice is not None),
        counts_today=choice is not None,
        formats=FORMATS,
    )


def learner(tz: str = "Europe/Berlin", state: LearnerState = LearnerState.ACTIVE) -> LearnerView:
    due = DueMessage(DeliveryKindName.LESSON, TODAY, NOW + timedelta(hours=1), NOW + timedelta(hours=5))
    paused = state is LearnerState.PAUSED
    known = LearnerView(1, Person("T1", "U1"), state, Preferences(tz), None, paused, "D1", due, TODAY)
    return replace(known, formats=FORMATS)


def program(say: Say = plain, slug: str = "charge-nurse") -> Program:
    """A program with the longest texts that a pack may have."""
    lessons = tuple(f"leadership-{number:02}" for number in range(20))
    return Program(slug, say(60), say(75), 26, say(200), say(500), lessons)


def programs(say: Say = plain, followed: str | None = None, had: int = 7) -> ProgramsView:
    """Twelve programs, and the progress in each."""
    offered = [ProgramProgress(program(say, f"role-{number}"), had, 20) for number in range(12)]
    return ProgramsView(tuple(offered), followed)


def achievement(say: Say = plain, slug: str | None = "charge-nurse", lessons: int = 366) -> Achievement:
    """What a certificate can be about, with the longest texts."""
    return Achievement(slug, say(60) if slug else None, lessons, (say(60),) * 20, TODAY, TODAY)


def certificate(say: Say = plain) -> Certificate:
    """A certificate with the longest texts."""
    return Certificate("K7M2QX9PTB", say(80), say(60), 366, 720, (say(60),) * 20, TODAY, TODAY, TODAY, "en", "T1")


def progress(skills: Sequence[Skill], say: Say = plain, **changes: Any) -> ProgressView:
    """What somebody has learned who follows a program and can have certificates."""
    whole = ProgressView(
        learner=learner(),
        lessons=366,
        since=TODAY,
        reflections=120,
        streak=weeks(),
        skills=tuple(skills),
        masteries=mastery(skills),
        program=ProgramProgress(program(say), 7, 20, 6),
        achievements=(achievement(say), achievement(say, None)),
        came_back=300,
        remembered=250,
        weeks=tuple(
            WeekSoFar(TODAY - timedelta(days=TODAY.weekday() + 7 * left), 366 - left, 250 - left)
            for left in reversed(range(MAX_WEEKS))
        ),
    )
    return replace(whole, **changes)


COURSES = tuple(SelfRatingCourse(question, {0: 1, 4: 3, 12: 5}) for question in RatingQuestion)
"""What somebody answered who was asked three times."""


def cohort(say: Say = plain, **changes: Any) -> CohortView:
    """A cohort with the longest texts, whose people have begun."""
    whole = CohortView(7, say(60), say(60), TODAY, "U0AMARA", "K7M2QX", 15, 5, TODAY)
    return replace(whole, **changes)


def user_groups(say: Say = plain, count: int = 3) -> list[UserGroup]:
    """User groups with the longest names."""
    return [UserGroup(f"S{number:010d}", say(80)) for number in range(count)]


LINK = "https://riverside.slack.com/archives/C0WARD/p1772445600000100"
"""The address of a message."""


RESPONSE_URL = "https://hooks.slack.com/actions/T0RIVER/1234567890123/AbCdEfGhIjKlMnOpQrStUvWx"
"""Where a message can be replaced."""


def invitation_to_post(say: Say = plain, *, has_begun: bool = False) -> InvitationToPost:
    """The longest invitation for a channel; the one of a cohort that has begun says the least."""
    if has_begun:
        return InvitationToPost(7, CohortInvitation(say(60), None, None, ""), TODAY, has_begun)
    return InvitationToPost(7, CohortInvitation(say(60), say(60), "U0AMARA", say(300)), TODAY, has_begun)


def trial(say: Say = plain, **changes: Any) -> TrialView:
    """A trial that is planned, in a cohort with the longest name."""
    whole = TrialView(
        id=7,
        cohort_name=say(60),
        period=plan_period(TODAY, 26),
        plan=say(1_400),
        plan_hash="7" * 64,
        planned_by="U0AMARA",
        has_begun=False,
        ending=None,
        result=None,
        sizing=size_trial(15, 40),
    )
    return replace(whole, **changes)


def trial_result(
    say: Say = plain, *, ending: TrialEnding = TrialEnding.FINISHED, result: Difference | None = None
) -> TrialResult:
    """How a trial ended in a cohort with the longest name, for whoever planned it."""
    return TrialResult(7, Person("T1", "U0AMARA"), say(60), ending, result, DELIVERY, formats=FORMATS)


def trial_outlook(say: Say = plain, people: int = 40) -> TrialOutlook:
    """A trial that could be planned, with so many people."""
    return TrialOutlook(say(60), plan_period(TODAY, 26), size_trial(15, people), find_detectable_difference(people))


def cohort_to_edit(say: Say = plain, *, is_admin: bool, has_begun: bool) -> CohortToEdit:
    """A cohort with the longest texts, and what may be changed in it."""
    fields = list_changeable_fields(is_admin=is_admin, has_begun=has_begun)
    draft = CohortDraft(say(60), TODAY, None, "U0AMARA", say(300))
    return CohortToEdit(7, draft, fields, has_begun, (program(say),))


def announcement(say: Say = plain) -> AnnouncementText:
    """The longest message to a cohort."""
    return AnnouncementText("U0AMARA", say(60), say(MAX_WORDS_LENGTH))


def file_problems(say: Say, count: int = 60) -> list[FileProblem]:
    """Many problems of a cohort file, in every kind of place."""
    columns = (None, *FileColumn)
    return [FileProblem(number, columns[number % 5] if number else None, say(120)) for number in range(count)]


def listed_people(count: int = 400) -> list[ListedPerson]:
    """People of a cohort file with many first days and time zones, and some without."""
    zones = sorted(available_timezones())[:40]
    return [
        ListedPerson(
            f"U{number:05}",
            zones[number % 40] if number % 3 else None,
            TODAY + timedelta(days=number % 50) if number % 4 else None,
        )
        for number in range(count)
    ]


def report(say: Say = plain, name: str | None = None, weeks: int = 30) -> Report:
    """A report of many weeks, the newest first, some with everything that can be said, and some with nothing."""
    skills = {f"skill-{number}": Share(50 + 5 * number, 40, 95) for number in range(8)}
    stayed = (Stayed(4, 120, 95), Stayed(12, 80, 0))
    told = WeekReport(
        TODAY,
        140,
        95,
        40,
        Share(70, 60, 80),
        Share(85, 75, 95),
        Share(80, 60, 90),
        Share(55, 45, 65),
        skills,
        stayed,
        {0: Share(40, 25, 60), 4: Share(60, 45, 75), 12: Share(70, 50, 85)},
    )
    untold = WeekReport(TODAY, 0, 0, 0, None, None)
    rows = (replace(untold if at % 3 == 2 else told, monday=TODAY - timedelta(weeks=at)) for at in range(weeks))
    return Report(name and say(60), tuple(rows), 7 if name else 0, {slug: say(40) for slug in skills})


def report_choices(say: Say = plain, count: int = 120) -> tuple[ReportChoice, ...]:
    """What an admin of many cohorts chooses among."""
    return (ReportChoice(0, None), *(ReportChoice(number, say(60)) for number in range(1, count)))


def monthly_figures(say: Say = plain, weeks: int = WEEKS_SHOWN) -> MonthlyFigures:
    """The figures of a cohort with the longest name, as its lead gets them."""
    return MonthlyFigures(Person("T0RIVER", "U0AMARA"), 7, say(60), report(say, "cohort", weeks), None, FORMATS)


def health_report(shown: Lesson, count: int = 40) -> HealthReport:
    """Many lessons with each problem of their questions in turn, all of them not useful either."""
    some = PeopleCount(140, 144)
    problems = [HealthProblem.TOO_HARD, HealthProblem.TELLS_NOTHING, HealthProblem.TOO_EASY, None]
    health = LessonHealth(140, 20, None, "D", 75, None)
    figure = LessonFigure(health, 287, TODAY, some, some, some, some, is_useless=True)
    found = [
        LessonToCheck(shown, at, replace(figure, health=replace(health, problem=problems[at % 4])))
        for at in range(count)
    ]
    return HealthReport(tuple(found), 120, 366, TODAY)


def few_right_and_few_wrong(shown: Lesson) -> HealthReport:
    """A lesson of which fewer than five were right, and one of which fewer than five were wrong."""
    hard = LessonHealth(15, None, Few.RIGHT, None, 0, HealthProblem.TOO_HARD)
    easy = LessonHealth(85, None, Few.WRONG, None, 0, HealthProblem.TOO_EASY)
    found = (LessonToCheck(shown, at, LessonFigure(each, each.people)) for at, each in enumerate((hard, easy)))
    return HealthReport(tuple(found), 2, 366, TODAY)


def beginning(say: Say = plain, *, with_program: bool = False) -> Beginning:
    """How somebody begins, with a program or without."""
    return Beginning(learner(), ProgramProgress(program(say), 0, 20) if with_program else None)


def week(say: Say = plain) -> WeeklySummary:
    """The summary of a week with a lesson on each day."""
    lessons = tuple(SummaryLesson(TODAY - timedelta(days=day), say(60), True, True, True) for day in range(7))
    return WeeklySummary(5, 4, 7, 6, lessons, EarlierEntry(3, TODAY - timedelta(weeks=26), say(60), 26))


def working(schedule: AnySchedule) -> LearnerView:
    """A learner with this schedule."""
    known = learner()
    return replace(known, preferences=replace(known.preferences, schedule=schedule))


LONG_WEEK = WeeklySchedule({day: ShiftHours(time(day, 30), time(day + 8)) for day in range(7)}, MessageTiming(20, 25))
"""Different hours on each day."""

LONG_ROTATION = RotatingSchedule(
    TODAY, ("D1", "-", "E2", "N3", "F4", "-", "G5", "H6") * 10, dict.fromkeys(LONG_CODES, ShiftHours(time(7), time(19)))
)
"""Almost as many days and different shifts as a cycle may have."""

AT_LUNCH = RotatingSchedule(
    TODAY,
    tuple("DN--"),
    {"D": ShiftHours(time(7), time(19)), "N": ShiftHours(time(19), time(7))},
    MessageTiming(lesson_at=time(12, 30), day_end_at=time(18)),
)
"""Day shifts with clock times; night shifts, which have neither, go by the minutes."""

TWO_LONG_SHIFTS = ShiftForm(
    ScheduleKind.WEEKLY,
    TODAY.isoformat(),
    each_day=True,
    days=(0, 3),
    times={"0": ("07:00", "07:00"), "3": ("08:00", "08:00")},
    lesson_after="20",
    day_end_before="25",
)
"""A form in which Monday and Thursday last 24 hours, which wasn't asked about yet."""

ROSTER = Roster(tuple((NOW + timedelta(days=day), NOW + timedelta(days=day, hours=12)) for day in range(400)))


def later_choices(shown: Lesson) -> PostponeOptions:
    """Everything that *Later* can offer."""
    at = {
        PostponeOption.HOUR: NOW + timedelta(hours=1),
        PostponeOption.BEFORE_END: NOW + timedelta(hours=7),
        PostponeOption.TONIGHT: NOW + timedelta(hours=11),
        PostponeOption.TOMORROW: None,
        PostponeOption.NEXT_SHIFT: None,
    }
    returns = {choice: PostponedUntil(when, is_weekly=False) for choice, when in at.items()}
    return PostponeOptions(shown, returns, FORMATS)


def weeks() -> StreakView:
    days = [TODAY - timedelta(days=back) for back in range(28)]
    history = StreakDays(days[::3], days[1::3], days[3:4])
    return StreakView(STREAK, mark_last_four_weeks(history, TODAY), TODAY, repair=repair(), formats=FORMATS)


def repair(**changes: Any) -> OpenRepair:
    """Tuesday was missed; two shifts are left, the second on Friday."""
    open_now = OpenRepair(TODAY - timedelta(days=2), 14, 2, NOW + timedelta(days=1), TODAY + timedelta(days=1), TODAY)
    return replace(open_now, **changes)


def made_up(shown: Lesson, choice: str | None = "A", *, first: bool = True) -> RepairResult:
    return RepairResult(repair().day, state(shown, choice=choice), first)


def offer(shown: Lesson) -> RepairOffer:
    return RepairOffer(repair(), shown, streak_after_answer=15, counts_today=True, formats=FORMATS)


def freeze(**changes: Any) -> UsedFreeze:
    """Yesterday was missed."""
    return replace(UsedFreeze(TODAY - timedelta(days=1), TODAY, streak=12, freezes_left=1), **changes)


def planned_step(shown: Lesson, outcome: StepOutcome | None = None) -> PlannedStep:
    """The step of an earlier lesson."""
    return PlannedStep(DELIVERY, shown.try_today, outcome)


def problems(count: int, say: Say = plain) -> list[PackProblem]:
    return [PackProblem(say(120), line, "L201", say(200)) for line in range(1, count + 1)]


def live_pack(number: int = 0, say: Say = plain) -> LivePack:
    return LivePack(
        number + 1,
        f"pack-{number}",
        say(60),
        "999999.999999.999999",
        260,
        NOW,
        is_own=True,
        previous_version="1.3",
        loaded_by="U0AMARA",
        retracted=9,
    )


def removal(say: Say = plain) -> PackRemoval:
    return PackRemoval(1, "pack", say(60), "1.4", 260, 25, date(2026, 11, 23), f"{say(60)} 1.3")


def audit_page(say: Say = plain) -> AuditPage:
    """A full page with every action, here and for everyone."""
    actions = [*AuditAction, *AuditAction, *AuditAction][:PAGE_SIZE]
    events = [
        AuditEvent(number, "T1" if number % 2 else "", NOW, "U0AMARA", action, say(300), "U0AMARA")
        for number, action in enumerate(actions)
    ]
    return AuditPage(tuple(events), 17, ZoneInfo("Etc/UTC"), FORMATS)


def pack_for_audience(say: Say = plain) -> PackForAudience:
    return PackForAudience(1, say(60), "999999.999999.999999", Audience.CHOSEN_ALONE)


def retracted_lesson(number: int = 0, say: Say = plain) -> RetractedLesson:
    """A lesson that this workspace (even numbers) or an operator retracted."""
    return RetractedLesson(
        number, f"{number} {say(57)}", say(60), say(MAX_REASON_LENGTH), NOW, "U0AMARA", can_be_lifted=number % 2 == 0
    )


def retractable(lessons: int, say: Say = plain) -> RetractableLessons:
    """A pack of this many lessons, 26 of each skill."""
    named = tuple(LessonName(f"skill-{n // 26}-{n % 26}", say(60), skill(n // 26, say)) for n in range(lessons))
    return RetractableLessons(1, say(60), named, is_for_everyone=True)


def retraction(say: Say = plain) -> RetractionNote:
    return RetractionNote(say(MAX_REASON_LENGTH), NOW)


def change(say: Say = plain, titles: int = 260) -> PackChange:
    many = (say(60),) * titles
    return PackChange(
        5, "pack", say(60), "1.4", "1.3", many, many, many, 7, is_unchanged=False, before_version_id=4,
        differences=(PackDifference(say(100), say(900), say(900)), PackDifference(say(100), None, say(60))) * titles,
        warnings=(say(200),) * titles, retracted=many,
    )  # fmt: skip


def pilot(number: int = 0, say: Say = plain) -> Pilot:
    return Pilot(number + 1, f"pack-{number}", 6, say(60), "999999.999999.999999", say(60), NOW, "U0AMARA")


def pilot_offer(say: Say = plain) -> PilotOffer:
    return PilotOffer(change(say), tuple((number, say(60)) for number in range(120)))


def staged_lesson(shown: Lesson, say: Say = plain) -> StagedLesson:
    return StagedLesson(5, 199, f"{say(60)} 999999.999999.999999", shown, 12, 260, 198, 200)


def entry(words: str, say: Say = plain) -> JournalEntry:
    return JournalEntry(TODAY, say(60), say(300), words, 7, "skill-0")


def journal(words: str, say: Say = plain, entries: int = 10) -> JournalPage:
    return JournalPage(
        tuple(replace(entry(words, say), id=number) for number in range(entries)),
        offset=10,
        total=35,
        search=JournalSearch(say(80), "skill-1"),
        skills=tuple(skill(number, say) for number in range(120)),
    )


def prompt(words: str | None, shown: Lesson) -> ReflectionPrompt:
    return ReflectionPrompt(shown, words)


def advice(shown: Lesson) -> Advice:
    """Everything that can come at once: the two longest safety cards, the best lesson, and two more."""
    cards = [name_help_lines(rule.card, shipped_help_lines(), None) for rule in shipped_safety_rules().rules]
    cards.sort(key=lambda card: -len("".join(card.lines)))
    others = replace(shown, id="other-01"), replace(shown, id="other-02")
    return Advice(tuple(cards[:MAX_CARDS]), Tip(shown, 12), others)


def doubtful_advice(shown: Lesson, confidence: Confidence) -> Advice:
    """A lesson and two others, without danger."""
    question = ClarifyingQuestion("Is it the two people, or the rule?", ("The two people", "The rule"))
    asked = question if confidence is Confidence.BETWEEN_TWO else None
    every = advice(shown)
    return replace(every, cards=(), possible_cards=every.cards, confidence=confidence, question=asked)


def home_view(shown: Lesson, skills: tuple[Skill, ...]) -> HomeView:
    focused = replace(learner(), preferences=Preferences("UTC", focus=frozenset(each.slug for each in skills)))
    return HomeView(
        focused,
        state(shown, choice="A"),
        weeks(),
        skills,
        journal_entry_count=3,
        saved_lesson_count=260,
        recall=recalled(shown),
        team=TeamView("C0WARD", True, 12),
        masteries=mastery(skills),
        offers_programs=True,
        program=ProgramProgress(program(), 7, 20),
    )


def mastery(skills: Sequence[Skill]) -> tuple[SkillMastery, ...]:
    """Each level in turn. Some levels were higher before days off."""
    levels = list(MasteryLevel)
    return tuple(
        SkillMastery(
            each.slug,
            level,
            26,
            260,
            0.6,
            previous_level=MasteryLevel.STRONG if level is MasteryLevel.STEADY else None,
            days_without_answer=40,
        )
        for each, level in ((each, levels[at % 4]) for at, each in enumerate(skills))
    )


def recalled(shown: Lesson | None = None, *, choice: str | None = None, guessed: bool = False) -> RecallState:
    """A question asked again after nine days, with its options in the order C, B, D, A."""
    shown = shown or lesson()
    letters = "".join(key for key in "CBDA" if key in {option.key for option in shown.question.options})
    return RecallState(
        RecallQuestion(shown, 12, letters, 9), shown.question.get_option(choice) if choice else None, guessed
    )


def ready(shown: Lesson, choice: str) -> HomeRecall:
    """A question answered in Home that counts today."""
    return HomeRecall(recalled(shown, choice=choice), StreakStatus(STREAK, None, TODAY, StreakDays()))


def shipped_lessons() -> tuple[Lesson, ...]:
    """The lessons that come with Rounds."""
    return shipped_pack().lessons


@dataclass(frozen=True)
class World:
    """Everything that can be shown, with text from one `Say`."""

    say: Say

    @property
    def lesson(self) -> Lesson:
        return lesson(self.say)

    @property
    def skills(self) -> tuple[Skill, ...]:
        return tuple(skill(number, self.say) for number in range(50))

    @property
    def saved(self) -> tuple[SavedLessonView, ...]:
        return (SavedLessonView(self.lesson), SavedLessonView(self.lesson, retraction(self.say))) * 130


def kept_roster(state: LearnerState = LearnerState.ACTIVE) -> SavedRoster:
    """A roster of a year's shifts that was just read."""
    return SavedRoster(
        learner(state=state),
        shifts_ahead=1000,
        last_day=date(2027, 12, 31),
        all_day_entries=414,
        shifts_from_previous=12,
        other_entries=1200,
        left_out=roster_error(100).problems,
    )


def roster_view() -> RosterView:
    """A roster that is read from an address each day."""
    return RosterView(
        MessageTiming(),
        shifts_ahead=1000,
        last_day=date(2027, 12, 31),
        calendar_host="rota." + "x" * 240 + ".example",
        formats=FORMATS,
    )


def roster_error(count: int) -> RosterError:
    """This many problems, each as long as possible."""
    problems = (RosterProblem(TODAY + timedelta(days=number), UNSUPPORTED_RULE_MESSAGE) for number in range(count))
    return RosterError(list(problems))


def roster_news(trouble: CalendarTrouble) -> CalendarNotice:
    """A notice about a problem with a calendar."""
    problems: dict[CalendarTrouble, CalendarUnreachable | RosterError] = {
        CalendarTrouble.UNREADABLE: CalendarUnreachable("The calendar's server can't be reached."),
        CalendarTrouble.PARTLY_READ: roster_error(100),
    }
    return CalendarNotice(1, Person("T0", "U0AMARA"), trouble, True, problems.get(trouble), FORMATS)


def lms_consent(host: str = "lms.hospital.example") -> LmsConsentView:
    """A consent that holds, with entries that wait."""
    page = "https://riverside.slack.com/"
    return LmsConsentView(host, page, "U0AMARA", datetime(2026, 11, 23, 9, tzinfo=UTC), waiting=3, formats=FORMATS)
