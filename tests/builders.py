"""Lessons, packs and people for tests of the rooms that store, teach and deliver."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet

from bot.content.codec import pack_digest
from bot.domain.learner import Person
from bot.domain.lesson import Lesson, Option, Pack, Question, Skill, Source
from bot.domain.program import Program
from bot.storage.encryption import Cipher

TEAM = "T0HOSPITAL"
NURSE = Person(TEAM, "U0NURSE")
CLERK = Person(TEAM, "U0CLERK")
LONDON = ZoneInfo("Europe/London")

FINANCE = Skill("finance", "Financial proficiency", "/finance-tip", "Budgets of one department")
CONFLICT = Skill("conflict", "Conflict resolution", "/conflict-tip", "Disputes at work")
CHANGE = Skill("change", "Change leadership", "/change-tip", "Bringing a change to a ward")


class SetClock:
    """A clock that stands where a test puts it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Let this much time pass (`hours=3`); the new instant."""
        self.now += timedelta(**by)
        return self.now

    def set(self, text: str, zone: ZoneInfo = LONDON) -> datetime:
        """Go to a local time such as '2026-03-02 09:00'."""
        self.now = at(text, zone)
        return self.now


def any_cipher() -> Cipher:
    """A key for what needs none: nothing private is read or written with it."""
    return Cipher([Fernet.generate_key().decode()])


def at(text: str, zone: ZoneInfo = LONDON) -> datetime:
    """The instant (UTC) of a local time such as '2026-03-02 09:00'."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def lesson(lesson_id: str, skill: Skill = FINANCE, **changes: Any) -> Lesson:
    """A lesson of a skill, its title and question its own; B is right."""
    name = lesson_id.replace("-", " ")
    whole = Lesson(
        id=lesson_id,
        title=f"Learn about {name}",
        skill=skill,
        level="core",
        minutes=3,
        tip=f"The tip on {name}.",
        why="It saves a meeting.",
        try_today=f"Try {name} once.",
        words="“What changed since March?”",
        situations=(f"Something about {name} came up.",),
        question=Question(
            scenario=f"A case of {name}.",
            stem="What comes first?",
            options=(
                Option("A", "Wait a month.", correct=False, explanation="It costs a month."),
                Option("B", "Ask who was there.", correct=True, explanation="It shows what happened."),
                Option("C", "Write to all.", correct=False, explanation="It hides the cause."),
            ),
        ),
        reflection=f"Where did {name} surprise you?",
        evidence="Guidance",
        sources=(Source("who-2020", "A guide", "WHO", 2020, "guidance", "B", url="https://example.org/guide"),),
        checked_on=date(2026, 1, 5),
    )
    return replace(whole, **changes)


def program(*lesson_ids: str, slug: str = "first-weeks", **changes: Any) -> Program:
    """A program through these lessons."""
    name = slug.replace("-", " ").capitalize()
    made = Program(slug, name, "People who begin", 1, "Begin well.", f"Welcome to {name}.", lesson_ids)
    return replace(made, **changes)


def pack(*lessons: Lesson, slug: str = "essentials", version: str = "1.0", programs: tuple[Program, ...] = ()) -> Pack:
    """A pack of these lessons, their skills, and programs."""
    skills = tuple({each.skill.slug: each.skill for each in lessons}.values())
    whole = Pack(slug, slug.capitalize(), version, skills, lessons, digest="", programs=programs)
    return replace(whole, digest=pack_digest(whole))


def six_lessons() -> Pack:
    """Two lessons of each of three skills."""
    return pack(
        lesson("budget-lines", FINANCE, situations=("The overtime budget has doubled.",)),
        lesson("cash-and-profit", FINANCE, situations=("Nobody knows why the surplus has vanished.",)),
        lesson("two-colleagues", CONFLICT, situations=("Two nurses argue in the corridor.",)),
        lesson("name-the-conflict", CONFLICT, situations=("A quarrel has no name.",)),
        lesson("first-gap", CHANGE, situations=("Staff resist the new rota software.",)),
        lesson("one-page", CHANGE, situations=("The project plan is too long to read.",)),
    )
