"""Planning a trial, reading how it stands, and canceling it. Only admins do."""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.audit import AuditAction
from bot.domain.disclosure import MIN_PEOPLE_OF_SHARE, Difference
from bot.domain.learner import Person
from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.domain.trial import Sizing, TrialEnding, TrialPeriod, TrialPlan, hash_text, plan_period
from bot.domain.trial_statistics import find_detectable_difference, size_trial
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning import cohorts, enrollment, trial_course
from bot.learning.trial_ends import find_result
from bot.storage import Session, audit_log
from bot.storage import cohorts as cohort_queries
from bot.storage import trials as queries
from bot.storage.tables import Cohort, Trial

SEED_BYTES = 32

MIN_EXPECTED = 2 * MIN_PEOPLE_OF_SHARE + MIN_PEOPLE_COUNTED
"""The fewest people that a cohort needs for a result: ten in each arm, and five others."""

MAX_OPEN = 16
"""Trials that may be planned or running in a workspace: as many as a list shows, so that none is hidden."""

COHORT_BEGUN = mark(
    "That cohort has started, and people there already get the usual schedule, so no trial can be planned in it. "
    "Nothing was changed. Choose a cohort that hasn't started."
)
HAS_TRIAL = mark(
    "A trial is planned in that cohort already. Nothing was changed. Type `/rounds admin trial` to see it."
)
TOO_MANY = mark(
    "{number} trials are planned or running already, as many as there can be. Nothing was changed. Cancel one, or plan "
    "yours when one has ended."
)
TRIAL_OVER = mark("That trial has ended already. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class TrialDraft:
    """What an admin enters: a cohort (id), how long, how many people will start, and which difference to find."""

    cohort_id: int
    weeks: int
    people: int
    difference: int


@dataclass(frozen=True, slots=True)
class PlannableCohort:
    """A cohort in which a trial can be planned."""

    id: int
    name: str
    starts_on: date


@dataclass(frozen=True, slots=True)
class TrialOutlook:
    """What a trial would be, before its plan is fixed. `detectable`: the smallest difference that so many people find.

    None: they find none.
    """

    cohort_name: str
    period: TrialPeriod
    sizing: Sizing
    detectable: int | None

    @property
    def is_large_enough(self) -> bool:
        """Whether as many people are expected as the difference needs."""
        return self.sizing.people_expected >= self.sizing.people_needed


@dataclass(frozen=True, slots=True)
class TrialView:
    """A trial as admins see it. `plan`: the text that was hashed. `result`: None if there is none that may be said."""

    id: int
    cohort_name: str
    period: TrialPeriod
    plan: str
    plan_hash: str
    planned_by: str
    has_begun: bool
    ending: TrialEnding | None
    result: Difference | None
    sizing: Sizing

    @property
    def outlook(self) -> TrialOutlook:
        """What the plan says of it."""
        detectable = find_detectable_difference(self.sizing.people_expected)
        return TrialOutlook(self.cohort_name, self.period, self.sizing, detectable)


def list_plannable(session: Session, admin: Person, now: datetime) -> tuple[PlannableCohort, ...]:
    """Return the cohorts whose first day hasn't come where the admin is, and that have no trial."""
    today = enrollment.read_today(session, admin, now)
    return tuple(
        PlannableCohort(each.id, each.name, each.starts_on)
        for each in cohort_queries.list_open(session, admin.team_id)
        if each.starts_on > today and queries.find_open(session, each.id) is None
    )


def preview_trial(session: Session, admin: Person, draft: TrialDraft, now: datetime) -> TrialOutlook:
    """Return what a trial would be. NotFound if the cohort is closed, Refused if none can be planned in it."""
    cohort = _get_plannable(session, admin, draft.cohort_id, now)
    return TrialOutlook(
        cohort.name,
        plan_period(cohort.starts_on, draft.weeks),
        size_trial(draft.difference, draft.people),
        find_detectable_difference(draft.people),
    )


def plan_trial(session: Session, admin: Person, draft: TrialDraft, now: datetime) -> TrialView:
    """Fix the plan of a trial, and return it. Raises as `preview_trial` does."""
    cohort = _get_plannable(session, admin, draft.cohort_id, now, locked=True)
    seed = secrets.token_hex(SEED_BYTES)
    period = plan_period(cohort.starts_on, draft.weeks)
    plan = TrialPlan(cohort.code, period, size_trial(draft.difference, draft.people), hash_text(seed))
    trial = queries.add(
        session,
        Trial(
            team_id=admin.team_id,
            cohort_id=cohort.id,
            plan=plan.canonical_json,
            plan_hash=hash_text(plan.canonical_json),
            starts_on=period.starts_on,
            entry_until=period.entry_until,
            final_from=period.final_from,
            ends_on=period.ends_on,
            seed=seed,
            planned_at=now,
            planned_by=admin.user_id,
        ),
    )
    audit_log.record(session, admin.team_id, admin.user_id, AuditAction.TRIAL_PLANNED, now, subject=cohort.name)
    return _build_view(trial, cohort)


def list_trials(session: Session, team_id: str) -> tuple[TrialView, ...]:
    """Return the trials of a workspace: those that haven't ended first, and of both the newest first."""
    return tuple(_build_view(trial, cohort) for trial, cohort in queries.list_all(session, team_id))


def read_trial(session: Session, team_id: str, trial_id: int) -> TrialView:
    """Return a trial of a workspace. NotFound if there is none."""
    trial = queries.find(session, team_id, trial_id)
    cohort = cohort_queries.find(session, team_id, trial.cohort_id) if trial is not None else None
    if trial is None or cohort is None:
        raise NotFound(_("I can't find that trial anymore. Type `/rounds admin trial` to see your trials."))
    return _build_view(trial, cohort)


def cancel_trial(session: Session, admin: Person, trial_id: int, now: datetime) -> str:
    """End a trial without a result, and return its cohort's name. Refused if it has ended."""
    trial = queries.lock(session, admin.team_id, trial_id)
    if trial is None or trial.ended_at is not None:
        raise Refused(_(TRIAL_OVER))
    cohort = cohort_queries.find(session, admin.team_id, trial.cohort_id)
    name = cohort.name if cohort is not None else ""
    trial_course.end_trial(session, trial, TrialEnding.CANCELED, now)
    if admin.user_id == trial.planned_by:
        trial.told_at = now  # the answer to the button tells them
    audit_log.record(session, admin.team_id, admin.user_id, AuditAction.TRIAL_CANCELED, now, subject=name)
    return name


def _get_plannable(session: Session, admin: Person, cohort_id: int, now: datetime, *, locked: bool = False) -> Cohort:
    cohort = cohorts.get_open(session, admin, cohort_id, is_admin=True, locked=locked)
    if cohort.starts_on <= enrollment.read_today(session, admin, now):
        raise Refused(_(COHORT_BEGUN))
    if queries.find_open(session, cohort.id) is not None:
        raise Refused(_(HAS_TRIAL))
    if queries.count_open(session, admin.team_id) >= MAX_OPEN:
        raise Refused(_(TOO_MANY, number=MAX_OPEN))
    return cohort


def _build_view(trial: Trial, cohort: Cohort) -> TrialView:
    return TrialView(
        id=trial.id,
        cohort_name=cohort.name,
        period=TrialPeriod(trial.starts_on, trial.entry_until, trial.final_from, trial.ends_on),
        plan=trial.plan,
        plan_hash=trial.plan_hash,
        planned_by=trial.planned_by,
        has_begun=trial.begun_at is not None,
        ending=TrialEnding(trial.ending) if trial.ending else None,
        result=find_result(trial),
        sizing=Sizing(**json.loads(trial.plan)["size"]),
    )
