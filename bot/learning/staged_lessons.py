"""Shows the lessons of a version that may not be live yet, one by one."""

from dataclasses import dataclass

from bot.content.codec import lesson_from_json
from bot.domain.lesson import Lesson
from bot.errors import NotFound
from bot.learning.pack_versions import get_version
from bot.storage import Session
from bot.storage import packs as queries


@dataclass(frozen=True, slots=True)
class StagedLesson:
    """A lesson of a version that may not be live yet, to look at. `pack` is the version's name and number.

    `number` and `total` count the lessons that differ from the live version's, or all if none does. `previous` and
    `next` are the positions in the version of the lessons around it.
    """

    version_id: int
    position: int
    pack: str
    lesson: Lesson
    number: int
    total: int
    previous: int
    next: int


def get_staged_lesson(session: Session, version_id: int, scope: str, position: int | None) -> StagedLesson:
    """Return the lesson at a position of a version, live or not; the first that differs for None.

    Raises NotFound if the version isn't in this scope, or has no such lesson.
    """
    version = get_version(session, version_id, scope)
    rows = queries.list_revisions_of_version(session, version_id)
    live = queries.find_live_versions_for_workspace(session, scope).get(version.slug)
    known = {
        (row.lesson_id, row.digest) for row in (queries.list_revisions_of_version(session, live.id) if live else ())
    }
    differing = [place for place, row in enumerate(rows) if (row.lesson_id, row.digest) not in known]
    places = differing or list(range(len(rows)))
    shown = places[0] if position is None else position
    if shown >= len(rows):
        raise NotFound
    places = places if shown in places else list(range(len(rows)))  # another version went live since
    index = places.index(shown)
    return StagedLesson(
        version_id=version_id,
        position=shown,
        pack=f"{version.name} {version.version}",
        lesson=lesson_from_json(rows[shown].content),
        number=index + 1,
        total=len(places),
        previous=places[index - 1],
        next=places[(index + 1) % len(places)],
    )
