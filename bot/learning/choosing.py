"""Which lesson each of many learners gets next, in a handful of queries however many they are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from bot.domain import selection
from bot.learning import memory
from bot.learning.library import UNREADABLE, Library, Shelf
from bot.storage import Session, queue, recalls
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
    taught = {each.learner_id: shelves[each.team_id].on(today) for each in learners if each.team_id in shelves}
    seen = {
        learner_id: [ids[revision] for revision in given.get(learner_id, NOTHING).revisions] for learner_id in taught
    }
    forgotten = _forgotten(session, taught, seen, today)
    return {
        each.learner_id: _next(
            taught[each.learner_id],
            seen[each.learner_id],
            waiting.get(each.learner_id, frozenset()),
            each,
            forgotten.get(each.learner_id, ()),
        )
        for each in learners
        if each.learner_id in taught
    }


def _next(
    shelf: Shelf, given: list[str], waiting: Collection[int], learner: Waiting, forgotten: Sequence[str]
) -> int | None:
    """What comes next after these lessons (ids), of which those at the places of `waiting` wait to be brought again."""
    wishes = learner.focus, learner.weak, forgotten
    if waiting:
        brought = [selection.Given(each, at in waiting) for at, each in enumerate(given)]
        lesson = shelf.selection.bring(brought, *wishes)
    else:
        lesson = shelf.selection.next(given, *wishes)
    return shelf.revision_ids[lesson.id] if lesson else None


def _forgotten(
    session: Session, taught: Mapping[int, Shelf], seen: Mapping[int, list[str]], today: date
) -> dict[int, Sequence[str]]:
    """The lessons (ids) of each learner who has seen all, the least remembered first; no matter for others."""
    through = [learner_id for learner_id, shelf in taught.items() if shelf.selection.all_seen(seen[learner_id])]
    if not through:
        return {}
    return {
        learner_id: memory.least_remembered(rows, today)
        for learner_id, rows in recalls.of_learners(session, through).items()
    }


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
