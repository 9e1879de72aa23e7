"""Tips and coaching on demand. What people type is only read here, neither stored nor logged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.content.safety_rules import safety_rules_for, shipped_help_lines, shipped_safety_rules
from bot.content.time_zone_countries import country_of_time_zone
from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Person, WorkspaceUser
from bot.domain.lesson import Lesson, Skill
from bot.domain.lesson_review import is_review_overdue
from bot.domain.safety import FoundCards, SafetyCard, find_concerns, name_help_lines
from bot.errors import NotFound
from bot.language import gettext as _
from bot.learning import enrollment, retractions
from bot.learning.library import Curriculum, Library
from bot.retrieval.calibration import Confidence
from bot.retrieval.clarifying_questions import ClarifyingQuestion, ask_between
from bot.retrieval.lesson_index import SearchResult
from bot.retrieval.understanding import Understanding
from bot.storage import Session, learners
from bot.storage import practice as queries
from bot.storage.tables import STARTED_STATES

ShownTips = Mapping[tuple[int, str], datetime]
"""Recently shown tips that aren't stored yet: the time, by learner id and lesson id."""

JUST_READ = timedelta(days=2)
"""For how long a day's lesson isn't chosen as a tip before all others."""

MAX_MORE_LESSONS = 2
"""How many one-line suggestions follow the best lesson."""


@dataclass(frozen=True, slots=True)
class Tip:
    """A lesson shown on demand, with its revision id. `overdue`: its review was due before today.

    `formats`: how its reader reads dates. Only an overdue lesson shows one.
    """

    lesson: Lesson
    revision_id: int
    overdue: bool = False
    formats: Formats = DEFAULT_FORMATS


@dataclass(frozen=True, slots=True)
class CommandTip:
    """The tip that a skill's command shows a learner. `started`: whether they have pressed *Start*."""

    tip: Tip
    learner_id: int
    started: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """The answer to a situation: safety cards, how sure it is, the best lesson (None if none fits), and more lessons.

    `question`: what to ask to decide between the best lesson and the first of the others, if it is between these two.
    `possible_cards`: safety cards to offer if somebody is at risk, when there may be danger but none is shown.
    `read_in_part`: the text was so long that only its beginning and its end were read.
    """

    cards: tuple[SafetyCard, ...]
    best_tip: Tip | None
    more_lessons: tuple[Lesson, ...]
    confidence: Confidence = Confidence.SURE
    question: ClarifyingQuestion | None = None
    possible_cards: tuple[SafetyCard, ...] = ()
    read_in_part: bool = False


NO_LESSON = Advice((), None, (), Confidence.NONE)


def list_skills(session: Session, library: Library, person: Person) -> tuple[Skill, ...]:
    """Return the skills that this person is taught."""
    return library.get_curriculum(session, person.in_workspace).skills


def list_workspace_skills(session: Session, library: Library, team_id: str) -> tuple[Skill, ...]:
    """Return all skills that a workspace teaches, to whomever."""
    return library.get_workspace_curriculum(session, team_id).skills


def choose_tip(
    session: Session, library: Library, person: Person, skill: str | None, unsaved_tips: ShownTips, now: datetime
) -> Tip:
    """Choose a tip that this person hasn't seen lately. Reads only; `record_shown_tips` stores that it was shown.

    `skill`: the slug of the skill, or None for any. Raises NotFound for an unknown skill.
    """
    curriculum = library.get_curriculum(session, person.in_workspace).on_date(now.date())
    if skill is not None and curriculum.find_skill(skill) is None:
        slugs = ", ".join(each.slug for each in curriculum.skills)
        raise NotFound(_("There is no skill called {name}. Try one of these: {skills}.", name=skill, skills=slugs))
    lessons = curriculum.list_lessons_of_skill(skill) if skill else curriculum.lessons
    if not lessons:
        raise NotFound(_("No lessons are loaded yet. Once an admin loads a pack, you can get tips here."))
    learner = learners.find_id_state_and_zone(session, person)
    lesson = _choose_longest_unseen(session, learner[0], lessons, unsaved_tips, now) if learner else lessons[0]
    return _build_tip(session, person, curriculum, lesson, now)


def choose_command_tip(
    session: Session, library: Library, person: Person, command: str, unsaved_tips: ShownTips, now: datetime
) -> CommandTip | None:
    """Choose the tip for a skill's own command (`/conflict-tip`). Reads only, like `choose_tip`.

    Returns None if the short path isn't possible: no skill has this command, its lessons are gone, or this person isn't
    registered yet.
    """
    found = learners.find_id_state_and_zone(session, person)
    if found is None or found[2] == enrollment.UNKNOWN_TIME_ZONE:
        return None
    learner_id, state, _zone = found
    curriculum = library.get_curriculum(session, person.in_workspace).on_date(now.date())
    skill = next((each for each in curriculum.skills if each.command == command), None)
    lessons = curriculum.list_lessons_of_skill(skill.slug) if skill else ()
    if not lessons:
        return None
    lesson = _choose_longest_unseen(session, learner_id, lessons, unsaved_tips, now)
    return CommandTip(_build_tip(session, person, curriculum, lesson, now), learner_id, state in STARTED_STATES)


def show_lesson_as_tip(session: Session, library: Library, person: Person, lesson_id: str, now: datetime) -> Tip:
    """Return one particular lesson as a tip. Raises NotFound if it is no longer taught. Reads only."""
    curriculum = library.get_curriculum(session, person.in_workspace).on_date(now.date())
    return _build_tip(session, person, curriculum, curriculum.get_lesson(lesson_id), now)


def warm_up_search(session: Session, library: Library, team_id: str, now: datetime) -> None:
    """Load the lessons of people who were chosen for no pack, and build the search index before they need it."""
    shipped_safety_rules()
    curriculum = library.get_curriculum(session, WorkspaceUser(team_id, "")).on_date(now.date())
    library.get_search_index(curriculum).search(Understanding(""))


def find_advice(session: Session, library: Library, person: Person, situation: Understanding, now: datetime) -> Advice:
    """Return the lessons that fit a situation. Reads only.

    `record_shown_tips` stores which lesson was shown, never why.
    """
    return _advise(session, library, person, situation, situation, (), now)


def find_further_advice(
    session: Session,
    library: Library,
    person: Person,
    conversation: Understanding,
    latest: Understanding,
    shown_lesson_ids: Collection[str],
    now: datetime,
) -> Advice:
    """Return the next best lessons for a conversation. Reads only.

    `conversation`: its messages together. `shown_lesson_ids`: the lessons already shown in it. Only the `latest`
    message can bring up safety cards.
    """
    return _advise(session, library, person, conversation, latest, shown_lesson_ids, now)


def _advise(
    session: Session,
    library: Library,
    person: Person,
    situation: Understanding,
    latest: Understanding,
    shown_lesson_ids: Collection[str],
    now: datetime,
) -> Advice:
    curriculum = library.get_curriculum(session, person.in_workspace).on_date(now.date())
    cards = _find_cards(session, person, latest)
    limit = len(shown_lesson_ids) + 1 + MAX_MORE_LESSONS
    result = library.get_search_index(curriculum).search(situation, limit=limit)
    found = [match.lesson for match in result.matches if match.lesson.id not in shown_lesson_ids]
    if not found:
        return replace(NO_LESSON, cards=cards.shown, possible_cards=cards.offered, read_in_part=latest.is_part)
    found = found[: 1 + MAX_MORE_LESSONS]
    confidence = _limit_confidence(result, found)
    question = ask_between(found[0], found[1]) if confidence is Confidence.BETWEEN_TWO else None
    best = _build_tip(session, person, curriculum, found[0], now)
    return Advice(cards.shown, best, tuple(found[1:]), confidence, question, cards.offered, latest.is_part)


def _limit_confidence(result: SearchResult, found: Sequence[Lesson]) -> Confidence:
    """Return how sure the search is of what is left of it, after some lessons were shown before."""
    if len(found) == 1:
        return Confidence.SURE
    if result.confidence is Confidence.BETWEEN_TWO and found[:2] != [each.lesson for each in result.matches[:2]]:
        return Confidence.UNSURE
    return result.confidence


def look_for_danger(situation: Understanding) -> FoundCards:
    """Return the safety cards for a text. Takes up to a tenth of a second, so call it where that holds up nobody."""
    return find_concerns(situation.text, safety_rules_for(situation.text), situation.dangers)


def list_safety_cards(session: Session, person: Person, text: Understanding) -> tuple[SafetyCard, ...]:
    """Return the safety cards for danger in a text, with the help lines of the learner's country."""
    return _find_cards(session, person, text).shown


def warm_up_danger() -> None:
    """Prepare to look for danger, which takes half a second, before anyone needs it."""
    look_for_danger(Understanding(""))


def _find_cards(session: Session, person: Person, situation: Understanding) -> FoundCards:
    """Return the safety cards for a text; those that are shown have the help lines of the learner's country."""
    found = situation.found_cards or look_for_danger(situation)
    return replace(found, shown=_with_help_lines(session, person, found.shown))


def get_safety_card(session: Session, library: Library, person: Person, concern: str, now: datetime) -> SafetyCard:
    """Return a concern's card, with the help lines of the learner's country. Raises NotFound for an unknown concern."""
    cards = [rule.card for rule in shipped_safety_rules().rules if rule.card.concern == concern]
    if not cards:
        raise NotFound(_("That card no longer exists. Nothing was changed. Ask again to see the current ones."))
    return _with_help_lines(session, person, cards)[0]


def list_cards_without_database(situation: Understanding) -> tuple[SafetyCard, ...]:
    """Return the safety cards to show for a text, with the help lines of every country, when no one can be looked up.

    Takes as long as `look_for_danger` if nobody has looked yet.
    """
    found = situation.found_cards or look_for_danger(situation)
    return tuple(name_help_lines(card, shipped_help_lines(), None) for card in found.shown)


def _with_help_lines(session: Session, person: Person, cards: Sequence[SafetyCard]) -> tuple[SafetyCard, ...]:
    if not cards:
        return ()
    known = learners.find_id_state_and_zone(session, person)
    country = country_of_time_zone(known[2]) if known else None
    return tuple(name_help_lines(card, shipped_help_lines(), country) for card in cards)


def build_advice_from_lessons(
    session: Session, library: Library, person: Person, lesson_ids: Sequence[str], now: datetime
) -> Advice:
    """Return advice from these lessons: the first that is still taught is the best, the others follow. Reads only."""
    curriculum = library.get_curriculum(session, person.in_workspace).on_date(now.date())
    taught = [curriculum.get_lesson(each) for each in lesson_ids if each in curriculum.revision_ids]
    if not taught:
        return NO_LESSON
    return Advice((), _build_tip(session, person, curriculum, taught[0], now), tuple(taught[1:]))


def build_tip_of_revision(session: Session, library: Library, person: Person, revision_id: int, now: datetime) -> Tip:
    """Return a lesson as it read in this revision, as a tip.

    Raises NotFound if it isn't for this person's workspace, and Refused if it was retracted.
    """
    lesson = library.get_visible_lesson(session, person.team_id, revision_id)
    retractions.refuse_retracted(session, person.team_id, revision_id)
    return _tip_for(session, person, lesson, revision_id, now)


def record_shown_tips(session: Session, shown_tips: ShownTips) -> None:
    """Store that these learners (ids) were shown these lessons. Learners who were erased since are skipped."""
    queries.record_shown_tips(session, shown_tips)


def _choose_longest_unseen(
    session: Session, learner_id: int, lessons: tuple[Lesson, ...], unsaved_tips: ShownTips, now: datetime
) -> Lesson:
    """Return the lesson that was last shown the longest ago. Unseen ones come first, in the pack's order."""
    shown = queries.find_shown_tips(session, learner_id, now - JUST_READ)
    shown |= {each.id: unsaved_tips[learner_id, each.id] for each in lessons if (learner_id, each.id) in unsaved_tips}
    never = datetime.min.replace(tzinfo=UTC)
    return min(lessons, key=lambda each: shown.get(each.id, never))


def _build_tip(session: Session, person: Person, curriculum: Curriculum, lesson: Lesson, now: datetime) -> Tip:
    return _tip_for(session, person, lesson, curriculum.revision_ids[lesson.id], now)


def _tip_for(session: Session, person: Person, lesson: Lesson, revision_id: int, now: datetime) -> Tip:
    overdue = is_review_overdue(lesson, now.date())
    # A query less for almost every tip, and one cached message of it for everyone.
    return Tip(lesson, revision_id, overdue, enrollment.read_formats(session, person) if overdue else DEFAULT_FORMATS)
