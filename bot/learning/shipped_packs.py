"""Keeps the pack that comes with Rounds live for everyone, as long as no operator has chosen otherwise."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.content.pack_templates import SHIPPED_PACK
from bot.content.shipped_pack import shipped_pack_version
from bot.domain.lesson import Pack
from bot.errors import PackError
from bot.learning import pack_versions, packs
from bot.storage import Session
from bot.storage import packs as queries
from bot.storage.packs import EVERYONES_SCOPE

log = structlog.get_logger(__name__)


def ensure_shipped_pack(session: Session, load_pack: Callable[[], Pack], now: datetime) -> None:
    """Load the shipped pack if nothing is live for everyone, or if its version came with an upgrade of Rounds.

    An operator's choice of packs stays.
    """
    if not packs.list_live_packs(session, EVERYONES_SCOPE):
        packs.load_pack(session, load_pack(), EVERYONES_SCOPE, pack_versions.PROGRAM, now)
    elif may_refresh(session, SHIPPED_PACK, shipped_pack_version()):
        try:
            change = packs.load_pack(session, load_pack(), EVERYONES_SCOPE, pack_versions.PROGRAM, now)
        except PackError as error:
            log.warning("packs.not_refreshed", reason=str(error.problems[0]))
        else:
            log.info("packs.refreshed", pack=change.slug, version=change.version, before=change.before_version)


def may_refresh(session: Session, slug: str, version: str) -> bool:
    """Return whether the program may replace everyone's pack with the version that came with it.

    It may if the program loaded the live version itself, and if this version has never been live: an operator may have
    loaded another one, or rolled this one back.
    """
    activations = queries.list_all_activations(session, EVERYONES_SCOPE, slug)
    live = next((activation for activation, _ in activations if activation.undone_at is None), None)
    return (
        live is not None
        and live.by == pack_versions.PROGRAM
        and version not in {each.version for _, each in activations}
    )
