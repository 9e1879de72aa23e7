"""What people read about freezes and repairs: what happened, what was saved, and until when, never with blame."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.streak import MILESTONES, Streak, StreakDays, compute_streak, mark_last_four_weeks
from bot.learning.privacy import LearnerExport
from bot.learning.streaks import StreakView
from bot.slack import action_ids as ids
from bot.slack.blocks import MessageContent, home, streak, streak_repair, streak_text
from bot.slack.blocks import lesson as lessons
from bot.slack.blocks.block_kit import MAX_TEXT, actions, button, section
from bot.slack.export_files import export_markdown
from bot.slack.messenger import encode_message
from tests.slack import builders as a
from tests.slack.builders import STREAK, TODAY, World
from tests.slack.catalogue import MESSAGES, REF

DAY = timedelta(days=1)


def words(view: Any) -> str:
    """The texts of a view, in order."""
    return "\n".join(re.findall(r"'text': (?:'|\")(.*?)(?:'|\")[,}]", repr(view.to_dict()["blocks"])))


@pytest.mark.parametrize(
    ("freezes", "said"),
    [(0, "12 working days"), (1, "12 working days, 1 freeze ready"), (2, "12 working days, 2 freezes ready")],
)
def test_ready_freezes_are_counted_beside_the_streak(freezes: int, said: str) -> None:
    assert streak_text.streak_and_freezes_text(Streak(12, 12, counted_today=True, freezes=freezes)) == said


def test_a_used_freeze_says_what_it_covered_what_it_saved_and_what_is_left() -> None:
    assert (
        streak_text.freeze_used_text(a.freeze(), a.FORMATS)
        == "A freeze covered yesterday. Your streak is still 12. One freeze left."
    )


def test_two_freezes_that_are_left_are_counted() -> None:
    said = streak_text.freeze_used_text(a.freeze(streak=20, freezes_left=2), a.FORMATS)

    assert said == "A freeze covered yesterday. Your streak is still 20. 2 freezes left."


def test_the_last_freeze_says_when_the_next_one_comes() -> None:
    said = streak_text.freeze_used_text(a.freeze(freezes_left=0), a.FORMATS)

    assert said == "A freeze covered yesterday. Your streak is still 12. The next freeze comes at 20 days."


@pytest.mark.parametrize(
    ("back", "named"), [(1, "yesterday"), (3, "Monday"), (6, "Friday"), (7, "Thursday, November 26")]
)
def test_a_covered_day_is_named_as_people_name_days(back: int, named: str) -> None:
    said = streak_text.freeze_used_text(a.freeze(missed_day=TODAY - back * DAY), a.FORMATS)

    assert said.startswith(f"A freeze covered {named}.")


def test_a_repair_says_what_it_makes_up_what_the_streak_is_then_and_until_when() -> None:
    assert streak_text.repair_offer_text(a.repair(), a.FORMATS) == (
        "Keep your streak of 14: practice every shift and make up Tuesday, through your shift on Friday."
    )


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({"last_day": TODAY, "shifts_left": 1}, "14: make up Tuesday, until the end of today's shift."),
        (
            {"last_day": TODAY + 9 * DAY, "shifts_left": 1},
            "14: make up Tuesday, through your shift on Saturday, December 12.",
        ),
        (
            {"last_day": None, "until": None},
            "14: practice every shift and make up Tuesday, through your next two shifts.",
        ),
        ({"last_day": None, "until": None, "shifts_left": 1}, "14: make up Tuesday, through your next shift."),
    ],
)
def test_a_repair_names_the_last_shift_for_it(changes: dict[str, Any], until: str) -> None:
    assert streak_text.repair_offer_text(a.repair(**changes), a.FORMATS).endswith(until)


def test_an_answer_that_earns_a_freeze_says_what_it_is_for() -> None:
    said = streak_text.today_counts_text(replace(STREAK, current=20, freeze_earned_today=True), counts=True)

    assert said == "Today counts. Streak: 20 working days. You earned a freeze: it covers a missed day by itself."


def test_each_milestone_has_one_sentence_of_its_own_beside_the_streak() -> None:
    said = [
        streak_text.today_counts_text(replace(STREAK, current=each), counts=True, milestone=each) for each in MILESTONES
    ]

    assert said[0] == "Today counts. Streak: 5 working days. That's five in a row, and the start of a habit."
    praises = [each.split(" working days. ")[1] for each in said]
    assert len(set(praises)) == len(MILESTONES)
    assert all(re.fullmatch(r"That's (five|ten|thirty|a hundred) in a row[^.!]*\.", each) for each in praises)


def test_the_tenth_day_says_its_milestone_before_its_freeze() -> None:
    earned = replace(STREAK, current=10, freeze_earned_today=True)

    said = streak_text.today_counts_text(earned, counts=True, milestone=10)

    assert said == (
        "Today counts. Streak: 10 working days. That's ten in a row: ten days on which you made time to think about "
        "how you lead. You earned a freeze: it covers a missed day by itself."
    )


def test_the_answered_lesson_says_the_milestone_after_its_result() -> None:
    text = lessons.current_message(replace(a.state(choice="A"), milestone=30)).text

    assert text.index("You chose A;") < text.index("That's thirty in a row,") < text.index("Try today:")


def test_a_repair_that_reaches_a_milestone_says_so() -> None:
    said = words(streak_repair.made_up_modal(replace(a.made_up(a.lesson()), milestone=10)))

    assert "Streak: 13 working days. That's ten in a row: ten days on" in said


def test_the_answered_lesson_offers_a_repair_after_the_result() -> None:
    text = lessons.current_message(replace(a.state(choice="A"), repair=a.repair())).text

    assert text.index("Today counts.") < text.index("and make up Tuesday")
    assert text.endswith(
        "Buttons: Repair streak, I'll try it, Reflect, Practice the words, All answers, Why &amp; sources, Save."
    )


def test_a_lesson_with_a_reflection_offers_a_repair_before_its_open_question() -> None:
    text = lessons.current_message(replace(a.state(), reflected=True, counts_today=True, repair=a.repair())).text

    assert text.index("Reflection saved.") < text.index("and make up Tuesday") < text.index("Your call.")
    assert "Tuesday" not in lessons.current_message(replace(a.state(), repair=a.repair())).text


def test_a_lesson_that_offers_a_repair_stays_under_250_words_on_the_screen() -> None:
    for shown in a.shipped_lessons():
        for option in shown.question.options:
            state = replace(a.state(shown, choice=option.key), reflected=True, repair=a.repair())
            assert len(lessons.current_message(state).text.partition("The case.")[0].split()) < 250


def test_a_lesson_that_mentions_a_freeze_stays_under_275_words_on_the_screen() -> None:
    note = streak_text.freeze_used_text(a.freeze(freezes_left=0), a.FORMATS)
    for shown in a.shipped_lessons():
        assert len(lessons.initial_message(shown, a.FORMATS).with_note(note).text.split()) < 275


def test_streak_home_and_lesson_carry_the_button_with_the_day_it_makes_up() -> None:
    shown = (
        streak.streak_message(a.weeks()).blocks,
        home.home_view(a.home_view(a.lesson(), ())).to_dict()["blocks"],
        lessons.current_message(replace(a.state(choice="A"), repair=a.repair())).blocks,
    )

    for blocks in shown:
        accessories = [each["accessory"] for each in blocks if "accessory" in each]
        [press] = [each for each in accessories if each["action_id"] == ids.OPEN_REPAIR]
        assert press["value"] == a.repair().day.isoformat()


def test_without_an_open_repair_none_is_offered() -> None:
    view = replace(a.weeks(), repair=None)

    assert "Repair" not in streak.streak_message(view).text
    assert "Repair" not in lessons.current_message(a.state(choice="A")).text


def test_a_broken_streak_is_shown_with_the_way_to_repair_it() -> None:
    view = replace(a.weeks(), streak=Streak(0, 12, counted_today=False), repair=a.repair(restored_streak=12))

    text = streak.streak_message(view).text

    assert "A new streak starts with your next answer. Your longest, 12 working days, stays yours." in text
    assert "Keep your streak of 12: practice every shift and make up Tuesday," in text


def test_home_shows_the_streak_its_freezes_and_the_week() -> None:
    shown = words(home.home_view(a.home_view(a.lesson(), ())))

    assert "13 working days, 1 freeze ready. Longest: 20 working days." in shown
    assert "This week: Mon" in shown


def test_the_weeks_say_which_days_a_freeze_covered_and_which_were_made_up() -> None:
    text = streak.streak_message(a.weeks()).text

    assert text.startswith("Your streak: 13 working days, 1 freeze ready\nLongest: 20 working days.\n")
    assert "Mon made up" in text
    assert "Every 10 days earn a freeze, 2 at most" in text


def test_the_modal_shows_the_lesson_and_each_option_whole_beside_its_radio_button() -> None:
    shown = a.shipped_lessons()[0]

    blocks = streak_repair.repair_modal(a.offer(shown), REF).to_dict()["blocks"]

    options = blocks[-1]["element"]["options"]
    said = words(streak_repair.repair_modal(a.offer(shown), REF))
    assert "Answer the lesson of Tuesday, December 1, and your streak is 15 working days, today included." in said
    assert shown.title in said
    assert [option["value"] for option in options] == [option.key for option in shown.question.options]
    for option, radio in zip(shown.question.options, options, strict=True):
        assert radio["text"]["text"].startswith(f"{option.key}: {option.text[:40]}")


@pytest.mark.parametrize("message", [REF, None])
def test_what_the_modal_carries_is_read_back(message: Any) -> None:
    view = streak_repair.repair_modal(a.offer(a.lesson()), message).to_dict()

    assert streak_repair.read_metadata(view["private_metadata"]) == streak_repair.RepairTarget(a.repair().day, message)


def test_a_repair_is_confirmed_before_the_result_of_the_answer() -> None:
    said = words(streak_repair.made_up_modal(a.made_up(a.lesson())))

    assert said.index("You made up Tuesday, December 1.* Streak: 13 working days") < said.index("You chose A;")


def test_pressing_again_says_that_the_day_is_already_made_up() -> None:
    assert "You already made up" in words(streak_repair.made_up_modal(a.made_up(a.lesson(), first=False)))


def test_an_export_lists_the_days_that_a_freeze_covered_and_those_made_up() -> None:
    covered = replace(STREAK, frozen_days=frozenset({TODAY - DAY, TODAY - 4 * DAY}))

    whole = export_markdown(LearnerExport((), (), covered, repaired_days=(TODAY - 2 * DAY,)))
    plain = export_markdown(LearnerExport((), (), Streak(1, 1, counted_today=True)))

    assert "Streak: 13 working days, 1 freeze ready. Longest: 20 working days." in whole
    assert "A freeze covered: 2026-11-29; 2026-12-02." in whole
    assert "You made up: 2026-12-01." in whole
    assert "freeze" not in plain
    assert "made up" not in plain


def test_practice_on_a_day_off_is_told_as_a_bonus_before_any_streak() -> None:
    """It is never said that nothing was answered yet."""
    history = StreakDays(bonus_days=[a.TODAY])
    view = StreakView(compute_streak(history, a.TODAY), mark_last_four_weeks(history, a.TODAY), a.TODAY)

    said = streak.streak_message(view).text

    assert "You practiced on a day off. That's a bonus; your streak starts on your next workday." in said
    assert f"{a.TODAY:%a} bonus" in said
    assert "first answer" not in said


def test_no_text_about_a_missed_day_blames() -> None:
    said = [
        streak_text.freeze_used_text(a.freeze(), a.FORMATS),
        streak_text.repair_offer_text(a.repair(), a.FORMATS),
        words(streak_repair.repair_modal(a.offer(a.lesson()), None)),
        streak.streak_headline(replace(a.weeks(), streak=Streak(0, 12, counted_today=False))),
    ]

    for each in said:
        assert not re.search(r"\b(lost|fail|miss(ed)?|unfortunately|sorry|forgot|should)\b|!", each, re.IGNORECASE)


def test_a_note_is_added_above_a_message_that_stays_the_same() -> None:
    made = MESSAGES["lesson.initial_message"](World(a.plain))

    body = json.loads("{" + encode_message(made.with_note("A freeze covered yesterday.")))

    first, *rest = json.loads(body["blocks"])
    assert first["type"] == "context"
    assert first["elements"][0]["text"] == "A freeze covered yesterday."
    assert rest == list(made.blocks)
    assert body["text"] == f"A freeze covered yesterday.\n{made.text}"


def test_a_note_above_the_longest_message_cuts_its_words_and_not_its_buttons() -> None:
    made = MessageContent.of(
        [section("word " * 590), section("word " * 590), actions("more", [button("Reflect", ids.OPEN_REFLECTION)])]
    )

    text = made.with_note("A freeze covered yesterday.").text

    assert len(made.text) > MAX_TEXT - len("A freeze covered yesterday.")
    assert len(text) <= MAX_TEXT
    assert text.startswith("A freeze covered yesterday.\nword")
    assert text.endswith("…\nButtons: Reflect.")
