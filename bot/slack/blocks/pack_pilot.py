"""A version that a cohort tries before everyone gets it: the modal that starts a pilot, and what is said of one.

Who is in the cohort is never shown, nor whether any of them got a lesson of the version.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, Option, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.audience import Audience
from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.pack_comparison import PackChange
from bot.learning.pack_pilots import PilotOffer
from bot.learning.running_pilots import Pilot
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    confirm,
    context,
    divider,
    escape,
    form_field,
    modal,
    more_text,
    section,
    shorten,
    text_message,
)
from bot.slack.blocks.pack_audience import audience_text

COHORT = "cohort"
"""The modal's field: block id, and action id, too."""

MAX_OFFERED = 100
"""Most cohorts in a menu (Slack's limit)."""

MAX_LONG, MAX_NAME = 5, 30
"""Most pilots that are listed with names of any length, and the length of names in a longer list."""

MAX_LISTED = 15
"""Most pilots in a list, so that the longest names fit into a message. The rest are counted."""

_NOTES = mark(
    "They also get its recall questions and tips. I tell nobody, and I never show who is in a cohort. To end the "
    "pilot, type `/rounds admin packs`. It also ends when the cohort is closed."
)


def pilot_modal(offer: PilotOffer, compared: str) -> View:
    """Ask with which cohort to try an upload. `compared`: what *Load* carries, the version and what it replaces."""
    change = offer.change
    options = [Option(value=str(cohort_id), label=name) for cohort_id, name in offer.cohorts[:MAX_OFFERED]]
    menu = StaticSelectElement(
        action_id=COHORT, placeholder=PlainTextObject(text=_("Choose a cohort")), options=options
    )
    return modal(
        ids.PILOT_MODAL,
        _("Try with a cohort"),
        [
            section(_("Members who have started get *{pack}* from their next lesson on.", pack=_name(change))),
            section(_others_text(change)),
            form_field(COHORT, _("Cohort"), menu),
            *_audience(change),
            context(_(_NOTES)),
        ],
        submit=_("Start the pilot"),
        close=_("Cancel"),
        metadata=compared,
    )


def started_message(change: PackChange, pilot: Pilot) -> MessageContent:
    """Say that a pilot was started."""
    said = [
        _("*{pack} is in a pilot with the cohort {cohort}.*", pack=_name(change), cohort=escape(pilot.cohort)),
        _("Members who have started get it from their next lesson on."),
        _others_text(change),
        _("To end the pilot or go live for everyone, type `/rounds admin packs`."),
    ]
    return text_message(" ".join(said))


def used_message(change: PackChange, pilot: Pilot) -> MessageContent:
    """Say that another version is in a pilot now."""
    said = [
        _("*{pack} is in the pilot now.*", pack=_name(change)),
        _(
            "Members of the cohort {cohort} who have started get it from their next lesson on.",
            cohort=escape(pilot.cohort),
        ),
        _("What people have answered is kept."),
    ]
    return text_message(" ".join(said))


def pilot_blocks(pilots: Sequence[Pilot], formats: Formats) -> list[Block]:
    """List the pilots that run, with what can be done with each. Empty if none does."""
    if not pilots:
        return []
    left = len(pilots) - count_listed(pilots)
    return [
        divider(),
        section(_("*Pilots*")),
        *(block for each in pilots[:MAX_LISTED] for block in _pilot(each, formats, is_short=len(pilots) > MAX_LONG)),
        *([context(more_text(left))] if left > 0 else []),
    ]


def count_listed(pilots: Sequence[Pilot]) -> int:
    """Return how many of these pilots are listed. Each takes the place of a pack, so that the longest names fit.

    A pilot that isn't listed can't be ended, and a pack that isn't is still in use, so packs give way.
    """
    return min(len(pilots), MAX_LISTED)


def pilots_note(count: int) -> list[Block]:
    """Say that pilots run, and where to see them. Empty if none does."""
    if not count:
        return []
    return [
        context(
            ngettext(
                "{count} pilot is running. `/rounds admin packs` shows it.",
                "{count} pilots are running. `/rounds admin packs` shows them.",
                count,
            )
        )
    ]


def _pilot(pilot: Pilot, formats: Formats, *, is_short: bool) -> list[Block]:
    pack, cohort = (shorten(each, MAX_NAME) if is_short else each for each in (pilot.name, pilot.cohort))
    name = f"{pack} {pilot.version}"
    question = confirm(
        _("End this pilot?"),
        _("Its members go back to what everyone else gets. What they answered and wrote is kept."),
        _("End the pilot"),
        _("Cancel"),
    )
    since = _(
        "The cohort {cohort} has tried it since {date}.",
        cohort=escape(cohort),
        date=formats.write_date(pilot.since.date()),
    )
    return [
        section(f"*{escape(pack)}* {escape(pilot.version)}\n{since}"),
        actions(
            f"pilot_{pilot.id}",
            [
                button(
                    _("Go live for everyone"),
                    ids.SHOW_PILOT_CHANGE,
                    value=str(pilot.id),
                    label=_("Show what loading {pack} for everyone changes", pack=name),
                ),
                button(
                    _("End the pilot"),
                    ids.END_PILOT,
                    value=str(pilot.id),
                    label=_("End the pilot of {pack}", pack=name),
                    confirm=question,
                ),
            ],
        ),
    ]


def _audience(change: PackChange) -> list[Block]:
    if change.audience is Audience.EVERYONE:
        return []
    audience = audience_text(change.audience)
    return [context(_("The pack is for {audience}. Only members among them get this version.", audience=audience))]


def _others_text(change: PackChange) -> str:
    if change.before_version is None:
        return _("Nobody else gets this pack.")
    return _("Everyone else keeps version {version}.", version=escape(change.before_version))


def _name(change: PackChange) -> str:
    return f"{escape(change.name)} {escape(change.version)}"
