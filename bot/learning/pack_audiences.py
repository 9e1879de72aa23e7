"""Who gets a workspace's own pack: everyone there, or people whom an admin chose.

An audience decides what is sent, asked again, and shown as a tip; it keeps nothing secret. Admins never see who is in
it, because somebody who is missing would be somebody who deleted everything.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.audience import Audience
from bot.domain.audit import AuditAction
from bot.domain.learner import Person
from bot.errors import Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning.pack_comparison import PackChange
from bot.learning.pack_versions import get_live_version, get_version
from bot.learning.packs import activate_version
from bot.storage import Session, audit_log, erased_people
from bot.storage import pack_audiences as queries
from bot.storage.tables import PackVersion

_AUDIENCE_NAMES = {
    Audience.EVERYONE: mark("everyone"),
    Audience.CHOSEN: mark("chosen people"),
    Audience.CHOSEN_ALONE: mark("chosen people, without the packs for everyone"),
}
"""Each audience in the audit log, which stores it in English."""

NOBODY_CHOSEN = mark("Choose at least one person, or a channel.")


@dataclass(frozen=True, slots=True)
class AudienceChange:
    """What an admin chose. `added` and `removed`: user ids to choose, and to take out."""

    audience: Audience
    added: Collection[str] = field(default=())
    removed: Collection[str] = field(default=())


@dataclass(frozen=True, slots=True)
class PackForAudience:
    """A workspace's own pack that is live, and who gets it."""

    version_id: int
    name: str
    version: str
    audience: Audience


def read_audience(session: Session, version_id: int, team_id: str) -> PackForAudience:
    """Return who gets this version, the live one of a workspace's own pack.

    Raises NotFound if it isn't live, and Refused if it is for everyone on this server.
    """
    version = _get_own_version(session, version_id, team_id)
    audience = queries.find_audience(session, team_id, version.slug)
    return PackForAudience(version.id, version.name, version.version, audience)


def change_audience(
    session: Session, version_id: int, admin: Person, change: AudienceChange, now: datetime
) -> PackForAudience:
    """Set who gets a pack from now on. Whoever deleted everything lately isn't chosen, and that isn't told.

    Raises what `read_audience` raises, and Refused if a pack that was for everyone would be for nobody, or if the
    encryption key is lost.
    """
    version = _get_own_version(session, version_id, admin.team_id)
    _store(session, version.slug, f"{version.name} {version.version}", admin, change, now)
    return PackForAudience(version.id, version.name, version.version, change.audience)


def load_for_audience(
    session: Session, version_id: int, compared_with: int | None, admin: Person, change: AudienceChange, now: datetime
) -> tuple[PackChange, bool]:
    """Make a staged version live for an audience, in one transaction. Returns and raises what `activate_version` does.

    Refused as well if somebody chose its audience meanwhile. If the version wasn't made live, its audience stays.
    """
    slug = get_version(session, version_id, admin.team_id).slug
    if queries.find_audience(session, admin.team_id, slug) is not Audience.EVERYONE:
        raise Refused(
            _(
                "Somebody has chosen who gets this pack since you sent the file. Nothing was changed. Press Load to "
                "load it for them, or type /rounds admin packs to choose anew."
            )
        )
    loaded, is_loaded = activate_version(session, version_id, compared_with, admin.team_id, admin.user_id, now)
    if is_loaded:
        _store(session, loaded.slug, f"{loaded.name} {loaded.version}", admin, change, now)
    return loaded, is_loaded


def _get_own_version(session: Session, version_id: int, team_id: str) -> PackVersion:
    """Return the live version of a workspace's own pack. Raises what `read_audience` raises."""
    version = get_live_version(session, version_id, team_id)
    if version.scope != team_id:
        raise Refused(
            _(
                "{pack} is for everyone on this server, so one workspace can't choose who gets it. Nothing was "
                "changed. To leave it out for some people, choose them for a pack of yours, as the only one they get.",
                pack=version.name,
            )
        )
    return version


def _store(session: Session, slug: str, name: str, admin: Person, change: AudienceChange, now: datetime) -> None:
    """Store a change. Only the first choice must name somebody: later, an error would tell who was left."""
    is_chosen = change.audience is not Audience.EVERYONE
    if not is_chosen and not queries.had_audience(session, admin.team_id, slug):
        return  # it is for everyone, and always was
    was = queries.find_audience(session, admin.team_id, slug)
    if is_chosen and was is Audience.EVERYONE and not change.added:
        raise Refused(_(NOBODY_CHOSEN))
    erased = erased_people.find_erased(session, admin.organization_id, change.added)
    queries.set_audience(session, admin.team_id, slug, change.audience, admin.user_id, now)
    if is_chosen:
        queries.add_members(session, admin.team_id, slug, set(change.added) - erased)
        queries.remove_members(session, admin.team_id, slug, change.removed, now)
    subject = f"{name}: {_AUDIENCE_NAMES[change.audience]}"
    audit_log.record(session, admin.team_id, admin.user_id, AuditAction.PACK_AUDIENCE_SET, now, subject=subject)
