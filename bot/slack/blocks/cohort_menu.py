"""What can be done with a cohort, each in words with its button: the modal behind *Manage*."""

import json
from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, SectionBlock
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.cohorts import CohortView, EndsWithCohort
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import button, confirm, divider, escape, modal, section
from bot.slack.blocks.cohorts import counts_text, join_command, starts_text


def manage_cohort_modal(
    cohort: CohortView, ends: EndsWithCohort, formats: Formats, reader: str, response_url: str
) -> View:
    """Show a cohort with what its reader can do, what is done most often first.

    `ends`: what closing it ends besides. `reader`: a user id, who may be its lead. `response_url`: replaces the list
    that the modal was opened from.
    """
    return modal(
        ids.MANAGE_COHORT_MODAL,
        _("Manage cohort"),
        [section(_about(cohort, formats)), divider(), *_actions(cohort, reader), divider(), _close(cohort, ends)],
        close=_("Done"),
        metadata=json.dumps([cohort.id, response_url]),
    )


def read_menu(view: Mapping[str, Any]) -> tuple[int, str]:
    """Return the id of the cohort that a modal shows, and the response URL of the list that it was opened from."""
    cohort_id, response_url = json.loads(view["private_metadata"])
    return int(cohort_id), str(response_url)


def _about(cohort: CohortView, formats: Formats) -> str:
    facts = [starts_text(cohort, formats)]
    if cohort.program:
        facts.insert(0, escape(cohort.program))
    if cohort.lead:
        facts.append(_("led by <@{lead}>", lead=cohort.lead))
    counts = [counts_text(cohort)]
    if cohort.counted_on is not None:
        counts.append(_("Counted on {day}.", day=formats.write_date(cohort.counted_on)))
    return "\n".join(
        [
            f"*{escape(cohort.name)}*",
            " · ".join(facts),
            _("To join: {command}", command=f"`{join_command(cohort.code)}`"),
            " ".join(counts),
        ]
    )


def _actions(cohort: CohortView, reader: str) -> list[Block]:
    rows = [
        _row(
            cohort,
            _("Put a message with a *Join* button into a channel."),
            _("Post an invitation"),
            ids.OPEN_POST_INVITATION,
        ),
        _row(cohort, _("Invite people, or everyone in a channel."), _("Add people"), ids.OPEN_ADD_TO_COHORT),
        _row(
            cohort,
            _("Invite everyone in a spreadsheet."),
            # Translators: a file (CSV or Excel) with the people of a cohort. It has nothing to do with shifts.
            _("Roster file"),
            ids.OPEN_COHORT_FILE,
        ),
        _row(cohort, _("Write to those who have started."), _("Announce"), ids.OPEN_ANNOUNCE),
        _row(cohort, _("Change the welcome and other details."), _("Edit"), ids.OPEN_EDIT_COHORT),
    ]
    if cohort.lead != reader:
        return [*rows]
    if cohort.sends_figures:
        said = _("You get the figures on the first Monday of each month.")
        return [*rows, _row(cohort, said, _("Stop figures"), ids.TURN_OFF_FIGURES)]
    said = _("Get the figures on the first Monday of each month.")
    return [*rows, _row(cohort, said, _("Send me figures"), ids.TURN_ON_FIGURES)]


def _row(cohort: CohortView, does: str, text: str, action_id: str) -> SectionBlock:
    return section(does, accessory=button(text, action_id, value=str(cohort.id)))


def _close(cohort: CohortView, ends: EndsWithCohort) -> SectionBlock:
    said = [_("Nobody can join it anymore, and its report can't be opened anymore. Whoever started goes on.")]
    if ends.has_trial:
        said.append(_("Its trial ends without a result."))
    if count := len(ends.pilots):
        said.append(ngettext("Its pilot ends.", "Its {count} pilots end.", count, count=count))
    asked = confirm(_("Close this cohort?"), " ".join(said), _("Close"), _("Keep"))
    close = button(_("Close cohort"), ids.CLOSE_COHORT, value=str(cohort.id), confirm=asked)
    return section(_("End the cohort: nobody can join anymore, and its report is gone."), accessory=close)
