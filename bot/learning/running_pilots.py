"""The pilots that run: versions of packs that a cohort tries before everyone gets them, and how a pilot ends.

Its members get what they would if the version were live (`Library.get_curricula`). Nothing that they did is deleted
when it ends.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.audit import AuditAction
from bot.language import mark
from bot.storage import Session, audit_log
from bot.storage import pack_pilots as queries
from bot.storage.tables import Cohort, PackPilot, PackVersion

NO_PILOT = mark("That pilot has ended. Nothing was changed. Type `/rounds admin packs` to see what is live now.")


@dataclass(frozen=True, slots=True)
class Pilot:
    """A pilot that runs. `name` and `version`: of the pack. `since`: when the cohort (its name) got the first version.
    `by`: who put this version in it."""

    id: int
    slug: str
    version_id: int
    name: str
    version: str
    cohort: str
    since: datetime
    by: str


def list_pilots(session: Session, team_id: str) -> tuple[Pilot, ...]:
    """Return the pilots of a workspace that run, by pack."""
    return tuple(build_pilot(*each) for each in queries.list_running(session, team_id))


def find_pilot(session: Session, team_id: str, slug: str) -> Pilot | None:
    """Return the pilot of a workspace's pack that runs, or None."""
    found = queries.find_running(session, team_id, slug)
    return build_pilot(*found) if found else None


def build_pilot(row: PackPilot, version: PackVersion, cohort: Cohort) -> Pilot:
    """Return the values of a pilot."""
    return Pilot(row.id, row.slug, version.id, version.name, version.version, cohort.name, row.started_at, row.by)


def end(session: Session, row: PackPilot, version: PackVersion, cohort: Cohort, by: str, now: datetime) -> None:
    """End a pilot, and record it: its cohort gets the live version from now on."""
    row.ended_at, row.ended_by = now, by
    record(session, AuditAction.PACK_PILOT_ENDED, version, cohort, by, now)


def end_of_pack(session: Session, team_id: str, slug: str, by: str, now: datetime) -> None:
    """End the pilot of a workspace's pack, if one runs."""
    if (found := queries.lock_running(session, team_id, slug)) is not None:
        end(session, *found, by, now)


def end_if_live(session: Session, live: PackVersion, by: str, now: datetime) -> None:
    """End the pilot of a version that is live now. A pilot of another version goes on."""
    found = queries.lock_running(session, live.scope, live.slug)
    if found is not None and found[1].id == live.id:
        end(session, *found, by, now)


def list_of_cohort(session: Session, cohort: Cohort) -> tuple[Pilot, ...]:
    """Return the pilots that a cohort is in."""
    return tuple(build_pilot(row, version, cohort) for row, version in queries.list_of_cohort(session, cohort))


def end_of_cohort(session: Session, cohort: Cohort, by: str, now: datetime) -> tuple[Pilot, ...]:
    """End the pilots with a cohort that is being closed, and return them."""
    found = queries.list_of_cohort(session, cohort)
    for row, version in found:
        end(session, row, version, cohort, by, now)
    return tuple(build_pilot(row, version, cohort) for row, version in found)


def record(session: Session, action: AuditAction, version: PackVersion, cohort: Cohort, by: str, now: datetime) -> None:
    """Record what was done with a pilot: of which version, and with which cohort."""
    subject = f"{version.name} {version.version} ({cohort.name})"
    audit_log.record(session, version.scope, by, action, now, subject=subject)
