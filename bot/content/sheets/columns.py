"""Defines the sheets of a workbook, and the field in a pack's files for each of their columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import get_args

from bot.content.schema import MAX_PUSHBACK, Evidence, LessonLevel, SourceGrade, SourceKind
from bot.content.yaml_reader import YamlPath
from bot.domain.lesson import OPTION_LETTERS


class CellType(Enum):
    """The type of a column's cells. It distinguishes numbers and dates from text that looks like them.

    TEXT loses what pasting adds: bullets, and characters without width. CITED text stays as somebody else wrote it.
    NAME is an identifier in lowercase. LINES and KEYS are lists: one item per line, and words.
    """

    TEXT = auto()
    CITED = auto()
    NAME = auto()
    WHOLE_NUMBER = auto()
    DATE = auto()
    LINES = auto()
    KEYS = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the path of its field in a file, and its type and look.

    `width` is in characters. `choices` become a drop-down list. Excel shows `hint` when somebody selects a cell.
    """

    heading: str
    place: YamlPath
    hint: str
    width: int = 14
    cell_type: CellType = CellType.TEXT
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, its columns in order, and the most rows it may have below its headings."""

    name: str
    columns: tuple[Column, ...]
    max_rows: int

    def column_for(self, *place: str | int) -> Column:
        """Return the column for this field. Raises KeyError if there is none."""
        for column in self.columns:
            if column.place == place:
                return column
        raise KeyError(place)


SKILL_PATH: YamlPath = ("skill",)
LESSON_NUMBER_PATH: YamlPath = ("number",)
CORRECT_OPTION_PATH: YamlPath = ("right",)
"""Paths of columns that aren't fields of a lesson: two make up its ID, and the third is the correct option's letter."""

WIDE_COLUMN_WIDTH = 48


def _choices(literal: object) -> tuple[str, ...]:
    return tuple(get_args(literal))


def _option(number: int) -> Sequence[Column]:
    letter, required = OPTION_LETTERS[number], number < 3
    place: YamlPath = ("question", "options", number)
    optional = "" if required else " Leave both cells empty for a question with three options."
    return (
        Column(f"Option {letter}", (*place, "text"), f"At most 16 words.{optional}", 32, required=required),
        Column(
            f"{letter}: why",
            (*place, "explanation"),
            f"15 to 45 words: what is good about this choice, and what it costs here.{optional}",
            WIDE_COLUMN_WIDTH,
            required=required,
        ),
    )


def _pushback(number: int) -> Sequence[Column]:
    they, you = "What somebody may say to refuse, at most 14 words.", "What to say or do then, at most 45 words."
    return (
        Column(f"They say {number + 1}", ("pushback", number, "they"), they, 28, required=False),
        Column(f"You answer {number + 1}", ("pushback", number, "you"), you, 36, required=False),
    )


LESSONS_TABLE = Table(
    "Lessons",
    (
        Column("Skill", SKILL_PATH, "A skill's short name from the Skills sheet.", 16),
        Column("Number", LESSON_NUMBER_PATH, "0 to 99: the lesson's place within its skill.", 9, CellType.WHOLE_NUMBER),
        Column("Title", ("title",), "What to do: at most 8 words.", 26),
        Column("Level", ("level",), "How much experience it takes.", 12, choices=_choices(LessonLevel)),
        Column("Minutes", ("minutes",), "1 to 10 minutes to read and answer.", 9, CellType.WHOLE_NUMBER),
        Column("Tip", ("tip",), "Who does what, and when: at most 60 words.", WIDE_COLUMN_WIDTH),
        Column(
            "Why",
            ("why",),
            "One finding or rule, its source, and its main limit: at most 75 words.",
            WIDE_COLUMN_WIDTH,
        ),
        Column("Try today", ("try_today",), "A two-minute step that starts with a verb: at most 40 words.", 36),
        Column("Words to say", ("words",), "One sentence to say or write, word for word: at most 30 words.", 36),
        *(column for number in range(MAX_PUSHBACK) for column in _pushback(number)),
        Column(
            "Fits when",
            ("fits_when",),
            "Half a sentence: the situation it is for, such as: people who agree in the meeting and then do nothing.",
            36,
            required=False,
        ),
        Column(
            "Situations",
            ("situations",),
            "4 to 8 things a manager in trouble would type, one per line (Alt+Enter). Readers don't see them.",
            WIDE_COLUMN_WIDTH,
            CellType.LINES,
        ),
        Column(
            "Scenario",
            ("question", "scenario"),
            "An ordinary workday, with roles instead of names: at most 80 words.",
            WIDE_COLUMN_WIDTH,
        ),
        Column("Question", ("question", "stem"), "The question about the scenario.", 28),
        *(column for number in range(len(OPTION_LETTERS)) for column in _option(number)),
        Column("Right answer", CORRECT_OPTION_PATH, "The letter of the best option.", 9, choices=tuple(OPTION_LETTERS)),
        Column("Reflection", ("reflection",), "An open question about the reader's own week: at most 30 words.", 36),
        Column("Evidence", ("evidence",), "What the lesson rests on.", 14, choices=_choices(Evidence)),
        Column(
            "Applies to",
            ("applies_to",),
            "The country or state whose rules it states, such as US or California. Empty: it holds everywhere.",
            14,
            required=False,
        ),
        Column("Sources", ("sources",), "One to three keys from the Sources sheet, one per line.", 30, CellType.KEYS),
        Column(
            "Checked on",
            ("checked_on",),
            "When somebody last checked its sources, such as 2026-11-23.",
            12,
            CellType.DATE,
        ),
        Column(
            "Review by",
            ("review_by",),
            "When to check it again. Rules of law need this.",
            12,
            CellType.DATE,
            required=False,
        ),
        Column(
            "Notice",
            ("notice",),
            "Rules of law need “not legal advice”, which law, and whom to ask.",
            36,
            required=False,
        ),
        Column("Elsewhere", ("elsewhere",), "One line about other countries.", 36, required=False),
    ),
    2_000,
)

SKILLS_TABLE = Table(
    "Skills",
    (
        Column(
            "Short name",
            ("slug",),
            "Lowercase letters, digits, and hyphens, such as infection-control.",
            24,
            CellType.NAME,
        ),
        Column("Name", ("name",), "The name that readers see.", 40, CellType.CITED),
        Column(
            "Command",
            ("command",),
            "A slash command, if you want one, such as /ward-tip.",
            20,
            CellType.NAME,
            required=False,
        ),
        Column("Scope", ("scope",), "What the skill is about, in one sentence.", 60, CellType.CITED),
    ),
    25,
)

SOURCES_TABLE = Table(
    "Sources",
    (
        Column(
            "Key", ("key",), "The key that lessons cite: lowercase letters, digits, and hyphens.", 30, CellType.NAME
        ),
        Column("Title", ("title",), "The work's title.", WIDE_COLUMN_WIDTH, CellType.CITED),
        Column("Authors", ("authors",), "Who wrote it, separated by commas.", 30, CellType.CITED),
        Column("Year", ("year",), "The year it came out, such as 2024.", 8, CellType.WHOLE_NUMBER),
        Column("Kind", ("kind",), "What kind of work it is.", 18, choices=_choices(SourceKind)),
        Column("Publication", ("publication",), "Journal, publisher or series.", 36, CellType.CITED),
        Column("DOI", ("doi",), "Starts with 10. and has no https://.", 24, CellType.CITED, required=False),
        Column("Web address", ("url",), "Starts with https://.", 36, CellType.CITED, required=False),
        Column(
            "Supports",
            ("supports",),
            "What it shows, with every figure that a lesson uses.",
            WIDE_COLUMN_WIDTH,
            CellType.CITED,
        ),
        Column("Caution", ("caution",), "For authors only. Readers don't see it.", 36, CellType.CITED, required=False),
        Column("Skills", ("skills",), "The skills it helps with, one per line.", 18, CellType.KEYS, required=False),
        Column(
            "Level",
            ("level",),
            "A: own page or abstract seen. B: index seen. C: not seen.",
            8,
            choices=_choices(SourceGrade),
        ),
        Column("Review by", ("review_by",), "When to check it again.", 12, CellType.DATE, required=False),
    ),
    5_000,
)

PROGRAMS_TABLE = Table(
    "Programs",
    (
        Column(
            "Short name",
            ("slug",),
            "Lowercase letters, digits, and hyphens, such as new-charge-nurse. Don't change it in new versions.",
            24,
            CellType.NAME,
        ),
        Column("Name", ("name",), "The name that readers see in a menu.", 36, CellType.CITED),
        Column("For", ("role",), "Whom it is for, in a few words: Nurses who lead a shift.", 36, CellType.CITED),
        Column("Weeks", ("weeks",), "1 to 26: a week for each five lessons.", 8, CellType.WHOLE_NUMBER),
        Column("Goal", ("goal",), "One sentence: what people can do in the end.", 40, CellType.CITED),
        Column("Welcome", ("welcome",), "What people read when they begin: what comes in which week.", 48),
        Column(
            "Lessons in order",
            ("lessons",),
            "The IDs of 3 to 130 lessons, one per line (Alt+Enter): a skill's short name and two digits, such as "
            "leadership-05.",
            30,
            CellType.KEYS,
        ),
    ),
    50,
)

PACK_TABLE = Table(
    "Pack",
    (
        Column("Name", ("name",), "The name that readers see.", 36, CellType.CITED),
        Column(
            "Short name",
            ("slug",),
            "Lowercase letters, digits, and hyphens. Don't change it in new versions.",
            28,
            CellType.NAME,
        ),
        Column("Version", ("version",), "Two or three numbers, such as 1.0.0. Raise it with each upload.", 10),
        Column("Sources checked on", ("checked_on",), "When somebody last checked the sources.", 20, CellType.DATE),
        Column("Sources version", ("version of sources",), "A whole number.", 18, CellType.WHOLE_NUMBER),
        Column(
            "Language",
            ("language",),
            "The language of the lessons: en, de, or another code. Empty means English.",
            10,
            CellType.NAME,
            required=False,
        ),
    ),
    1,
)

TABLES = (LESSONS_TABLE, PROGRAMS_TABLE, SKILLS_TABLE, SOURCES_TABLE, PACK_TABLE)
"""In the order of a workbook's sheets."""
COMMENT_HEADINGS = frozenset({"comment", "comments", "remark", "remarks"})
"""Headings, in lowercase, of columns for people. Any sheet may have some, with anything in them."""
HOW_TO_SHEET = "How to"
"""The sheet of instructions. Only people read it."""
