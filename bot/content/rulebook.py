"""Lists every lint rule with its code and whether it blocks loading, and runs them.

L2xx to L11xx follow the sections of `docs/lesson-rules.md`. Codes are stable: a retired code is never reused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from bot.content.pack_draft import LessonDraft, PackDraft, ProgramDraft
from bot.content.rules import (
    DatedCheck,
    Finding,
    LessonCheck,
    PackCheck,
    ProgramCheck,
    TextCheck,
    answer_letters,
    dates,
    evidence,
    lengths,
    options,
    plain_text,
    plain_words,
    privacy,
    programs,
    similarity,
)
from bot.errors import PackProblem
from bot.language import ENGLISH

_Check = TypeVar("_Check", covariant=True)


@dataclass(frozen=True, slots=True)
class LintRule(Generic[_Check]):
    """One rule. It skips lessons in which one of its `required_fields` is broken.

    An `english_only` rule judges the language, and skips packs in another one.
    """

    code: str
    check: _Check
    blocking: bool = False
    required_fields: tuple[str, ...] = ()
    english_only: bool = False

    def concerns(self, draft: PackDraft) -> bool:
        """Return whether the rule judges this pack."""
        return not self.english_only or draft.pack is None or draft.pack.language == ENGLISH


LESSON_RULES: tuple[LintRule[LessonCheck], ...] = (
    LintRule("L201", lengths.field_lengths),
    LintRule("L202", lengths.lesson_length),
    LintRule("L203", lengths.sentence_length, english_only=True),
    LintRule("L204", lengths.explanations_are_long_enough, required_fields=("question",)),
    LintRule("L301", options.keys_in_order, blocking=True, required_fields=("question",)),
    LintRule("L302", options.one_correct_option, blocking=True, required_fields=("question",)),
    LintRule("L303", options.options_have_similar_lengths, required_fields=("question",)),
    LintRule("L304", options.correct_option_is_not_much_longer, required_fields=("question",)),
    LintRule("L305", options.no_option_of_the_above),
    LintRule("L306", options.answer_is_not_given_away, required_fields=("question", "tip", "title", "words")),
    LintRule("L307", options.answer_does_not_repeat_the_tip, required_fields=("question", "tip")),
    LintRule("L501", evidence.weak_sources_support_only_practice, required_fields=("sources", "evidence", "why")),
    LintRule("L601", evidence.figures_come_from_a_source, required_fields=("sources", "why")),
    LintRule("L602", evidence.no_myths, english_only=True),
    LintRule(
        "L603",
        evidence.observational_evidence_claims_no_cause,
        required_fields=("sources", "evidence", "why"),
        english_only=True,
    ),
    LintRule("L701", dates.legal_rules_have_a_notice, required_fields=("sources", "skill")),
    LintRule("L702", dates.legal_rules_have_a_review_date, required_fields=("sources", "skill")),
    LintRule("L703", dates.review_is_not_after_source_reviews, required_fields=("sources", "review_by")),
    LintRule("L704", dates.review_is_after_last_check, required_fields=("checked_on", "review_by")),
    LintRule("L707", dates.legal_rules_say_where_they_hold, required_fields=("sources", "skill")),
    LintRule("L805", privacy.no_dates_in_scenarios, blocking=True),
    LintRule(
        "L901", plain_words.action_is_easy_to_read, required_fields=("tip", "try_today", "question"), english_only=True
    ),
    LintRule("L902", plain_words.why_is_easy_to_read, required_fields=("why",), english_only=True),
    LintRule("L906", plain_words.step_begins_with_a_verb, required_fields=("try_today",), english_only=True),
    LintRule("L907", plain_words.reflection_is_an_open_question, required_fields=("reflection",), english_only=True),
    LintRule("L1007", plain_text.short_texts_are_one_line, blocking=True),
)
TEXT_RULES: tuple[LintRule[TextCheck], ...] = (
    LintRule("L502", evidence.no_web_addresses_in_text, blocking=True),
    LintRule("L801", privacy.no_named_people, blocking=True),
    LintRule("L802", privacy.no_email_addresses, blocking=True),
    LintRule("L803", privacy.no_phone_numbers, blocking=True),
    LintRule("L804", privacy.no_record_numbers, blocking=True),
    LintRule("L806", privacy.no_channel_mentions, blocking=True),
    LintRule("L903", plain_words.no_filler, english_only=True),
    LintRule("L904", plain_words.no_exclamation),
    LintRule("L905", plain_words.one_dash_at_most),
    LintRule("L1001", plain_text.no_markdown, blocking=True),
    LintRule("L1002", plain_text.no_angle_brackets, blocking=True),
    LintRule("L1003", plain_text.no_hidden_characters, blocking=True),
    LintRule("L1006", plain_text.texts_have_words, blocking=True),
)
"""Rules about any text, in lessons and in programs."""
PROGRAM_RULES: tuple[LintRule[ProgramCheck], ...] = (LintRule("L1101", programs.weeks_fit_the_lessons),)
PACK_RULES: tuple[LintRule[PackCheck], ...] = (
    LintRule("L401", answer_letters.no_letter_correct_too_often),
    LintRule("L402", answer_letters.no_letter_correct_four_times_in_a_row),
    LintRule("L1004", similarity.tips_differ),
    LintRule("L1005", similarity.scenarios_differ),
)
DATED_RULES: tuple[LintRule[DatedCheck], ...] = (
    LintRule("L705", dates.check_date_is_not_in_the_future, required_fields=("checked_on",)),
)
OVERDUE_RULE: LintRule[DatedCheck] = LintRule("L706", dates.review_is_not_overdue, required_fields=("review_by",))
"""Checked only before a release, because time alone can break it."""


def check_blocking_rules(draft: PackDraft) -> Iterator[PackProblem]:
    """Yield the rule violations that prevent loading the pack."""
    yield from _check_lessons(draft, blocking=True)
    yield from _check_programs(draft, blocking=True)


def check_advisory_rules(draft: PackDraft, today: date) -> Iterator[PackProblem]:
    """Yield what the other rules find: advice for authors."""
    yield from _check_lessons(draft, blocking=False)
    yield from _check_programs(draft, blocking=False)
    yield from _check_dates(draft, DATED_RULES, today)
    for rule in PACK_RULES:
        for path, line, message in rule.check(draft):
            yield PackProblem(path, line, rule.code, message, rule.blocking)


def check_overdue_rule(draft: PackDraft, today: date) -> Iterator[PackProblem]:
    """Yield the lessons with an overdue review."""
    yield from _check_dates(draft, (OVERDUE_RULE,), today)


def _check_lessons(draft: PackDraft, blocking: bool) -> Iterator[PackProblem]:
    rules = _choose(LESSON_RULES, draft, blocking)
    text_rules = _choose(TEXT_RULES, draft, blocking)
    for lesson in draft.lessons:
        for rule in rules:
            if lesson.can_read(*rule.required_fields):
                yield from _problems(rule, lesson, rule.check(lesson))
        for text_rule in text_rules:
            yield from _problems(text_rule, lesson, text_rule.check(lesson))


def _check_programs(draft: PackDraft, blocking: bool) -> Iterator[PackProblem]:
    for program in draft.programs:
        for rule in _choose(PROGRAM_RULES, draft, blocking):
            yield from _program_problems(rule, program, rule.check(program))
        for text_rule in _choose(TEXT_RULES, draft, blocking):
            yield from _program_problems(text_rule, program, text_rule.check(program))


def _program_problems(
    rule: LintRule[_Check], program: ProgramDraft, findings: Iterator[Finding]
) -> Iterator[PackProblem]:
    for place, message in findings:
        yield PackProblem(program.path, program.line_of(*place), rule.code, message, rule.blocking)


def _choose(rules: Sequence[LintRule[_Check]], draft: PackDraft, blocking: bool) -> list[LintRule[_Check]]:
    return [rule for rule in rules if rule.blocking is blocking and rule.concerns(draft)]


def _check_dates(draft: PackDraft, rules: Sequence[LintRule[DatedCheck]], today: date) -> Iterator[PackProblem]:
    for lesson in draft.lessons:
        for rule in rules:
            if lesson.can_read(*rule.required_fields):
                yield from _problems(rule, lesson, rule.check(lesson, today))


def _problems(rule: LintRule[_Check], lesson: LessonDraft, findings: Iterator[Finding]) -> Iterator[PackProblem]:
    for place, message in findings:
        if place[:1] not in lesson.unreadable and place not in lesson.unreadable:
            yield PackProblem(lesson.path, lesson.line_of(*place), rule.code, message, rule.blocking)
