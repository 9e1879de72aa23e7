"""`rounds doctor`: is this installation well, and which lessons does somebody have to look at again?"""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.cli.operations.health import InstallationHealth


def doctor() -> None:
    """Look at the database, the key, the packs and the review dates. Changes nothing; exit 1 if something is broken."""
    from bot.cli.operations.health import check_installation
    from bot.config import read_settings

    health = check_installation(read_settings())
    for line in (*health.problems, *health.passed_checks):
        print(line)
    _print_reviews(health)
    if health.problems:
        raise typer.Exit(1)


def _print_reviews(health: "InstallationHealth") -> None:
    for standing, lessons in (
        ("not given any more, review was due by", health.reviews.withdrawn),
        ("past its review, due by", health.reviews.overdue),
        ("review due by", health.reviews.due_soon),
    ):
        for lesson in lessons:
            print(f"lessons: {lesson.id} {lesson.title}: {standing} {lesson.review_by}")
