"""What Rounds understands."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain import commands
from bot.domain.commands import Command, Section
from bot.domain.lesson import Skill
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, context, divider, escape, fit_lines, header, modal, section

MAX_SKILL_LINES = 25
"""Skills in one section of the help; a pack has no more."""

MESSAGE_ME = "Write to me what happened: I answer in a thread, and don't store it"


def help_message(skills: Sequence[Skill]) -> MessageContent:
    """Every command, with what it does."""
    return MessageContent.of(help_blocks(skills))


def help_modal(skills: Sequence[Skill]) -> View:
    """The same, from App Home."""
    return modal(ids.READ_ONLY_MODAL, "Help", help_blocks(skills))


def help_blocks(skills: Sequence[Skill]) -> list[Block]:
    """What both show."""
    return [
        header("What I can do"),
        _section(Section.DAY),
        _section(Section.SITUATION, MESSAGE_ME),
        section("*Tips by skill* (add a few words to describe a situation)"),
        *_skills(skills),
        _section(Section.WORDS),
        _section(Section.MORE),
        divider(),
        context("You can also put /rounds first, such as /rounds coach."),
    ]


def _section(heading: Section, *before: str) -> Block:
    lines = [_line(command) for command in commands.COMMANDS if command.section is heading]
    return section("\n".join([f"*{heading}*", *before, *lines]))


def _line(command: Command) -> str:
    return f"`{f'{command.typed} {command.example}'.strip()}`: {command.does}"


def _skills(skills: Sequence[Skill]) -> list[Block]:
    """A line for each skill, in at most three sections; what does not fit is counted."""
    lines = [f"`{skill.command or f'/tip {skill.slug}'}`: {escape(skill.name)}" for skill in skills]
    parts = (lines[:MAX_SKILL_LINES], lines[MAX_SKILL_LINES : 2 * MAX_SKILL_LINES], lines[2 * MAX_SKILL_LINES :])
    return [section(fit_lines(part)) for part in parts if part]
