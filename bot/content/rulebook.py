"""Every lint rule with its code, and whether a pack that breaks it may be loaded.

L1xx to L10xx follow the groups of checks in `lessons/README.md`. Codes are stable: one that is no longer used is not
given to another rule.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from bot.content.draft import Draft, DraftLesson
from bot.content.rules import (
    DatedCheck,
    Finding,
    LessonCheck,
    PackCheck,
    dates,
    evidence,
    lengths,
    options,
    plain_text,
    plain_words,
    privacy,
    repeats,
    spread,
)
from bot.errors import Problem

_Check = TypeVar("_Check", covariant=True)


@dataclass(frozen=True, slots=True)
class Rule(Generic[_Check]):
    """One rule. It isn't asked about a lesson in which one of the fields that it `reads` is broken."""

    code: str
    check: _Check
    blocking: bool = False
    reads: tuple[str, ...] = ()


LESSON_RULES: tuple[Rule[LessonCheck], ...] = (
    Rule("L201", lengths.word_limits),
    Rule("L202", lengths.lesson_length),
    Rule("L203", lengths.sentence_length),
    Rule("L204", lengths.explanation_says_enough, reads=("question",)),
    Rule("L301", options.keys_in_order, blocking=True, reads=("question",)),
    Rule("L302", options.one_right_answer, blocking=True, reads=("question",)),
    Rule("L303", options.even_options, reads=("question",)),
    Rule("L304", options.right_answer_does_not_stand_out, reads=("question",)),
    Rule("L305", options.no_option_of_the_above),
    Rule("L501", evidence.weak_sources_carry_practice_only, reads=("sources", "evidence", "why")),
    Rule("L502", evidence.no_addresses_in_text, blocking=True),
    Rule("L601", evidence.figures_come_from_a_source, reads=("sources", "why")),
    Rule("L602", evidence.no_myths),
    Rule("L603", evidence.observation_claims_no_cause, reads=("sources", "evidence", "why")),
    Rule("L701", dates.rules_carry_a_notice, reads=("sources", "skill")),
    Rule("L702", dates.rules_have_a_review_date, reads=("sources", "skill")),
    Rule("L703", dates.review_comes_with_its_sources, reads=("sources", "review_by")),
    Rule("L704", dates.review_follows_the_check, reads=("checked_on", "review_by")),
    Rule("L801", privacy.no_named_people, blocking=True),
    Rule("L802", privacy.no_email_addresses, blocking=True),
    Rule("L803", privacy.no_phone_numbers, blocking=True),
    Rule("L804", privacy.no_record_numbers, blocking=True),
    Rule("L805", privacy.no_dates_in_scenarios, blocking=True),
    Rule("L806", privacy.no_calls_to_everyone, blocking=True),
    Rule("L901", plain_words.easy_action, reads=("tip", "try_today", "question")),
    Rule("L902", plain_words.readable_why, reads=("why",)),
    Rule("L903", plain_words.no_filler),
    Rule("L904", plain_words.no_exclamation),
    Rule("L905", plain_words.one_dash_at_most),
    Rule("L906", plain_words.step_begins_with_a_verb, reads=("try_today",)),
    Rule("L907", plain_words.reflection_is_an_open_question, reads=("reflection",)),
    Rule("L1001", plain_text.no_marks, blocking=True),
    Rule("L1002", plain_text.no_angle_brackets, blocking=True),
    Rule("L1003", plain_text.no_hidden_characters, blocking=True),
)
PACK_RULES: tuple[Rule[PackCheck], ...] = (
    Rule("L401", spread.no_letter_right_too_often),
    Rule("L402", spread.no_letter_right_four_times_running),
    Rule("L1004", repeats.tips_differ),
    Rule("L1005", repeats.scenarios_differ),
)
DATED_RULES: tuple[Rule[DatedCheck], ...] = (Rule("L705", dates.checked_by_now, reads=("checked_on",)),)
OVERDUE: Rule[DatedCheck] = Rule("L706", dates.review_is_not_overdue, reads=("review_by",))
"""Asked only before a release, for it comes true by waiting."""


def blocking_problems(draft: Draft) -> Iterator[Problem]:
    """What the rules find that keeps a pack from being loaded."""
    yield from _of_lessons(draft, blocking=True)


def advice(draft: Draft, today: date) -> Iterator[Problem]:
    """What the other rules find."""
    yield from _of_lessons(draft, blocking=False)
    yield from _of_today(draft, DATED_RULES, today)
    for rule in PACK_RULES:
        for path, line, message in rule.check(draft):
            yield Problem(path, line, rule.code, message, rule.blocking)


def overdue(draft: Draft, today: date) -> Iterator[Problem]:
    """Lessons whose review date has passed."""
    yield from _of_today(draft, (OVERDUE,), today)


def _of_lessons(draft: Draft, blocking: bool) -> Iterator[Problem]:
    rules = [rule for rule in LESSON_RULES if rule.blocking is blocking]
    for lesson in draft.lessons:
        for rule in rules:
            if lesson.has(*rule.reads):
                yield from _problems(rule, lesson, rule.check(lesson))


def _of_today(draft: Draft, rules: Sequence[Rule[DatedCheck]], today: date) -> Iterator[Problem]:
    for lesson in draft.lessons:
        for rule in rules:
            if lesson.has(*rule.reads):
                yield from _problems(rule, lesson, rule.check(lesson, today))


def _problems(rule: Rule[_Check], lesson: DraftLesson, findings: Iterator[Finding]) -> Iterator[Problem]:
    for place, message in findings:
        if place[:1] not in lesson.unread and place not in lesson.unread:
            yield Problem(lesson.path, lesson.line(*place), rule.code, message, rule.blocking)
