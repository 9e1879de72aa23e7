"""Answers from before recall came are remembered by it, on both databases."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.recall import Rating, review
from bot.storage import migrate
from bot.storage.database import database_url, make_engine
from tests.postgres import Server
from tests.storage.test_migrate import upgrade_to

NOW = "2026-02-28 12:00:00+00:00"

ROWS = (
    "INSERT INTO workspace (team_id, name, bot_user_id, created_at) VALUES ('T1', 'Riverside', 'U0', :now)",
    "INSERT INTO lessonrevision (id, scope, pack_slug, lesson_id, digest, content) VALUES "
    "(1, '', 'p', 'change-01', 'a', '{}'), (2, '', 'p', 'change-01', 'b', '{}'), (3, '', 'p', 'change-02', 'c', '{}')",
    "INSERT INTO learner (id, home_id, team_id, user_id, tz, schedule, focus, state, cadence, follows_zone, "
    "follows_status, paused_by_status, created_at) VALUES "
    "(7, 'T1', 'T1', 'U1', 'UTC', '{}', '[]', 'active', 'each_shift', true, false, false, :now)",
)
DELIVERY = (
    "INSERT INTO delivery "
    "(id, learner_id, team_id, learning_day, kind, due_at, expires_at, state, attempt, owed, carried) VALUES "
    "(:id, 7, 'T1', :day, 'lesson', :now, :now, 'sent', 1, true, false)"
)
ANSWER = (
    "INSERT INTO answer (delivery_id, learner_id, revision_id, choice, correct, guessed, learning_day, at) "
    "VALUES (:id, 7, :revision, 'A', :correct, :guessed, :day, :at)"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database at the version before."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'rounds.db'}"
    else:
        server: Server = request.getfixturevalue("postgres")
        name = server.create()
        yield server.url(name)
        server.drop(name)


def answered(url: str, *answers: tuple[int, bool, bool, str]) -> None:
    """Answers to revisions: right or not, guessed or not, on which day."""
    engine = make_engine(database_url(url), writer=True)
    with engine.begin() as connection:
        for statement in ROWS:
            connection.execute(text(statement), {"now": NOW} if ":now" in statement else {})
        for number, (revision, correct, guessed, day) in enumerate(answers, start=1):
            values = {"id": f"{number:032x}", "day": day, "now": NOW}
            connection.execute(text(DELIVERY), values)
            answer = {"id": values["id"], "revision": revision, "correct": correct, "guessed": guessed, "day": day}
            connection.execute(text(ANSWER), {**answer, "at": f"{day} 09:00:00+00:00"})
    engine.dispose()


COLUMNS = "lesson_id, revision_id, stability, difficulty, reviewed_on, due_on"


def remembered(url: str) -> list[tuple[str, int, float, float, str, str]]:
    engine = make_engine(database_url(url), writer=False)
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT {COLUMNS} FROM memory ORDER BY lesson_id")).all()  # noqa: S608
    engine.dispose()
    return [(row[0], row[1], round(row[2], 4), round(row[3], 4), str(row[4]), str(row[5])) for row in found]


def expected(rating: Rating, day: date) -> tuple[float, float, str, str]:
    memory = review(None, rating, day)
    return round(memory.stability, 4), round(memory.difficulty, 4), str(memory.reviewed_on), str(memory.due_on)


def test_the_newest_answer_to_each_lesson_counts_as_a_first_one(url: str) -> None:
    upgrade_to(url, "0006_open")
    answered(url, (1, True, False, "2026-02-02"), (2, False, False, "2026-02-20"), (3, True, True, "2026-02-23"))

    migrate.upgrade(url)

    wrong, guessed = expected(Rating.AGAIN, date(2026, 2, 20)), expected(Rating.HARD, date(2026, 2, 23))
    assert remembered(url) == [("change-01", 2, *wrong), ("change-02", 3, *guessed)]
    assert migrate.difference(url) == []


def test_a_database_without_answers_remembers_nothing(url: str) -> None:
    upgrade_to(url, "0006_open")

    migrate.upgrade(url)

    assert remembered(url) == []
