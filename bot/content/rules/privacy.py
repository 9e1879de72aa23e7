"""Section 8: nothing that could be about a real person. Whole workspaces read a pack."""

import re
from collections.abc import Iterator

from bot.content.pack_draft import DraftTexts, LessonDraft
from bot.content.rules import Finding
from bot.content.rules.figures import remove_legal_references

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_WEEKDAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_NAMED = re.compile(rf"\b(?:Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Professor|Doctor)\.? (?!(?:{_WEEKDAY})\b)[A-Z][a-z]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_PHONE = re.compile(r"(?<![\w.,])\+?\(?\d[\d ().-]{5,}\d(?![\w,])")
_ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_RECORD = re.compile(
    r"\b(?:MRN|DOB|SSN|NHS (?:number|no)|(?:record|chart|case|patient|account) (?:number|no|id)|date of birth)\b"
    r"\.?[ :#]*(?:is )?\d[\d/ -]*|\b\d{3}-\d{2}-\d{4}\b|#\d{4,}",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\b|\b(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b"
)
_CALL = re.compile(r"@(?:here|channel|everyone)\b|<[!@#]", re.IGNORECASE)
MIN_PHONE_DIGITS = 7
"""Help lines (988, 116 123, 13 11 14) have fewer digits than personal numbers."""


def no_named_people(draft: DraftTexts) -> Iterator[Finding]:
    """A title and a name point to somebody, and readers will think they know who. A role works as well."""
    yield from _each(draft, _NAMED, "names a person. Write a role, such as “a charge nurse”.")


def no_email_addresses(draft: DraftTexts) -> Iterator[Finding]:
    """An address in a lesson gets mail from every reader."""
    yield from _each(draft, _EMAIL, "is an email address. Say whom to write to instead.")


def no_phone_numbers(draft: DraftTexts) -> Iterator[Finding]:
    """A long number may be somebody's own, and differs from place to place. Short help lines are fine."""
    for place, text in draft.visible_texts():
        for found in _PHONE.finditer(_ISO_DATE.sub("-", remove_legal_references(text))):
            if sum(letter.isdigit() for letter in found[0]) >= MIN_PHONE_DIGITS:
                yield place, f"“{found[0]}” looks like a phone number. Say whom to call instead."


def no_record_numbers(draft: DraftTexts) -> Iterator[Finding]:
    """Even a made-up record number may be a real patient's."""
    yield from _each(draft, _RECORD, "looks like a record number or a date of birth. Remove it.")


def no_dates_in_scenarios(lesson: LessonDraft) -> Iterator[Finding]:
    """A calendar date makes a case recognizable. A scenario needs only a weekday and an hour."""
    question = lesson.parsed.question
    for name, text in (("scenario", question.scenario), ("stem", question.stem)):
        if found := _DATE.search(text):
            yield ("question", name), f"“{found[0]}” is a calendar date. Write a weekday, or “last month”."


def no_channel_mentions(draft: DraftTexts) -> Iterator[Finding]:
    """In Slack, these notify everybody in the channel."""
    yield from _each(draft, _CALL, "would notify people in Slack. Remove it.")


def _each(draft: DraftTexts, pattern: re.Pattern[str], problem: str) -> Iterator[Finding]:
    for place, text in draft.all_texts():
        if found := pattern.search(text):
            yield place, f"“{found[0]}” {problem}"
