"""Taking part in a trial: whoever presses *Start* in its cohort enters it, is told so, and may opt out at any time."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain import mastery
from bot.domain.learner import Person
from bot.domain.trial import AskingWay, assign_way
from bot.learning import enrollment, planning, question_memory, trial_asking
from bot.learning.lesson_choice import find_readable_curriculum
from bot.learning.library import Curriculum, Library
from bot.storage import Session, cohorts, learners, trials
from bot.storage.tables import STARTED_STATES, Learner, TrialMember


@dataclass(frozen=True, slots=True)
class TrialPart:
    """How somebody takes part in a trial that is under way: since when, and which way they get."""

    since: date
    way: AskingWay
    opted_out: bool


ALL_SKILLS = "all"
"""Stands for every skill, to say how far somebody has come in general."""


def enter_trial(session: Session, library: Library, person: Person, now: datetime) -> bool:
    """Have somebody who has started take part in their cohort's trial, if people can enter it now.

    Their arm is drawn by how far they have come with what they are taught. Returns whether they take part, so that they
    are told. Whoever opted out doesn't enter again.
    """
    learner = learners.find(session, person)
    cohort = cohorts.find_cohorts_of(session, [person.in_workspace]).get(person.in_workspace)
    if learner is None or cohort is None:
        return False
    if enrollment.get_learner_state(session, learner) not in STARTED_STATES:
        return False
    trial = trials.find_open(session, cohort.id, locked=True)
    if trial is None or trial.seed is None:
        return False
    member = trials.find_member(session, learner.id)
    if member is not None:
        return member.trial_id == trial.id and not member.opted_out
    today = planning.get_learning_day(learner, now)
    if today > trial.entry_until:
        return False
    earlier = trials.find_row(session, learner.id)
    if earlier is not None:
        if earlier.trial_id == trial.id:
            return False  # their part in this one is over
        trial_asking.end_parts(session, [learner.id])
        trials.delete_members(session, [learner.id])
    curriculum = find_readable_curriculum(session, library, person.in_workspace)
    stratum = _find_level(session, curriculum, learner, now) if curriculum else mastery.MasteryLevel.NEW
    place = int(trial.places.get(stratum, 0))
    trial.places = {**trial.places, stratum: place + 1}
    way = assign_way(trial.seed, stratum, place)
    session.add(TrialMember(learner_id=learner.id, trial_id=trial.id, way=way, entered_on=today))
    return True


def opt_out(session: Session, person: Person) -> bool:
    """Have somebody get the usual way from now on, and not be counted. Returns whether they took part."""
    learner = learners.find(session, person)
    member = trials.find_member(session, learner.id) if learner is not None else None
    if member is None or member.opted_out:
        return False
    session.delete_words_for_good()
    trial_asking.restore_usual_way(session, [member.learner_id])
    trials.mark_opted_out(session, member.learner_id)
    return True


def read_part(session: Session, learner: Learner) -> TrialPart | None:
    """Return how somebody takes part in a trial, for themselves."""
    member = trials.find_member(session, learner.id)
    if member is None or member.way is None:
        return None
    return TrialPart(member.entered_on, AskingWay(member.way), member.opted_out)


def _find_level(session: Session, curriculum: Curriculum, learner: Learner, now: datetime) -> mastery.MasteryLevel:
    lessons = {ALL_SKILLS: [lesson.id for lesson in curriculum.lessons]}
    rows = question_memory.load_memories(session, learner)
    memories = {lesson_id: question_memory.get_memory_state(row) for lesson_id, row in rows.items()}
    (whole,) = mastery.assess_skills(lessons, memories, planning.get_learning_day(learner, now))
    return whole.level
