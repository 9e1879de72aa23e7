"""A small pack that is clean by every rule, and ways to spoil it."""

import copy
import functools
from datetime import date
from typing import Any

import yaml

from bot.content.lint import lint_pack
from bot.content.pack_files import PackFiles
from bot.content.pack_templates import shipped_lessons_folder
from bot.errors import PackProblem

TODAY = date(2026, 12, 1)
LESSON = "handoff/01-write-one-line.yaml"
PROGRAM = "programs/first-shifts.yaml"
RULE_LESSON = "compliance/01-say-what-the-rule-asks.yaml"

PACK: dict[str, Any] = {
    "name": "Ward lessons",
    "slug": "ward-lessons",
    "version": "1.0.0",
    "bibliography": "bibliography.yaml",
    "skills": [{"slug": "handoff", "name": "Handoffs", "command": "/handoff-tip", "scope": "From shift to shift."}],
}
COMPLIANCE = {"slug": "compliance", "name": "Rules", "scope": "What the law asks first."}


def source(key: str, **changes: Any) -> dict[str, Any]:
    """A work for the bibliography."""
    return {
        "key": key,
        "title": "How shifts hand over",
        "authors": "Lee A, Okoro B",
        "year": 2018,
        "kind": "guideline",
        "publication": "Journal of Wards 2018;1(1):1-9",
        "url": "https://example.org/handoff",
        "supports": "1,204 surveys from 12 hospitals; written lines were linked with 3.5% fewer repeated calls.",
        "level": "A",
    } | changes


@functools.cache
def _template() -> Any:
    return yaml.safe_load((shipped_lessons_folder() / "TEMPLATE.yaml").read_text(encoding="utf-8"))


def lesson(**changes: Any) -> dict[str, Any]:
    """A clean lesson; `changes` replace whole fields, `None` takes one out."""
    fields = copy.deepcopy(_template()) | {"sources": ["lee-2018-handoff"]} | changes
    return {name: value for name, value in fields.items() if value is not None}


def program(**changes: Any) -> dict[str, Any]:
    """A clean program through three lessons; `changes` replace whole fields, `None` takes one out."""
    fields = {
        "slug": "first-shifts",
        "name": "First shifts",
        "role": "Nurses who are new on the ward",
        "weeks": 1,
        "goal": "Hand over a shift so that nobody has to call you back.",
        "welcome": "Welcome. This week is about the first ten minutes of a shift.",
        "lessons": ["handoff-01", "handoff-02", "handoff-03"],
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def with_question(**changes: Any) -> dict[str, Any]:
    """A lesson with changes in its question."""
    return lesson(question=lesson()["question"] | changes)


def with_option(number: int, **changes: Any) -> dict[str, Any]:
    """A lesson with changes in one of its options."""
    options = lesson()["question"]["options"]
    options[number] |= changes
    return with_question(options=options)


def rule_lesson(**changes: Any) -> dict[str, Any]:
    """A clean lesson about a rule of law."""
    return lesson(
        **{
            "id": "compliance-01",
            "skill": "compliance",
            "evidence": "rule",
            "sources": ["ward-rule"],
            "review_by": date(2027, 5, 1),
            "applies_to": "US",
            "notice": "General education, not legal advice. Ward rule checked 2026-11-23. Ask your privacy officer.",
        }
        | changes
    )


def pack(
    *lessons: tuple[str, dict[str, Any]], sources: list[dict[str, Any]] | None = None, **changes: Any
) -> PackFiles:
    """A pack of these lessons (path, fields), or of one clean lesson."""
    lessons = lessons or ((LESSON, lesson()),)
    skills = PACK["skills"] if any(path.startswith("handoff") for path, _ in lessons) else []
    if any(path.startswith("compliance") for path, _ in lessons):
        skills = [*skills, COMPLIANCE]
    works = [
        source("lee-2018-handoff"),
        source("ward-rule", kind="regulation", review_by=date(2027, 5, 23)),
        source("cohort", kind="observational study"),
        source("unseen", level="C"),
    ]
    files = {
        "pack.yaml": PACK | {"skills": skills} | changes,
        "bibliography.yaml": {"version": 1, "checked_on": TODAY, "sources": works if sources is None else sources},
        **dict(lessons),
    }
    return PackFiles("pack", {path: dumped(fields) for path, fields in files.items()})


class _Dumper(yaml.SafeDumper):
    """Writes a value that is there twice out twice, for packs know no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def dumped(fields: object) -> bytes:
    """As YAML, in the order written."""
    return yaml.dump(fields, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100).encode()


def with_file(base: PackFiles, path: str, content: bytes) -> PackFiles:
    """The same pack with one file more or another content."""
    return PackFiles(base.name, {**base.files, path: content}, base.problems)


def found(source: PackFiles, code: str) -> list[PackProblem]:
    """What lint finds under one code."""
    return [problem for problem in lint_pack(source, TODAY) if problem.code == code]


def codes(source: PackFiles) -> set[str]:
    """Every code that lint finds."""
    return {problem.code for problem in lint_pack(source, TODAY)}
