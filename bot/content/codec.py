"""Lessons as JSON, for storage, and digests that name content: formatting and comments don't change them."""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

from bot.domain.lesson import Lesson, Option, Pack, Question, Skill, Source


def lesson_to_json(lesson: Lesson) -> str:
    """The lesson as canonical JSON: the same lesson gives the same text."""
    return _canonical(asdict(lesson))


def lesson_from_json(text: str) -> Lesson:
    """The lesson that `lesson_to_json` wrote. ValueError, KeyError or TypeError if it didn't."""
    fields: dict[str, Any] = json.loads(text)
    question = fields["question"]
    options = tuple(Option(**option) for option in question["options"])
    review_by = fields["review_by"]
    return Lesson(
        **fields
        | {
            "skill": _skill(**fields["skill"]),
            "situations": tuple(fields["situations"]),
            "question": Question(question["scenario"], question["stem"], options),
            "sources": tuple(_source(**source) for source in fields["sources"]),
            "checked_on": date.fromisoformat(fields["checked_on"]),
            "review_by": date.fromisoformat(review_by) if review_by else None,
        }
    )


# Lessons share their skill and most of their sources: one of each is kept, not one a lesson.
_skill = lru_cache(256)(Skill)
_source = lru_cache(2048)(Source)


def lesson_digest(lesson: Lesson) -> str:
    """SHA-256 of all that a lesson holds, its skill and its sources among it, in hexadecimal."""
    return _sha256(lesson_to_json(lesson))


def pack_digest(pack: Pack) -> str:
    """SHA-256 of all that a pack holds, its version among it and its own `digest` aside, in hexadecimal."""
    fields = {
        "slug": pack.slug,
        "name": pack.name,
        "version": pack.version,
        "skills": [asdict(skill) for skill in pack.skills],
        "lessons": [lesson_digest(lesson) for lesson in pack.lessons],
    }
    return _sha256(_canonical(fields))


def _canonical(fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_day)


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a lesson")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
