"""The help: every command and skill."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain import commands
from bot.domain.commands import Command, Section
from bot.domain.lesson import Skill
from bot.language import gettext as _
from bot.language import mark
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, context, divider, escape, fit_lines, header, modal, section

MAX_SKILL_LINES = 25
"""Most skills in one section of the help."""

UPLOAD_PACK = mark(
    "To load a lesson pack, send its spreadsheet (`.xlsx`) or its `.zip` in your conversation with Rounds. "
    "`/rounds admin` shows figures, and has a lesson sheet to start with."
)

MESSAGE_ME = mark("Tell me what happened in a message: I answer in a thread and don't store it")


def help_message(skills: Sequence[Skill]) -> MessageContent:
    """Build the answer to `/rounds help`."""
    return MessageContent.of(help_blocks(skills))


def help_modal(skills: Sequence[Skill]) -> View:
    """Build the help opened from App Home."""
    return modal(ids.READ_ONLY_MODAL, _("Help"), help_blocks(skills))


def help_blocks(skills: Sequence[Skill]) -> list[Block]:
    """List every command and skill with what it does. Admins' own come last, for everybody: Slack needn't be asked."""
    return [
        header(_("What I can do")),
        _section(Section.DAY),
        _section(Section.SITUATION, _(MESSAGE_ME)),
        section(_("*Tips by skill* (add a few words to describe a situation)")),
        *_skills(skills),
        _section(Section.WORDS),
        _section(Section.MORE),
        section(f"*{_(Section.ADMIN.value)}*\n{admin_commands_text()}\n{_(UPLOAD_PACK)}"),
        divider(),
        context(_("You can also put /rounds first, e.g. /rounds coach.")),
    ]


def admin_commands_text() -> str:
    """List what admins can type."""
    lines = {f"admin {word}": does for word, does in commands.ADMIN_COMMANDS.items()}
    return "\n".join(f"`/{commands.UMBRELLA} {typed}`: {_(does)}" for typed, does in lines.items())


def _section(heading: Section, *before: str) -> Block:
    lines = [_line(command) for command in commands.COMMANDS if command.section is heading]
    return section("\n".join([f"*{_(heading.value)}*", *before, *lines]))


def _line(command: Command) -> str:
    return f"`{f'{command.typed} {command.example}'.strip()}`: {_(command.does)}"


def _skills(skills: Sequence[Skill]) -> list[Block]:
    """List the skills in at most three sections, and count those that don't fit."""
    lines = [f"`{skill.command or f'/tip {skill.slug}'}`: {escape(skill.name)}" for skill in skills]
    parts = (lines[:MAX_SKILL_LINES], lines[MAX_SKILL_LINES : 2 * MAX_SKILL_LINES], lines[2 * MAX_SKILL_LINES :])
    return [section(fit_lines(part)) for part in parts if part]
