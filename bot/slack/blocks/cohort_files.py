"""A roster file for a cohort: asking for it, what is wrong with it, what applying it does, and that it was applied."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from bot.domain.cohort_file import FileProblem, ListedPerson
from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.cohorts import CohortView
from bot.learning.invitations import MORNING
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MAX_SECTION,
    MessageContent,
    actions,
    button,
    context,
    escape,
    fit_lines,
    form_field,
    modal,
    section,
    shorten,
    text_message,
)

FILE = "file"
"""The field of the modal."""

MAX_NAME_LENGTH = 80
"""Characters of a file's name that are shown."""

_MAX_LIST_LENGTH = MAX_SECTION - 100
_MAX_PROBLEMS = 20
_MAX_DAYS = _MAX_ZONES = 8
"""Most lines of a list. The rest are counted."""

TEMPLATE_COMMENT = mark(
    "Here's the file to start from. Write one person in each row, with an email address or a Slack member ID. Then "
    "press *Manage* below the cohort, and *Roster file*."
)


def cohort_file_modal(cohort: CohortView) -> View:
    """Ask for a file. Nothing happens before it is checked and applied."""
    columns = [
        _("• *Email* or *Slack member ID*: one of the two in each row."),
        _("• *Time zone*, if you like, such as Europe/London. Otherwise the one in their Slack profile counts."),
        _("• *Start date*, if you like, such as 2026-03-09. Otherwise the cohort's first day counts."),
    ]
    asked = _(
        "Upload a spreadsheet (.xlsx or .csv) with everyone who is to be in *{cohort}*, one in each row. These columns "
        "count:",
        cohort=escape(cohort.name),
    )
    return modal(
        ids.COHORT_FILE_MODAL,
        _("Roster file"),
        [
            section("\n".join([asked, *columns])),
            form_field(
                FILE, _("Roster file"), FileInputElement(action_id=FILE, filetypes=["xlsx", "csv"], max_files=1)
            ),
            actions("template", [button(_("Get a template"), ids.SEND_COHORT_TEMPLATE)]),
            context(_("I check it, and send you what I found. Nothing changes before you press *Apply* there.")),
        ],
        submit=_("Check"),
        close=_("Cancel"),
        metadata=str(cohort.id),
    )


def checking_modal(file_name: str) -> View:
    """Say that a file is being checked."""
    checking = _(
        "*Checking* `{file}` … That takes a few seconds, and some minutes for thousands of people. You can close "
        "this: I'll send you a message with what I found. Nothing changes before you press *Apply* there.",
        file=_name(file_name),
    )
    return modal(ids.READ_ONLY_MODAL, _("Roster file"), [section(checking)])


def problems_message(file_name: str, problems: Sequence[FileProblem]) -> MessageContent:
    """Say that nothing is done with a file, and everything that is wrong with it by row and column."""
    count = len(problems)
    found = ngettext("{count} problem in `{file}`:", "{count} problems in `{file}`:", count, file=_name(file_name))
    lines = [f"• {_problem_line(each)}" for each in problems]
    return MessageContent.of(
        [
            section(" ".join([_("Nothing changed."), found])),
            section(fit_lines(lines, _MAX_LIST_LENGTH, _MAX_PROBLEMS)),
            context(ngettext("Fix this and upload again.", "Fix these and upload again.", count)),
        ]
    )


def preview_message(
    file_id: int,
    file_name: str,
    cohort: CohortView,
    people: Sequence[ListedPerson],
    today: date,
    formats: Formats,
    *,
    for_admin: bool,
) -> MessageContent:
    """Say what a file has, and what applying it does. It depends on nothing but the file, and tells on nobody."""
    named = ngettext(
        "`{file}` names {count} person for *{cohort}*. Nothing has changed yet.",
        "`{file}` names {count} people for *{cohort}*. Nothing has changed yet.",
        len(people),
        file=_name(file_name),
        cohort=escape(cohort.name),
    )
    elsewhere = (
        _("People who are in another cohort move here.")
        if for_admin
        else _("People who are in another cohort stay there.")
    )
    effects = [
        " ".join([_("Everyone in this file is put into the cohort."), elsewhere]),
        _(
            "Whoever is in the cohort because of an earlier file, and isn't in this one, is taken out. People who were "
            "chosen one by one, or joined with the code, stay."
        ),
        _(
            "People who are new to Rounds get an invitation at {time} on their first day, or the next working day.",
            time=formats.write_time(MORNING.start),
        ),
        _("Nobody gets lessons without pressing *Start*, and nobody gets a second invitation."),
    ]
    return MessageContent.of(
        [
            section(named),
            *_file_lists(cohort, people, today, formats),
            section("\n".join([_("*Apply* does this:"), *(f"• {each}" for each in effects)])),
            actions(
                f"cohort_file_{file_id}",
                [
                    button(_("Apply"), ids.APPLY_COHORT_FILE, value=str(file_id), style="primary"),
                    button(_("Cancel"), ids.CANCEL_COHORT_FILE, value=str(file_id)),
                ],
            ),
            context(_("I keep the list for a week, with Slack IDs and without addresses.")),
        ]
    )


def applying_message(cohort: CohortView) -> MessageContent:
    """Say that a file is being applied."""
    return text_message(
        _(
            "*Putting people into {cohort}…* That takes up to a minute. If nothing more comes, upload the file again: "
            "nobody gets a second message.",
            cohort=escape(cohort.name),
        )
    )


def applied_message(cohort: CohortView, days: Sequence[date], formats: Formats) -> MessageContent:
    """Say that a file was applied, and when invitations come. `days`: when they would come to everyone in the file."""
    said = [_("*{cohort}*: your file is applied.", cohort=escape(cohort.name))]
    if days:
        said.append(
            _(
                "Invitations come from {day} on, at {time} where each person is, to those who are new to Rounds.",
                day=formats.write_day(days[0]),
                time=formats.write_time(MORNING.start),
            )
        )
    again = _(
        "People who already use Rounds don't get a message. If something changes, upload a new "
        "file: it takes this one's place."
    )
    return MessageContent.of([section(" ".join(said)), context(again)])


def interrupted_message(file_id: int, cohort: CohortView) -> MessageContent:
    """Say that not everyone was put in, with a button to go on."""
    said = _(
        "*{cohort}*: something went wrong before everyone was put in. Press *Apply* to go on: nobody gets a second "
        "message.",
        cohort=escape(cohort.name),
    )
    apply = button(_("Apply"), ids.APPLY_COHORT_FILE, value=str(file_id), style="primary")
    return MessageContent.of([section(said), actions(f"cohort_file_{file_id}", [apply])])


def overtaken_message(cohort: CohortView) -> MessageContent:
    """Say that a newer file, or a change of the cohort, came between."""
    return text_message(
        _(
            "*{cohort}*: the cohort was changed, or got a newer file, before everyone was put in. Some may be in it. "
            "Look at `/rounds admin cohorts`, and upload your file again if you still need it.",
            cohort=escape(cohort.name),
        )
    )


def canceled_message() -> MessageContent:
    """Say that a file wasn't applied."""
    return text_message(_("Canceled. Nothing changed, and the list is deleted."))


def _name(file_name: str) -> str:
    return escape(shorten(file_name.replace("`", "'"), MAX_NAME_LENGTH))


def _problem_line(problem: FileProblem) -> str:
    if problem.row == 0:
        return escape(problem.message)
    if problem.column is None:
        # Translators: of a spreadsheet.
        place = _("Row {row}", row=problem.row)
    else:
        # Translators: {column} is the heading of a column in a spreadsheet, such as "Email".
        place = _("Row {row}, {column}", row=problem.row, column=problem.column.heading)
    return f"*{place}:* {escape(problem.message)}"


def _file_lists(cohort: CohortView, people: Sequence[ListedPerson], today: date, formats: Formats) -> list[Block]:
    """List the first days and time zones in a file, with how many rows have each."""
    days = Counter(each.starts_on or cohort.starts_on for each in people)
    soon = sum(count for day, count in days.items() if day <= today)
    later = [(formats.write_date(day), count) for day, count in sorted(days.items()) if day > today]
    first_days = [*([(_("their next working day"), soon)] if soon else []), *later]
    zones = Counter(each.tz for each in people)
    in_profile = zones.pop(None, 0)
    named = [(escape(str(tz)), count) for tz, count in sorted(zones.items(), key=lambda each: (-each[1], str(each[0])))]
    all_zones = [*named, *([(_("as in their Slack profile"), in_profile)] if in_profile else [])]
    return [
        section(fit_lines([_("*First days*"), *map(_counted_line, first_days)], _MAX_LIST_LENGTH, _MAX_DAYS + 1)),
        section(fit_lines([_("*Time zones*"), *map(_counted_line, all_zones)], _MAX_LIST_LENGTH, _MAX_ZONES + 1)),
    ]


def _counted_line(counted: tuple[str, int]) -> str:
    what, count = counted
    # Translators: {what} is a day or a time zone.
    return ngettext("• {what}: {count} person", "• {what}: {count} people", count, what=what)
