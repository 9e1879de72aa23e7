"""How many database statements a learner's day takes after a year of use."""

from collections.abc import Callable
from datetime import date

from bot.learning import practice, reflections
from tests.builders import NURSE
from tests.past import live_through
from tests.statements import statements
from tests.ward import Ward


def count(ward: Ward, work: Callable[[], object]) -> int:
    """Return the number of statements of one use case, without the start of its transaction."""
    with statements(ward.store) as sent:
        work()
    return len([each for each in sent if each.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))])


def test_an_answer_and_a_reflection_take_few_statements_however_long_the_streak(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(live_through, NURSE, "x" * 259 + ".", date(2026, 3, 3))
    ward.clock.set("2026-03-03 09:00")
    ward.deliver()
    ref = ward.lesson_of(NURSE)

    answering = count(ward, lambda: ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock()))
    reflecting = count(
        ward, lambda: ward.run(reflections.save_reflection, ward.library, NURSE, ref, "A line of mine", ward.clock())
    )

    assert answering <= 13
    assert reflecting <= 12
