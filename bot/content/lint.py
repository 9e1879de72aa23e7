"""What authors want to know about a pack: everything that blocks it, and advice."""

from dataclasses import dataclass
from datetime import date

from bot.content.draft_reader import read_draft
from bot.content.pack_files import PackFiles
from bot.content.pack_reader import build_pack, find_blocking_problems
from bot.content.rulebook import check_advisory_rules, check_overdue_rule
from bot.domain.lesson import Pack
from bot.errors import PackProblem


def lint_pack(pack_files: PackFiles, today: date, *, release: bool = False) -> tuple[PackProblem, ...]:
    """Every problem of a pack, in the order of files and lines; `release` counts passed review dates among them."""
    draft = read_draft(pack_files)
    passed = check_overdue_rule(draft, today) if release else ()
    return tuple(sorted({*find_blocking_problems(draft), *check_advisory_rules(draft, today), *passed}))


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """A pack, None if anything blocks it, and all that was found, in the order of places."""

    pack: Pack | None
    problems: tuple[PackProblem, ...]

    @property
    def blocking_problems(self) -> tuple[PackProblem, ...]:
        """What keeps it from being loaded."""
        return tuple(problem for problem in self.problems if problem.blocking)

    @property
    def advice(self) -> tuple[PackProblem, ...]:
        """What its authors may want to fix."""
        return tuple(problem for problem in self.problems if not problem.blocking)


def check_pack(pack_files: PackFiles, today: date) -> CheckedPack:
    """What `read_pack` and `lint_pack` find, from one reading of the files: for a large pack that takes a second."""
    draft = read_draft(pack_files)
    found = find_blocking_problems(draft)
    return CheckedPack(build_pack(draft, found), tuple(sorted({*found, *check_advisory_rules(draft, today)})))


def find_overdue_reviews(pack_files: PackFiles, today: date) -> tuple[PackProblem, ...]:
    """The lessons whose review date has passed: a reminder, and no problem until a release."""
    return tuple(sorted(check_overdue_rule(read_draft(pack_files), today)))
