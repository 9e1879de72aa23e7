"""What people read while lessons wait: postponed, until the check-in is answered, or paused by a status."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from bot.domain.learner import Cadence
from bot.domain.postponing import PostponeOption
from bot.kinds import lesson as lesson_kind
from bot.learning.lesson_state import PostponedUntil
from bot.learning.postponing import PostponeOptions
from bot.slack import action_ids as ids
from bot.slack.blocks import MessageContent, check_in, enrollment, home, postponement, settings
from bot.slack.blocks import lesson as lessons
from bot.storage.tables import LearnerState
from tests.slack import builders as a

LESSON = replace(a.lesson(), title="Report back on <what> you heard")
AT_TEN = PostponedUntil(datetime(2026, 12, 3, 10, 20), is_weekly=False)  # noqa: DTZ001  (only its wall-clock time is shown)
ON_ANOTHER_DAY = PostponedUntil(datetime(2026, 12, 6, 9, 0), is_weekly=False)  # noqa: DTZ001
NEXT_SHIFT = PostponedUntil(None, is_weekly=False)
NEXT_WEEK = PostponedUntil(None, is_weekly=True)
WAITING = a.learner(state=LearnerState.WAITING)


def actions_in(blocks: Any) -> list[str]:
    """The action of every button, in order."""
    return [element["action_id"] for block in blocks for element in block.get("elements", []) if "action_id" in element]


@pytest.mark.parametrize(
    ("returns", "said"),
    [
        (AT_TEN, "comes back at 10:20 AM."),
        (ON_ANOTHER_DAY, "comes back on Sunday at 9:00 AM."),
        (NEXT_SHIFT, "comes back in your next shift."),
        (NEXT_WEEK, "comes back with next week's lesson."),
    ],
)
def test_a_postponed_lesson_says_when_it_comes_back_and_offers_to_open_it(returns: PostponedUntil, said: str) -> None:
    message = lesson_kind.update(replace(a.state(LESSON), postponed_until=returns))

    assert message.text == f"Report back on &lt;what&gt; you heard {said}\nButtons: Open it now."
    assert actions_in(message.blocks) == [ids.OPEN_POSTPONED_LESSON]


def test_home_says_when_todays_lesson_comes_back() -> None:
    view = replace(a.home_view(LESSON, ()), todays_lesson=replace(a.state(LESSON), postponed_until=AT_TEN))

    assert "Report back on &lt;what&gt; you heard comes back at 10:20 AM." in str(home.home_view(view).to_dict())


def test_an_older_message_of_an_answered_lesson_asks_nothing() -> None:
    message = postponement.superseded_message(a.state(LESSON, choice="A"))

    assert message.text.endswith("You answered this one in another message.")
    assert actions_in(message.blocks) == []


def test_an_older_message_of_an_open_lesson_offers_to_open_it_there() -> None:
    assert actions_in(postponement.superseded_message(a.state(LESSON)).blocks) == [ids.OPEN_POSTPONED_LESSON]
    assert "comes back" in postponement.superseded_message(replace(a.state(LESSON), postponed_until=NEXT_SHIFT)).text


def test_only_an_open_lesson_offers_later() -> None:
    open_still = a.state(LESSON)

    assert ids.OPEN_POSTPONE in actions_in(lessons.initial_message(LESSON, a.FORMATS).blocks)
    assert ids.OPEN_POSTPONE in actions_in(lessons.current_message(open_still).blocks)
    for done in (a.state(LESSON, choice="A"), replace(open_still, reflected=True)):
        assert ids.OPEN_POSTPONE not in actions_in(lessons.current_message(done).blocks)


def test_the_earliest_time_is_selected_and_each_says_what_it_means() -> None:
    view = postponement.postpone_modal(a.later_choices(LESSON), a.state().message).to_dict()  # type: ignore[arg-type]

    radios = view["blocks"][1]["element"]
    assert [option["text"]["text"] for option in radios["options"]] == [
        "In 1 hour, at 9:00 AM",
        "Before the check-in, at 3:00 PM",
        "Tonight, at 7:00 PM",
        "Tomorrow, in my next shift",
        "In my next shift",
    ]
    assert radios["initial_option"] == radios["options"][0]


def test_with_one_lesson_a_week_the_choice_names_the_week() -> None:
    choices = PostponeOptions(LESSON, {PostponeOption.NEXT_SHIFT: NEXT_WEEK})

    assert "With next week's lesson" in str(postponement.postpone_modal(choices, a.state().message).to_dict())  # type: ignore[arg-type]


def test_the_check_in_has_three_answers_and_no_blame() -> None:
    message = check_in.check_in_message()

    assert message.text.startswith("Seven lessons in a row had no answer. That's fine; wards are busy. Shall I ")
    assert message.text.endswith("Buttons: Go on, Once a week, Stop.")
    for word in ("miss", "fail", "lost", "sorry", "!"):
        assert word not in message.text.lower()


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            check_in.continued_message(enrollment.next_lesson_text(a.learner())),
            "Lessons go on. Your next lesson comes today at 10:00 AM.",
        ),
        (
            check_in.weekly_message(enrollment.next_lesson_text(a.learner())),
            "One lesson a week, in your first shift of the week.",
        ),
        (check_in.stopped_message(), "/rounds resume"),
    ],
)
def test_each_answer_says_what_comes_next(message: MessageContent, said: str) -> None:
    assert said in message.text


@pytest.mark.parametrize(
    "blocks",
    [
        home.home_view(replace(a.home_view(LESSON, ()), todays_lesson=None, learner=WAITING)).to_dict()["blocks"],
        settings.settings_modal(WAITING).to_dict()["blocks"],
        settings.settings_saved_message(WAITING).blocks,
    ],
    ids=["home", "settings", "settings saved"],
)
def test_home_and_settings_also_ask_until_the_check_in_is_answered(blocks: Any) -> None:
    assert "Lessons wait for a word from you." in str(blocks)
    assert {ids.CONTINUE_LESSONS, ids.SWITCH_TO_WEEKLY, ids.STOP_LESSONS} <= set(actions_in(blocks))


def test_settings_answered_in_their_modal_say_so_there() -> None:
    view = enrollment.answer_modal(check_in.stopped_message()).to_dict()

    assert "Lessons have stopped." in str(view)
    assert "Buttons:" not in str(view)


def test_a_pause_by_a_status_says_so() -> None:
    by_status = replace(a.learner(), is_paused=True, paused_by_status=True)

    assert enrollment.pause_text(by_status) == "Paused until your Slack status is cleared"
    assert enrollment.pause_text(replace(by_status, paused_until=date(2026, 12, 7))) == (
        "Paused until Monday, December 7, as your Slack status says"
    )


def test_one_lesson_a_week_is_said_when_settings_are_saved() -> None:
    weekly = replace(a.learner(), preferences=replace(a.learner().preferences, cadence=Cadence.WEEKLY))

    assert "One lesson a week" in settings.settings_saved_message(weekly).text
    assert "One lesson a week" not in settings.settings_saved_message(a.learner()).text
