"""Starts the pilot of a staged version with a cohort, and changes the version that is in it.

Who is in the cohort is told to nobody, and neither is whether any of them got a lesson of it.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.content.codec import lesson_from_json, program_from_json
from bot.domain.audit import AuditAction
from bot.domain.learner import Person
from bot.domain.program import Program
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning import cohorts, running_pilots
from bot.learning.pack_comparison import PackChange, compare_stored_version, compare_with_pilot
from bot.learning.pack_versions import get_version
from bot.learning.packs import refuse_conflicts
from bot.learning.running_pilots import NO_PILOT, Pilot, build_pilot
from bot.storage import Session, packs
from bot.storage import cohorts as cohort_queries
from bot.storage import pack_pilots as queries
from bot.storage.tables import Cohort, PackPilot, PackVersion

NO_COHORT = mark(
    "There is no open cohort to try this version with. Nothing was changed. Start one with `/rounds admin cohorts`, "
    "then press this button again."
)

OUTDATED = mark(
    "The live version has changed since you sent this file, so no pilot was started. Send the file again to see what "
    "it would change now."
)

MAX_NAMED = 5
"""Most lessons named in a refusal. The rest are counted."""


@dataclass(frozen=True, slots=True)
class PilotOffer:
    """What a pilot would change for a cohort, and the open cohorts (id and name) to choose from."""

    change: PackChange
    cohorts: tuple[tuple[int, str], ...]


def prepare_pilot(session: Session, version_id: int, team_id: str) -> PilotOffer:
    """Return what can be chosen for the pilot of a staged version.

    Raises NotFound if the version isn't in this workspace, and Refused if no cohort is open, a pilot of the pack runs,
    or the version is live.
    """
    change = compare_stored_version(session, get_version(session, version_id, team_id))
    _refuse_impossible(change)
    offered = tuple((each.id, each.name) for each in cohort_queries.list_open(session, team_id))
    if not offered:
        raise Refused(_(NO_COHORT))
    return PilotOffer(change, offered)


def start_pilot(
    session: Session, version_id: int, compared_with: int | None, cohort_id: int, admin: Person, now: datetime
) -> tuple[PackChange, Pilot]:
    """Have a cohort's members who have started get a staged version in place of the live one, from now on.

    Returns what it changes for them, and the pilot. Raises what `prepare_pilot` raises, NotFound if the cohort isn't
    open, PackError if the version conflicts with another pack, and Refused if the live version isn't the one it was
    `compared_with` (None: there was none), or if the cohort's program needs lessons that the version doesn't have.
    """
    version = get_version(session, version_id, admin.team_id)
    cohort = cohorts.get_open(session, admin, cohort_id, is_admin=True, locked=True)
    change = compare_stored_version(session, version)
    _refuse_impossible(change)
    if change.before_version_id != compared_with:
        raise Refused(_(OUTDATED))
    row = _add(session, version, cohort, admin, since=now)
    running_pilots.record(session, AuditAction.PACK_PILOT_STARTED, version, cohort, admin.user_id, now)
    return change, build_pilot(row, version, cohort)


def change_version(
    session: Session, version_id: int, compared_with: int, person: Person, now: datetime
) -> tuple[PackChange, bool]:
    """Use a staged version in its pack's pilot, if the version in it is still the one it was `compared_with`.

    Otherwise, or if its content is in the pilot already, nothing changes. Returns the change as it is now, and whether
    it was made. Raises NotFound if no pilot runs, and otherwise what `start_pilot` raises of the version.
    """
    version = get_version(session, version_id, person.team_id)
    found = queries.lock_running(session, person.team_id, version.slug)
    if found is None:
        raise NotFound(_(NO_PILOT))
    before, _version, cohort = found
    change = compare_with_pilot(session, version_id, person.team_id)
    if change.is_unchanged or change.before_version_id != compared_with:
        return change, False
    before.ended_at, before.ended_by = now, person.user_id
    session.flush()
    _add(session, version, cohort, person, since=before.started_at)
    running_pilots.record(session, AuditAction.PACK_PILOT_CHANGED, version, cohort, person.user_id, now)
    return change, True


def end_pilot(session: Session, pilot_id: int, person: Person, now: datetime) -> Pilot:
    """End a pilot, and return it: its cohort gets the live version from now on. NotFound if it doesn't run."""
    shown = queries.find_by_id(session, person.team_id, pilot_id)
    found = queries.lock_running(session, person.team_id, shown[0].slug) if shown else None
    if found is None or found[0].id != pilot_id:
        raise NotFound(_(NO_PILOT))
    running_pilots.end(session, *found, person.user_id, now)
    return build_pilot(*found)


def get_pilot_change(session: Session, pilot_id: int, team_id: str) -> PackChange:
    """Return what loading the version in a pilot for everyone would change now. NotFound if it doesn't run."""
    found = queries.find_by_id(session, team_id, pilot_id)
    if found is None:
        raise NotFound(_(NO_PILOT))
    return compare_stored_version(session, found[1])


def _add(session: Session, version: PackVersion, cohort: Cohort, by: Person, *, since: datetime) -> PackPilot:
    refuse_conflicts(session, version)
    _refuse_broken_program(session, version, cohort)
    row = PackPilot(
        scope=version.scope,
        slug=version.slug,
        version_id=version.id,
        cohort_id=cohort.id,
        started_at=since,
        by=by.user_id,
    )
    session.add(row)
    session.flush()
    return row


def _refuse_impossible(change: PackChange) -> None:
    """Raise Refused if a pilot of a version can't be started with any cohort."""
    pack = f"{change.name} {change.version}"
    if change.is_unchanged:
        raise Refused(_("{pack} is live already, so there is nothing to try. Nothing was changed.", pack=pack))
    if change.pilot is not None:
        raise Refused(
            _(
                "{pack} is in a pilot with the cohort {cohort} already. Nothing was changed. Only one pilot of a pack "
                "can run. To end it, type `/rounds admin packs`.",
                pack=f"{change.pilot.name} {change.pilot.version}",
                cohort=change.pilot.cohort,
            )
        )


def require_program(session: Session, cohort: Cohort, slug: str | None) -> None:
    """Raise Refused if a version that a cohort tries lacks a program (slug) that it shall have, or lessons of it."""
    for _row, version in queries.list_of_cohort(session, cohort):
        lack = _find_lack(session, version, slug)
        if lack is not None:
            raise Refused(
                _(
                    "The cohort is trying {pack}, which doesn't have all of the program “{program}”. Nothing was "
                    "changed. Choose another program, or end the pilot with /rounds admin packs.",
                    pack=f"{version.name} {version.version}",
                    program=lack.program.name,
                )
            )


def _refuse_broken_program(session: Session, version: PackVersion, cohort: Cohort) -> None:
    """Raise Refused if a version lacks the cohort's program, or lessons of it, that the live version has."""
    lack = _find_lack(session, version, cohort.program)
    if lack is None:
        return
    pack = f"{version.name} {version.version}"
    if not lack.titles:
        raise Refused(
            _(
                "The cohort {cohort} follows the program “{program}”, which {pack} doesn't have. Nothing was changed. "
                "Put it back into the pack, or choose another cohort.",
                cohort=cohort.name,
                program=lack.program.name,
                pack=pack,
            )
        )
    named = ", ".join(f"“{each}”" for each in lack.titles[:MAX_NAMED])
    raise Refused(
        ngettext(
            "The cohort {cohort} follows the program “{program}”. {pack} lacks {count} lesson of it: {lessons}. "
            "Nothing was changed. Put it back into the pack, or choose another cohort.",
            "The cohort {cohort} follows the program “{program}”. {pack} lacks {count} lessons of it: {lessons}. "
            "Nothing was changed. Put them back into the pack, or choose another cohort.",
            len(lack.titles),
            cohort=cohort.name,
            program=lack.program.name,
            pack=pack,
            lessons=f"{named} …" if len(lack.titles) > MAX_NAMED else named,
        )
    )


@dataclass(frozen=True, slots=True)
class _Lack:
    """A live program, and the titles of its lessons that a version lacks. Without any, it lacks the program itself."""

    program: Program
    titles: tuple[str, ...]


def _find_lack(session: Session, version: PackVersion, slug: str | None) -> _Lack | None:
    """Return what a version lacks of a program (slug) that the live version of its pack has; None if nothing."""
    live = packs.find_live_versions_for_workspace(session, version.scope).get(version.slug)
    program = _find_program(live, slug) if live else None
    if live is None or program is None:
        return None
    has = set(packs.list_lesson_ids_of_version(session, version.id))
    rows = {row.lesson_id: row for row in packs.list_revisions_of_version(session, live.id)}
    missing = [rows[each] for each in program.lesson_ids if each not in has and each in rows]
    if missing or _find_program(version, slug) is None:
        return _Lack(program, tuple(lesson_from_json(row.content).title for row in missing))
    return None


def _find_program(version: PackVersion, slug: str | None) -> Program | None:
    return next((each for each in map(program_from_json, version.programs) if each.slug == slug), None)
