"""Cohorts: what an invitation says of one, and what its lead and the admins see and enter."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    PlainTextInputElement,
    PlainTextObject,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.cohort import MAX_NAME_LENGTH, MAX_WELCOME_LENGTH, CohortDraft, CohortInvitation
from bot.domain.formats import Formats
from bot.domain.program import Program
from bot.domain.schedule_kinds import AnySchedule
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.cohorts import ClosedCohort, CohortView, Joined
from bot.learning.invitations import MORNING
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    context,
    escape,
    form_field,
    header,
    modal,
    more_text,
    section,
    text_message,
)
from bot.slack.blocks.enrollment import welcome_blocks
from bot.slack.blocks.invitations import left_out_text, people_fields
from bot.slack.blocks.programs import PROGRAM, begun_blocks, program_field
from bot.slack.user_groups import UserGroup

NAME, STARTS_ON, LEAD, WELCOME = "name", "starts_on", "lead", "welcome"
"""The fields of a new cohort, beside those for its program and its people."""

MAX_SHOWN = 20
"""Cohorts in one message: more with the longest names wouldn't fit."""

NO_COHORTS = mark("There are no cohorts yet. A cohort is a group of people who begin together.")


def invitation_message(invited: CohortInvitation, schedule: AnySchedule, formats: Formats) -> MessageContent:
    """Say what somebody is invited to, by whom, and that whoever invites them learns nothing, above the welcome."""
    sentences = [invites_text(invited)]
    if invited.program:
        sentences.append(_("It begins with the program “{program}”.", program=escape(invited.program)))
    welcome = [section(_("“{words}”", words=escape(invited.welcome)))] if invited.welcome else []
    unseen = _("Whoever invited you isn't told whether you start, what you answer, or what you write.")
    to_cohort = [section(" ".join(sentences)), *welcome, context(unseen)]
    return MessageContent.of([*to_cohort, *welcome_blocks(schedule, formats)])


def invites_text(invited: CohortInvitation) -> str:
    """Say who invites to a cohort. The reader is invited, or all readers are."""
    name = escape(invited.name)
    if invited.lead:
        return _("<@{lead}> invites you to *{cohort}*.", lead=invited.lead, cohort=name)
    return _("You're invited to *{cohort}*.", cohort=name)


def cohorts_message(cohorts: Sequence[CohortView], formats: Formats, *, for_admin: bool) -> MessageContent:
    """List the cohorts, each with its report and with what else can be done with it."""
    new = [actions("cohorts", [button(_("New cohort"), ids.OPEN_NEW_COHORT)])] if for_admin else []
    if not cohorts:
        return MessageContent.of([section(_(NO_COHORTS)), *new])
    left = len(cohorts) - MAX_SHOWN
    return MessageContent.of(
        [
            header(_("Cohorts")),
            *(block for each in cohorts[:MAX_SHOWN] for block in _cohort_blocks(each, formats)),
            *([context(more_text(left))] if left > 0 else []),
            *new,
            context(
                _(
                    "I count people on Mondays and round down to a multiple of five. I never show fewer than five "
                    "people, nor that everyone has started, so nobody can tell who learns."
                )
            ),
        ]
    )


def new_cohort_modal(
    programs: Sequence[Program], today: date, lead: str, formats: Formats, groups: Sequence[UserGroup]
) -> View:
    """Ask for a new cohort."""
    monday = today + timedelta(days=7 - today.weekday())
    return modal(
        ids.NEW_COHORT_MODAL,
        _("New cohort"),
        [
            section(
                _(
                    "The people you choose get a message with *Start* at {time} on their first working day from the "
                    "start date on, and one reminder. Nobody gets lessons without pressing *Start*.",
                    time=formats.write_time(MORNING.start),
                )
            ),
            form_field(
                NAME,
                _("Name"),
                PlainTextInputElement(
                    action_id=NAME,
                    max_length=MAX_NAME_LENGTH,
                    placeholder=PlainTextObject(text=_("New managers, spring")),
                ),
            ),
            *([program_field(programs, None, optional=True, for_cohort=True)] if programs else []),
            form_field(
                STARTS_ON,
                _("Invitations from"),
                DatePickerElement(action_id=STARTS_ON, initial_date=monday.isoformat()),
            ),
            form_field(
                LEAD,
                _("Lead"),
                UserSelectElement(action_id=LEAD, initial_user=lead),
                hint=_(
                    "Named in the invitation. The lead can invite more people, write to them, see the figures, and "
                    "close the cohort."
                ),
                optional=True,
            ),
            form_field(
                WELCOME,
                _("Welcome"),
                PlainTextInputElement(action_id=WELCOME, multiline=True, max_length=MAX_WELCOME_LENGTH),
                hint=_("A sentence or two of yours above the invitation."),
                optional=True,
            ),
            *people_fields(groups),
        ],
        submit=_("Create"),
        close=_("Cancel"),
    )


def add_people_modal(cohort: CohortView, formats: Formats, groups: Sequence[UserGroup]) -> View:
    """Ask whom to add to a cohort."""
    return modal(
        ids.ADD_TO_COHORT_MODAL,
        _("Add people"),
        [
            section(
                _(
                    "*{cohort}*: whom you add gets an invitation at {time} on their next working day, or on the first "
                    "from {day} on.",
                    cohort=escape(cohort.name),
                    time=formats.write_time(MORNING.start),
                    day=formats.write_day(cohort.starts_on),
                )
            ),
            *people_fields(groups),
        ],
        submit=_("Invite"),
        close=_("Cancel"),
        metadata=str(cohort.id),
    )


def read_draft(form: Mapping[str, Any]) -> CohortDraft:
    """Read a new cohort from the modal's fields."""
    return CohortDraft(
        name=" ".join(str(form.get(NAME) or "").split()),
        starts_on=date.fromisoformat(str(form[STARTS_ON])),
        program=form.get(PROGRAM),
        lead=form.get(LEAD),
        welcome=str(form.get(WELCOME) or "").strip(),
    )


def started_message(
    cohort: CohortView, days: Sequence[date], chosen: int, formats: Formats, left_out: int
) -> MessageContent:
    """Say that a cohort was started or people were added, when invitations come, and how others join.

    `chosen`: how many people were chosen, bots and strangers included.
    """
    said = []
    if chosen:
        said.append(ngettext("You chose {count} person.", "You chose {count} people.", chosen))
    if days:
        said.append(
            _(
                "Invitations come from {day} on, at {time} where each person is, to those who are new to Rounds.",
                day=formats.write_day(days[0]),
                time=formats.write_time(MORNING.start),
            )
        )
    if left_out:
        said.append(left_out_text(left_out))
    join = _(
        "Whoever uses Rounds already isn't written to. They, and anybody else here, can join by typing {command}, or "
        "by pressing *Join* below an invitation that you post in a channel.",
        command=f"`{join_command(cohort.code)}`",
    )
    post = button(_("Post an invitation"), ids.OPEN_POST_INVITATION, value=str(cohort.id))
    return MessageContent.of(
        [
            section("\n".join(filter(None, [f"*{escape(cohort.name)}*", " ".join(said)]))),
            section(join),
            actions(f"cohort_{cohort.id}", [post]),
        ]
    )


def closed_message(closed: ClosedCohort) -> MessageContent:
    """Say that a cohort was closed, and what ended with it."""
    said = [_("*{cohort} is closed.* Nobody can join it anymore. Whoever started goes on.", cohort=escape(closed.name))]
    if closed.ended.has_trial:
        said.append(_("Its trial has ended without a result."))
    if pilots := closed.ended.pilots:
        packs = [f"{escape(each.name)} {escape(each.version)}" for each in pilots[:MAX_SHOWN]]
        said.append(
            ngettext(
                "The pilot of {packs} has ended.",
                "The pilots of {packs} have ended.",
                len(pilots),
                packs=", ".join(packs),
            )
        )
    return text_message(" ".join(said))


def joined_message(joined: Joined, next_lesson: str) -> MessageContent:
    """Say that somebody is in a cohort now. They have started."""
    said = [_joined_text(joined)]
    if joined.begins_on is not None:
        said.append(
            _(
                "The group begins on {day}. You don't have to wait for it.",
                day=joined.learner.formats.write_full_day(joined.begins_on),
            )
        )
    if joined.program is None:
        return MessageContent.of([section(" ".join([*said, next_lesson]))])
    return MessageContent.of([section(" ".join(said)), *begun_blocks(joined.program, next_lesson)])


def joined_welcome(joined: Joined) -> MessageContent:
    """Say that somebody is in a cohort now, above the welcome. They haven't started."""
    said = [_joined_text(joined)]
    if joined.begins_on is not None:
        said.append(
            _(
                "The group begins on {day}. You don't have to wait for it: your own lessons begin as soon as you press "
                "*Start*.",
                day=joined.learner.formats.write_full_day(joined.begins_on),
            )
        )
    learner = joined.learner
    welcome = welcome_blocks(learner.preferences.schedule, learner.formats)
    return MessageContent.of([section(" ".join(said)), *welcome])


def _joined_text(joined: Joined) -> str:
    return _("*You're in {cohort}.* Nobody is told.", cohort=escape(joined.name))


def join_command(code: str) -> str:
    """Return what to type to join a cohort."""
    return f"/rounds join {code}"


def counts_text(cohort: CohortView) -> str:
    """Say how many have started and declined at least, as far as that may be said."""
    if cohort.counted_on is None:
        return _("Not counted yet.")
    said = []
    if cohort.started:
        said.append(_("{count} people or more have started.", count=cohort.started))
    if cohort.declined:
        said.append(_("{count} people or more have declined.", count=cohort.declined))
    return " ".join(said) or _("No number to show yet: that takes five people who have started, and five who haven't.")


def starts_text(cohort: CohortView, formats: Formats) -> str:
    """Say when a cohort starts. Other facts may follow."""
    return _("starts on {day}", day=formats.write_date(cohort.starts_on))


def _cohort_blocks(cohort: CohortView, formats: Formats) -> list[Block]:
    """Two lines and two buttons. What is done more rarely than reading the report waits behind *Manage*."""
    value = str(cohort.id)
    report = button(
        _("Report"),
        ids.SHOW_COHORT_REPORT,
        value=value,
        label=_("Report on {cohort}", cohort=cohort.name),
        style="primary",
    )
    manage = button(_("Manage"), ids.MANAGE_COHORT, value=value, label=_("Manage {cohort}", cohort=cohort.name))
    how_far = counts_text(cohort)
    if cohort.counted_on is None:
        how_far = " · ".join([starts_text(cohort, formats), how_far])
    return [
        section("\n".join([f"*{escape(cohort.name)}*", how_far])),
        actions(f"cohort_{cohort.id}", [report, manage]),
    ]
