"""Tells whoever planned a trial how it ended: once, in their working hours, whether or not there is a result.

They need not be learners, so the message isn't a delivery. It carries an id like one's (`TrialResult.message_id`). If
a crash leaves open whether it was posted, it is looked up in Slack's history before it is sent again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from bot.domain.disclosure import Difference
from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Person
from bot.domain.trial import TrialEnding
from bot.learning import enrollment
from bot.learning.pack_versions import is_user_id
from bot.learning.review_notices import is_at_work
from bot.learning.trial_ends import find_result
from bot.storage import Session, learners, trials
from bot.storage.tables import LearnerState, Trial

TOLD_WITHIN = timedelta(days=7)
"""How long after its end whoever planned a trial is told. Later it is no news, as in a backup that was restored."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What to tell whoever planned a trial. `result`: None if there is none that may be said.

    `begun_at`: when an earlier attempt began, if it isn't known whether its message was posted.
    """

    trial_id: int
    person: Person
    cohort_name: str
    ending: TrialEnding
    result: Difference | None
    message_id: UUID
    begun_at: datetime | None = None
    formats: Formats = DEFAULT_FORMATS


def claim_results(session: Session, now: datetime) -> tuple[TrialResult, ...]:
    """Return whom to tell now. `settle_result` or `release_result` says what became of each.

    Of those who left, or deleted everything, nobody is told.
    """
    claimed = []
    for trial, cohort, workspace in trials.list_to_tell(session, now - TOLD_WITHIN):
        person = Person(trial.team_id, trial.planned_by, workspace.enterprise_id)
        known = learners.find_id_state_and_zone(session, person)
        if not is_user_id(trial.planned_by) or (known is not None and known[1] == LearnerState.LEFT):
            trial.told_at = now
        elif is_at_work(session, person, now):
            claimed.append(
                TrialResult(
                    trial_id=trial.id,
                    person=person,
                    cohort_name=cohort.name,
                    ending=TrialEnding(str(trial.ending)),
                    result=find_result(trial),
                    message_id=_get_message_id(trial),
                    begun_at=trial.telling_since,
                    formats=enrollment.read_formats(session, person),
                )
            )
            trial.telling_since = trial.telling_since or now
    return tuple(claimed)


def settle_result(session: Session, told: TrialResult, now: datetime) -> None:
    """Record that somebody was told, or that nobody is to be told."""
    trial = trials.find(session, told.person.team_id, told.trial_id)
    if trial is not None:
        trial.told_at = now


def release_result(session: Session, told: TrialResult) -> None:
    """Record that a message certainly wasn't posted, so that it is sent in the next hour without looking for it."""
    trial = trials.find(session, told.person.team_id, told.trial_id)
    if trial is not None:
        trial.telling_since = None


def _get_message_id(trial: Trial) -> UUID:
    """Return the id that the message carries: the same after a crash, and in a restored database."""
    return uuid5(NAMESPACE_URL, f"rounds:trial-result:{trial.team_id}:{trial.plan_hash}")
