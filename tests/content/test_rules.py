"""Every lint rule fires on what breaks it, and not on what only comes close."""

import inspect
import re
from datetime import date
from pathlib import Path

import pytest

from bot.content.lint import find_overdue_reviews, lint_pack
from bot.content.rulebook import DATED_RULES, LESSON_RULES, OVERDUE_RULE, PACK_RULES, PROGRAM_RULES, TEXT_RULES
from tests.content.examples import LESSON, RULE_LESSON, TODAY, codes, found, lesson, pack, rule_lesson
from tests.content.rule_cases import CASES, Case, one, option, right_at, telling

RULES = (*LESSON_RULES, *TEXT_RULES, *PROGRAM_RULES, *PACK_RULES, *DATED_RULES, OVERDUE_RULE)


def test_the_examples_themselves_are_clean():
    assert lint_pack(pack(), TODAY, release=True) == ()
    assert lint_pack(pack((RULE_LESSON, rule_lesson())), TODAY, release=True) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_rule_fires_on_what_breaks_it_at_a_line_of_the_file(case: Case):
    source = case.broken()

    problems = found(source, case.code)

    assert problems
    for problem in problems:
        assert 1 <= problem.line <= len(source.files[problem.path].splitlines())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_rule_is_silent_on_what_only_comes_close(case: Case):
    assert case.code not in codes(case.fine())


def test_every_rule_has_a_case_a_code_of_its_own_and_a_reason():
    assert {rule.code for rule in RULES} == {case.code for case in CASES} | {OVERDUE_RULE.code}
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(len(inspect.getdoc(rule.check) or "") > 30 for rule in RULES)


def test_blocking_rules_keep_a_pack_from_loading_and_advice_does_not():
    blocking = {rule.code for rule in RULES if rule.blocking}
    for case in CASES:
        for problem in found(case.broken(), case.code):
            assert problem.blocking is (case.code in blocking)


def test_passed_review_is_a_reminder_until_a_release():
    source = pack((RULE_LESSON, rule_lesson()))
    later = date(2027, 5, 2)

    assert lint_pack(source, later) == ()
    assert [problem.code for problem in lint_pack(source, later, release=True)] == ["L706"]
    assert [problem.path for problem in find_overdue_reviews(source, later)] == [RULE_LESSON]
    assert find_overdue_reviews(source, date(2027, 5, 1)) == ()


def test_second_right_answer_is_named_at_its_own_line():
    source = option(2, correct=True)

    (problem,) = found(source, "L302")

    assert problem.message == "Two options are marked correct. Keep one."
    assert b"correct: true" in source.files[LESSON].splitlines()[problem.line - 1]


def test_shares_of_letters_are_not_counted_in_a_skill_of_four_lessons():
    assert "L401" not in codes(right_at("AABA"))


def test_each_repeated_lesson_is_named_once_however_many_it_repeats():
    problems = found(telling("tip", "Ask.", "Ask.", "Ask.", "Say."), "L1004")

    assert [problem.path for problem in problems] == ["handoff/02-lesson.yaml", "handoff/03-lesson.yaml"]


def test_broken_field_hides_nothing_in_the_rest_of_its_lesson():
    fields = lesson(title="t" * 71, words="Well done!", reflection=None)
    fields["question"]["options"][0] |= {"correct": True, "text": "x" * 161}

    problems = lint_pack(pack((LESSON, fields)), TODAY)

    assert {"S101", "L302", "L904"} <= {problem.code for problem in problems}
    assert "Title is 71 characters. The limit is 60." in {problem.message for problem in problems}
    assert "Option A text is 161 characters. The limit is 160." in {problem.message for problem in problems}


def test_stand_in_for_a_broken_field_is_not_found_fault_with():
    assert codes(one(sources=None)) == {"S101"}
    assert codes(one(question=None)) == {"S101"}
    assert codes(one(tip=["a list"])) == {"S101"}


def test_every_rule_is_explained_in_the_documentation():
    text = (Path(__file__).parents[2] / "docs" / "lesson-rules.md").read_text(encoding="utf-8")
    explained = dict(re.findall(r"^### (L\d+) (.+)$", text, re.MULTILINE))

    assert list(explained) == [rule.code for rule in sorted(RULES, key=lambda rule: int(rule.code[1:]))]
    for rule in RULES:
        assert explained[rule.code].endswith("(blocks)") is rule.blocking
