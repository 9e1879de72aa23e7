"""What admins see: packs, problems, invitations, and counts too large to identify anyone."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ConversationSelectElement,
    PlainTextObject,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.audience import Audience
from bot.domain.formats import Formats
from bot.domain.lesson_review import LessonsToReview
from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.errors import PackProblem
from bot.learning import pack_versions
from bot.learning.invitations import MORNING
from bot.learning.pack_comparison import PackChange
from bot.learning.pack_removal import PackRemoval
from bot.learning.packs import LivePack
from bot.learning.workspace_overview import WorkspaceOverview
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MAX_SECTION,
    MessageContent,
    actions,
    button,
    channel_filter,
    confirm,
    context,
    divider,
    escape,
    fit_lines,
    form_field,
    header,
    modal,
    section,
    text_message,
)
from bot.slack.blocks.command_help import admin_commands_text
from bot.slack.blocks.lesson_reviews import lesson_reviews_blocks
from bot.slack.blocks.pack_audience import audience_text

MAX_LIST_LENGTH = MAX_SECTION - 100
"""Characters of a list, with room for the text above it."""

MAX_TITLES_LENGTH = 2_000
"""Characters of a list of titles. A message has about 13,000 characters, for four of these lists and the advice."""

TEMPLATE_NAME = "rounds-lessons.xlsx"
TEMPLATE_COMMENT = (
    "The workbook for your own lessons, with one example. The sheet *How to* explains how it works. Fill it in and "
    "send it to me here. I'll list every problem with its cell, and nothing changes before you press *Load*."
)

MAX_LISTED = 20
"""Most problems, titles, or packs in a list. The rest are counted."""

FOR_EVERYONE = (
    "Only whoever runs Rounds can remove or limit a pack for everyone on this server. You can retract its lessons here."
)

MAX_PACKS_LISTED = 15
"""Most packs in a list, so that the longest names fit into a message."""

MAX_PACKS_IN_OVERVIEW = 10
"""Most packs listed in the overview, below the lessons to review: a message has about 13,000 characters."""


def overview_message(
    overview: WorkspaceOverview, live: Sequence[LivePack], due: LessonsToReview, formats: Formats
) -> MessageContent:
    """Build the answer to `/rounds admin`."""
    return MessageContent.of(
        [
            header("Rounds for admins"),
            section(_learner_count(overview, formats)),
            section(
                f"{admin_commands_text()}\n"
                "To load a lesson pack, upload its spreadsheet (`.xlsx`) or its `.zip` in your conversation with "
                "Rounds. *Get the lesson sheet* sends you one to start with."
            ),
            actions(
                "admin",
                [button("Invite people", ids.OPEN_INVITE), button("Get the lesson sheet", ids.SEND_TEMPLATE)],
            ),
            *([divider(), section("*Lessons to review*"), *lesson_reviews_blocks(due, formats)] if due.all else []),
            *([divider(), section("*Live packs*")] if live else []),
            *_packs(live, formats, MAX_PACKS_IN_OVERVIEW),
        ]
    )


def packs_message(
    live: Sequence[LivePack], formats: Formats, note: str | None = None, *, for_admin: bool = True
) -> MessageContent:
    """List the live packs: who loaded each and when, and what can be done with it.

    Unless it is `for_admin`, it is for an author, who doesn't choose who gets a pack.
    """
    top: list[Block] = [section(f"*{escape(note)}*")] if note else []
    return MessageContent.of(
        [
            *top,
            *(
                _packs(live, formats, for_admin=for_admin)
                or [section("No pack is loaded yet. Upload its `.xlsx` or `.zip` here.")]
            ),
            *([] if for_admin else [actions("author", [button("Get the lesson sheet", ids.SEND_TEMPLATE)])]),
        ]
    )


def remove_pack_modal(removal: PackRemoval, formats: Formats, *, for_admin: bool = True) -> View:
    """Ask whether to remove a pack: how many people have begun with it, unless an author asks, and what is kept."""
    again = (
        f" {escape(removal.replaced_by)}, which is for everyone on this server, is taught here again."
        if removal.replaced_by
        else ""
    )
    return modal(
        ids.REMOVE_PACK_MODAL,
        "Remove this pack?",
        [
            section(
                f"*{escape(removal.name)} {escape(removal.version)}* has "
                f"{_count(removal.lessons, 'lesson', 'lessons')}.{_reach(removal, formats) if for_admin else ''}"
            ),
            section(f"From then on, none of it is sent, asked again, or shown as a tip.{again}"),
            section(
                "Answers, reflections, streaks, and saved lessons are kept. If you load the pack again, everyone "
                "continues where they left off."
            ),
        ],
        submit="Remove",
        close="Cancel",
        metadata=str(removal.version_id),
    )


def removed_message(removal: PackRemoval) -> MessageContent:
    """Say that a pack is removed, and how it comes back."""
    again = f" {escape(removal.replaced_by)} is taught here again." if removal.replaced_by else ""
    return text_message(
        f"*{escape(removal.name)} {escape(removal.version)} is removed.* Nothing of it is sent from now on.{again} "
        "What people did with it is kept. To bring it back, send me its file again."
    )


def who_text(by: str) -> str:
    """Say who loaded a pack or retracted a lesson, given a user id or one of the names that stand for others."""
    others = {pack_versions.OPERATOR: "whoever runs Rounds", pack_versions.PROGRAM: "Rounds itself"}
    return others.get(by) or (f"<@{by}>" if pack_versions.is_user_id(by) else "somebody who deleted their data")


def problems_message(file_name: str, problems: Sequence[PackProblem], live: LivePack | None) -> MessageContent:
    """Say that a pack can't be loaded, with all of its problems and their locations. `live`: the pack as it is live."""
    still = f"; {escape(live.name)} {escape(live.version)} is still live." if live else "."
    return MessageContent.of(
        [
            section(f"Nothing changed{still} {_count(len(problems), 'problem', 'problems')} in `{escape(file_name)}`:"),
            section(problem_list(problems)),
            context("Fix this and upload again." if len(problems) == 1 else "Fix these and upload again."),
        ]
    )


def conflict_message(problems: Sequence[PackProblem]) -> MessageContent:
    """Say that a pack can't go live because another one did since it was uploaded."""
    lines = [f"• {escape(problem.message)}" for problem in problems]
    return MessageContent.of(
        [
            section("*Not loaded, because another pack went live since you sent this one.* Nothing changed."),
            section(fit_lines(lines, MAX_LIST_LENGTH, MAX_LISTED)),
            context("Fix this in your file and upload it again."),
        ]
    )


def download_comment(name: str, version: str, *, complete: bool) -> str:
    """Say what to do with the spreadsheet of a live pack. `complete`: it has all that its authors know of sources."""
    missing = (
        " I didn't keep everything about its sources when it was loaded: fill in *Publication* and *Supports* on the "
        "sheet *Sources* first."
    )
    return (
        f"*{escape(name)} {escape(version)}* as a spreadsheet. To change it, edit the cells, raise the version on the "
        f"sheet *Pack*, and send it to me here.{'' if complete else missing}"
    )


def loaded_message(change: PackChange) -> MessageContent:
    """Say that the pack is live, and for whom if it isn't for everyone."""
    audience = "" if change.audience is Audience.EVERYONE else f" It is for {audience_text(change.audience)}."
    return text_message(
        f"*{escape(change.name)} {escape(change.version)} is live.*{audience} {len(change.added)} added, "
        f"{len(change.changed)} changed, {len(change.removed)} removed. Answers given before keep their "
        "lessons. To go back, type `/rounds admin packs`."
    )


def discarded_message() -> MessageContent:
    """Confirm *Not now*."""
    return text_message("Not loaded. Nothing changed.")


def not_admin_message(admins: Sequence[str]) -> MessageContent:
    """Refuse someone who isn't an admin, and name the admins of ROUNDS_ADMINS."""
    named = f" (and {', '.join(f'<@{admin}>' for admin in admins[:MAX_LISTED])})" if admins else ""
    return text_message(f"Only this workspace's admins and owners{named} can do that. Nothing changed.")


def invite_modal(formats: Formats) -> View:
    """Ask whom to invite."""
    return modal(
        ids.INVITE_MODAL,
        "Invite people",
        [
            section(
                f"Each person gets a message with *Start*, at {formats.write_time(MORNING.start)} on their next "
                "working day, and one reminder a week later if they don't answer. Nobody gets lessons without pressing "
                "*Start*."
            ),
            form_field(
                "people",
                "People",
                UserMultiSelectElement(action_id="people", placeholder=PlainTextObject(text="Choose people")),
                optional=True,
            ),
            form_field(
                "channel",
                "Everyone in a channel",
                ConversationSelectElement(
                    action_id="channel",
                    placeholder=PlainTextObject(text="Choose a channel"),
                    filter=channel_filter(with_shared=True),  # only their own people are invited
                ),
                hint="Rounds must be in the channel: /invite @Rounds there first.",
                optional=True,
            ),
        ],
        submit="Invite",
        close="Not now",
    )


def invited_message(days: Sequence[date], formats: Formats, left_out: int = 0) -> MessageContent:
    """Say when invitations come, but not to how many: that would show who uses Rounds or left it.

    `days`: the days in people's own time zones, in order. `left_out`: bots, deactivated users, and accounts that Slack
    doesn't know.
    """
    who = "a bot, or someone who has left" if left_out == 1 else "bots, or people who have left"
    others = f" {_count(left_out, 'account', 'accounts')} can't be invited: {who}." if left_out else ""
    if not days:
        return text_message(f"*Nobody was invited.*{others}")
    when = f"on {formats.write_day(days[0])}"
    if len(days) > 1:
        when = f"between {formats.write_day(days[0])}, and {formats.write_day(days[-1])}"
    return text_message(
        f"*Invitations come {when}, at {formats.write_time(MORNING.start)} where each person is,* to those you "
        "chose who are new to Rounds. Anyone who neither starts nor declines gets one reminder a week later. I don't "
        f"say who or how many: whether someone learns is theirs to tell.{others}"
    )


def problem_list(problems: Sequence[PackProblem]) -> str:
    """List problems with their places. As many as fit; the rest are counted."""
    return fit_lines([f"`{escape(p.location)}` {escape(p.message)}" for p in problems], MAX_LIST_LENGTH, MAX_LISTED)


def _learner_count(overview: WorkspaceOverview, formats: Formats) -> str:
    if not overview.learners or overview.counted_on is None:
        return f"*Fewer than {MIN_PEOPLE_COUNTED} people* learned here when I last counted. I count on Mondays."
    return (
        f"*About {overview.learners} people* learned here in the week of {formats.write_day(overview.counted_on)}. "
        f"I count on Mondays, and this number changes only when {MIN_PEOPLE_COUNTED} or more have joined or left, so "
        "that it tells nothing about anyone."
    )


def _packs(
    live: Sequence[LivePack], formats: Formats, most: int = MAX_PACKS_LISTED, *, for_admin: bool = True
) -> list[Block]:
    blocks: list[Block] = []
    for pack in live[:most]:
        retracted = f", {pack.retracted} of them retracted" if pack.retracted else ""
        text = (
            f"*{escape(pack.name)}* {escape(pack.version)}\n{_count(pack.lessons, 'lesson', 'lessons')}{retracted}. "
            f"Loaded by {who_text(pack.loaded_by)} on {formats.write_date(pack.live_since)}, for "
            f"{audience_text(pack.audience) if pack.is_own else 'everyone on this server'}."
        )
        blocks += [section(text), actions(f"pack_{pack.version_id}", _pack_buttons(pack, for_admin=for_admin))]
    if len(live) > most:
        blocks.append(context(f"… and {len(live) - most} more"))
    if any(not pack.is_own for pack in live[:most]):
        blocks.append(context(FOR_EVERYONE))
    return blocks


def _pack_buttons(pack: LivePack, *, for_admin: bool) -> list[ButtonElement]:
    value, name = str(pack.version_id), f"{pack.name} {pack.version}"
    buttons = [_download_button(pack)]
    if pack.is_own and pack.previous_version:
        buttons.append(_rollback_button(pack))
    buttons.append(button("Retract a lesson", ids.OPEN_RETRACT, value=value, label=f"Retract a lesson of {name}"))
    if pack.retracted:
        buttons.append(button("Retracted lessons", ids.OPEN_RETRACTED, value=value))
    if pack.is_own and for_admin:
        buttons.append(button("Who gets it", ids.OPEN_AUDIENCE, value=value, label=f"Choose who gets {name}"))
    if pack.is_own:
        buttons.append(button("Remove", ids.OPEN_REMOVE_PACK, value=value, label=f"Remove {name}"))
    return buttons


def _reach(removal: PackRemoval, formats: Formats) -> str:
    """Say how many people have begun with a pack. The number tells nothing about anyone (`workspace_overview`)."""
    if removal.had_audience:
        return " I don't say how many people have begun with a pack that was for chosen people."
    if removal.counted_on is None:
        return " I haven't counted yet how many people have begun with it. I count on Mondays."
    if not removal.people:
        return f" *Fewer than {MIN_PEOPLE_COUNTED} people* had begun with it when I last counted. I count on Mondays."
    return f" *About {removal.people} people* had begun with it in the week of {formats.write_day(removal.counted_on)}."


def _download_button(pack: LivePack) -> ButtonElement:
    label = f"Download {pack.name} {pack.version} as spreadsheet"
    return button("Download as spreadsheet", ids.DOWNLOAD_PACK, value=str(pack.version_id), label=label)


def _rollback_button(pack: LivePack) -> ButtonElement:
    question = confirm("Go back?", f"{pack.name} {pack.previous_version} will be live again.", "Go back", "Cancel")
    label = f"Go back to {pack.name} {pack.previous_version}"
    return button(
        f"Go back to {pack.previous_version}",
        ids.ROLL_BACK_PACK,
        value=str(pack.version_id),
        label=label,
        confirm=question,
    )


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
