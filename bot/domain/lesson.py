"""Lessons and their parts, skills, sources, and packs. These are checked values; `content/` does the checking."""

from dataclasses import dataclass
from datetime import date

from bot.domain.program import Program
from bot.language import ENGLISH

OPTION_LETTERS = "ABCD"


@dataclass(frozen=True, slots=True)
class Skill:
    """A subject of a pack. `command` is the slash command that shows its tips; if None, `/tip <slug>` shows them."""

    slug: str
    name: str
    command: str | None
    scope: str


@dataclass(frozen=True, slots=True)
class Source:
    """A work that a lesson cites, as readers see it."""

    key: str
    title: str
    authors: str
    year: int
    kind: str
    level: str
    url: str | None = None
    doi: str | None = None

    @property
    def link(self) -> str | None:
        """The address that readers can open: the DOI if there is one, because DOIs outlive pages."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a scenario question, with the reason why it fits or what it costs."""

    key: str
    text: str
    correct: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class Question:
    """A scenario, a question about it, and three or four options of which exactly one is correct."""

    scenario: str
    stem: str
    options: tuple[Option, ...]

    @property
    def correct_option(self) -> Option:
        """The one correct option."""
        return next(option for option in self.options if option.correct)

    def get_option(self, key: str) -> Option:
        """Return the option with this letter. Raises KeyError if there is none."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Pushback:
    """What the other person may say when somebody tries the tip, and what to say or do then."""

    they: str
    you: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One micro-lesson: what to do, why, words to say, a step for today, a question, a reflection prompt, sources.

    `fits_when` says in half a sentence which situation it is for: "people who agree in the meeting and do nothing".
    `applies_to` names the country or state whose rules the lesson states; None if it holds everywhere. `language` is
    the code of the language it is written in (ISO 639-1), which its pack says.
    """

    id: str
    title: str
    skill: Skill
    level: str
    minutes: int
    tip: str
    why: str
    try_today: str
    words: str
    situations: tuple[str, ...]
    question: Question
    reflection: str
    evidence: str
    sources: tuple[Source, ...]
    checked_on: date
    review_by: date | None = None
    notice: str | None = None
    elsewhere: str | None = None
    applies_to: str | None = None
    pushback: tuple[Pushback, ...] = ()
    fits_when: str | None = None
    language: str = ENGLISH


@dataclass(frozen=True, slots=True)
class Pack:
    """A versioned set of skills, lessons, and programs. `digest` identifies its content: same content, same digest.

    `bibliography` is all that its authors know of its sources, as JSON. Empty if nobody kept it.
    """

    slug: str
    name: str
    version: str
    skills: tuple[Skill, ...]
    lessons: tuple[Lesson, ...]
    digest: str
    bibliography: str = ""
    programs: tuple[Program, ...] = ()

    @property
    def language(self) -> str:
        """The code of the language that its lessons are written in; English if it has none."""
        return self.lessons[0].language if self.lessons else ENGLISH
