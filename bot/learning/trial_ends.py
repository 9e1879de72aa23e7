"""Tells those who took part in a trial that it is over, once, in the first lesson after it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.disclosure import Difference
from bot.domain.schedule import DeliveryKindName
from bot.storage import Session, trials
from bot.storage.delivery_queue import QueuedDelivery
from bot.storage.practice import LessonActivity
from bot.storage.tables import Delivery, Trial


@dataclass(frozen=True, slots=True)
class EndedPart:
    """What somebody is told whose part in a trial is over. `result`: None if there is none that may be said."""

    result: Difference | None = None


def claim_ended_parts(session: Session, rows: Sequence[QueuedDelivery]) -> dict[int, EndedPart]:
    """Return what lessons that are about to be sent say of trials that are over, by learner id, and record that.

    Most say nothing, and then it takes one statement.
    """
    found = trials.list_untold(session, [row.learner_id for row in rows])
    learning_days = {row.learner_id: row.learning_day for row in rows}
    by_day: defaultdict[date, list[int]] = defaultdict(list)
    for each in found:
        by_day[learning_days[each.learner_id]].append(each.learner_id)
    for day, learner_ids in by_day.items():
        trials.mark_told(session, learner_ids, day)
    return {each.learner_id: EndedPart(find_result(each.trial)) for each in found}


def find_ended_part(session: Session, shown: Delivery, activity: LessonActivity) -> EndedPart | None:
    """Return what a lesson's message says of a trial that is over; None if it says nothing."""
    if shown.kind != DeliveryKindName.LESSON or activity.told_trial_id is None:
        return None
    trial = trials.find_of_any_workspace(session, activity.told_trial_id)
    return EndedPart(find_result(trial)) if trial is not None else None


def find_result(trial: Trial) -> Difference | None:
    """Return the result of a trial, as it may be said. None while it runs, and if there is none."""
    if trial.difference is None or trial.low is None or trial.high is None:
        return None
    return Difference(trial.difference, trial.low, trial.high, trial.people or 0)
