"""Values for the tests of what people see: lessons at their limits, and everything that is shown beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from bot.content.safety import shipped_rules
from bot.domain.later import Later
from bot.domain.learner import Person, Preferences
from bot.domain.lesson import Lesson, Option, Question, Skill, Source
from bot.domain.mastery import Level, Mastery
from bot.domain.schedule import Due, Kind, Timing
from bot.domain.shifts import AnySchedule, Hours, Roster, Rotation, Weekly
from bot.domain.streak import FreezeUsed, History, Streak, four_weeks
from bot.errors import CalendarUnreachable, Problem, RosterError, RosterProblem
from bot.learning.coaching import Advice, Tip
from bot.learning.delivered import MessageRef
from bot.learning.enrolment import LearnerView
from bot.learning.home import HomeView
from bot.learning.journal import Entry, JournalPage, Search
from bot.learning.later import LaterChoices
from bot.learning.memory import RecallQuestion, RecallState
from bot.learning.packs import LivePack, PackChange
from bot.learning.practice import LessonState, Returns
from bot.learning.recall import Ready
from bot.learning.reflections import ReflectionPrompt
from bot.learning.repairs import MadeUp, RepairOffer
from bot.learning.rosters import Kept, News, RosterView, Trouble
from bot.learning.streaks import Repair, Standing, StreakView
from bot.learning.teams import TeamView
from bot.learning.weeks import Earlier, LessonDone, WeekView
from bot.storage.tables import LearnerState
from tests.shipped import shipped_pack

Say = Callable[[int], str]
"""Gives text of at most so many characters, and as near to that as it can."""

TODAY = date(2026, 12, 3)
NOW = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
PRIVATE = "PRIVATE-WORDS"
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
"""What people and packs might hold: Slack's own syntax, markup, entities, emoji, right to left, very long words."""


def repeating(pieces: Sequence[str]) -> Say:
    """Text made of these pieces over and over, up to the limit; never blank, as packs and Slack never let it be."""
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
    """A lesson whose every field is as long as a pack may make it."""
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
    )


def state(shown: Lesson | None = None, *, choice: str | None = None, kind: Kind = Kind.LESSON) -> LessonState:
    """A lesson that arrived today, and what was answered; change the rest with `replace`."""
    shown = shown or lesson()
    return LessonState(
        delivery_id=DELIVERY,
        kind=kind,
        lesson=shown,
        revision_id=12,
        learning_day=TODAY,
        message=MessageRef("D1", "1.000100"),
        choice=shown.question.option(choice) if choice else None,
        guessed=False,
        reflected=False,
        tried=None,
        saved=False,
        streak=Streak(current=13, longest=20, counted_today=choice is not None),
        counts=choice is not None,
    )


def learner(tz: str = "Europe/Berlin", state: LearnerState = LearnerState.ACTIVE) -> LearnerView:
    due = Due(Kind.LESSON, TODAY, NOW + timedelta(hours=1), NOW + timedelta(hours=5))
    paused = state is LearnerState.PAUSED
    return LearnerView(1, Person("T1", "U1"), state, Preferences(tz), None, paused, "D1", due, TODAY)


def week(say: Say = plain) -> WeekView:
    """A week that ends, with a lesson on each day."""
    lessons = tuple(LessonDone(TODAY - timedelta(days=day), say(60), True, True, True) for day in range(7))
    return WeekView(5, 4, 7, 6, lessons, Earlier(3, TODAY - timedelta(weeks=26), say(60), 26))


def working(schedule: AnySchedule) -> LearnerView:
    """A learner with these shifts."""
    known = learner()
    return replace(known, preferences=replace(known.preferences, schedule=schedule))


LONG_WEEK = Weekly({day: Hours(time(day, 30), time(day + 8)) for day in range(7)}, Timing(20, 25))
"""Other hours on each day."""

LONG_ROTATION = Rotation(
    TODAY, ("D1", "-", "E2", "N3", "F4", "-", "G5", "H6") * 10, dict.fromkeys(LONG_CODES, Hours(time(7), time(19)))
)
"""As many days and different shifts as a cycle may have, or nearly."""

ROSTER = Roster(tuple((NOW + timedelta(days=day), NOW + timedelta(days=day, hours=12)) for day in range(400)))


def later_choices(shown: Lesson) -> LaterChoices:
    """All that *Later* can offer."""
    at = {Later.HOUR: NOW + timedelta(hours=1), Later.BEFORE_END: NOW + timedelta(hours=7), Later.NEXT_SHIFT: None}
    return LaterChoices(shown, {choice: Returns(when, weekly=False) for choice, when in at.items()})


def weeks() -> StreakView:
    days = [TODAY - timedelta(days=back) for back in range(28)]
    history = History(days[::3], days[1::3], days[3:4])
    return StreakView(STREAK, four_weeks(history, TODAY), TODAY, repair=repair())


def repair(**changes: Any) -> Repair:
    """Tuesday was missed; two shifts are left, the second on Friday."""
    open_now = Repair(TODAY - timedelta(days=2), 14, 2, NOW + timedelta(days=1), TODAY + timedelta(days=1), TODAY)
    return replace(open_now, **changes)


def made_up(shown: Lesson, choice: str | None = "A", *, first: bool = True) -> MadeUp:
    return MadeUp(repair().day, state(shown, choice=choice), first)


def offer(shown: Lesson) -> RepairOffer:
    return RepairOffer(repair(), shown)


def freeze(**changes: Any) -> FreezeUsed:
    """Yesterday was missed."""
    return replace(FreezeUsed(TODAY - timedelta(days=1), TODAY, streak=12, left=1), **changes)


def problems(count: int, say: Say = plain) -> list[Problem]:
    return [Problem(say(120), line, "L201", say(200)) for line in range(1, count + 1)]


def live_pack(number: int = 0, say: Say = plain) -> LivePack:
    return LivePack(number + 1, f"pack-{number}", say(60), "999999.999999.999999", 260, NOW, own=True, before="1.3")


def change(say: Say = plain, titles: int = 260) -> PackChange:
    many = (say(60),) * titles
    return PackChange(5, "pack", say(60), "1.4", "1.3", many, many, many, 7, already_live=False)


def entry(words: str, say: Say = plain) -> Entry:
    return Entry(TODAY, say(60), say(300), words, 7, "skill-0")


def journal(words: str, say: Say = plain, entries: int = 10) -> JournalPage:
    return JournalPage(
        tuple(replace(entry(words, say), id=number) for number in range(entries)),
        offset=10,
        total=35,
        search=Search(say(80), "skill-1"),
        skills=tuple(skill(number, say) for number in range(120)),
    )


def prompt(words: str | None, shown: Lesson) -> ReflectionPrompt:
    return ReflectionPrompt(shown, words)


def advice(shown: Lesson) -> Advice:
    """All that can come at once: every safety card, the best lesson, two offers."""
    cards = tuple(rule.card for rule in shipped_rules().rules)
    return Advice(cards, Tip(shown, 12), (replace(shown, id="other-01"), replace(shown, id="other-02")))


def home_view(shown: Lesson, skills: tuple[Skill, ...]) -> HomeView:
    focused = replace(learner(), preferences=Preferences("UTC", focus=frozenset(each.slug for each in skills)))
    return HomeView(
        focused,
        state(shown, choice="A"),
        weeks(),
        skills,
        entries=3,
        saved=260,
        recall=recalled(shown),
        team=TeamView("C0WARD", True, 12),
        mastery=mastery(skills),
    )


def mastery(skills: Sequence[Skill]) -> tuple[Mastery, ...]:
    """Each level in turn; what is strong was stronger before some days off."""
    levels = list(Level)
    return tuple(
        Mastery(each.slug, level, 26, 260, 0.6, was=Level.STRONG if level is Level.STEADY else None, away=40)
        for each, level in ((each, levels[at % 4]) for at, each in enumerate(skills))
    )


def recalled(shown: Lesson | None = None, *, choice: str | None = None, guessed: bool = False) -> RecallState:
    """A question that comes back after nine days, its options in the order C, B, D, A."""
    shown = shown or lesson()
    letters = "".join(key for key in "CBDA" if key in {option.key for option in shown.question.options})
    return RecallState(
        RecallQuestion(shown, 12, letters, 9), shown.question.option(choice) if choice else None, guessed
    )


def ready(shown: Lesson, choice: str) -> Ready:
    """What was answered in Home, and counts today."""
    return Ready(recalled(shown, choice=choice), Standing(STREAK, None, TODAY, History()))


def shipped_lessons() -> tuple[Lesson, ...]:
    """The lessons that come with Rounds."""
    return shipped_pack().lessons


@dataclass(frozen=True)
class World:
    """Everything that can be shown, said by one voice."""

    say: Say

    @property
    def lesson(self) -> Lesson:
        return lesson(self.say)

    @property
    def skills(self) -> tuple[Skill, ...]:
        return tuple(skill(number, self.say) for number in range(50))

    @property
    def saved(self) -> tuple[Lesson, ...]:
        return (self.lesson,) * 260


def kept_roster(state: LearnerState = LearnerState.ACTIVE) -> Kept:
    """A roster of a year's shifts, just read."""
    return Kept(learner(state=state), ahead=1000, until=date(2027, 12, 31), all_day=414, from_before=12)


def roster_view() -> RosterView:
    """A roster that is read from an address each day."""
    return RosterView(Timing(), ahead=1000, until=date(2027, 12, 31), host="rota." + "x" * 240 + ".example")


def roster_error(count: int) -> RosterError:
    """As many problems as these, each of the longest kind."""
    said = "two entries overlap, 07:00 to 19:00 and 18:00 to 06:00. Keep one, or let one end before the other starts."
    return RosterError([RosterProblem(TODAY + timedelta(days=number), said) for number in range(count)])


def roster_news(trouble: Trouble) -> News:
    """Something is the matter with a calendar."""
    problem = CalendarUnreachable("The calendar's server can't be reached.") if trouble is Trouble.UNREADABLE else None
    return News(1, Person("T0", "U0AMARA"), trouble, True, problem)
