"""Which lesson each of many learners gets next, in a handful of queries however many they are."""

from collections.abc import Collection, Mapping

from bot.learning.library import UNREADABLE, Library, Shelf
from bot.storage import Session, queue
from bot.storage.queue import Given, Waiting

NOTHING = Given([], None)


def choose(session: Session, library: Library, learners: Collection[Waiting]) -> dict[int, int | None]:
    """The revision of the lesson that each learner (id) gets next; None if nothing is taught.

    A lesson that was put off to the next shift, and neither answered nor reflected on since, comes first. Learners
    whose workspace teaches what this version can't read are left out.
    """
    if not learners:
        return {}
    shelves = _shelves(session, library, {each.team_id for each in learners})
    given = queue.lessons_given(session, [each.learner_id for each in learners])
    ids = library.lesson_ids(session, {revision for each in given.values() for revision in each.revisions})
    carried = _carried(session, given)
    return {
        each.learner_id: _next(
            shelves[each.team_id],
            [ids[revision] for revision in given.get(each.learner_id, NOTHING).revisions],
            each.focus,
            again=each.learner_id in carried,
        )
        for each in learners
        if each.team_id in shelves
    }


def _next(shelf: Shelf, seen: list[str], focus: list[str], *, again: bool) -> int | None:
    if again and seen[-1] in shelf.revision_ids:
        return shelf.revision_ids[seen[-1]]
    lesson = shelf.selection.next(seen, focus)
    return shelf.revision_ids[lesson.id] if lesson else None


def _shelves(session: Session, library: Library, team_ids: Collection[str]) -> Mapping[str, Shelf]:
    """What these workspaces teach; without those where that can't be read, for they must not hold up the others."""
    try:
        return library.shelves(session, team_ids)
    except UNREADABLE:
        found: dict[str, Shelf] = {}
        for team_id in team_ids:
            try:
                found[team_id] = library.shelf(session, team_id)
            except UNREADABLE:
                continue
        return found


def _carried(session: Session, given: Mapping[int, Given]) -> set[int]:
    """Learners whose last lesson was put off, and is still to do."""
    days = {(learner_id, each.carried) for learner_id, each in given.items() if each.carried}
    found = queue.lessons_of_days(session, days) if days else {}
    return {learner_id for (learner_id, day), each in found.items() if (learner_id, day) in days and not each.done}
