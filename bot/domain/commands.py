"""The table of commands that people can type. Routing, manifest, help, reserved names, and README are built from it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.language import mark

UMBRELLA = "rounds"
"""The slash command that runs any other command by name: `/rounds pause`."""


class Section(StrEnum):
    """The heading of the help that a command is under. What is under `ADMIN` is listed for those who may use it."""

    DAY = mark("Your day")
    SITUATION = mark("When something comes up")
    WORDS = mark("Your words")
    MORE = mark("More")
    ADMIN = mark("For admins, leads of cohorts, authors, and viewers")


@dataclass(frozen=True, slots=True)
class Command:
    """A command, handled by the method of `CommandHandlers` with the same name (`delete-me`: `delete_me`).

    `does` says what the command does, with the verb first, and is translated where it is shown. `usage` shows what may
    follow the name, and `example` is one such input. A command with `slash` also works without the umbrella. Rounds
    answers `aliases` but doesn't list them.
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
        """The command's name and its aliases."""
        return (self.name, *self.aliases)

    @property
    def typed(self) -> str:
        """What to type to run the command: `/lesson`, `/rounds pause`."""
        return f"/{self.name}" if self.slash else f"/{UMBRELLA} {self.name}"


COMMANDS = (
    Command("lesson", mark("get today's lesson now"), slash=True),
    Command("streak", mark("see your streak, its freezes, and your last four weeks"), slash=True),
    Command("progress", mark("see what you have learned, and get a certificate")),
    Command("settings", mark("change your times, shifts, time zone, how often lessons come, and focus skills")),
    Command("program", mark("follow a path of lessons for your role, or leave it"), aliases=("programs",)),
    Command("join", mark("join a cohort with the code that you were given"), "CODE", "K7M2QX"),
    Command("opt-out", mark("leave a comparison, and get the usual schedule again")),
    Command("pause", mark("take a break; nothing piles up, and your streak waits"), "[until DATE]", "until Friday"),
    Command("resume", mark("start lessons again")),
    Command(
        "tip",
        mark("get a tip on any skill, or lessons that fit a situation"),
        "[skill] [situation]",
        "",
        Section.SITUATION,
        slash=True,
    ),
    Command(
        "coach",
        mark("find lessons that fit a situation, from anywhere in Slack; what you type isn't stored"),
        "situation",
        "two nurses no longer speak",
        Section.SITUATION,
        slash=True,
    ),
    Command("journal", mark("read and search your reflections"), section=Section.WORDS),
    Command("export", mark("get your reflections and answers as files"), section=Section.WORDS),
    Command("delete-me", mark("delete all your data in Rounds"), section=Section.WORDS, aliases=("delete",)),
    Command(
        "admin",
        mark(
            "for admins: see figures, manage lesson packs, invite people, start cohorts, compare two ways of asking, "
            "choose authors and viewers, and see what was done"
        ),
        "[packs | lessons | invite | cohorts | report | trial | authors | viewers | log]",
        section=Section.ADMIN,
    ),
    Command("help", mark("see this list"), section=Section.MORE),
)

ADMIN_COMMANDS = {
    "packs": mark("see, download, roll back, or remove live packs, and retract a lesson"),
    "lessons": mark("see which lessons may need another look"),
    "invite": mark("invite a channel or people"),
    "cohorts": mark("start or lead a group of people, and see how many have begun"),
    "report": mark("see week by week how many practice, and how much they remember"),
    "trial": mark("compare two ways of bringing questions back in a cohort, at random, with one result at the end"),
    "authors": mark("choose who else may load and change this workspace's packs"),
    "viewers": mark("choose who else may see reports and lesson health"),
    "log": mark("see what admins and authors did"),
}
"""What may follow `/rounds admin`, and what it does, which is translated where it is shown."""


def list_admin_commands(*, is_author: bool, is_viewer: bool, is_lead: bool) -> dict[str, str]:
    """Return those of `ADMIN_COMMANDS` that somebody who isn't an admin may type."""
    allowed = {
        "packs": is_author,
        "lessons": is_author or is_viewer,
        "cohorts": is_lead,
        "report": is_viewer or is_lead,
    }
    return {word: does for word, does in ADMIN_COMMANDS.items() if allowed.get(word, False)}


def reserved_commands() -> frozenset[str]:
    """Return the slash commands that Rounds answers itself. No skill may use them."""
    return frozenset(f"/{name}" for command in COMMANDS for name in command.names) | {f"/{UMBRELLA}"}
