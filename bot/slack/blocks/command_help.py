"""The help: every command and skill."""

from collections.abc import Mapping, Sequence

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
    "`/rounds admin packs` lists the packs that are live."
)

MESSAGE_ME = mark("Tell me what happened in a message: I answer in a thread and don't store it")


def help_message(skills: Sequence[Skill]) -> MessageContent:
    """Build the answer to `/rounds help`."""
    return MessageContent.of(help_blocks(skills))


def help_modal(skills: Sequence[Skill]) -> View:
    """Build the help opened from App Home."""
    return modal(ids.READ_ONLY_MODAL, _("Help"), help_blocks(skills))


def help_blocks(skills: Sequence[Skill]) -> list[Block]:
    """List every command and skill with what it does. Of admins' own it says only how to see them: who may use them
    isn't known without asking Slack.
    """
    return [
        header(_("What I can do")),
        _section(Section.DAY),
        _section(Section.SITUATION, _(MESSAGE_ME)),
        section(_("*Tips by skill* (add a few words to describe a situation)")),
        *_skills(skills),
        _section(Section.WORDS),
        _section(Section.MORE),
        section("\n".join([f"*{_(Section.ADMIN.value)}*", _("Type `/rounds admin help` to see what you can do.")])),
        divider(),
        context(_("You can also put /rounds first, e.g. /rounds coach.")),
    ]


def admin_help_message(allowed: Mapping[str, str], *, may_load: bool) -> MessageContent:
    """Build the answer to `/rounds admin help`, for somebody who may type what is `allowed`, and load packs or not."""
    upload = [section(_(UPLOAD_PACK))] if may_load else []
    return MessageContent.of([header(_("What you can do")), section(admin_commands_text(allowed)), *upload])


def admin_commands_text(allowed: Mapping[str, str] = commands.ADMIN_COMMANDS) -> str:
    """List what admins can type, or what is `allowed` of it, with what it does."""
    lines = {f"admin {word}": does for word, does in allowed.items()}
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
