"""Finds what a pack would take from another one: ids of lessons and programs, and commands of skills.

Packs that are live share them.
"""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from bot.content.draft_reader import LESSON_PATH_PATTERN, PROGRAM_PATH_PATTERN
from bot.content.other_packs import OtherPack
from bot.content.pack_draft import PackDraft
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import PACK_FILE
from bot.content.schema import PackSchema
from bot.content.yaml_reader import read_yaml
from bot.errors import PackProblem


def find_clashes(draft: PackDraft, others: Sequence[OtherPack]) -> Iterator[PackProblem]:
    """Yield every lesson id, command, and program that another pack has, each at its line.

    A version of the pack is no other.
    """
    for other in others:
        if other.slug == slug_of(draft):
            continue
        taken = frozenset(other.lesson_ids)
        for lesson in draft.lessons:
            if lesson.can_read("id") and lesson.parsed.id in taken:
                line = lesson.line_of("id")
                yield PackProblem(lesson.path, line, "P901", other.describe_lesson(lesson.parsed.id))
        for number, skill in enumerate(draft.pack.skills if draft.pack else ()):
            if skill.command and draft.pack_tree and other.has_command(skill.command, skill.slug):
                line = draft.pack_tree.line_of(("skills", number, "command"))
                yield PackProblem(PACK_FILE, line, "P902", other.describe_command(skill.command))
        for program in draft.programs:
            if program.parsed.slug in other.programs:
                message = other.describe_program(program.parsed.slug)
                yield PackProblem(program.path, program.line_of("slug"), "P903", message)


def read_other_pack(pack_files: PackFiles) -> OtherPack | None:
    """Return what a pack's files take, without reading its lessons. None if they have no readable pack.yaml."""
    tree, _ = read_yaml(PACK_FILE, pack_files.files.get(PACK_FILE, b""))
    try:
        parsed = PackSchema.model_validate(tree.root if tree else None)
    except ValidationError:
        return None
    named = map(LESSON_PATH_PATTERN.fullmatch, pack_files.files)
    ids = frozenset(f"{match['skill']}-{match['number']}" for match in named if match)
    commands = {skill.command: skill.slug for skill in parsed.skills if skill.command}
    paths = map(PROGRAM_PATH_PATTERN.fullmatch, pack_files.files)
    programs = frozenset(match["slug"] for match in paths if match)
    return OtherPack(parsed.slug, parsed.name, ids, commands, programs)


def slug_of(draft: PackDraft) -> str | None:
    """Return the pack's slug, even if something else in pack.yaml can't be read. None if it has none."""
    if draft.pack:
        return draft.pack.slug
    slug = draft.pack_tree.root.get("slug") if draft.pack_tree and isinstance(draft.pack_tree.root, dict) else None
    return slug.strip() if isinstance(slug, str) and slug.strip() else None
