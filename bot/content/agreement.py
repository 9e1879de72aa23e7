"""Finds where the files of a pack disagree: with each other, with their own names, or with what pack.yaml says."""

from collections.abc import Collection, Iterator, Set

from bot.content.draft import Draft, DraftLesson
from bot.content.drafting import LESSON_PATH
from bot.content.sources import PACK_FILE
from bot.content.yaml_tree import Place
from bot.domain.commands import reserved_commands
from bot.errors import Problem


def disagreements(draft: Draft) -> Iterator[Problem]:
    """Every disagreement in the pack. All of them keep it from being loaded."""
    yield from _pack_file(draft)
    yield from _bibliography(draft)
    yield from _ids(draft)
    skills = {skill.slug for skill in draft.pack.skills} if draft.pack else None
    works = draft.sources if draft.bibliography else None
    for lesson in draft.lessons:
        yield from _name(lesson)
        yield from _skill(lesson, skills)
        yield from _citations(lesson, works)


def _pack_file(draft: Draft) -> Iterator[Problem]:
    if draft.pack is None or draft.pack_tree is None:
        return
    folders = {path.partition("/")[0] for path in draft.files}
    slugs: set[str] = set()
    commands: set[str] = set()
    for number, skill in enumerate(draft.pack.skills):
        place: Place = ("skills", number)
        slug_line, command_line = draft.pack_tree.line((*place, "slug")), draft.pack_tree.line((*place, "command"))
        if skill.slug in slugs:
            yield Problem(PACK_FILE, slug_line, "P102", f"Two skills have the slug `{skill.slug}`. Change one.")
        elif skill.slug not in folders:
            yield Problem(PACK_FILE, slug_line, "P103", f"`{skill.slug}` has no lessons. Add one, or take it out.")
        if skill.command in reserved_commands():
            yield Problem(PACK_FILE, command_line, "P104", f"Rounds itself answers `{skill.command}`. Choose another.")
        elif skill.command in commands:
            yield Problem(PACK_FILE, command_line, "P104", f"Two skills have `{skill.command}`. Change one.")
        slugs.add(skill.slug)
        commands |= {skill.command} if skill.command else set()


def _bibliography(draft: Draft) -> Iterator[Problem]:
    if draft.pack and draft.pack_tree and draft.bibliography_path not in draft.files:
        line = draft.pack_tree.line(("bibliography",))
        yield Problem(PACK_FILE, line, "P105", f"There is no `{draft.pack.bibliography}` beside pack.yaml.")
    if draft.bibliography is None or draft.bibliography_tree is None:
        return
    first: dict[str, int] = {}
    for number, work in enumerate(draft.bibliography.sources):
        line = draft.bibliography_tree.line(("sources", number, "key"))
        if work.key in first:
            message = f"`{work.key}` is also on line {first[work.key]}. Keys must differ."
            yield Problem(draft.bibliography_path, line, "P106", message)
        first.setdefault(work.key, line)


def _ids(draft: Draft) -> Iterator[Problem]:
    first: dict[str, DraftLesson] = {}
    for lesson in draft.lessons:
        if not lesson.has("id"):
            continue
        other = first.setdefault(lesson.shape.id, lesson)
        if other is not lesson:
            message = f"`{lesson.shape.id}` is also the id of {other.path}:{other.line('id')}. Ids must differ."
            yield Problem(lesson.path, lesson.line("id"), "P202", message)


def _name(lesson: DraftLesson) -> Iterator[Problem]:
    if not (named := LESSON_PATH.fullmatch(lesson.path)):
        return
    expected = f"{named['skill']}-{named['number']}"
    if lesson.has("id") and lesson.shape.id != expected:
        message = f"The id is `{lesson.shape.id}`, but this file's place says `{expected}`. Make them agree."
        yield Problem(lesson.path, lesson.line("id"), "P203", message)
    if lesson.has("skill") and lesson.shape.skill != named["skill"]:
        message = f"The skill is `{lesson.shape.skill}`, but the file is in `{named['skill']}`. Make them agree."
        yield Problem(lesson.path, lesson.line("skill"), "P203", message)


def _skill(lesson: DraftLesson, known: Set[str] | None) -> Iterator[Problem]:
    if known is not None and lesson.has("skill") and lesson.shape.skill not in known:
        message = f"`{lesson.shape.skill}` is not a skill of this pack. Its skills are listed in pack.yaml."
        yield Problem(lesson.path, lesson.line("skill"), "P204", message)


def _citations(lesson: DraftLesson, known: Collection[str] | None) -> Iterator[Problem]:
    for number, key in enumerate(lesson.shape.sources if lesson.has("sources") else ()):
        line = lesson.line("sources", number)
        if known is not None and key not in known:
            message = f"`{key}` is not in the bibliography. Add it there, or cite another."
            yield Problem(lesson.path, line, "P205", message)
        if key in lesson.shape.sources[:number]:
            yield Problem(lesson.path, line, "P206", f"`{key}` is cited twice. Keep one.")
