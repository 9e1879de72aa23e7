"""Tips and coaching on demand. What was typed is read here and forgotten: it is neither stored nor logged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.content.safety import shipped_rules
from bot.domain.learner import Person
from bot.domain.lesson import Lesson, Skill
from bot.domain.review import is_overdue
from bot.domain.safety import SafetyCard, find_concerns
from bot.errors import NotFound
from bot.learning import enrolment
from bot.learning.library import Library, Shelf
from bot.storage import Session, learners
from bot.storage import practice as queries

Noted = Mapping[tuple[int, str], datetime]
"""Tips shown of late that have not been kept yet: when, by learner (id) and lesson."""

OFFERS = 2
"""One-line offers beside the best lesson."""


@dataclass(frozen=True, slots=True)
class Tip:
    """A lesson shown on demand, with which revision it is; `overdue`: its review was due before today."""

    lesson: Lesson
    revision_id: int
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class CommandTip:
    """The tip that a skill's command brings to a learner; `started`: whether they have pressed *Start*."""

    tip: Tip
    learner_id: int
    started: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """The answer to a situation: safety cards first, then the best lesson (None: nothing fits) and further offers."""

    cards: tuple[SafetyCard, ...]
    best: Tip | None
    offers: tuple[Lesson, ...]


def skills(session: Session, library: Library, team_id: str) -> tuple[Skill, ...]:
    """What a workspace teaches."""
    return library.shelf(session, team_id).skills


def tip(session: Session, library: Library, person: Person, skill: str | None, noted: Noted, now: datetime) -> Tip:
    """A tip (of this skill, or of any) that this person has not had lately. This only reads; `note_all_shown` keeps it.

    NotFound if there is no such skill.
    """
    shelf = library.shelf(session, person.team_id).on(now.date())
    if skill is not None and shelf.skill(skill) is None:
        raise NotFound(
            f"There is no skill called {skill}. Try one of: {', '.join(each.slug for each in shelf.skills)}."
        )
    lessons = shelf.of_skill(skill) if skill else shelf.lessons
    if not lessons:
        raise NotFound("No lessons are loaded yet. An admin can load a pack; then tips are here.")
    learner_id = enrolment.known(session, person).id
    return _tip(shelf, _longest_ago(session, learner_id, lessons, noted), now)


def tip_by_command(
    session: Session, library: Library, person: Person, command: str, noted: Noted, now: datetime
) -> CommandTip | None:
    """The tip that a skill's own command (`/conflict-tip`) brings. This only reads; `note_all_shown` keeps it.

    None if it takes more than that: no skill has this command, or its lessons are gone, or this person has yet to be
    met.
    """
    found = learners.standing(session, person)
    if found is None or found[2] == enrolment.FALLBACK_ZONE:
        return None
    learner_id, state, _ = found
    shelf = library.shelf(session, person.team_id).on(now.date())
    skill = next((each for each in shelf.skills if each.command == command), None)
    lessons = shelf.of_skill(skill.slug) if skill else ()
    if not lessons:
        return None
    lesson = _longest_ago(session, learner_id, lessons, noted)
    return CommandTip(_tip(shelf, lesson, now), learner_id, state in enrolment.STARTED)


def open_tip(session: Session, library: Library, person: Person, lesson_id: str, now: datetime) -> Tip:
    """One particular lesson as a tip. NotFound if it is no longer taught. This only reads."""
    shelf = library.shelf(session, person.team_id).on(now.date())
    return _tip(shelf, shelf.lesson(lesson_id), now)


def prepare(session: Session, library: Library, team_id: str, now: datetime) -> None:
    """Read the lessons and build the search once, before anyone asks."""
    shipped_rules()
    library.shelf(session, team_id).on(now.date()).index.search("")


def coach(session: Session, library: Library, person: Person, situation: str, now: datetime) -> Advice:
    """The lessons that fit a situation. This only reads; `note_all_shown` keeps which lesson was shown, never why."""
    shelf = library.shelf(session, person.team_id).on(now.date())
    cards = find_concerns(situation, shipped_rules())
    found = [match.lesson for match in shelf.index.search(situation, limit=1 + OFFERS)]
    if not found:
        return Advice(cards, None, ())
    return Advice(cards, _tip(shelf, found[0], now), tuple(found[1:]))


def go_on(
    session: Session, library: Library, person: Person, said: Sequence[str], shown: Collection[str], now: datetime
) -> Advice:
    """The next best lessons for a conversation: `said`, oldest first; `shown`: lessons (ids) that it has had.

    Safety cards are for what was said last. This only reads.
    """
    shelf = library.shelf(session, person.team_id).on(now.date())
    cards = find_concerns(said[-1] if said else "", shipped_rules())
    matches = shelf.index.search(" ".join(said), limit=len(shown) + 1 + OFFERS)
    found = [match.lesson for match in matches if match.lesson.id not in shown][: 1 + OFFERS]
    if not found:
        return Advice(cards, None, ())
    return Advice(cards, _tip(shelf, found[0], now), tuple(found[1:]))


def from_lessons(
    session: Session, library: Library, person: Person, lesson_ids: Sequence[str], now: datetime
) -> Advice:
    """The first of these lessons that is still taught, and the others as further offers. This only reads."""
    shelf = library.shelf(session, person.team_id).on(now.date())
    taught = [shelf.lesson(each) for each in lesson_ids if each in shelf.revision_ids]
    if not taught:
        return Advice((), None, ())
    return Advice((), _tip(shelf, taught[0], now), tuple(taught[1:]))


def of_revision(session: Session, library: Library, revision_id: int, now: datetime) -> Tip:
    """A lesson as it read in this revision, as a tip."""
    lesson = library.lesson(session, revision_id)
    return Tip(lesson, revision_id, is_overdue(lesson, now.date()))


def note_all_shown(session: Session, notes: Noted) -> None:
    """Keep that these learners (ids) were shown these lessons; those who have been erased meanwhile stay so."""
    queries.note_tips(session, notes)


def _longest_ago(session: Session, learner_id: int, lessons: tuple[Lesson, ...], noted: Noted) -> Lesson:
    """Of these lessons the one that was not shown for the longest; unseen ones come in the pack's order."""
    shown = queries.tips_shown(session, learner_id)
    shown |= {each.id: noted[learner_id, each.id] for each in lessons if (learner_id, each.id) in noted}
    never = datetime.min.replace(tzinfo=UTC)
    return min(lessons, key=lambda each: shown.get(each.id, never))


def _tip(shelf: Shelf, lesson: Lesson, now: datetime) -> Tip:
    return Tip(lesson, shelf.revision_ids[lesson.id], is_overdue(lesson, now.date()))
