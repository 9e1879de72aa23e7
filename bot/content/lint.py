"""What authors want to know about a pack: everything that blocks it, and advice."""

from datetime import date

from bot.content.drafting import read_draft
from bot.content.intake import PackSource
from bot.content.reading import blocking
from bot.content.rulebook import advice, overdue
from bot.errors import Problem


def lint(source: PackSource, today: date, *, release: bool = False) -> tuple[Problem, ...]:
    """Every problem of a pack, in the order of files and lines; `release` counts passed review dates among them."""
    draft = read_draft(source)
    passed = overdue(draft, today) if release else ()
    return tuple(sorted({*blocking(draft), *advice(draft, today), *passed}))


def overdue_reviews(source: PackSource, today: date) -> tuple[Problem, ...]:
    """The lessons whose review date has passed: a reminder, and no problem until a release."""
    return tuple(sorted(overdue(read_draft(source), today)))
