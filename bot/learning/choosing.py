"""Which lesson each of many learners gets next, in a handful of queries however many they are."""

from collections.abc import Collection, Mapping
from datetime import date

from bot.domain import selection
from bot.learning.library import UNREADABLE, Library, Shelf
from bot.storage import Session, queue
from bot.storage.queue import Given, Waiting

NOTHING = Given([], {})


def choose(session: Session, library: Library, learners: Collection[Waiting], today: date) -> dict[int, int | None]:
    """The revision of the lesson that each learner (id) gets next; None if nothing is taught.

    Lessons that are out of rotation `today` are not given any more, also those that were put off.
    Of what was put off to a later shift, and neither answered nor reflected on since, what has waited longest comes
    first. Learners whose workspace teaches what this version can't read are left out.
    """
    if not learners:
        return {}
    shelves = shelves_of(session, library, {each.team_id for each in learners})
    given = queue.lessons_given(session, [each.learner_id for each in learners])
    ids = library.lesson_ids(session, {revision for each in given.values() for revision in each.revisions})
    waiting = _waiting(session, given)
    return {
        each.learner_id: _next(
            shelves[each.team_id].on(today),
            [ids[revision] for revision in given.get(each.learner_id, NOTHING).revisions],
            waiting.get(each.learner_id, frozenset()),
            each.focus,
        )
        for each in learners
        if each.team_id in shelves
    }


def _next(shelf: Shelf, given: list[str], waiting: Collection[int], focus: list[str]) -> int | None:
    """What comes next after these lessons (ids), of which those at the places of `waiting` wait to be brought again."""
    if waiting:
        lesson = shelf.selection.bring([selection.Given(each, at in waiting) for at, each in enumerate(given)], focus)
    else:
        lesson = shelf.selection.next(given, focus)
    return shelf.revision_ids[lesson.id] if lesson else None


def shelves_of(session: Session, library: Library, team_ids: Collection[str]) -> Mapping[str, Shelf]:
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


def _waiting(session: Session, given: Mapping[int, Given]) -> dict[int, frozenset[int]]:
    """The places of what was put off and is still to do, in what each learner was given."""
    days = {(learner_id, day) for learner_id, each in given.items() for day in each.put_off.values()}
    lessons = queue.lessons_of_days(session, days) if days else {}
    return {
        learner_id: frozenset(place for place, day in each.put_off.items() if not lessons[learner_id, day].done)
        for learner_id, each in given.items()
        if each.put_off
    }
