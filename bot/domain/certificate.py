"""A certificate of the lessons that somebody answered: when there is one, what it says, and its code."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.cohort import CODE_ALPHABET, normalize_code
from bot.domain.program import Program

CODE_LENGTH = 10
"""Characters of a code. With 32 letters and digits there are 2**50 codes, a million billion. Whoever tries a thousand a
second meets one of ten thousand certificates once in three years on average, and `rounds web` answers far fewer."""

MINUTES_PER_LESSON = 2
"""How long a lesson takes: to read it, and to answer its question."""

MINUTES_STEP = 15

MIN_LESSONS_ANSWERED = 20
"""Lessons answered, besides those of a program, for a certificate without one: about a month of working days."""

MAX_NAME_LENGTH = 80
PRINTABLE = ((0x20, 0x24F), (0x2B0, 0x4FF), (0x590, 0x5FF), (0x1E00, 0x1FFF), (0x2010, 0x2027))
"""The letters that the fonts of certificates have: Latin, Greek, Cyrillic, and Hebrew, as ranges of code points."""

MAX_SKILLS = 20
"""Most skills that a certificate lists: those with the most lessons."""


@dataclass(frozen=True, slots=True)
class AnsweredLesson:
    """The answer to a lesson's question: the name of its skill, and the learning day."""

    skill: str
    day: date


@dataclass(frozen=True, slots=True)
class Achievement:
    """What a certificate can be about: a program (slug and name) or, with None, all lessons that somebody answered.

    `first_day` and `last_day`: the first and last learning day on which one of the lessons was answered. `skills`: the
    names of theirs, those with the most lessons first.
    """

    slug: str | None
    program: str | None
    lessons: int
    skills: tuple[str, ...]
    first_day: date
    last_day: date

    @property
    def minutes(self) -> int:
        """How long the lessons took."""
        return count_minutes(self.lessons)


@dataclass(frozen=True, slots=True)
class Certificate:
    """An issued certificate. `name`: as its holder gave it; None if it can't be decrypted. `program`: a name, or None.

    `language`: the one that it is written in. `team_id`: its workspace.
    """

    code: str
    name: str | None
    program: str | None
    lessons: int
    minutes: int
    skills: tuple[str, ...]
    first_day: date
    last_day: date
    issued_on: date
    language: str
    team_id: str


def find_achievements(
    programs: Sequence[Program],
    followed: str | None,
    taught: Collection[str],
    answered: Mapping[str, AnsweredLesson],
) -> tuple[Achievement, ...]:
    """Return what somebody can have a certificate about: programs first, then all lessons.

    A program needs an answer to each of its lessons that is taught. All lessons need `MIN_LESSONS_ANSWERED` answers
    besides those that are in such a program or in the one that they follow (a slug). `taught` and `answered` are by
    lesson id.
    """
    wanted = {program.slug: list_lessons_to_answer(program, taught, answered) for program in programs}
    done = [each for each in programs if wanted[each.slug] and all(lesson in answered for lesson in wanted[each.slug])]
    found = [_achieve(each, [answered[lesson] for lesson in wanted[each.slug]]) for each in done]
    in_programs = {lesson for each in programs if each in done or each.slug == followed for lesson in wanted[each.slug]}
    if len(answered.keys() - in_programs) >= MIN_LESSONS_ANSWERED:
        found.append(_achieve(None, list(answered.values())))
    return tuple(found)


def list_lessons_to_answer(program: Program, taught: Collection[str], answered: Collection[str]) -> tuple[str, ...]:
    """Return the lessons (ids) that a program asks for: what isn't taught anymore and wasn't answered is left out."""
    return tuple(each for each in program.lesson_ids if each in taught or each in answered)


def count_minutes(lessons: int) -> int:
    """Return how long these many lessons take: two minutes each, in full quarters of an hour, at least one."""
    return max(MINUTES_STEP, lessons * MINUTES_PER_LESSON // MINUTES_STEP * MINUTES_STEP)


def clean_name(typed: str) -> str:
    """Return a name as it is printed: without line breaks, marks that change the direction of text, and the like.

    Empty if nothing is left. It may be too long.
    """
    letters = unicodedata.normalize("NFC", typed)
    # Categories C: control, format, private, and unassigned characters.
    shown = "".join(" " if letter.isspace() else letter for letter in letters if _is_shown(letter))
    return " ".join(shown.split())


def find_unprintable(text: str) -> str:
    """Return the characters of a text that a certificate can't print, each once."""
    unprintable = (each for each in text if not any(first <= ord(each) <= last for first, last in PRINTABLE))
    return "".join(dict.fromkeys(unprintable))


def read_code(typed: str) -> str | None:
    """Return a code as it is stored, whatever its case, spaces, and hyphens. None if it can't be one."""
    if len(typed) > 4 * CODE_LENGTH:
        return None
    code = normalize_code(typed)
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) else None


def write_code(code: str) -> str:
    """Write a code as people read it: `K7M2Q-X9PTB`."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def _is_shown(letter: str) -> bool:
    return letter.isspace() or not unicodedata.category(letter).startswith("C")


def _achieve(program: Program | None, lessons: Sequence[AnsweredLesson]) -> Achievement:
    days = [each.day for each in lessons]
    return Achievement(
        slug=program.slug if program else None,
        program=program.name if program else None,
        lessons=len(lessons),
        skills=_rank(each.skill for each in lessons),
        first_day=min(days),
        last_day=max(days),
    )


def _rank(skills: Iterable[str]) -> tuple[str, ...]:
    """Return each skill once, those with the most lessons first, then in the order of the alphabet."""
    counts = Counter(skills)
    return tuple(sorted(counts, key=lambda skill: (-counts[skill], skill))[:MAX_SKILLS])
