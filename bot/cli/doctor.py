"""`rounds doctor`: checks that this installation works, and which lessons need a review."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.cli.operations.health import InstallationHealth


def doctor() -> None:
    """Check tokens, scopes, disk, database, key, packs, and review dates. Changes nothing; exits with 1 if broken."""
    from bot.cli.operations.health import check_installation
    from bot.config import read_settings

    health = check_installation(read_settings())
    for line in (*health.problems, *health.passed_checks):
        print(line)
    _print_reviews(health)
    if health.problems:
        raise typer.Exit(1)


def _print_reviews(health: "InstallationHealth") -> None:
    for status, lessons in (
        ("withdrawn, review was due by", health.reviews.withdrawn),
        ("overdue, review was due by", health.reviews.overdue),
        ("review due by", health.reviews.due_soon),
    ):
        for lesson in lessons:
            print(f"lessons: {lesson.id} {lesson.title}: {status} {lesson.review_by}")
