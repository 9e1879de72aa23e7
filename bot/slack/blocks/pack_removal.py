"""Removing a pack: how far it reaches, what stops, and how it comes back."""

from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.pack_removal import PackRemoval
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, escape, modal, section, text_message


def remove_pack_modal(removal: PackRemoval, formats: Formats, *, for_admin: bool = True) -> View:
    """Ask whether to remove a pack: how many people have begun with it, unless an author asks, and what is kept."""
    pack = f"{escape(removal.name)} {escape(removal.version)}"
    size = [ngettext("*{pack}* has {count} lesson.", "*{pack}* has {count} lessons.", removal.lessons, pack=pack)]
    if for_admin:
        size.append(_reach(removal, formats))
    stops = [_("From then on, none of it is sent, asked again, or shown as a tip.")]
    if removal.replaced_by:
        shared = escape(removal.replaced_by)
        stops.append(_("{pack}, which is for everyone on this server, is taught here again.", pack=shared))
    return modal(
        ids.REMOVE_PACK_MODAL,
        _("Remove this pack?"),
        [
            section(" ".join(size)),
            section(" ".join(stops)),
            section(
                _(
                    "Answers, reflections, streaks, and saved lessons are kept. If you load the pack again, everyone "
                    "continues where they left off."
                )
            ),
        ],
        submit=_("Remove"),
        close=_("Cancel"),
        metadata=str(removal.version_id),
    )


def removed_message(removal: PackRemoval) -> MessageContent:
    """Say that a pack is removed, and how it comes back."""
    pack = f"{escape(removal.name)} {escape(removal.version)}"
    said = [_("*{pack} is removed.* Nothing of it is sent from now on.", pack=pack)]
    if removal.replaced_by:
        said.append(_("{pack} is taught here again.", pack=escape(removal.replaced_by)))
    said.append(_("What people did with it is kept. To bring it back, send me its file again."))
    return text_message(" ".join(said))


def _reach(removal: PackRemoval, formats: Formats) -> str:
    """Say how many people have begun with a pack. The number tells nothing about anyone (`workspace_overview`)."""
    if removal.was_restricted:
        return _(
            "I don't say how many people have begun with a pack that was for chosen people or that a cohort tried."
        )
    if removal.counted_on is None:
        return _("I haven't counted yet how many people have begun with it. I count on Mondays.")
    if not removal.people:
        return _(
            "*Fewer than {number} people* had begun with it when I last counted. I count on Mondays.",
            number=MIN_PEOPLE_COUNTED,
        )
    return _(
        "*About {number} people* had begun with it in the week of {day}.",
        number=removal.people,
        day=formats.write_day(removal.counted_on),
    )
