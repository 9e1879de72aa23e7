"""Section 11: programs."""

from collections.abc import Iterator

from bot.content.pack_draft import ProgramDraft
from bot.content.rules import Finding

MAX_LESSONS_A_WEEK = 5


def weeks_fit_the_lessons(program: ProgramDraft) -> Iterator[Finding]:
    """Most people get a lesson on five days a week, so a program lasts a week for each five lessons, begun ones too."""
    count, weeks = len(program.parsed.lessons), program.parsed.weeks
    needed = -(-count // MAX_LESSONS_A_WEEK)
    if weeks != needed:
        yield ("weeks",), f"{count} lessons take {needed} weeks of five days, not {weeks}. Change one of them."
