"""Tells what loading a version of a pack would change, before anything is changed."""

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.content.codec import lesson_from_json
from bot.domain.audience import Audience
from bot.domain.lesson import Lesson, Pack
from bot.errors import NotFound
from bot.language import gettext as _
from bot.learning.pack_versions import build_pack, get_version
from bot.learning.running_pilots import NO_PILOT, Pilot, find_pilot
from bot.storage import Session, pack_audiences, retractions
from bot.storage import packs as queries
from bot.storage.tables import PackVersion

if TYPE_CHECKING:
    from bot.content.pack_changes import PackDifference

UNSTORED = 0
"""The version id in a comparison with a pack that isn't stored."""


@dataclass(frozen=True, slots=True)
class PackChange:
    """What activating a version changes. `before_version`: the live version that it replaces, None if the pack is new.

    `added`, `changed`, and `removed` are lesson titles; `differences` has each field. `warnings`: what somebody should
    confirm first. `is_unchanged`: the version that it replaces has the same content. `retracted`: titles of lessons
    that were retracted and read as they did then, so they stay out of use. `was_removed`: the pack isn't live because
    it was removed. `audience`: who was chosen for this pack before. `replaces_own`: the version that it replaces is
    this workspace's own, so people who aren't chosen for the next one would be left with none. `pilot`: the pilot of
    the pack that runs. `is_for_pilot`: this is what using the version in the pilot changes for its cohort, so it
    replaces the version in the pilot.
    """

    version_id: int
    slug: str
    name: str
    version: str
    before_version: str | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    is_unchanged: bool
    before_version_id: int | None = None
    differences: "tuple[PackDifference, ...]" = ()
    warnings: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    was_removed: bool = False
    audience: Audience = Audience.EVERYONE
    replaces_own: bool = False
    pilot: Pilot | None = None
    is_for_pilot: bool = False

    @property
    def is_in_pilot(self) -> bool:
        """Whether this version is the one in the pilot."""
        return self.pilot is not None and self.pilot.version_id == self.version_id

    @property
    def summary(self) -> str:
        """What is live now, and how many lessons would change, in sentences."""
        if self.is_for_pilot:
            return self._pilot_summary
        if self.is_unchanged:
            return _(
                "{pack} is live with the same content. Loading it changes nothing.", pack=f"{self.name} {self.version}"
            )
        if self.before_version:
            live = _("Version {version} is live now.", version=self.before_version)
        elif self.was_removed:
            live = _("This pack was removed before. People continue where they left off.")
        else:
            live = _("This pack is new.")
        # Translators: counts of lessons.
        counts = _(
            "Loading this one: {added} added, {changed} changed, {removed} removed, {unchanged} the same.",
            added=len(self.added),
            changed=len(self.changed),
            removed=len(self.removed),
            unchanged=self.unchanged,
        )
        return f"{live} {counts}"

    @property
    def _pilot_summary(self) -> str:
        return _(
            # Translators: counts of lessons.
            "Version {version} is in the pilot now. Using this one: {added} added, {changed} changed, {removed} "
            "removed, {unchanged} the same.",
            version=self.before_version,
            added=len(self.added),
            changed=len(self.changed),
            removed=len(self.removed),
            unchanged=self.unchanged,
        )

    def format_differences(self, longest: int | None = None) -> list[str]:
        """Return a line for each difference, whole or with texts of at most `longest` characters."""
        return [each.format(longest) for each in self.differences]


def compare_version(session: Session, version_id: int, scope: str) -> PackChange:
    """Return what activating a staged version would change now. Raises NotFound if it isn't in this scope."""
    return compare_stored_version(session, get_version(session, version_id, scope))


def compare_with_live(session: Session, pack: Pack, scope: str) -> PackChange:
    """Return what loading a pack would change now, without storing it.

    Raises Refused if a later version of Rounds wrote the live version's lessons.
    """
    live = queries.find_live_versions_for_workspace(session, scope).get(pack.slug)
    before = build_pack(session, live, queries.list_revisions_of_version(session, live.id)) if live else None
    same = set(before.lessons).intersection(pack.lessons) if before else frozenset[Lesson]()
    change = _build_change(UNSTORED, live, before, pack, {lesson.id for lesson in same})
    return _with_its_past(session, change, scope, live)


def compare_stored_version(session: Session, version: PackVersion) -> PackChange:
    """Return what activating a stored version would change now."""
    return _compare(
        session, version, queries.find_live_versions_for_workspace(session, version.scope).get(version.slug)
    )


def compare_with_pilot(session: Session, version_id: int, scope: str) -> PackChange:
    """Return what using a staged version in its pack's pilot would change now for the cohort.

    Raises NotFound if the version isn't in this scope, or no pilot of its pack runs.
    """
    version = get_version(session, version_id, scope)
    pilot = find_pilot(session, scope, version.slug)
    if pilot is None:
        raise NotFound(_(NO_PILOT))
    return _compare(session, version, get_version(session, pilot.version_id, scope), is_for_pilot=True)


def _compare(
    session: Session, version: PackVersion, replaced: PackVersion | None, *, is_for_pilot: bool = False
) -> PackChange:
    """Return what replacing a version with another changes."""
    old = {row.lesson_id: row for row in queries.list_revisions_of_version(session, replaced.id)} if replaced else {}
    new = {row.lesson_id: row for row in queries.list_revisions_of_version(session, version.id)}
    same = {key for key, row in new.items() if key in old and old[key].digest == row.digest}
    before = build_pack(session, replaced, [row for key, row in old.items() if key not in same]) if replaced else None
    after = build_pack(session, version, [row for key, row in new.items() if key not in same])
    retracted = retractions.find_retractions(session, version.scope, [row.id for row in new.values()])
    change = replace(
        _build_change(version.id, replaced, before, after, same, is_for_pilot=is_for_pilot),
        retracted=tuple(lesson_from_json(row.content).title for row in new.values() if row.id in retracted),
    )
    return _with_its_past(session, change, version.scope, replaced)


def _build_change(
    version_id: int,
    replaced: PackVersion | None,
    before: Pack | None,
    after: Pack,
    same: Set[str],
    *,
    is_for_pilot: bool = False,
) -> PackChange:
    """Describe what replacing one version with another changes. `same`: the ids of the lessons that don't change."""
    # Imported on use: few packs are compared, and it takes two megabytes.
    from bot.content.load_warnings import find_load_warnings
    from bot.content.pack_changes import compare_packs

    old, new = (
        {each.id: each for each in pack.lessons if each.id not in same} if pack else {} for pack in (before, after)
    )
    return PackChange(
        version_id=version_id,
        slug=after.slug,
        name=after.name,
        version=after.version,
        before_version=replaced.version if replaced else None,
        added=tuple(lesson.title for key, lesson in new.items() if key not in old),
        changed=tuple(lesson.title for key, lesson in new.items() if key in old),
        removed=tuple(lesson.title for key, lesson in old.items() if key not in new),
        unchanged=len(same),
        is_unchanged=replaced is not None and replaced.digest == after.digest,
        before_version_id=replaced.id if replaced else None,
        differences=compare_packs(before, after),
        warnings=find_load_warnings(before, after, is_for_pilot=is_for_pilot),
        is_for_pilot=is_for_pilot,
    )


def _with_its_past(session: Session, change: PackChange, scope: str, replaced: PackVersion | None) -> PackChange:
    """Add to a change what the pack was in this scope before."""
    return replace(
        change,
        was_removed=replaced is None and _was_removed(session, scope, change.slug),
        audience=pack_audiences.find_audience(session, scope, change.slug),
        replaces_own=replaced is not None and replaced.scope == scope,
        pilot=find_pilot(session, scope, change.slug),
    )


def _was_removed(session: Session, scope: str, slug: str) -> bool:
    """Return whether a pack that isn't live was live here before."""
    return bool(queries.list_all_activations(session, scope, slug))
