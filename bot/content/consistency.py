"""Finds contradictions between a pack's files, their names, and pack.yaml."""

from collections.abc import Collection, Iterator, Set

from bot.content.draft_reader import LESSON_PATH_PATTERN, PROGRAM_PATH_PATTERN
from bot.content.pack_draft import LessonDraft, PackDraft, ProgramDraft
from bot.content.pack_loading import PACK_FILE
from bot.content.yaml_reader import YamlPath
from bot.domain.commands import reserved_commands
from bot.errors import PackProblem


def find_inconsistencies(draft: PackDraft) -> Iterator[PackProblem]:
    """Yield every contradiction in the pack. Each one prevents loading."""
    yield from _pack_file(draft)
    yield from _bibliography(draft)
    yield from _ids(draft)
    skills = {skill.slug for skill in draft.pack.skills} if draft.pack else None
    works = draft.sources if draft.bibliography else None
    for lesson in draft.lessons:
        yield from _name(lesson)
        yield from _skill(lesson, skills)
        yield from _citations(lesson, works)
    known = _known_lessons(draft)
    for program in draft.programs:
        yield from _program_slug(program)
        yield from _program_lessons(program, known)


def _pack_file(draft: PackDraft) -> Iterator[PackProblem]:
    if draft.pack is None or draft.pack_tree is None:
        return
    folders = {path.partition("/")[0] for path in draft.files}
    slugs: set[str] = set()
    commands: set[str] = set()
    for number, skill in enumerate(draft.pack.skills):
        place: YamlPath = ("skills", number)
        slug_line, command_line = (
            draft.pack_tree.line_of((*place, "slug")),
            draft.pack_tree.line_of((*place, "command")),
        )
        if skill.slug in slugs:
            yield PackProblem(PACK_FILE, slug_line, "P102", f"Two skills have the slug `{skill.slug}`. Change one.")
        elif skill.slug not in folders:
            yield PackProblem(PACK_FILE, slug_line, "P103", f"`{skill.slug}` has no lessons. Add one, or remove it.")
        if skill.command in reserved_commands():
            message = f"Rounds already uses `{skill.command}`. Choose another command."
            yield PackProblem(PACK_FILE, command_line, "P104", message)
        elif skill.command in commands:
            message = f"Two skills use `{skill.command}`. Change one of them."
            yield PackProblem(PACK_FILE, command_line, "P104", message)
        slugs.add(skill.slug)
        commands |= {skill.command} if skill.command else set()


def _known_lessons(draft: PackDraft) -> Set[str]:
    """Return the ids of the pack's lessons: those that can be read, and those that the paths of broken ones mean."""
    named = filter(None, map(LESSON_PATH_PATTERN.fullmatch, draft.files))
    return {f"{each['skill']}-{each['number']}" for each in named} | {
        lesson.parsed.id for lesson in draft.lessons if lesson.can_read("id")
    }


def _program_slug(program: ProgramDraft) -> Iterator[PackProblem]:
    named = PROGRAM_PATH_PATTERN.fullmatch(program.path)
    if named and named["slug"] != program.parsed.slug:
        message = f"The slug is `{program.parsed.slug}`, but the file is `{program.path}`. Change one of them."
        yield PackProblem(program.path, program.line_of("slug"), "P301", message)


def _program_lessons(program: ProgramDraft, known: Set[str]) -> Iterator[PackProblem]:
    for number, lesson_id in enumerate(program.parsed.lessons):
        line = program.line_of("lessons", number)
        if lesson_id not in known:
            message = f"`{lesson_id}` is not a lesson in this pack. Write the ID of one, or remove it."
            yield PackProblem(program.path, line, "P302", message)
        if lesson_id in program.parsed.lessons[:number]:
            message = f"`{lesson_id}` is in this program twice. Remove one."
            yield PackProblem(program.path, line, "P303", message)


def _bibliography(draft: PackDraft) -> Iterator[PackProblem]:
    if draft.pack and draft.pack_tree and draft.bibliography_path not in draft.files:
        line = draft.pack_tree.line_of(("bibliography",))
        message = f"`{draft.pack.bibliography}` is missing. Add it to the folder of pack.yaml."
        yield PackProblem(PACK_FILE, line, "P105", message)
    if draft.bibliography is None or draft.bibliography_tree is None:
        return
    first: dict[str, int] = {}
    for number, work in enumerate(draft.bibliography.sources):
        line = draft.bibliography_tree.line_of(("sources", number, "key"))
        if work.key in first:
            message = f"`{work.key}` is also on line {first[work.key]}. Change one of the keys."
            yield PackProblem(draft.bibliography_path, line, "P106", message)
        first.setdefault(work.key, line)


def _ids(draft: PackDraft) -> Iterator[PackProblem]:
    first: dict[str, LessonDraft] = {}
    for lesson in draft.lessons:
        if not lesson.can_read("id"):
            continue
        other = first.setdefault(lesson.parsed.id, lesson)
        if other is not lesson:
            where = f"{other.path}:{other.line_of('id')}"
            message = f"`{lesson.parsed.id}` is also the ID of {where}. Change one of them."
            yield PackProblem(lesson.path, lesson.line_of("id"), "P202", message)


def _name(lesson: LessonDraft) -> Iterator[PackProblem]:
    if not (named := LESSON_PATH_PATTERN.fullmatch(lesson.path)):
        return
    expected = f"{named['skill']}-{named['number']}"
    if lesson.can_read("id") and lesson.parsed.id != expected:
        message = f"The ID is `{lesson.parsed.id}`, but this file's path means `{expected}`. Change one of them."
        yield PackProblem(lesson.path, lesson.line_of("id"), "P203", message)
    if lesson.can_read("skill") and lesson.parsed.skill != named["skill"]:
        message = f"The skill is `{lesson.parsed.skill}`, but the file is in `{named['skill']}`. Change one of them."
        yield PackProblem(lesson.path, lesson.line_of("skill"), "P203", message)


def _skill(lesson: LessonDraft, known: Set[str] | None) -> Iterator[PackProblem]:
    if known is not None and lesson.can_read("skill") and lesson.parsed.skill not in known:
        message = f"`{lesson.parsed.skill}` is not a skill in this pack. Its skills are listed in pack.yaml."
        yield PackProblem(lesson.path, lesson.line_of("skill"), "P204", message)


def _citations(lesson: LessonDraft, known: Collection[str] | None) -> Iterator[PackProblem]:
    for number, key in enumerate(lesson.parsed.sources if lesson.can_read("sources") else ()):
        line = lesson.line_of("sources", number)
        if known is not None and key not in known:
            message = f"`{key}` is not in the bibliography. Add it there, or cite another source."
            yield PackProblem(lesson.path, line, "P205", message)
        if key in lesson.parsed.sources[:number]:
            yield PackProblem(lesson.path, line, "P206", f"`{key}` is cited twice. Remove one.")
