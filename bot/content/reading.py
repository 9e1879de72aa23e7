"""Reads a pack: the pack if it can be loaded, and otherwise everything that keeps it from it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.content.agreement import disagreements
from bot.content.codec import pack_digest
from bot.content.draft import Draft, DraftLesson
from bot.content.drafting import read_draft
from bot.content.intake import PackSource
from bot.content.rulebook import blocking_problems
from bot.content.schema import PackShape, SourceShape
from bot.domain.lesson import Lesson, Option, Pack, Question, Skill, Source
from bot.errors import PackError, Problem


@dataclass(frozen=True, slots=True)
class ReadPack:
    """A pack, or None and the problems that block it, in the order of files and lines."""

    pack: Pack | None
    problems: tuple[Problem, ...]


def read_pack(source: PackSource) -> ReadPack:
    """Read every file of `source`. Finds all that blocks the pack; for advice to its authors there is `lint`."""
    draft = read_draft(source)
    problems = blocking(draft)
    return ReadPack(build_pack(draft, problems), problems)


def loadable_pack(source: PackSource) -> Pack:
    """The pack in `source`. PackError names everything that blocks it."""
    read = read_pack(source)
    if read.pack is None:
        raise PackError(read.problems)
    return read.pack


def build_pack(draft: Draft, blocking: Collection[Problem]) -> Pack | None:
    """The pack that `draft` holds; None if anything blocks it."""
    return None if blocking or draft.pack is None else _pack(draft.pack, draft)


def blocking(draft: Draft) -> tuple[Problem, ...]:
    """All that keeps `draft` from being loaded, in the order of files and lines."""
    return tuple(sorted({*draft.problems, *disagreements(draft), *blocking_problems(draft)}))


def readable_lesson(lesson: DraftLesson, draft: Draft) -> Lesson:
    """A lesson as far as it could be read, in a pack that may have problems: what is broken holds a stand-in."""
    known = {skill.slug: skill for skill in draft.pack.skills} if draft.pack else {}
    slug = lesson.shape.skill
    named = known.get(slug)
    return _lesson(
        lesson, Skill(slug, named.name, named.command, named.scope) if named else Skill(slug, slug, None, "")
    )


def _pack(shape: PackShape, draft: Draft) -> Pack:
    skills = _skills(shape)
    order = {slug: place for place, slug in enumerate(skills)}
    in_order = sorted(draft.lessons, key=lambda lesson: (order[lesson.shape.skill], lesson.shape.id))
    lessons = tuple(_lesson(lesson, skills[lesson.shape.skill]) for lesson in in_order)
    pack = Pack(shape.slug, shape.name, shape.version, tuple(skills.values()), lessons, digest="")
    return replace(pack, digest=pack_digest(pack))


def _skills(shape: PackShape) -> dict[str, Skill]:
    return {skill.slug: Skill(skill.slug, skill.name, skill.command, skill.scope) for skill in shape.skills}


def _lesson(draft: DraftLesson, skill: Skill) -> Lesson:
    shape = draft.shape
    options = tuple(
        Option(option.key, option.text, option.correct, option.explanation) for option in shape.question.options
    )
    return Lesson(
        id=shape.id,
        title=shape.title,
        skill=skill,
        level=shape.level,
        minutes=shape.minutes,
        tip=shape.tip,
        why=shape.why,
        try_today=shape.try_today,
        words=shape.words,
        situations=tuple(shape.situations),
        question=Question(shape.question.scenario, shape.question.stem, options),
        reflection=shape.reflection,
        evidence=shape.evidence,
        sources=tuple(map(_source, draft.cited)),
        checked_on=shape.checked_on,
        review_by=shape.review_by,
        notice=shape.notice,
        elsewhere=shape.elsewhere,
    )


def _source(shape: SourceShape) -> Source:
    return Source(
        shape.key, shape.title, shape.authors, shape.year, shape.kind, shape.level, url=shape.url, doi=shape.doi
    )
