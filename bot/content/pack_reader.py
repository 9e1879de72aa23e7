"""Reads a pack, or finds everything that prevents loading it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.content.codec import bibliography_to_json, pack_digest
from bot.content.consistency import find_inconsistencies
from bot.content.draft_reader import read_draft
from bot.content.pack_draft import LessonDraft, PackDraft, ProgramDraft
from bot.content.pack_files import PackFiles
from bot.content.rulebook import check_blocking_rules
from bot.content.schema import PackSchema, SourceSchema
from bot.domain.lesson import Lesson, Option, Pack, Pushback, Question, Skill, Source
from bot.domain.program import Program
from bot.errors import PackError, PackProblem
from bot.language import ENGLISH


@dataclass(frozen=True, slots=True)
class PackReadResult:
    """A pack, or None and the problems that block it, by file and line."""

    pack: Pack | None
    problems: tuple[PackProblem, ...]


def read_pack(pack_files: PackFiles) -> PackReadResult:
    """Read every file and find everything that blocks the pack. `lint` also gives advice to its authors."""
    draft = read_draft(pack_files)
    problems = find_blocking_problems(draft)
    return PackReadResult(build_pack(draft, problems), problems)


def read_loadable_pack(pack_files: PackFiles) -> Pack:
    """Return the pack in `pack_files`. Raises PackError with everything that blocks it."""
    read = read_pack(pack_files)
    if read.pack is None:
        raise PackError(read.problems)
    return read.pack


def build_pack(draft: PackDraft, blocking: Collection[PackProblem]) -> Pack | None:
    """Build the pack from `draft`, or return None if anything blocks it."""
    return None if blocking or draft.pack is None else _pack(draft.pack, draft)


def find_blocking_problems(draft: PackDraft) -> tuple[PackProblem, ...]:
    """Return everything that prevents loading `draft`, by file and line."""
    return tuple(sorted({*draft.problems, *find_inconsistencies(draft), *check_blocking_rules(draft)}))


def build_preview_lesson(lesson: LessonDraft, draft: PackDraft) -> Lesson:
    """Build a lesson from a pack that may have problems. Broken fields have placeholders."""
    skills = _skills(draft.pack) if draft.pack else {}
    slug = lesson.parsed.skill
    language = draft.pack.language if draft.pack else ENGLISH
    return _lesson(lesson, skills.get(slug) or Skill(slug, slug, None, ""), language)


def _pack(parsed: PackSchema, draft: PackDraft) -> Pack:
    skills = _skills(parsed)
    order = {slug: place for place, slug in enumerate(skills)}
    in_order = sorted(draft.lessons, key=lambda lesson: (order[lesson.parsed.skill], lesson.parsed.id))
    lessons = tuple(_lesson(lesson, skills[lesson.parsed.skill], parsed.language) for lesson in in_order)
    works = bibliography_to_json(draft.bibliography) if draft.bibliography else ""
    programs = tuple(map(_program, draft.programs))
    pack = Pack(parsed.slug, parsed.name, parsed.version, tuple(skills.values()), lessons, "", works, programs)
    return replace(pack, digest=pack_digest(pack))


def _skills(parsed: PackSchema) -> dict[str, Skill]:
    return {skill.slug: Skill(skill.slug, skill.name, skill.command, skill.scope) for skill in parsed.skills}


def _lesson(draft: LessonDraft, skill: Skill, language: str) -> Lesson:
    parsed = draft.parsed
    options = tuple(
        Option(option.key, option.text, option.correct, option.explanation) for option in parsed.question.options
    )
    return Lesson(
        id=parsed.id,
        title=parsed.title,
        skill=skill,
        level=parsed.level,
        minutes=parsed.minutes,
        tip=parsed.tip,
        why=parsed.why,
        try_today=parsed.try_today,
        words=parsed.words,
        situations=tuple(parsed.situations),
        question=Question(parsed.question.scenario, parsed.question.stem, options),
        reflection=parsed.reflection,
        evidence=parsed.evidence,
        sources=tuple(map(_source, draft.cited_sources)),
        checked_on=parsed.checked_on,
        review_by=parsed.review_by,
        notice=parsed.notice,
        elsewhere=parsed.elsewhere,
        applies_to=parsed.applies_to,
        fits_when=parsed.fits_when,
        pushback=tuple(Pushback(each.they, each.you) for each in parsed.pushback),
        language=language,
    )


def _program(draft: ProgramDraft) -> Program:
    parsed = draft.parsed
    return Program(
        slug=parsed.slug,
        name=parsed.name,
        role=parsed.role,
        weeks=parsed.weeks,
        goal=parsed.goal,
        welcome=parsed.welcome,
        lesson_ids=tuple(parsed.lessons),
    )


def _source(parsed: SourceSchema) -> Source:
    return Source(
        parsed.key, parsed.title, parsed.authors, parsed.year, parsed.kind, parsed.level, url=parsed.url, doi=parsed.doi
    )
