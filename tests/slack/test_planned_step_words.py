"""What people read about a step they planned: one quiet line, three buttons, and an answer without blame."""

from dataclasses import replace

import pytest

from bot.kinds import lesson as lesson_kind
from bot.learning.planned_steps import StepOutcome
from bot.slack.blocks import lesson as lessons
from tests.slack import builders as a


def test_a_lesson_begins_with_the_planned_step_and_stays_short() -> None:
    shown = a.shipped_lessons()
    longest = max(shown, key=lambda each: len(each.try_today[:80].split()))

    for each in shown:
        since = lesson_kind.SinceLastLesson(planned=a.planned_step(longest))
        text = lesson_kind.render(each, a.TODAY, a.FORMATS, since).text
        assert text.startswith("You planned: “")
        assert len(text.split()) < 290


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (StepOutcome.TRIED, "You did the step you planned. That's how a lesson becomes a habit."),
        (StepOutcome.NOT_YET, "No problem. The step you planned will keep for another day."),
        (StepOutcome.DID_NOT_FIT, "Thanks for saying so. Not every step fits every situation."),
    ],
)
def test_what_they_say_is_answered_in_words_above_the_open_question(outcome: StepOutcome, said: str) -> None:
    text = lessons.current_message(replace(a.state(), asked_step=a.planned_step(a.lesson(), outcome))).text

    assert text.startswith(f"{said}\n")
    assert "How did it go?" not in text


def test_after_an_answer_the_result_comes_before_the_planned_step() -> None:
    text = lessons.current_message(replace(a.state(choice="A"), asked_step=a.planned_step(a.lesson()))).text

    assert text.index("You chose A;") < text.index("How did it go?") < text.index("Try today:")


def test_a_step_is_offered_until_it_is_planned_or_reported_on() -> None:
    answered = a.state(choice="A")

    assert "I'll try it" in lessons.current_message(answered).text
    for known in (replace(answered, planned=True), replace(answered, tried=True), replace(answered, tried=False)):
        assert "I'll try it" not in lessons.current_message(known).text
