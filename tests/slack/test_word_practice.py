"""*Practice the words*: one's own line first, then both, and the journal only if one wants."""

import json

import pytest

from bot.slack.blocks import coach_thread, word_practice
from bot.slack.blocks.coach_thread import CoachExchange
from tests.slack import builders as a

EXCHANGE = CoachExchange(12, "D1", "1.000100")
LINE = "I'd like to hear <@U1> & you."


def test_the_lessons_words_are_not_shown_before_the_line_is_typed() -> None:
    shown = a.shipped_lessons()[0]

    view = word_practice.practice_modal(shown, EXCHANGE).to_dict()

    assert shown.title in str(view)
    assert shown.words not in str(view)
    assert "I don't store what you type." in str(view)


def test_both_are_shown_with_the_line_exactly_as_it_was_typed() -> None:
    shown = a.shipped_lessons()[0]

    view = word_practice.compared_modal(shown, LINE, (), EXCHANGE).to_dict()

    texts = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert texts[:3] == ["*You*", LINE, f"*The lesson*\n“{shown.words}”"]
    assert view["submit"]["text"] == "Save to journal"


def test_without_a_line_there_is_nothing_to_save() -> None:
    view = word_practice.compared_modal(a.lesson(), "", (), EXCHANGE).to_dict()

    assert "*You*" not in str(view)
    assert "submit" not in view


@pytest.mark.parametrize("line", ["", LINE, "“Könnten wir reden?” 🙂\n" * 20])
def test_what_the_modal_carries_is_read_back_and_fits(line: str) -> None:
    view = word_practice.compared_modal(a.lesson(), line, (), EXCHANGE).to_dict()

    assert word_practice.read_practice(view) == (EXCHANGE, line)
    assert len(view["private_metadata"]) <= 3000


def test_a_warning_keeps_the_question_that_the_line_answers() -> None:
    asked = coach_thread.save_words_modal(a.lesson(), LINE, EXCHANGE).to_dict()

    warned = coach_thread.warning_modal(asked, LINE, ()).to_dict()

    assert asked["blocks"][0]["label"]["text"] == warned["blocks"][0]["label"]["text"] == "How you would say it"
    assert json.loads(asked["private_metadata"])[:3] == [*EXCHANGE]
