"""Two versions of a pack are compared field by field, in the words of a spreadsheet's headings."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.content.codec import lesson_from_json, lesson_to_json
from bot.content.pack_changes import compare_packs
from bot.content.sheets.columns import CORRECT_OPTION_PATH, LESSON_NUMBER_PATH, LESSONS_TABLE, SKILL_PATH, Column
from bot.domain.lesson import Lesson, Pack, Skill
from tests.builders import CONFLICT, FINANCE, lesson
from tests.builders import pack as make_pack
from tests.shipped import shipped_pack
from tests.slack import builders

COLUMNS = [each for each in LESSONS_TABLE.columns if each.place not in {SKILL_PATH, LESSON_NUMBER_PATH}]


def lines(before: Pack | None, after: Pack, longest: int | None = None) -> list[str]:
    return [each.format(longest) for each in compare_packs(before, after)]


def with_change(shown: Lesson, column: Column) -> Lesson:
    """The lesson with another value in one column."""
    fields: dict[str, Any] = json.loads(lesson_to_json(shown))
    *way, name = column.place
    inside: Any = fields
    for step in way:
        inside = inside[step]
    if column.place == CORRECT_OPTION_PATH:
        for option in fields["question"]["options"]:
            option["correct"] = option["key"] == "D"
    elif name == "sources":
        inside[name] = [inside[name][0] | {"key": "another"}]
    elif name == "situations":
        inside[name] = [*inside[name], "One more"]
    elif name in {"checked_on", "review_by"}:
        inside[name] = "2020-02-02"
    else:
        inside[name] = 9 if name == "minutes" else "Another text"
    return lesson_from_json(json.dumps(fields))


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.heading)
def test_every_field_of_a_lesson_is_named_by_its_heading(column: Column) -> None:
    before = builders.lesson()

    (line,) = lines(make_pack(before), make_pack(with_change(before, column)))

    assert line.startswith(f"skill-0-01 {column.heading}: ")
    assert " → " in line


def test_a_changed_right_answer_is_one_short_line() -> None:
    before = lesson("dispensing-02")
    after = with_change(builders.lesson(), next(each for each in COLUMNS if each.place == CORRECT_OPTION_PATH))
    options = tuple(replace(option, correct=option.key == "A") for option in before.question.options)

    changed = replace(before, question=replace(before.question, options=options))

    assert lines(make_pack(before), make_pack(changed)) == ["dispensing-02 Right answer: B → A"]
    assert after.question.correct_option.key == "D"


def test_new_and_removed_lessons_come_after_changed_ones_and_what_stays_is_left_out() -> None:
    before = make_pack(lesson("a-01"), lesson("a-02"), lesson("a-03"))
    after = make_pack(lesson("a-01"), lesson("a-04"), lesson("a-03", title="Another title"))

    assert lines(before, after) == [
        "a-03 Title: Learn about a 03 → Another title",
        "a-02 (removed): Learn about a 02",
        "a-04 (new): Learn about a 04",
    ]


def test_a_new_packs_lessons_and_skills_are_all_new() -> None:
    assert lines(None, make_pack(lesson("a-01", FINANCE))) == [
        "a-01 (new): Learn about a 01",
        "Skill finance (new): Financial proficiency",
    ]


def test_a_field_without_text_says_so() -> None:
    before, after = make_pack(lesson("a-01")), make_pack(lesson("a-01", notice="Not legal advice"))

    assert lines(before, after) == ["a-01 Notice: (empty) → Not legal advice"]
    assert lines(after, before) == ["a-01 Notice: Not legal advice → (empty)"]


def test_spaces_alone_are_a_change_that_is_named() -> None:
    before, after = make_pack(lesson("a-01", tip="One two")), make_pack(lesson("a-01", tip="One\ntwo"))

    assert lines(before, after) == ["a-01 Tip: only line breaks or spaces changed"]


def test_long_texts_are_cut_down_to_the_words_that_differ() -> None:
    start, end = "Say what is open. " * 20, " and who has it" * 20
    before = make_pack(lesson("a-01", tip=f"{start}Call at nine{end}"))
    after = make_pack(lesson("a-01", tip=f"{start}Call at ten{end}"))

    assert lines(before, after, 60) == [
        "a-01 Tip: … open. Call at nine and who has … → … open. Call at ten and who has …"
    ]
    (whole,) = lines(before, after)
    assert start.strip() in whole
    assert end.strip() in whole


@pytest.mark.parametrize("size", [20, 60, 100])
def test_no_text_of_a_line_is_longer_than_asked(size: int) -> None:
    before, after = make_pack(lesson("a-01", tip="word " * 200)), make_pack(lesson("a-01", tip="W" * 500))

    (line,) = lines(before, after, size)

    assert len(line) <= len("a-01 Tip:  → ") + 2 * size


def test_skills_are_compared_by_column_and_by_order() -> None:
    first, second = lesson("a-01", FINANCE), lesson("b-01", CONFLICT)
    renamed = Skill("finance", "Money", None, FINANCE.scope)

    found = lines(
        make_pack(first, second), replace(make_pack(second, replace(first, skill=renamed)), skills=(CONFLICT, renamed))
    )

    assert found == [
        "Skill finance Name: Financial proficiency → Money",
        "Skill finance Command: /finance-tip → (empty)",
        "Skills in order: finance, conflict → conflict, finance",
    ]


def test_a_source_is_named_once_however_many_lessons_cite_it() -> None:
    both = (lesson("a-01"), lesson("a-02"))
    newer = tuple(replace(each, sources=(replace(each.sources[0], year=2021),)) for each in both)

    assert lines(make_pack(*both), make_pack(*newer)) == ["Source who-2020 Year: 2020 → 2021"]


def test_the_order_in_which_lessons_cite_sources_is_told_with_the_lessons_alone() -> None:
    (first,) = lesson("a-01").sources
    second = replace(first, key="who-2021")

    found = lines(
        make_pack(lesson("a-01", sources=(first, second))), make_pack(lesson("a-01", sources=(second, first)))
    )

    assert found == ["a-01 Sources: who-2020 / who-2021 → who-2021 / who-2020"]


def test_a_terminal_obeys_no_character_of_a_pack() -> None:
    before, after = make_pack(lesson("a-01")), make_pack(lesson("a-01", tip="Ring \x1b[2J\x07 twice"))

    assert lines(before, after) == ["a-01 Tip: The tip on a 01. → Ring �[2J� twice"]


def test_what_only_authors_know_of_sources_is_compared_too() -> None:
    before = shipped_pack()
    works = json.loads(before.bibliography)
    key = works["sources"][0]["key"]
    works["sources"][0]["caution"] = "Read it again"
    after = replace(before, name="Essentials", bibliography=json.dumps(works | {"version": 99}))

    found = lines(before, after)

    assert found[0] == "Pack Name: Management essentials → Essentials"
    assert found[1].startswith("Pack Sources version: ")
    assert found[2].startswith(f"Source {key} Caution: ")
    assert len(found) == 3


def test_the_same_pack_differs_in_nothing() -> None:
    assert lines(shipped_pack(), shipped_pack()) == []
