"""The table of what people can type. Routing, manifest, help, reserved names, and README are made from it."""

from dataclasses import dataclass
from enum import StrEnum

UMBRELLA = "rounds"
"""The slash command that takes every other one by its name: `/rounds pause`."""


class Section(StrEnum):
    """Where the help lists a command."""

    DAY = "Your day"
    SITUATION = "When something comes up"
    WORDS = "Your words"
    MORE = "More"


@dataclass(frozen=True, slots=True)
class Command:
    """A command, answered by the method of `CommandHandlers` that has its name (`delete-me`: `delete_me`).

    `does` says what for, as the rest of a sentence; `usage` what may follow the name, and `example` an instance of it.
    One with a `slash` command of its own works without the umbrella, too. `aliases` are answered and listed nowhere.
    """

    name: str
    does: str
    usage: str = ""
    example: str = ""
    section: Section = Section.DAY
    slash: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called by."""
        return (self.name, *self.aliases)

    @property
    def typed(self) -> str:
        """How its name is typed: `/lesson`, `/rounds pause`."""
        return f"/{self.name}" if self.slash else f"/{UMBRELLA} {self.name}"


COMMANDS = (
    Command("lesson", "today's lesson now", slash=True),
    Command("streak", "your streak, its freezes, and your last four weeks", slash=True),
    Command("settings", "shifts, time zone, how often, skills to focus on"),
    Command("pause", "a break; nothing piles up, and your streak waits", "[until DATE]", "until 7 December"),
    Command("resume", "lessons again"),
    Command("tip", "a tip of any skill, or lessons that fit", "[skill] [situation]", "", Section.SITUATION, slash=True),
    Command(
        "coach",
        "lessons that fit a situation, from anywhere in Slack; what you type isn't stored",
        "situation",
        "two nurses no longer speak",
        Section.SITUATION,
        slash=True,
    ),
    Command("journal", "your reflections", section=Section.WORDS),
    Command("export", "your reflections as a file", section=Section.WORDS),
    Command("delete-me", "remove everything", section=Section.WORDS, aliases=("delete",)),
    Command("admin", "for admins: figures, lesson packs, invitations", "[packs | invite]", section=Section.MORE),
    Command("help", "this list", section=Section.MORE),
)


def reserved_commands() -> frozenset[str]:
    """The slash commands that Rounds itself answers, so that no skill may have them."""
    return frozenset(f"/{name}" for command in COMMANDS for name in command.names) | {f"/{UMBRELLA}"}
