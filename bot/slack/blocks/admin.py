"""What admins see: packs, problems, and counts too large to identify anyone."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.audience import Audience
from bot.domain.formats import Formats
from bot.domain.lesson_review import LessonsToReview
from bot.errors import PackProblem
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning import pack_versions
from bot.learning.pack_comparison import PackChange
from bot.learning.packs import LivePack
from bot.learning.running_pilots import Pilot
from bot.learning.workspace_overview import WorkspaceOverview
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MAX_SECTION,
    MessageContent,
    actions,
    button,
    confirm,
    context,
    divider,
    escape,
    fit_lines,
    header,
    more_text,
    section,
    text_message,
)
from bot.slack.blocks.command_help import admin_commands_text
from bot.slack.blocks.lesson_reviews import lesson_reviews_blocks
from bot.slack.blocks.pack_audience import audience_text
from bot.slack.blocks.pack_pilot import count_listed, pilot_blocks, pilots_note
from bot.slack.blocks.pack_pilot_text import pilot_after_load_text

MAX_LIST_LENGTH = MAX_SECTION - 100
"""Characters of a list, with room for the text above it."""

MAX_TITLES_LENGTH = 2_000
"""Characters of a list of titles. A message has about 13,000 characters, for four of these lists and the advice."""

TEMPLATE_NAME = "rounds-lessons.xlsx"
TEMPLATE_COMMENT = mark(
    "The workbook for your own lessons, with one example. The sheet *How to* explains how it works. Fill it in and "
    "send it to me here. I'll list every problem with its cell, and nothing changes before you press *Load*."
)

MAX_LISTED = 20
"""Most problems, titles, or packs in a list. The rest are counted."""

FOR_EVERYONE = mark(
    "Only whoever runs Rounds can remove or limit a pack for everyone on this server. You can retract its lessons here."
)

MAX_PACKS_LISTED = 15
"""Most packs in a list, so that the longest names fit into a message."""

MAX_PACKS_IN_OVERVIEW = 10
"""Most packs listed in the overview, below the lessons to review: a message has about 13,000 characters."""


def overview_message(
    overview: WorkspaceOverview,
    live: Sequence[LivePack],
    due: LessonsToReview,
    formats: Formats,
    pilots: Sequence[Pilot] = (),
) -> MessageContent:
    """Build the answer to `/rounds admin`."""
    upload = _(
        "To load a lesson pack, upload its spreadsheet (`.xlsx`) or its `.zip` in your conversation with Rounds. "
        "*Get the lesson sheet* sends you one to start with."
    )
    return MessageContent.of(
        [
            header(_("Rounds for admins")),
            section(_learner_count(overview, formats)),
            section(f"{admin_commands_text()}\n{upload}"),
            actions(
                "admin",
                [button(_("Invite people"), ids.OPEN_INVITE), button(_("Get the lesson sheet"), ids.SEND_TEMPLATE)],
            ),
            *([divider(), section(_("*Lessons to review*")), *lesson_reviews_blocks(due, formats)] if due.all else []),
            *([divider(), section(_("*Live packs*"))] if live else []),
            *_packs(live, formats, MAX_PACKS_IN_OVERVIEW),
            *pilots_note(len(pilots)),
        ]
    )


def packs_message(
    live: Sequence[LivePack],
    formats: Formats,
    note: str | None = None,
    *,
    for_admin: bool = True,
    pilots: Sequence[Pilot] = (),
) -> MessageContent:
    """List the live packs, with who loaded each and when, the pilots, and what can be done with each.

    Unless it is `for_admin`, it is for an author, who doesn't choose who gets a pack.
    """
    top: list[Block] = [section(f"*{escape(note)}*")] if note else []
    return MessageContent.of(
        [
            *top,
            *(
                _packs(live, formats, max(0, MAX_PACKS_LISTED - count_listed(pilots)), for_admin=for_admin)
                or [section(_("No pack is loaded yet. Upload its `.xlsx` or `.zip` here."))]
            ),
            *pilot_blocks(pilots, formats),
            *([] if for_admin else [actions("author", [button(_("Get the lesson sheet"), ids.SEND_TEMPLATE)])]),
        ]
    )


def who_text(by: str) -> str:
    """Say who loaded a pack or retracted a lesson, given a user id or one of the names that stand for others."""
    if pack_versions.is_user_id(by):
        return f"<@{by}>"
    if by == pack_versions.OPERATOR:
        # Translators: stands for a person's name, as in "Loaded by {who} on {date}" or "{by} loaded {subject}"
        return _("whoever runs Rounds")
    if by == pack_versions.PROGRAM:
        # Translators: stands for a person's name, as in "Loaded by {who} on {date}"
        return _("Rounds itself")
    # Translators: stands for a person's name, as in "Loaded by {who} on {date}" or "{by} loaded {subject}"
    return _("somebody who deleted their data")


def problems_message(file_name: str, problems: Sequence[PackProblem], live: LivePack | None) -> MessageContent:
    """Say that a pack can't be loaded, with all of its problems and their locations. `live`: the pack as it is live."""
    unchanged = _("Nothing changed.")
    if live:
        pack = f"{escape(live.name)} {escape(live.version)}"
        unchanged = _("Nothing changed; {pack} is still live.", pack=pack)
    count = len(problems)
    found = ngettext("{count} problem in `{file}`:", "{count} problems in `{file}`:", count, file=escape(file_name))
    return MessageContent.of(
        [
            section(f"{unchanged} {found}"),
            section(problem_list(problems)),
            context(ngettext("Fix this and upload again.", "Fix these and upload again.", count)),
        ]
    )


def conflict_message(problems: Sequence[PackProblem]) -> MessageContent:
    """Say that a pack can't go live because another one did since it was uploaded."""
    lines = [f"• {escape(problem.message)}" for problem in problems]
    return MessageContent.of(
        [
            section(_("*Not loaded, because another pack went live since you sent this one.* Nothing changed.")),
            section(fit_lines(lines, MAX_LIST_LENGTH, MAX_LISTED)),
            context(_("Fix this in your file and upload it again.")),
        ]
    )


def download_comment(name: str, version: str, *, complete: bool) -> str:
    """Say what to do with the spreadsheet of a live pack. `complete`: it has all that its authors know of sources."""
    pack = f"{escape(name)} {escape(version)}"
    comment = _(
        "*{pack}* as a spreadsheet. To change it, edit the cells, raise the version on the sheet *Pack*, and send it "
        "to me here.",
        pack=pack,
    )
    if complete:
        return comment
    missing = _(
        "I didn't keep everything about its sources when it was loaded: fill in *Publication* and *Supports* on the "
        "sheet *Sources* first."
    )
    return f"{comment} {missing}"


def loaded_message(change: PackChange) -> MessageContent:
    """Say that the pack is live, and for whom if it isn't for everyone."""
    pack = f"{escape(change.name)} {escape(change.version)}"
    said = [_("*{pack} is live.*", pack=pack)]
    if change.audience is not Audience.EVERYONE:
        said.append(_("It is for {audience}.", audience=audience_text(change.audience)))
    said += [
        # Translators: numbers of lessons
        _(
            "{added} added, {changed} changed, {removed} removed.",
            added=len(change.added),
            changed=len(change.changed),
            removed=len(change.removed),
        ),
        _("What people have answered is kept. To go back, type `/rounds admin packs`."),
    ]
    if (pilot := pilot_after_load_text(change)) is not None:
        said.append(pilot)
    return text_message(" ".join(said))


def discarded_message() -> MessageContent:
    """Confirm *Not now*."""
    return text_message(_("Not loaded. Nothing changed."))


def not_admin_message(admins: Sequence[str]) -> MessageContent:
    """Refuse someone who isn't an admin, and name the admins of ROUNDS_ADMINS."""
    if not admins:
        return text_message(_("Only this workspace's admins and owners can do that. Nothing changed."))
    named = ", ".join(f"<@{admin}>" for admin in admins[:MAX_LISTED])
    return text_message(
        _("Only this workspace's admins and owners (and {people}) can do that. Nothing changed.", people=named)
    )


def problem_list(problems: Sequence[PackProblem]) -> str:
    """List problems with their places. As many as fit; the rest are counted."""
    return fit_lines([f"`{escape(p.location)}` {escape(p.message)}" for p in problems], MAX_LIST_LENGTH, MAX_LISTED)


def _learner_count(overview: WorkspaceOverview, formats: Formats) -> str:
    if not overview.learners or overview.counted_on is None:
        return _("*No numbers yet.* I count on Mondays, and show how many learn once there are at least ten people.")
    return _(
        "*{number} people or more* learned here in the week of {day}. I count on Mondays, in fives, and never say that "
        "all of a group do, so that this number tells nothing about anyone.",
        number=overview.learners,
        day=formats.write_day(overview.counted_on),
    )


def _packs(
    live: Sequence[LivePack], formats: Formats, most: int = MAX_PACKS_LISTED, *, for_admin: bool = True
) -> list[Block]:
    blocks: list[Block] = []
    for pack in live[:most]:
        text = f"*{escape(pack.name)}* {escape(pack.version)}\n{_size_text(pack)} {_loaded_text(pack, formats)}"
        blocks += [section(text), actions(f"pack_{pack.version_id}", _pack_buttons(pack, for_admin=for_admin))]
    if len(live) > most:
        blocks.append(context(more_text(len(live) - most)))
    if any(not pack.is_own for pack in live[:most]):
        blocks.append(context(_(FOR_EVERYONE)))
    return blocks


def _size_text(pack: LivePack) -> str:
    if not pack.retracted:
        return ngettext("{count} lesson.", "{count} lessons.", pack.lessons)
    return ngettext(
        "{count} lesson, {retracted} of them retracted.",
        "{count} lessons, {retracted} of them retracted.",
        pack.lessons,
        retracted=pack.retracted,
    )


def _loaded_text(pack: LivePack, formats: Formats) -> str:
    who, day = who_text(pack.loaded_by), formats.write_date(pack.live_since)
    if not pack.is_own:
        return _("Loaded by {who} on {date}, for everyone on this server.", who=who, date=day)
    return _("Loaded by {who} on {date}, for {audience}.", who=who, date=day, audience=audience_text(pack.audience))


def _pack_buttons(pack: LivePack, *, for_admin: bool) -> list[ButtonElement]:
    value, name = str(pack.version_id), f"{pack.name} {pack.version}"
    buttons = [_download_button(pack)]
    if pack.is_own and pack.previous_version:
        buttons.append(_rollback_button(pack))
    retract = _("Retract a lesson of {pack}", pack=name)
    buttons.append(button(_("Retract a lesson"), ids.OPEN_RETRACT, value=value, label=retract))
    if pack.retracted:
        buttons.append(button(_("Retracted lessons"), ids.OPEN_RETRACTED, value=value))
    if pack.is_own and for_admin:
        choose = _("Choose who gets {pack}", pack=name)
        buttons.append(button(_("Who gets it"), ids.OPEN_AUDIENCE, value=value, label=choose))
    if pack.is_own:
        remove = _("Remove {pack}", pack=name)
        buttons.append(button(_("Remove"), ids.OPEN_REMOVE_PACK, value=value, label=remove))
    return buttons


def _download_button(pack: LivePack) -> ButtonElement:
    name = f"{pack.name} {pack.version}"
    label = _("Download {pack} as spreadsheet", pack=name)
    return button(_("Download as spreadsheet"), ids.DOWNLOAD_PACK, value=str(pack.version_id), label=label)


def _rollback_button(pack: LivePack) -> ButtonElement:
    previous = f"{pack.name} {pack.previous_version}"
    question = confirm(_("Go back?"), _("{pack} will be live again.", pack=previous), _("Go back"), _("Cancel"))
    label = _("Go back to {pack}", pack=previous)
    return button(
        _("Go back to {version}", version=pack.previous_version),
        ids.ROLL_BACK_PACK,
        value=str(pack.version_id),
        label=label,
        confirm=question,
    )
