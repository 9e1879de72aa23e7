"""What admins see: packs, problems, invitations, and counts too large to identify anyone."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ConversationSelectElement,
    PlainTextObject,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.lesson_review import LessonsToReview
from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.errors import PackProblem
from bot.learning.enrollment import InvitationCounts
from bot.learning.packs import LivePack, PackChange
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
    format_date,
    header,
    modal,
    section,
    shorten,
    text_message,
)
from bot.slack.blocks.lesson_reviews import lesson_reviews_blocks

MAX_LIST_LENGTH = MAX_SECTION - 100
"""Characters of a list, with room for the text above it."""

TEMPLATE_NAME = "rounds-lessons.xlsx"
TEMPLATE_COMMENT = (
    "The workbook for your own lessons, with one example. The sheet *How to* explains how it works. Fill it in and "
    "send it to me here. I'll list every problem with its cell, and nothing changes before you press *Load*."
)

MAX_LISTED = 20
"""Most problems, titles, or packs in a list. The rest are counted."""

MAX_PACKS_IN_OVERVIEW = 15
"""Most packs listed in the overview: a message has at most 50 blocks."""


def overview_message(overview: WorkspaceOverview, packs: Sequence[LivePack], due: LessonsToReview) -> MessageContent:
    """Build the answer to `/rounds admin`."""
    count = (
        f"{overview.learners} people learn here."
        if overview.learners
        else f"Fewer than {MIN_PEOPLE_COUNTED} people learn here."
    )
    return MessageContent.of(
        [
            header("Rounds for admins"),
            section(f"{count} Counts under {MIN_PEOPLE_COUNTED} and people's words are never shown."),
            section(
                "`/rounds admin packs`: see live packs, or roll one back\n`/rounds admin invite`: invite a channel or "
                "people\nTo load a lesson pack, upload its spreadsheet (`.xlsx`) or its `.zip` in your conversation "
                "with Rounds. *Get the lesson sheet* sends you one to start with."
            ),
            actions(
                "admin",
                [button("Invite people", ids.OPEN_INVITE), button("Get the lesson sheet", ids.SEND_TEMPLATE)],
            ),
            *([divider(), section("*Lessons to review*"), *lesson_reviews_blocks(due)] if due.all else []),
            *_packs(packs, MAX_PACKS_IN_OVERVIEW),
        ]
    )


def packs_message(packs: Sequence[LivePack], note: str | None = None) -> MessageContent:
    """List the live packs, each with a rollback if it has a previous version."""
    top: list[Block] = [section(f"*{escape(note)}*")] if note else []
    return MessageContent.of(
        [*top, *(_packs(packs) or [section("No pack is loaded yet. Upload its `.xlsx` or `.zip` here.")])]
    )


def problems_message(file_name: str, problems: Sequence[PackProblem], live_version: str | None) -> MessageContent:
    """Say that a pack can't be loaded, with all of its problems and their locations."""
    still = f"Nothing changed; version {escape(live_version)} is still live." if live_version else "Nothing changed."
    return MessageContent.of(
        [
            section(f"{still} {_count(len(problems), 'problem', 'problems')} in `{escape(file_name)}`:"),
            section(_problem_list(problems)),
            context("Fix this and upload again." if len(problems) == 1 else "Fix these and upload again."),
        ]
    )


def change_message(file_name: str, change: PackChange, advice: Sequence[PackProblem]) -> MessageContent:
    """Say what loading would change, with *Load*."""
    title = f"{change.name} {change.version}"
    if change.already_live:
        return text_message(f"`{escape(file_name)}` is already live: {escape(title)}. Nothing changed.")
    value = str(change.version_id)
    return MessageContent.of(
        [
            header(shorten(title, 150)),
            section(_summary(change)),
            *_titles("Added", change.added),
            *_titles("Changed", change.changed),
            *_titles("Removed", change.removed),
            *_advice(advice),
            actions(
                "pack",
                [
                    button("Load", ids.LOAD_PACK, value=value, style="primary"),
                    button("Not now", ids.DISCARD_PACK, value=value),
                ],
            ),
        ]
    )


def loaded_message(change: PackChange) -> MessageContent:
    """Say that the pack is live."""
    return text_message(
        f"*{escape(change.name)} {escape(change.version)} is live.* {len(change.added)} added, "
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


def invite_modal() -> View:
    """Ask whom to invite."""
    return modal(
        ids.INVITE_MODAL,
        "Invite people",
        [
            section("Each person gets one message with *Start*. Nobody gets lessons without pressing it."),
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
                    filter=channel_filter(),
                ),
                hint="Rounds must be in the channel: /invite @Rounds there first.",
                optional=True,
            ),
        ],
        submit="Invite",
        close="Not now",
    )


def invited_message(invited: InvitationCounts, left_out: int = 0) -> MessageContent:
    """Say how many were invited. `left_out`: bots, deactivated users, and accounts that Slack doesn't know."""
    known = (
        f" {_people(invited.already_known)} already used Rounds and won't be asked again."
        if invited.already_known
        else ""
    )
    who = "a bot, or someone who has left" if left_out == 1 else "bots, or people who have left"
    others = f" {_count(left_out, 'account', 'accounts')} can't be invited: {who}." if left_out else ""
    return text_message(f"*{_people(invited.invited)} will get an invitation.*{known}{others}")


def _packs(packs: Sequence[LivePack], most: int = MAX_LISTED) -> list[Block]:
    blocks: list[Block] = []
    for pack in packs[:most]:
        source = "loaded by this workspace" if pack.is_own else "for everyone on this server"
        text = (
            f"*{escape(pack.name)}* {escape(pack.version)}\n{_count(pack.lessons, 'lesson', 'lessons')}, live since "
            f"{format_date(pack.live_since)}, {source}."
        )
        blocks += [divider(), section(text, accessory=_rollback_button(pack))]
    if len(packs) > most:
        blocks.append(context(f"… and {len(packs) - most} more"))
    return blocks


def _rollback_button(pack: LivePack) -> ButtonElement | None:
    if not pack.is_own or pack.previous_version is None:
        return None
    question = confirm("Go back?", f"{pack.name} {pack.previous_version} will be live again.", "Go back", "Cancel")
    label = f"Go back to {pack.name} {pack.previous_version}"
    return button(
        f"Go back to {pack.previous_version}",
        ids.ROLL_BACK_PACK,
        value=str(pack.version_id),
        label=label,
        confirm=question,
    )


def _summary(change: PackChange) -> str:
    live = f"Version {escape(change.live_version)} is live now." if change.live_version else "This pack is new."
    return (
        f"{live} Loading this one: {len(change.added)} added, {len(change.changed)} changed, "
        f"{len(change.removed)} removed, {change.unchanged} the same."
    )


def _titles(name: str, titles: Sequence[str]) -> list[Block]:
    lines = [f"• {escape(title)}" for title in titles]
    return [section(f"*{name}*\n{fit_lines(lines, MAX_LIST_LENGTH, MAX_LISTED)}")] if lines else []


def _advice(problems: Sequence[PackProblem]) -> list[Block]:
    listing = _problem_list(problems)
    return [section(f"*Advice for its authors* (you can load it anyway)\n{listing}")] if problems else []


def _problem_list(problems: Sequence[PackProblem]) -> str:
    return fit_lines([f"`{escape(p.location)}` {escape(p.message)}" for p in problems], MAX_LIST_LENGTH, MAX_LISTED)


def _people(count: int) -> str:
    return _count(count, "person", "people")


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
