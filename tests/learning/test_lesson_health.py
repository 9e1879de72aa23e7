"""Which lessons need another look is told from first answers in the workspace, to the questions as they read now."""

from datetime import timedelta

from bot.domain.learner import Person
from bot.domain.lesson_health import HealthProblem
from bot.learning import lesson_health, practice
from bot.learning.lesson_health import HealthReport
from tests.builders import TEAM
from tests.ward import Ward

PEOPLE = [Person(TEAM, f"U0CROWD{number:02}") for number in range(12)]


def answer_everywhere(ward: Ward, right_of: dict[str, int]) -> None:
    """Everyone gets six lessons in six days; of each, so many answer right (B), the others A."""
    ward.clock.set("2026-03-01 12:00")
    for person in PEOPLE:
        ward.enrol(person)
    for day in range(2, 10):
        ward.clock.set(f"2026-03-{day:02} 09:00")
        for sent in ward.deliver():
            if sent.lesson is None or sent.kind != "lesson":
                continue
            person = Person(TEAM, sent.user_id)
            right = PEOPLE.index(person) < right_of.get(sent.lesson.id, 8)
            ref = ward.lesson_of(person)
            ward.run(practice.answer_lesson, ward.library, person, ref, "B" if right else "A", ward.clock())
        ward.clock.advance(hours=1)


def read(ward: Ward, team_id: str = TEAM) -> HealthReport:
    return ward.run(lesson_health.read_health, ward.library, team_id)


def test_what_hardly_anybody_finds_comes_first_and_what_nearly_all_find_last(ward: Ward) -> None:
    answer_everywhere(ward, {"two-colleagues": 1, "first-gap": 12})

    report = read(ward)

    found = [(each.lesson.id, each.problem) for each in report.to_check]
    assert found[0] == ("two-colleagues", HealthProblem.TOO_HARD)
    assert found[-1] == ("first-gap", HealthProblem.TOO_EASY)
    assert (report.assessed, report.taught) == (6, 6)
    assert (report.to_check[0].health.wrong_letter, report.to_check[0].health.answers) == ("A", 12)


def test_another_workspace_is_told_nothing_of_it(ward: Ward) -> None:
    answer_everywhere(ward, {"two-colleagues": 1})

    assert read(ward, "T0OTHER") == HealthReport((), 0, 6)


def test_few_answers_tell_nothing(ward: Ward) -> None:
    ward.clock.set("2026-03-02 08:00")
    for person in PEOPLE[:9]:
        ward.enrol(person)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    for person in PEOPLE[:9]:
        ward.run(practice.answer_lesson, ward.library, person, ward.lesson_of(person), "A", ward.clock())
    ward.clock.now += timedelta(hours=1)

    assert read(ward).assessed == 0
