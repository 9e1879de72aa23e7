"""The sheets of a workbook, and where in a pack's files each of their columns goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import get_args

from bot.content.schema import Evidence, LessonLevel, SourceGrade, SourceKind
from bot.content.yaml_reader import YamlPath
from bot.domain.lesson import OPTION_LETTERS


class CellType(Enum):
    """What a cell of a column holds, so that a number or a date can be told from text that looks like one."""

    TEXT = auto()
    WHOLE_NUMBER = auto()
    DATE = auto()
    LINES = auto()
    KEYS = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the place that it fills in a file, what it holds, and how it is shown.

    `width` is in characters; `choices` become a drop-down list; `hint` is shown when a cell is chosen.
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
    """One sheet: its name, its columns in order, and how many rows it may have below its headings."""

    name: str
    columns: tuple[Column, ...]
    max_rows: int

    def column_for(self, *place: str | int) -> Column:
        """The column that fills this place; KeyError if none does."""
        for column in self.columns:
            if column.place == place:
                return column
        raise KeyError(place)


SKILL_PATH: YamlPath = ("skill",)
NUMBER_PATH: YamlPath = ("number",)
CORRECT_OPTION_PATH: YamlPath = ("right",)
"""Places of columns that are no field of a lesson by themselves: the id is made of the first two, and the third says
which option is correct."""

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


LESSONS_TABLE = Table(
    "Lessons",
    (
        Column("Skill", SKILL_PATH, "The short name of a skill on the sheet Skills.", 16),
        Column("Number", NUMBER_PATH, "1 to 99: lessons of a skill come in this order.", 9, CellType.WHOLE_NUMBER),
        Column("Title", ("title",), "What to do, in at most 8 words.", 26),
        Column("Level", ("level",), "How much experience it asks for.", 12, choices=_choices(LessonLevel)),
        Column("Minutes", ("minutes",), "1 to 10: to read and answer.", 9, CellType.WHOLE_NUMBER),
        Column("Tip", ("tip",), "Who does what, and when: at most 60 words.", WIDE_COLUMN_WIDTH),
        Column(
            "Why",
            ("why",),
            "One finding or rule, its source named, its main limit: at most 75 words.",
            WIDE_COLUMN_WIDTH,
        ),
        Column("Try today", ("try_today",), "A step of two minutes that begins with a verb: at most 40 words.", 36),
        Column("Words to say", ("words",), "One sentence to say or write, word for word: at most 30 words.", 36),
        Column(
            "Situations",
            ("situations",),
            "4 to 8 things a manager in trouble would type, one a line (Alt+Enter). Never shown.",
            WIDE_COLUMN_WIDTH,
            CellType.LINES,
        ),
        Column(
            "Scenario",
            ("question", "scenario"),
            "An ordinary working day; roles, no names: at most 80 words.",
            WIDE_COLUMN_WIDTH,
        ),
        Column("Question", ("question", "stem"), "The question on the scenario.", 28),
        *(column for number in range(len(OPTION_LETTERS)) for column in _option(number)),
        Column("Right answer", CORRECT_OPTION_PATH, "The letter of the best option.", 9, choices=tuple(OPTION_LETTERS)),
        Column("Reflection", ("reflection",), "An open question about the reader's own week: at most 30 words.", 36),
        Column("Evidence", ("evidence",), "What the lesson rests on.", 14, choices=_choices(Evidence)),
        Column("Sources", ("sources",), "One to three keys of the sheet Sources, one a line.", 30, CellType.KEYS),
        Column(
            "Checked on", ("checked_on",), "When it was last compared with its sources: 2026-11-23.", 12, CellType.DATE
        ),
        Column(
            "Review by",
            ("review_by",),
            "When to look again; needed for rules of law.",
            12,
            CellType.DATE,
            required=False,
        ),
        Column(
            "Notice", ("notice",), "For rules of law: “not legal advice”, which law, whom to ask.", 36, required=False
        ),
        Column("Elsewhere", ("elsewhere",), "One line on other countries.", 36, required=False),
    ),
    2_000,
)

SKILLS_TABLE = Table(
    "Skills",
    (
        Column("Short name", ("slug",), "Small letters, digits, hyphens: infection-control.", 24),
        Column("Name", ("name",), "As people see it.", 40),
        Column("Command", ("command",), "Perhaps a slash command, such as /ward-tip.", 20, required=False),
        Column("Scope", ("scope",), "What the skill is about, in one sentence.", 60),
    ),
    25,
)

SOURCES_TABLE = Table(
    "Sources",
    (
        Column("Key", ("key",), "The name that lessons cite: small letters, digits, hyphens.", 30),
        Column("Title", ("title",), "The work's title.", WIDE_COLUMN_WIDTH),
        Column("Authors", ("authors",), "Who wrote it, with commas between.", 30),
        Column("Year", ("year",), "When it came out.", 8, CellType.WHOLE_NUMBER),
        Column("Kind", ("kind",), "What kind of work it is.", 18, choices=_choices(SourceKind)),
        Column("Publication", ("publication",), "Journal, publisher or series.", 36),
        Column("DOI", ("doi",), "Begins with 10.; without https://.", 24, required=False),
        Column("Web address", ("url",), "Begins with https://.", 36, required=False),
        Column("Supports", ("supports",), "What it shows. A figure in a lesson must stand here.", WIDE_COLUMN_WIDTH),
        Column("Caution", ("caution",), "For authors; readers never see it.", 36, required=False),
        Column("Skills", ("skills",), "Skills that it helps with, one a line.", 18, CellType.KEYS, required=False),
        Column(
            "Level", ("level",), "A: its own page was seen. B: an index. C: not seen.", 8, choices=_choices(SourceGrade)
        ),
        Column("Review by", ("review_by",), "When to look at it again.", 12, CellType.DATE, required=False),
    ),
    5_000,
)

PACK_TABLE = Table(
    "Pack",
    (
        Column("Name", ("name",), "As people see it.", 36),
        Column("Short name", ("slug",), "Small letters, digits, hyphens. A new version keeps it.", 28),
        Column("Version", ("version",), "Two or three numbers, such as 1.0.0. Count up with each upload.", 10),
        Column(
            "Sources checked on", ("checked_on",), "When somebody last went through the sources.", 20, CellType.DATE
        ),
        Column("Sources version", ("version of sources",), "A whole number.", 18, CellType.WHOLE_NUMBER),
    ),
    1,
)

TABLES = (LESSONS_TABLE, SKILLS_TABLE, SOURCES_TABLE, PACK_TABLE)
HOW_TO_SHEET = "How to"
"""A sheet that is only read by people."""
