"""Converts lessons to and from JSON for storage, and computes digests of their content.

Digests ignore the formatting and comments of a pack's files.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bot.domain.lesson import Lesson, Option, Pack, Pushback, Question, Skill, Source
from bot.domain.program import Program
from bot.language import ENGLISH

if TYPE_CHECKING:
    from bot.content.schema import BibliographySchema  # a megabyte that the running bot doesn't need


def lesson_to_json(lesson: Lesson) -> str:
    """Return the lesson as canonical JSON: equal lessons give equal text."""
    fields = asdict(lesson)
    if lesson.language == ENGLISH:
        del fields["language"]  # lessons stored before packs had a language keep their digest
    return _canonical(fields)


def lesson_from_json(text: str) -> Lesson:
    """Read what `lesson_to_json` wrote. Raises ValueError, KeyError, or TypeError for other text."""
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
            "pushback": tuple(Pushback(**each) for each in fields.get("pushback", ())),
            "checked_on": date.fromisoformat(fields["checked_on"]),
            "review_by": date.fromisoformat(review_by) if review_by else None,
        }
    )


def program_to_json(program: Program) -> dict[str, Any]:
    """Return the program as values for JSON."""
    return asdict(program) | {"lesson_ids": list(program.lesson_ids)}


def program_from_json(fields: dict[str, Any]) -> Program:
    """Read what `program_to_json` returned. Raises KeyError or TypeError for other values."""
    return Program(**fields | {"lesson_ids": tuple(fields["lesson_ids"])})


def pack_to_json(pack: Pack) -> dict[str, Any]:
    """Return the pack as values for JSON."""
    return {
        "slug": pack.slug,
        "name": pack.name,
        "version": pack.version,
        "digest": pack.digest,
        "skills": [asdict(skill) for skill in pack.skills],
        "lessons": [lesson_to_json(lesson) for lesson in pack.lessons],
        "bibliography": pack.bibliography,
        "programs": [program_to_json(program) for program in pack.programs],
    }


def pack_from_json(fields: dict[str, Any]) -> Pack:
    """Read what `pack_to_json` returned. Raises ValueError, KeyError, or TypeError for other values."""
    skills = tuple(_skill(**skill) for skill in fields["skills"])
    lessons = tuple(map(lesson_from_json, fields["lessons"]))
    programs = tuple(map(program_from_json, fields["programs"]))
    return Pack(**fields | {"skills": skills, "lessons": lessons, "programs": programs})


# Lessons share skills and most sources, so equal ones share one object in memory.
_skill = lru_cache(256)(Skill)
_source = lru_cache(2048)(Source)


def bibliography_to_json(bibliography: "BibliographySchema") -> str:
    """Return the bibliography as canonical JSON, with the fields of its file."""
    return _canonical(bibliography.model_dump(exclude_defaults=True))


def lesson_digest(lesson: Lesson) -> str:
    """Return the hexadecimal SHA-256 of everything in a lesson, including its skill and sources."""
    return _sha256(lesson_to_json(lesson))


def pack_digest(pack: Pack) -> str:
    """Return the hexadecimal SHA-256 of everything in a pack, including its version but not its `digest`."""
    fields: dict[str, Any] = {
        "slug": pack.slug,
        "name": pack.name,
        "version": pack.version,
        "skills": [asdict(skill) for skill in pack.skills],
        "lessons": [lesson_digest(lesson) for lesson in pack.lessons],
    }
    if pack.bibliography:
        fields["bibliography"] = pack.bibliography
    if pack.programs:
        fields["programs"] = [program_to_json(program) for program in pack.programs]
    return _sha256(_canonical(fields))


def _canonical(fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_day)


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a lesson can't hold a {type(value).__name__}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
