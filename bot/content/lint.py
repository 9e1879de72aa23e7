"""Checks a pack for its authors: finds everything that blocks loading it, and gives advice."""

from dataclasses import dataclass
from datetime import date

from bot.content.draft_reader import read_draft
from bot.content.pack_files import PackFiles
from bot.content.pack_reader import build_pack, find_blocking_problems
from bot.content.rulebook import check_advisory_rules, check_overdue_rule
from bot.domain.lesson import Pack
from bot.errors import PackProblem


def lint_pack(pack_files: PackFiles, today: date, *, release: bool = False) -> tuple[PackProblem, ...]:
    """Return every problem in a pack, by file and line. With `release`, overdue reviews count as problems."""
    draft = read_draft(pack_files)
    passed = check_overdue_rule(draft, today) if release else ()
    return tuple(sorted({*find_blocking_problems(draft), *check_advisory_rules(draft, today), *passed}))


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """A pack (None if anything blocks it) and every problem found in it, by location."""

    pack: Pack | None
    problems: tuple[PackProblem, ...]

    @property
    def blocking_problems(self) -> tuple[PackProblem, ...]:
        """The problems that prevent loading."""
        return tuple(problem for problem in self.problems if problem.blocking)

    @property
    def advice(self) -> tuple[PackProblem, ...]:
        """The problems that authors may want to fix but that don't prevent loading."""
        return tuple(problem for problem in self.problems if not problem.blocking)


def check_pack(pack_files: PackFiles, today: date) -> CheckedPack:
    """Do the work of `read_pack` and `lint_pack` but read the files once: reading a large pack takes a second."""
    draft = read_draft(pack_files)
    found = find_blocking_problems(draft)
    return CheckedPack(build_pack(draft, found), tuple(sorted({*found, *check_advisory_rules(draft, today)})))


def find_overdue_reviews(pack_files: PackFiles, today: date) -> tuple[PackProblem, ...]:
    """Return the lessons with an overdue review. They are reminders, and become problems only at a release."""
    return tuple(sorted(check_overdue_rule(read_draft(pack_files), today)))
