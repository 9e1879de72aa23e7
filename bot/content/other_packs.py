"""What other packs have taken, as the running bot tells it to the process that checks an upload."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass


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


def others_to_json(others: Sequence[OtherPack]) -> str:
    """Return the packs as text for another process."""
    lists = ({"lesson_ids": sorted(each.lesson_ids), "programs": sorted(each.programs)} for each in others)
    return json.dumps([asdict(each) | fields for each, fields in zip(others, lists, strict=True)])


def others_from_json(text: str) -> tuple[OtherPack, ...]:
    """Read what `others_to_json` returned."""
    return tuple(OtherPack(**fields) for fields in json.loads(text))
