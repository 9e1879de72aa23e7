"""What authors want to know about a pack: everything that blocks it, and advice."""

from dataclasses import dataclass
from datetime import date

from bot.content.drafting import read_draft
from bot.content.intake import PackSource
from bot.content.reading import blocking, build_pack
from bot.content.rulebook import advice, overdue
from bot.domain.lesson import Pack
from bot.errors import Problem


def lint(source: PackSource, today: date, *, release: bool = False) -> tuple[Problem, ...]:
    """Every problem of a pack, in the order of files and lines; `release` counts passed review dates among them."""
    draft = read_draft(source)
    passed = overdue(draft, today) if release else ()
    return tuple(sorted({*blocking(draft), *advice(draft, today), *passed}))


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """A pack, None if anything blocks it, and all that was found, in the order of places."""

    pack: Pack | None
    problems: tuple[Problem, ...]

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """What keeps it from being loaded."""
        return tuple(problem for problem in self.problems if problem.blocking)

    @property
    def advice(self) -> tuple[Problem, ...]:
        """What its authors may want to fix."""
        return tuple(problem for problem in self.problems if not problem.blocking)


def check_pack(source: PackSource, today: date) -> CheckedPack:
    """What `read_pack` and `lint` find, from one reading of the files: for a large pack that takes a second."""
    draft = read_draft(source)
    found = blocking(draft)
    return CheckedPack(build_pack(draft, found), tuple(sorted({*found, *advice(draft, today)})))


def overdue_reviews(source: PackSource, today: date) -> tuple[Problem, ...]:
    """The lessons whose review date has passed: a reminder, and no problem until a release."""
    return tuple(sorted(overdue(read_draft(source), today)))
