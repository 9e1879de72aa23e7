"""Takes a pack out of use. Nothing that people did with it is deleted."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.content.pack_templates import SHIPPED_PACK
from bot.domain.audit import AuditAction
from bot.errors import Refused
from bot.language import gettext as _
from bot.learning import running_pilots
from bot.learning.pack_versions import find_shared, get_live_version
from bot.storage import Session, audit_log
from bot.storage import packs as queries
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.restricted_packs import find_restricted_packs


@dataclass(frozen=True, slots=True)
class PackRemoval:
    """A live pack that is about to be removed, or was.

    `people`: how many have answered a lesson of it, to the next lower five, as counted in the week of `counted_on`
    (None if never). `replaced_by`: everyone's version of the pack, which is taught again in the workspace.
    `was_restricted`: it is or was for people whom an admin chose, or tried by a cohort, of whom any number would tell
    something.
    """

    version_id: int
    slug: str
    name: str
    version: str
    lessons: int
    people: int
    counted_on: date | None
    replaced_by: str | None
    was_restricted: bool = False


def preview_removal(session: Session, version_id: int, scope: str) -> PackRemoval:
    """Return what `remove_pack` would remove. Raises the same errors."""
    version = get_live_version(session, version_id, scope)
    if version.scope != scope:
        raise Refused(
            _(
                "{pack} is for everyone on this server, so it can't be removed in one workspace. Nothing was changed. "
                "You can retract single lessons here. Whoever runs Rounds can remove the pack for everyone.",
                pack=version.name,
            )
        )
    everyones = queries.find_live_versions(session, EVERYONES_SCOPE).keys()
    if scope == EVERYONES_SCOPE and version.slug == SHIPPED_PACK and everyones == {SHIPPED_PACK}:
        raise Refused(
            f"{version.name} is the only pack for everyone. Without it there would be no lessons, and Rounds would "
            "load it again at its next start. Nothing was changed. Load another pack first, or retract single lessons."
        )
    reach = queries.find_reach(session, scope, version.slug)
    shared = find_shared(session, version.slug, scope)
    was_restricted = version.slug in find_restricted_packs(session, scope)
    return PackRemoval(
        version_id=version.id,
        slug=version.slug,
        name=version.name,
        version=version.version,
        lessons=len(queries.list_revisions_of_version(session, version.id)),
        people=reach.people_shown if reach and not was_restricted else 0,
        counted_on=reach.counted_on if reach else None,
        replaced_by=f"{shared.name} {shared.version}" if shared else None,
        was_restricted=was_restricted,
    )


def remove_pack(session: Session, version_id: int, scope: str, by: str, now: datetime) -> PackRemoval:
    """Remove a pack with all of its versions in this scope, given its live version. Nothing that people did is deleted.

    Its pilot ends. Loading the pack again brings all of it back. Raises NotFound if the version isn't live, and Refused
    for everyone's pack in a workspace, and for the shipped pack if nothing else is live for everyone.
    """
    removal = preview_removal(session, version_id, scope)
    for activation, _version in queries.list_activations(session, scope, removal.slug):
        activation.undone_at, activation.undone_by = now, by
    running_pilots.end_of_pack(session, scope, removal.slug, by, now)
    subject = f"{removal.name} {removal.version}"
    audit_log.record(session, scope, by, AuditAction.PACK_REMOVED, now, subject=subject)
    return removal
