"""Programs: what is offered, choosing one, and a lesson's place in it."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, InputBlock, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.program import Program, ProgramProgress
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.programs import ProgramChange, ProgramPlace, ProgramsView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    context,
    escape,
    fit_lines,
    form_field,
    modal,
    option,
    section,
    text_message,
)
from bot.slack.blocks.enrollment import next_lesson_text

PROGRAM = "program"
"""The field for a program."""

NO_PROGRAM = "-"
"""The value of *No program*. No slug is a hyphen."""

MAX_OFFERED = 99
"""Slack's limit for a menu, less *No program*."""

NONE_OFFERED = mark("No programs are offered here yet. All skills take turns.")

_ABOUT = mark(
    "A program is a path of lessons for people in one role. Its lessons come first, in their order, on your usual "
    "days. After the last one all skills take turns again. Lessons that you've had aren't repeated, and you can leave "
    "at any time."
)


def programs_modal(view: ProgramsView) -> View:
    """Show the programs, and ask which one to follow."""
    if not view.offered:
        return modal(ids.READ_ONLY_MODAL, _("Programs"), [section(_(NONE_OFFERED))])
    shown = [_describe(each) for each in view.offered]
    followed: list[Block] = [section(progress_text(view.current))] if view.current else []
    return modal(
        ids.PROGRAM_MODAL,
        _("Programs"),
        [
            section(_(_ABOUT)),
            *followed,
            section(fit_lines([line for each in shown for line in (each, "")][:-1])),
            program_field([each.program for each in view.offered], view.followed, optional=False),
        ],
        submit=_("Save"),
    )


def program_field(
    programs: Sequence[Program], followed: str | None, *, optional: bool, for_cohort: bool = False
) -> InputBlock:
    """Make the field for a program: one's own, or that of a cohort.

    Unless it is `optional`, *No program* can be chosen, too.
    """
    choices = [option(each.name, each.slug, each.role) for each in programs[:MAX_OFFERED]]
    if not optional:
        choices = [option(_("No program: all skills take turns"), NO_PROGRAM), *choices]
    chosen = next((each for each in choices if each.value == (followed or NO_PROGRAM)), None)
    menu = StaticSelectElement(
        action_id=PROGRAM,
        placeholder=PlainTextObject(text=_("Choose a program")),
        options=choices,
        initial_option=chosen,
    )
    if for_cohort:
        hint = _("A path of lessons for people in one role. Each of them can leave it at any time.")
        return form_field(PROGRAM, _("Program"), menu, hint=hint, optional=optional)
    own_hint = _("A path of lessons for your role. You can leave it at any time.") if optional else None
    return form_field(PROGRAM, _("Your program"), menu, hint=own_hint, optional=optional)


def changed_message(change: ProgramChange) -> MessageContent:
    """Say what a choice changed."""
    if change.is_none:
        said = progress_text(change.now) if change.now else _("All skills take turns.")
        return text_message(" ".join([_("Nothing changed."), said]))
    if change.now is None:
        return text_message(" ".join([left_text(change), next_lesson_text(change.learner)]))
    return MessageContent.of(begun_blocks(change.now, next_lesson_text(change.learner)))


def begun_blocks(begun: ProgramProgress, next_lesson: str) -> list[Block]:
    """Say that a program begins: its welcome, and when its first lesson comes."""
    program = begun.program
    lessons = ngettext("{count} lesson", "{count} lessons", begun.count)
    heading = f"*{escape(program.name)}: {lessons}*"
    if begun.is_over:
        over = _("You've had all of its lessons already, so all skills take turns.")
        return [section(f"{heading}\n{over}")]
    blocks: list[Block] = [section(f"{heading}\n{escape(program.welcome)}")]
    had = (
        [ngettext("You've had {count} of them already.", "You've had {count} of them already.", begun.had)]
        if begun.had
        else []
    )
    return [*blocks, context(" ".join([*had, next_lesson]))]


def left_text(change: ProgramChange) -> str:
    """Say which program somebody left."""
    name = escape(change.before.program.name) if change.before else ""
    return _(
        "*You've left {program}.* All skills take turns from your next lesson on. You can come back to it at any time.",
        program=name,
    )


def progress_text(progress: ProgramProgress) -> str:
    """Say how far somebody is in a program: `New nurse manager: 7 of 20 lessons answered.`"""
    name, answered, count = escape(progress.program.name), progress.answered, progress.count
    if not progress.is_over:
        return _("{program}: {answered} of {count} lessons answered.", program=name, answered=answered, count=count)
    if answered == count:
        return _(
            "{program}: you've answered all {count} lessons. All skills take turns now.", program=name, count=count
        )
    return _(
        "{program}: you've had all {count} lessons, and answered {answered}. All skills take turns now.",
        program=name,
        answered=answered,
        count=count,
    )


def place_text(place: ProgramPlace) -> str:
    """Say where in a program a lesson stands."""
    said = _("{program}, lesson {place} of {count}.", program=escape(place.name), place=place.place, count=place.count)
    return " ".join([said, _("It's the last one: after it all skills take turns.")]) if place.is_last else said


def offer_message() -> MessageContent:
    """Offer the programs to somebody who asked for them in words."""
    return MessageContent.of(
        [
            section(_("A program is a path of lessons for your role.")),
            actions("programs", [button(_("See programs"), ids.OPEN_PROGRAMS)]),
        ]
    )


def home_blocks(current: ProgramProgress | None) -> list[Block]:
    """Build the part of Home about programs, if any are offered."""
    said = progress_text(current) if current else _("None. All skills take turns.")
    # Translators: a button beside the program that somebody follows.
    name = _("Change") if current else _("Choose")
    press = button(name, ids.OPEN_PROGRAMS, label=_("Choose a program"))
    return [section("\n".join([_("*Program*"), said]), accessory=press)]


def _describe(progress: ProgramProgress) -> str:
    program = progress.program
    lessons = ngettext("{count} lesson", "{count} lessons", progress.count)
    weeks = ngettext("about {count} week", "about {count} weeks", program.weeks)
    return f"*{escape(program.name)}* · {lessons}, {weeks}\n{escape(program.role)}\n_{escape(program.goal)}_"
