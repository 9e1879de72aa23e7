"""What people read: in order, the result first, readable by a screen reader, and short."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lesson import Lesson
from bot.domain.schedule import DeliveryKindName
from bot.domain.self_rating import RatingQuestion
from bot.domain.streak import Streak
from bot.errors import PackProblem
from bot.learning.coaching import NO_LESSON, Advice, Tip
from bot.learning.privacy import ErasureResult, SentFile
from bot.learning.self_ratings import SelfRatingForm
from bot.learning.teams import TeamView
from bot.learning.weekly_summaries import EarlierEntry, SummaryLesson, WeeklySummary
from bot.slack import action_ids as ids
from bot.slack.blocks import (
    MessageContent,
    admin,
    coach_thread,
    command_help,
    day_end,
    enrollment,
    home,
    invitations,
    lesson_modals,
    pack_removal,
    privacy,
    recall_question,
    sharing,
    skill_levels,
    streak,
    streak_text,
    tips,
)
from bot.slack.blocks import lesson as lessons
from bot.slack.blocks.block_kit import MAX_BUTTON, MAX_TEXT, escape, fit_lines, shorten, without_markup
from tests.slack import builders as a
from tests.slack.builders import World
from tests.slack.catalogue import MESSAGES, VIEWS

SHIPPED = a.shipped_lessons()
MOST_WORDS = 250
MOST_WORDS_WITH_A_NOTE = 275
MOST_WORDS_OF_A_CASE = 190

shipped = pytest.mark.parametrize("lesson", SHIPPED, ids=lambda lesson: lesson.id)


def in_json(value: Any) -> str:
    """A view as Slack gets it, or a text as it stands in one."""
    return json.dumps(value, ensure_ascii=False)


def in_order(text: str, *parts: str) -> bool:
    """Return whether the text has these parts in this order."""
    place = 0
    for part in parts:
        place = text.find(escape(part), place) + len(escape(part))
        if place < len(escape(part)):
            return False
    return True


def buttons(blocks: Any) -> list[dict[str, Any]]:
    """Every button in these blocks, in order."""
    found = [each.get("accessory", each) for each in blocks]
    return [
        element for each in found for element in (each.get("elements") or [each]) if element.get("type") == "button"
    ]


@shipped
def test_a_lesson_is_read_aloud_from_its_title_to_its_buttons(lesson: Lesson) -> None:
    text = lessons.initial_message(lesson, a.FORMATS).text

    options = lesson.question.options
    question = (lesson.question.scenario, lesson.question.stem, *(option.text for option in options))
    assert in_order(text, lesson.title, lesson.skill.name, lesson.tip, lesson.try_today, *question)
    letters = ", ".join(option.key for option in options)
    assert text.endswith(f"\nButtons: {letters}, Reflect, Why &amp; sources, Later.")


@pytest.mark.parametrize("name", MESSAGES)
def test_the_text_of_a_message_ends_with_the_names_of_its_buttons(name: str) -> None:
    message = MESSAGES[name](World(a.repeating(["short "])))

    names = [escape(button["text"]["text"]) for button in buttons(message.blocks)]
    last = message.text.splitlines()[-1]
    whole = f"Buttons: {', '.join(names)}." if names else ""
    if not names:
        assert not last.startswith("Buttons:")
    elif len(whole) <= MAX_TEXT // 2:
        assert last == whole
    else:  # even many long names leave room for the words
        assert last.endswith("…")
        assert whole.startswith(last.removesuffix("…"))
        assert len(last) > MAX_TEXT // 2 - len("short ")


@pytest.mark.parametrize("name", MESSAGES)
def test_the_text_of_a_message_holds_no_markup_to_be_read_aloud(name: str) -> None:
    text = MESSAGES[name](World(a.plain)).text

    assert not set("*`~") & set(text)


@shipped
def test_each_letter_says_its_answer_to_a_screen_reader(lesson: Lesson) -> None:
    letters = [
        each
        for each in buttons(lessons.initial_message(lesson, a.FORMATS).blocks)
        if each["action_id"].startswith(ids.ANSWER_LESSON)
    ]

    for button, option in zip(letters, lesson.question.options, strict=True):
        label = button["accessibility_label"]
        said = label.removeprefix(f"{option.key}: ").removesuffix("…")
        rest = option.text.removeprefix(said)
        assert label.startswith(f"{option.key}: ")
        assert len(label) <= MAX_BUTTON
        assert option.text.startswith(said)
        assert rest == "" or not rest[0].isalnum()  # cut at a word


def test_each_letter_has_its_own_action_that_is_routed() -> None:
    found = [button["action_id"] for button in buttons(lessons.initial_message(a.lesson(), a.FORMATS).blocks)]

    assert [each[-1] for each in found if each.startswith(f"{ids.ANSWER_LESSON}.")] == list("ABCD")


@shipped
def test_a_lesson_on_the_screen_stays_under_250_words(lesson: Lesson) -> None:
    arrived = lessons.initial_message(lesson, a.FORMATS).text
    reflected = lessons.current_message(replace(a.state(lesson), reflected=True, counts_today=True)).text

    assert len(arrived.split()) < MOST_WORDS
    assert len(reflected.split()) < MOST_WORDS_WITH_A_NOTE


@shipped
def test_an_answered_lesson_has_the_result_and_the_tip_first_and_then_the_case_again(lesson: Lesson) -> None:
    for option in lesson.question.options:
        state = a.state(lesson, choice=option.key)
        before, _, after = lessons.current_message(replace(state, reflected=True, counts_today=True)).text.partition(
            "The case."
        )
        assert len(before.split()) < MOST_WORDS
        assert len(after.split()) < MOST_WORDS_OF_A_CASE


def test_an_answered_lesson_says_the_result_first() -> None:
    message = lessons.current_message(a.state(choice="A"))

    assert message.text.splitlines()[0] == "Not quite. You chose A; B works better here."
    assert message.blocks[0]["text"]["text"] == "*Not quite. You chose A; B works better here.*"


def test_a_wrong_answer_explains_what_is_good_about_it_before_the_better_one() -> None:
    shown = a.lesson()
    options = tuple(
        replace(each, text=f"Option {each.key}", explanation=f"Because {each.key}") for each in shown.question.options
    )
    shown = replace(shown, question=replace(shown.question, options=options))

    text = lessons.current_message(a.state(shown, choice="D")).text

    assert in_order(text, "Option D", "Because D", "Option B", "Because B", "Today counts. Streak: 13 working days.")
    assert "Because A" not in text
    assert in_order(text, "The case.", "Option A", "Option B (best fit)", "Option C", "Option D (your choice)")


def test_a_right_answer_can_be_marked_as_guessed_once() -> None:
    right = a.state(choice="B")

    assert lessons.current_message(right).text.startswith("Yes, B is the best fit.\n")
    assert lessons.current_message(right).text.endswith(
        "Buttons: I'll try it, Reflect, Practice the words, All answers, Why &amp; sources, Save, I guessed."
    )
    assert "I guessed" not in lessons.current_message(replace(right, guessed=True)).text
    assert "I guessed" not in lessons.current_message(a.state(choice="A")).text


def test_a_saved_lesson_says_so_and_can_be_taken_off_again() -> None:
    message = lessons.current_message(replace(a.state(choice="A"), saved=True))

    assert "Saved. You'll find it in Home." in message.text
    assert [each["action_id"] for each in buttons(message.blocks) if "save" in each["action_id"]] == [ids.UNSAVE_LESSON]


def test_a_lesson_reflected_on_before_it_is_answered_says_so_first_and_keeps_its_question() -> None:
    message = lessons.current_message(replace(a.state(), reflected=True, counts_today=True))

    assert message.text.startswith(
        "Reflection saved. Today counts. Streak: 13 working days. The question is still open."
    )
    assert message.text.endswith("Buttons: A, B, C, D, Edit reflection, Why &amp; sources.")


def test_practice_on_a_day_off_is_called_a_bonus() -> None:
    said = streak_text.today_counts_text(Streak(12, 12, counted_today=False), counts=False)

    assert said == "Bonus practice! Your streak stays at 12 working days."


def test_todays_lesson_can_be_read_again_with_what_was_done_and_a_link_to_it() -> None:
    shown = SHIPPED[0]
    state = replace(a.state(shown, choice=shown.question.correct_option.key), reflected=True, tried=True)

    view = lesson_modals.lesson_modal(state, "https://riverside.slack.com/archives/D1/p1", "Today").to_dict()

    words = without_markup("\n".join(re.findall(r"'text': (?:'|\")(.*?)(?:'|\")[,}]", repr(view["blocks"]))))
    done = (
        f"Yes, {shown.question.correct_option.key} is the best fit.",
        "Your reflection is saved. You tried today's step. Today counts.",
    )
    for said in (shown.title, *done, shown.tip[:40], shown.try_today[:40], shown.words[:30], shown.why[:40]):
        assert said in words
    assert "<https://riverside.slack.com/archives/D1/p1|Go to the lesson>" in repr(view)


def test_todays_lesson_before_an_answer_says_where_the_question_waits() -> None:
    view = lesson_modals.lesson_modal(a.state(), None, "Today").to_dict()

    assert "The question is open. It waits in your messages with Rounds." in repr(view)
    assert "fits" not in repr(view)


def test_the_day_ends_with_the_prompt_and_the_step_and_later_with_what_was_done() -> None:
    shown = SHIPPED[0]
    state = a.state(shown, kind=DeliveryKindName.DAY_END)

    before = day_end.current_message(state).text
    after = day_end.current_message(replace(state, reflected=True, tried=True, counts_today=True)).text

    assert before == day_end.personal_message(shown, None, None, a.FORMATS, reflected=False).text
    assert before.endswith("Buttons: Tried it, Not this time, Write a line, Open today's question, Done for today.")
    assert in_order(after, "You tried today's step.", "Reflection saved. Today counts.", "Buttons: Edit reflection")


def test_the_day_end_links_to_the_question_until_it_is_answered() -> None:
    shown = SHIPPED[0]
    open_state = a.state(shown, kind=DeliveryKindName.DAY_END)
    answered_state = a.state(shown, kind=DeliveryKindName.DAY_END, choice="A")

    still_open = (
        day_end.personal_message(shown, None, None, a.FORMATS),
        day_end.current_message(open_state),
        day_end.finished_message(open_state),
    )
    answered = (
        day_end.personal_message(shown, None, None, a.FORMATS, answered=True),
        day_end.current_message(answered_state),
        day_end.finished_message(answered_state),
    )

    assert all(ids.OPEN_QUESTION in str(each.blocks) for each in still_open)
    assert "Today's question is still open" in still_open[-1].text
    assert not any(ids.OPEN_QUESTION in str(each.blocks) for each in answered)


@pytest.mark.parametrize(("answers", "stay"), [({}, False), ({RatingQuestion.HARD_WEEK: 2}, True)])
def test_after_done_for_today_only_an_answer_to_how_ready_they_feel_can_be_changed(
    answers: Mapping[RatingQuestion, int], stay: bool
) -> None:
    state = a.state(SHIPPED[0], kind=DeliveryKindName.DAY_END)

    said = day_end.finished_message(replace(state, self_rating=SelfRatingForm(4, answers))).text

    assert ("How ready do you feel right now" in said) is stay


def test_a_recall_question_comes_first_and_says_how_old_it_is() -> None:
    shown = SHIPPED[0]
    asked = a.recalled(SHIPPED[1]).question

    said = day_end.personal_message(shown, asked, None, a.FORMATS, reflected=False).text
    after_a_line = day_end.personal_message(shown, asked, None, a.FORMATS, reflected=True).text

    assert in_order(said, "Before you go", "From 9 days ago:", "A  ", "B  ", shown.reflection, "Today's step:")
    assert shown.reflection not in after_a_line
    assert "Edit reflection" in after_a_line


def test_the_last_day_end_of_a_week_names_the_day_and_leaves_the_words_to_a_modal() -> None:
    week = WeeklySummary(5, 4, earlier_entry=EarlierEntry(3, date(2026, 6, 4), "Say less", 4))

    said = day_end.personal_message(SHIPPED[0], None, week, a.FORMATS, reflected=False).text

    assert in_order(said, "Today's step:", "Your week: you practiced on 5 days, and tried 4 steps.")
    assert in_order(said, "Four weeks ago, on Thursday, June 4, you wrote about", "Buttons:", "Read it")


def test_a_weeks_summary_lists_what_was_done_and_says_nothing_of_what_was_not() -> None:
    lessons = (
        SummaryLesson(date(2026, 11, 30), "Ask first", answered=True, reflected=False, tried=True),
        SummaryLesson(date(2026, 12, 1), "Say less", answered=False, reflected=False, tried=False),
    )
    week = WeeklySummary(1, 0, 1, 0, lessons)

    said = day_end.personal_message(SHIPPED[0], None, week, a.FORMATS, reflected=True).text

    assert in_order(
        said,
        "Your week: you practiced on 1 day.",
        "Monday: Ask first (answered, tried)\nTuesday: Say less\n1 question came back",
    )
    assert SHIPPED[0].reflection not in said


@pytest.mark.parametrize(
    ("last", "weeks", "said"),
    [
        (True, 1, "Most of your team in <#C0WARD> practiced last week."),
        (True, 3, "Most of your team in <#C0WARD> practiced last week. That makes 3 weeks in a row."),
        (False, 0, "This week your team in <#C0WARD> can begin a new run."),
        (None, 0, "You count with your team in <#C0WARD>. Once 9 or more do, this says whether most of you practiced."),
        (
            None,
            1,
            "Too few of your team in <#C0WARD> had lessons last week to say more. Your run of 1 week waits.",
        ),
    ],
)
def test_a_team_only_learns_whether_most_practiced(last: bool | None, weeks: int, said: str) -> None:
    view = replace(a.home_view(SHIPPED[0], ()), team=TeamView("C0WARD", last, weeks))

    texts = [block.get("text", {}).get("text") for block in home.home_view(view).to_dict()["blocks"]]

    assert f"*Team*\n{said}" in texts


def test_without_a_match_nothing_is_said_about_saving() -> None:
    nothing = coach_thread.exchange_message(NO_LESSON, ()).text
    answered = coach_thread.exchange_message(replace(a.advice(SHIPPED[0]), cards=()), ()).text

    assert "unless you save it" not in nothing
    assert in_order(answered, "Rounds keeps nothing of this unless you save it.", "Buttons:", "Save to journal")


def test_an_answered_question_has_every_explanation_under_the_letters_that_were_shown() -> None:
    shown = SHIPPED[0]
    wrong = next(option for option in shown.question.options if not option.correct)
    answered = a.recalled(shown, choice=wrong.key)

    lesson_modal = in_json(lesson_modals.answers_modal(a.state(shown, choice=wrong.key)).to_dict())
    recall_modal = in_json(recall_question.answers_modal(answered).to_dict())
    from_home = in_json(recall_question.question_modal(answered).to_dict())

    for option in shown.question.options:
        for modal_text in (lesson_modal, recall_modal, from_home):
            assert modal_text.count(in_json(escape(option.explanation))[1:-1]) == 1
        assert f"*{answered.question.shown_letter(option.key)}*  _{in_json(escape(option.text))[1:-1]}" in recall_modal
    assert recall_modal.count("(your choice)") == recall_modal.count("(best fit)") == 1


def test_a_recalls_result_uses_the_letters_that_were_shown() -> None:
    shown = SHIPPED[0]
    right = shown.question.correct_option.key
    wrong = next(option.key for option in shown.question.options if not option.correct)
    asked = a.recalled(shown).question

    fits = repr(recall_question.question_modal(a.recalled(shown, choice=right)).to_dict())
    misses = repr(recall_question.question_modal(a.recalled(shown, choice=wrong)).to_dict())
    guessed = repr(recall_question.question_modal(a.recalled(shown, choice=right, guessed=True)).to_dict())

    assert f"Yes, {asked.shown_letter(right)} is the best fit." in fits
    assert "You'll see it again after a longer gap." in fits
    assert "I guessed" in fits
    assert f"Not quite. You chose {asked.shown_letter(wrong)}; {asked.shown_letter(right)} works better here." in misses
    assert "You'll see it again soon." in misses
    assert "I guessed" not in misses
    assert "You guessed. You'll see it again a little sooner." in guessed


@pytest.mark.parametrize(("days", "said"), [(0, "From today"), (1, "From yesterday"), (2, "From 2 days ago")])
def test_how_long_ago_a_question_was_answered_is_said_in_words(days: int, said: str) -> None:
    assert recall_question.time_ago(days) == said


def test_no_color_is_mentioned_and_no_emoji_carries_meaning() -> None:
    for make in (*MESSAGES.values(), *VIEWS.values()):
        everything = repr(make(World(a.plain)))
        assert not re.search("[\U0001f300-\U0001faff]|:[a-z_]+:(?![a-z])", everything)


def test_every_button_in_a_view_is_clear_on_its_own() -> None:
    """Views have no `text`, so a screen reader goes from button to button."""
    for make in VIEWS.values():
        names = [
            b.get("accessibility_label") or b["text"]["text"] for b in buttons(make(World(a.plain)).to_dict()["blocks"])
        ]
        assert len(names) == len(set(names))


def test_home_counts_in_words() -> None:
    shown = repr(
        home.home_view(
            replace(a.home_view(a.lesson(), (a.skill(),)), journal_entry_count=1, saved_lesson_count=0)
        ).to_dict()
    )

    for said in (
        "1 entry",
        "0 lessons",
        "One skill.",
        "13 working days, 1 freeze ready. Longest: 20 working days.",
        "This week: Mon",
    ):
        assert said in shown


def test_home_names_each_skills_level_and_why_days_off_have_lowered_one() -> None:
    skills = tuple(a.skill(number) for number in range(4))
    home_said = repr(home.home_view(a.home_view(a.lesson(), skills)).to_dict())
    modal_said = repr(skill_levels.skills_modal(skills, a.mastery(skills), frozenset({"skill-1"})).to_dict())

    assert "not started (260 lessons)" in home_said
    assert "growing, 26 of 260 practiced" in home_said
    assert "steady, 26 of 260 practiced (was strong; 40 days without a question)" in home_said
    assert "your focus, coming up more often" in modal_said
    assert "; about 6 in 10 remembered." in modal_said
    assert "two lessons in five practiced" in modal_said


def test_a_broken_streak_is_told_without_guilt() -> None:
    said = streak.streak_headline(replace(a.weeks(), streak=Streak(0, 12, counted_today=False)))

    assert said == "A new streak starts with your next answer. Your longest, 12 working days, stays yours."


def test_the_answer_to_inviting_says_when_and_neither_who_nor_how_many() -> None:
    one_day = invitations.invited_message([date(2026, 11, 30)], a.FORMATS).text
    two_days = invitations.invited_message([date(2026, 11, 30), date(2026, 12, 1)], a.FORMATS).text

    assert one_day.startswith("Invitations come on Monday, November 30, at 9:00 AM where each person is, to those")
    assert two_days.startswith(
        "Invitations come between Monday, November 30, and Tuesday, December 1, at 9:00 AM where"
    )
    assert "2 accounts can't be invited: bots, or people who have left." in left_out(2)
    assert "1 account can't be invited: a bot, or someone who has left." in left_out(1)


def test_what_was_deleted_is_counted_and_what_is_left_is_named() -> None:
    text = privacy.erased_message(ErasureResult(1, 20, 30, (SentFile("F1"), SentFile("F2"))), 1).text

    assert "1 reflection, 20 answers, your streak and settings and 1 export file in Slack" in text
    assert "1 export file in Slack couldn't be removed. You can delete it there yourself." in text


def test_nothing_about_files_is_said_to_those_who_had_none() -> None:
    assert "file" not in privacy.erased_message(ErasureResult(1, 1, 1, ()), 0).text


def test_a_broken_pack_says_first_that_nothing_changed_and_lists_every_location() -> None:
    found = [
        PackProblem("conflict/04.yaml", 12, "L301", "Two options are marked correct. Keep one."),
        PackProblem("conflict/05.yaml", 3, "L102", "Title is 71 characters. The limit is 60."),
    ]

    live = replace(a.live_pack(), name="Ward seven", version="1.4")
    assert admin.problems_message("ward.zip", found, live).text == (
        "Nothing changed; Ward seven 1.4 is still live. 2 problems in ward.zip:\n"
        "conflict/04.yaml:12 Two options are marked correct. Keep one.\n"
        "conflict/05.yaml:3 Title is 71 characters. The limit is 60.\n"
        "Fix these and upload again."
    )


def test_too_many_problems_are_counted() -> None:
    shown = admin.problems_message("ward.zip", a.problems(100), None).text.splitlines()

    listed_problems = [line for line in shown if re.search(r":\d+ ", line)]
    assert f"… and {100 - len(listed_problems)} more" in shown


def test_a_card_about_harm_comes_before_any_lesson_and_the_question_is_not_repeated() -> None:
    advice = a.advice(SHIPPED[0])
    first = advice.cards[0]

    text = tips.advice_message(replace(advice, cards=(first,)), []).text
    alone = tips.advice_message(Advice(advice.cards, None, ()), []).text

    assert text.startswith(escape(f"{first.title}\n{first.lines[0]}"))
    assert "I don't store what you type." in text
    assert alone.endswith("I don't store what you type.")


def test_help_names_the_command_of_each_skill_and_counts_what_does_not_fit() -> None:
    skills = [replace(a.skill(n), name=f"Skill {n}", command=None if n % 2 else f"/s-{n}") for n in range(200)]

    text = "\n".join(
        block["text"]["text"] for block in command_help.help_message(skills).blocks if block["type"] == "section"
    )

    assert "`/s-0`: Skill 0" in text
    assert "`/tip skill-1`: Skill 1" in text
    named = len(re.findall(r"Skill \d+", text))
    assert (f"… and {200 - named} more" in text) == (named < 200)


@pytest.mark.parametrize(
    ("said", "aloud"),
    [
        ("*Your call.* Who?", "Your call. Who?"),
        ("_Once_ more, snake_case_name", "Once more, snake_case_name"),
        ("Type `/coach` now", "Type /coach now"),
        ("<https://doi.org/10.1/x|A title> (2024)", "A title (2024)"),
        ("2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_markup_is_left_out_of_what_is_read_aloud(said: str, aloud: str) -> None:
    assert without_markup(said) == aloud


@given(text=st.text(), limit=st.integers(10, 200))
def test_a_shortened_text_fits_and_begins_like_the_whole(text: str, limit: int) -> None:
    short = shorten(text, limit)

    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…"))
    assert (short == text) == (len(text) <= limit)


@given(lines=st.lists(st.text("ab ", max_size=40), max_size=60), limit=st.integers(60, 400))
def test_a_list_shows_what_fits_and_counts_the_rest(lines: list[str], limit: int) -> None:
    shown = fit_lines(lines, limit)

    counted = re.search(r"… and (\d+) more$", shown)
    rest = int(counted.group(1)) if counted else 0
    more = [f"… and {rest} more"] if rest else []
    assert len(shown) <= limit
    assert shown == "\n".join([*lines[: len(lines) - rest], *more])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (enrollment.welcome_message, "Lessons come at 9:00 AM on workdays, with a quick check-in at 4:30 PM."),
        (enrollment.started_message, "You're set. Your next lesson comes today at 10:00 AM."),
        (enrollment.resumed_message, "Welcome back. Your next lesson comes today at 10:00 AM."),
    ],
)
def test_times_are_the_learners_own(make: Callable[[Any], MessageContent], said: str) -> None:
    assert said in make(a.learner("Europe/Berlin")).text


def test_a_pause_names_the_day_it_ends() -> None:
    until = replace(a.learner(), paused_until=date(2026, 12, 7))

    assert enrollment.paused_message(until).text.startswith(
        "Paused until Monday, December 7. Nothing will pile up, and your streak waits."
    )


def left_out(count: int) -> str:
    return invitations.invited_message([date(2026, 11, 30)], a.FORMATS, count).text


def test_a_rule_with_an_overdue_review_says_so_wherever_it_is_shown():
    said = (
        f"Rule last checked on {a.FORMATS.write_date(a.lesson().checked_on)}. Check that it still holds before you act."
    )
    lesson = a.lesson()
    state = replace(a.state(choice="B"), is_review_overdue=True)

    assert said in lessons.initial_message(lesson, a.FORMATS, overdue=True).text
    assert said in lessons.current_message(state).text
    assert said in lessons.current_message(replace(state, chosen_option=None)).text
    assert said in tips.tip_message(Tip(lesson, 12, overdue=True)).text
    assert said in tips.advice_message(Advice((), Tip(lesson, 12, overdue=True), ()), ()).text
    assert said in sharing.shared_tip_message(Tip(lesson, 12, overdue=True), "U0AMARA").text
    assert said in str(lesson_modals.lesson_modal(state, None, "Today").to_dict())
    assert said not in lessons.initial_message(lesson, a.FORMATS).text
    assert said not in tips.tip_message(Tip(lesson, 12)).text


def test_every_pilot_can_be_ended_and_packs_give_way_to_them() -> None:
    pilots, packs = [a.pilot(number) for number in range(15)], [a.live_pack(number) for number in range(15)]

    shown = admin.packs_message(packs, a.FORMATS, "Done", for_admin=False, pilots=pilots)

    assert len(shown.blocks) <= 50
    assert in_json(shown.blocks).count(f'"{ids.END_PILOT}"') == 15
    assert in_json(admin.packs_message(packs, a.FORMATS, pilots=pilots[:6]).blocks).count(f'"{ids.OPEN_RETRACT}"') == 9


def test_of_a_pack_that_was_only_tried_it_is_not_said_that_it_was_for_chosen_people_alone() -> None:
    shown = in_json(pack_removal.remove_pack_modal(replace(a.removal(), was_restricted=True), a.FORMATS).to_dict())

    assert "that was for chosen people or that a cohort tried." in shown
