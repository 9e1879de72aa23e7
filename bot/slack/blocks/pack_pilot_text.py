"""What loading a version means for the pilot of its pack."""

from slack_sdk.models.blocks import Block

from bot.language import gettext as _
from bot.learning.pack_comparison import PackChange
from bot.slack.blocks.block_kit import context, escape


def pilot_after_load_text(change: PackChange) -> str | None:
    """Say what became of a pack's pilot when a version was loaded; None if none ran."""
    if change.pilot is None:
        return None
    cohort = escape(change.pilot.cohort)
    if change.is_in_pilot:
        return _("The pilot with the cohort {cohort} has ended.", cohort=cohort)
    return _(
        "The pilot goes on: the cohort {cohort} keeps version {version}.",
        cohort=cohort,
        version=escape(change.pilot.version),
    )


def pilot_before_load(change: PackChange) -> list[Block]:
    """Say what *Load* means for the pilot of a pack, if one runs."""
    if change.pilot is None:
        return []
    cohort = escape(change.pilot.cohort)
    if change.is_in_pilot:
        said = _("The cohort {cohort} is trying this version. *Load* ends the pilot.", cohort=cohort)
    else:
        said = _(
            "The cohort {cohort} is trying version {version}. *Load* keeps that pilot. *Use in the pilot* changes its "
            "version.",
            cohort=cohort,
            version=escape(change.pilot.version),
        )
    return [context(said)]
