"""Turns pydantic's errors into messages for authors: which field, what is wrong with it, and how to fix it."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.content.schema import (
    BibliographySchema,
    LessonSchema,
    OptionSchema,
    PackSchema,
    ProgramSchema,
    PushbackSchema,
    QuestionSchema,
    SkillSchema,
    SourceSchema,
)
from bot.content.yaml_reader import YamlPath

_HOLDERS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "question": ("a question", QuestionSchema),
    "options": ("an option", OptionSchema),
    "pushback": ("a line of pushback", PushbackSchema),
    "skills": ("a skill", SkillSchema),
    "sources": ("a source", SourceSchema),
}
_TOPS: Mapping[type[BaseModel], str] = {
    LessonSchema: "a lesson",
    PackSchema: "pack.yaml",
    BibliographySchema: "a bibliography",
    ProgramSchema: "a program",
}
_PATTERN_ADVICE = {
    "id": "its skill, a hyphen, and two digits, such as `leadership-05`.",
    "slug": "lowercase letters a-z, digits, and single hyphens, such as `infection-control`.",
    "skill": "a skill's slug from pack.yaml, such as `infection-control`.",
    "version": "two or three numbers with dots, such as `1.0.0`.",
    "language": "the code of a language: two lowercase letters (ISO 639-1), such as `en` or `de`.",
    "command": "a slash and 1 to 31 lowercase letters, digits, `_`, or `-`, such as `/ward-tip`.",
    "lessons": "a lesson's ID, such as `leadership-05`.",
    "bibliography": "the name of a file in the folder of pack.yaml, such as `bibliography.yaml`.",
    "doi": "a DOI without https://, such as `10.1136/bmjqs-2016-006399`.",
    "url": "a web address, such as `https://www.example.org/guide`.",
    "key": "lowercase letters, digits, and hyphens, such as `sexton-2018-walkrounds`.",
}
_ITEMS = {
    "options": "Option",
    "situations": "Situation",
    "pushback": "Pushback",
    "sources": "Source",
    "skills": "Skill",
    "lessons": "Lesson",
}
_ABBREVIATIONS = {"id": "ID", "doi": "DOI", "url": "URL"}


def describe_error(error: ErrorDetails, schema: type[BaseModel]) -> str:
    """Return the message for one error in a file with this `schema`."""
    place = error["loc"]
    context: dict[str, Any] = error.get("ctx", {})
    field = str(place[-1]) if place else ""
    match error["type"]:
        case "extra_forbidden":
            return _unknown(field, place, schema)
        case "missing":
            return f"`{field}` is missing. Add it."
        case "string_too_long":
            length = len(str(error["input"]).strip())
            return f"{field_label(place)} is {length:,} characters. The limit is {context['max_length']:,}."
        case "string_too_short":
            return f"{field_label(place)} is empty. Fill it in, or remove the line."
        case "too_short" | "too_long":
            return _count(place, context)
        case "string_pattern_mismatch":
            return f"{field_label(place)} must be {_pattern_advice(place)}"
        case "literal_error":
            return f"{field_label(place)} must be {context['expected'].replace(chr(39), '`')}."
        case "greater_than_equal" | "less_than_equal":
            bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
            return f"{field_label(place)} must be {bound}."

        case "author":
            return f"{field_label(place)} {error['msg']}"
        case kind:
            return f"{field_label(place)} {_wrong_kind(kind)}"


def _unknown(field: str, place: YamlPath, top: type[BaseModel]) -> str:
    parents = [part for part in place[:-1] if isinstance(part, str)]
    holder, schema = _HOLDERS[parents[-1]] if parents else (_TOPS[top], top)
    close = get_close_matches(field, schema.model_fields, n=1)
    advice = f"Did you mean `{close[0]}`?" if close else "Remove it."
    return f"`{field[:60]}` is not a field of {holder}. {advice}"


def _count(place: YamlPath, context: Mapping[str, Any]) -> str:
    name, has = field_label(place), context["actual_length"]
    if "min_length" in context:
        return f"{name} has {has}. There must be at least {context['min_length']}."
    return f"{name} has {has}. The limit is {context['max_length']}."


def _wrong_kind(kind: str) -> str:
    return {
        "string_type": "must be text. Put it under `>-` or in quotes.",
        "list_type": "must be a list. Start each line with `- `.",
    }.get(kind, "must have named fields, one per line.")


def _pattern_advice(place: YamlPath) -> str:
    named = [str(part) for part in place if isinstance(part, str)]
    field = {"sources": "key", "skills": "slug"}.get(named[-1], named[-1])
    return _PATTERN_ADVICE[field]


def field_label(place: YamlPath) -> str:
    """Return what messages call a field: ("question", "options", 1, "text") is "Option B text".

    Fields of a skill or a source go without their item, because each has a line of its own: "Year".
    """
    if len(place) > 2 and place[0] in ("skills", "sources"):
        place = place[2:]
    words: list[str] = []
    for part, after in zip(place, (*place[1:], "")[: len(place)], strict=True):
        if isinstance(part, int):
            continue
        if isinstance(after, int):
            words.append(f"{_ITEMS.get(part, part)} {'ABCD'[after] if part == 'options' and after < 4 else after + 1}")
        elif part != "question" or part == place[-1]:
            words.append(_ABBREVIATIONS.get(part, part.replace("_", " ")))
    label = " ".join(words) or "The file"
    return label[0].upper() + label[1:]
