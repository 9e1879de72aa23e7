"""Finds what a pack would take from another one: ids of lessons and programs, and commands of skills.

Packs that are live share them.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from pydantic import ValidationError

from bot.content.draft_reader import LESSON_PATH_PATTERN, PROGRAM_PATH_PATTERN
from bot.content.pack_draft import PackDraft
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import PACK_FILE
from bot.content.schema import PackSchema
from bot.content.yaml_reader import read_yaml
from bot.errors import PackProblem


@dataclass(frozen=True, slots=True)
class OtherPack:
    """What another pack has: its slug and name, its lessons' ids, each command with the slug of its skill, and its
    programs' slugs."""

    slug: str
    name: str
    lesson_ids: Collection[str]
    commands: Mapping[str, str]
    programs: Collection[str] = frozenset()

    def describe_lesson(self, lesson_id: str) -> str:
        """Return the message for a lesson id that this pack has."""
        return (
            f"Lesson `{lesson_id}` is already in the pack {self.name}. "
            "Choose another number, or another short name for the skill."
        )

    def describe_command(self, command: str) -> str:
        """Return the message for a command that this pack has."""
        return f"The command `{command}` belongs to the pack {self.name}. Choose another one, or leave it out."

    def describe_program(self, slug: str) -> str:
        """Return the message for the slug of a program that this pack has."""
        return f"The program `{slug}` is already in the pack {self.name}. Choose another short name."

    def has_command(self, command: str | None, skill: str) -> bool:
        """Return whether this pack has the command for a skill other than this one."""
        return command is not None and self.commands.get(command, skill) != skill


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


def others_to_json(others: Sequence[OtherPack]) -> str:
    """Return the packs as text for another process."""
    lists = ({"lesson_ids": sorted(each.lesson_ids), "programs": sorted(each.programs)} for each in others)
    return json.dumps([asdict(each) | fields for each, fields in zip(others, lists, strict=True)])


def others_from_json(text: str) -> tuple[OtherPack, ...]:
    """Read what `others_to_json` returned."""
    return tuple(OtherPack(**fields) for fields in json.loads(text))
