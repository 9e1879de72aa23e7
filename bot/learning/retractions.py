"""Retracting a lesson: it isn't sent, asked, or shown from then on, and those who got it are told why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import NoReturn

from bot.domain.audit import AuditAction
from bot.domain.lesson import Skill
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.library import Library
from bot.learning.pack_versions import get_live_version
from bot.storage import Session, audit_log, packs
from bot.storage import retractions as queries
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LessonRevision, PackVersion, Retraction

MAX_REASON_LENGTH = 300
"""Characters of a reason. It stands above nothing else in a message, and a phone shows all of it."""

SIMILARITY = 0.6
"""How similar a title must be to what was typed for *Did you mean*."""


@dataclass(frozen=True, slots=True)
class RetractionNote:
    """What those who got a retracted lesson are told."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LessonName:
    """A lesson to choose."""

    lesson_id: str
    title: str
    skill: Skill


@dataclass(frozen=True, slots=True)
class RetractableLessons:
    """The lessons of a live pack that can be retracted. `is_for_everyone`: the pack isn't the workspace's own."""

    version_id: int
    name: str
    lessons: tuple[LessonName, ...]
    is_for_everyone: bool


@dataclass(frozen=True, slots=True)
class RetractedLesson:
    """A lesson that was retracted, for admins. `can_be_lifted`: here; otherwise an operator retracted it."""

    retraction_id: int
    title: str
    pack: str
    reason: str
    at: datetime
    by: str
    can_be_lifted: bool


def find_note(session: Session, team_id: str, revision_id: int) -> RetractionNote | None:
    """Return what to tell somebody in a workspace about this revision; None if it isn't retracted there."""
    return find_notes(session, team_id, [revision_id]).get(revision_id)


def find_notes(session: Session, team_id: str, revision_ids: Collection[int]) -> dict[int, RetractionNote]:
    """Return what to tell somebody in a workspace about those of these revisions that are retracted there."""
    found = queries.find_retractions(session, team_id, revision_ids) if revision_ids else {}
    return {revision_id: build_note(row) for revision_id, row in found.items()}


def refuse_retracted(session: Session, team_id: str, revision_id: int) -> None:
    """Raise Refused if this revision is retracted in this workspace. For buttons that outlive their lesson."""
    if (note := find_note(session, team_id, revision_id)) is not None:
        raise Refused(
            _("That lesson was retracted, so I don't use it anymore. The reason: {reason}", reason=note.reason)
        )


def build_note(row: Retraction) -> RetractionNote:
    """Return what to tell about a retraction."""
    return RetractionNote(row.reason, row.at)


def list_retractable(session: Session, library: Library, version_id: int, scope: str) -> RetractableLessons:
    """Return the lessons of a live version that aren't retracted yet. NotFound if it isn't live in this scope."""
    version = get_live_version(session, version_id, scope)
    rows = _list_lessons_in_use(session, version, scope)
    return RetractableLessons(
        version_id=version.id,
        name=version.name,
        lessons=_name_lessons(session, library, rows),
        is_for_everyone=version.scope == EVERYONES_SCOPE,
    )


def retract_lesson(
    session: Session,
    library: Library,
    version_id: int,
    scope: str,
    lesson: str,
    reason: str,
    by: str,
    now: datetime,
) -> RetractedLesson:
    """Retract a lesson of a live version, given its short name or title, in one workspace or for everyone (`scope`).

    All revisions that were ever live, or in a pilot, stop being used. A later version with a changed lesson is live
    again. Raises NotFound if the version isn't live or has no such lesson, and Refused without a reason or for one that
    is too long.
    """
    version = get_live_version(session, version_id, scope)
    reason = check_reason(reason)
    name = find_lesson(_name_lessons(session, library, _list_lessons_in_use(session, version, scope)), lesson)
    if name is None:
        _refuse_unknown(session, library, version, scope, lesson)
    row = Retraction(
        scope=scope,
        pack_slug=version.slug,
        lesson_id=name.lesson_id,
        up_to_revision_id=queries.find_newest_live_revision_id(
            session, {EVERYONES_SCOPE, scope}, version.slug, name.lesson_id
        ),
        reason=reason,
        at=now,
        by=by,
    )
    session.add(row)
    session.flush()
    subject = f"“{name.title}” of {version.name}"
    audit_log.record(session, scope, by, AuditAction.LESSON_RETRACTED, now, subject=subject)
    return _build_retracted(row, name.title, version.name, scope)


def lift_retraction(session: Session, library: Library, retraction_id: int, scope: str, by: str, now: datetime) -> str:
    """Put a retracted lesson back into use, and return its title. Raises NotFound if it isn't retracted by this scope.

    Those who got it see it as it was.
    """
    row = session.get(Retraction, retraction_id)
    if row is None or row.scope != scope or row.lifted_at is not None:
        raise NotFound(_("That lesson isn't retracted here any longer. Nothing was changed."))
    row.lifted_at, row.lifted_by = now, by
    row.updated_up_to = row.passes_done = 0
    title = library.get_lesson(session, row.up_to_revision_id).title
    audit_log.record(session, scope, by, AuditAction.LESSON_USED_AGAIN, now, subject=f"“{title}”")
    return title


def lift_retraction_of_lesson(
    session: Session, library: Library, version_id: int, scope: str, lesson: str, by: str, now: datetime
) -> str:
    """Put a retracted lesson back into use, given a live version and the lesson's short name or title.

    Returns its title. Raises NotFound if this scope hasn't retracted it.
    """
    version = get_live_version(session, version_id, scope)
    names = _name_lessons(session, library, packs.list_revisions_of_version(session, version.id))
    name = find_lesson(names, lesson)
    for row in queries.list_in_force(session, {scope}):
        if name is not None and (row.pack_slug, row.lesson_id) == (version.slug, name.lesson_id):
            return lift_retraction(session, library, row.id, scope, by, now)
    raise NotFound(f"No lesson with that name is retracted in {version.name} {version.version}. Nothing was changed.")


def list_retracted(session: Session, library: Library, scope: str) -> tuple[RetractedLesson, ...]:
    """Return the retractions in force in a workspace (or for everyone) of packs that are live there, newest first."""
    rows = queries.list_in_force(session, {EVERYONES_SCOPE, scope})
    texts = library.get_readable_lessons(session, {row.up_to_revision_id for row in rows})
    live = packs.find_live_versions_for_workspace(session, scope)
    return tuple(
        _build_retracted(row, texts[row.up_to_revision_id].title, live[row.pack_slug].name, scope)
        for row in reversed(rows)
        if row.up_to_revision_id in texts and row.pack_slug in live
    )


def check_reason(reason: str) -> str:
    """Return a reason as it is stored, on one line. Raises Refused if it is empty or too long."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("The reason is missing, so nothing was retracted. A sentence is enough."))
    if len(reason) > MAX_REASON_LENGTH:
        raise Refused(
            ngettext(
                "The reason has {count} character, so nothing was retracted. Use {most} at most.",
                "The reason has {count} characters, so nothing was retracted. Use {most} at most.",
                len(reason),
                most=MAX_REASON_LENGTH,
            )
        )
    return reason


def find_lesson(lessons: Iterable[LessonName], typed: str) -> LessonName | None:
    """Return the lesson with this short name or title, in upper or lower case; None if there is none."""
    wanted = _fold(typed)
    return next((each for each in lessons if wanted in {_fold(each.lesson_id), _fold(each.title)}), None)


def _refuse_unknown(session: Session, library: Library, version: PackVersion, scope: str, typed: str) -> NoReturn:
    """Raise NotFound: the lesson is retracted already, or no lesson has this name."""
    everything = _name_lessons(session, library, packs.list_revisions_of_version(session, version.id))
    if (found := find_lesson(everything, typed)) is not None:
        raise NotFound(_("“{title}” is retracted already. Nothing was changed.", title=found.title))
    names: Mapping[str, LessonName] = {
        **{_fold(each.lesson_id): each for each in everything},
        **{_fold(each.title): each for each in everything},
    }
    near = get_close_matches(_fold(typed), names, n=1, cutoff=SIMILARITY)
    said = [
        _(
            "{pack} {version} has no lesson with that name, so nothing was retracted.",
            pack=version.name,
            version=version.version,
        )
    ]
    if near:
        meant = names[near[0]]
        said.append(_("Did you mean “{title}” (`{short_name}`)?", title=meant.title, short_name=meant.lesson_id))
    raise NotFound(" ".join(said))


def _list_lessons_in_use(session: Session, version: PackVersion, scope: str) -> list[LessonRevision]:
    rows = packs.list_revisions_of_version(session, version.id)
    retracted = queries.find_retractions(session, scope, [row.id for row in rows])
    return [row for row in rows if row.id not in retracted]


def _name_lessons(session: Session, library: Library, rows: Sequence[LessonRevision]) -> tuple[LessonName, ...]:
    """Return the names of these lessons, without those that this version of Rounds can't read."""
    texts = library.get_readable_lessons(session, [row.id for row in rows])
    return tuple(LessonName(row.lesson_id, texts[row.id].title, texts[row.id].skill) for row in rows if row.id in texts)


def _build_retracted(row: Retraction, title: str, pack: str, scope: str) -> RetractedLesson:
    return RetractedLesson(row.id, title, pack, row.reason, row.at, row.by, can_be_lifted=row.scope == scope)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
