"""A workplace in a database: everyone does what they did through the use cases, and the admin reads what there is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import uuid4

from bot.domain.cohort import CohortDraft
from bot.domain.learner import Person
from bot.learning import (
    cohorts,
    deactivation,
    enrollment,
    privacy,
    reports,
    weekly_figures,
    workspace_lifecycle,
    workspace_overview,
)
from bot.learning.cohorts import CohortView
from bot.learning.invitations import Guest
from bot.learning.reports import Report
from bot.storage import Session, learners
from bot.storage.tables import Answer, Delivery, Learner, PracticeDay, RecallAnswer, Reflection, SendState
from tests.telling.plain_reports import Sight
from tests.telling.workplaces import WEEKS, Known, Life, Place, Workplace
from tests.ward import Ward

MONDAY = date(2026, 3, 2)
REVISION = 1


def watch(ward: Ward, workplaces: Sequence[Workplace]) -> list[list[Sight]]:
    """Live four weeks in several workspaces, people of the same ids in each, and read everything after each week."""
    ward.clock.set(f"{MONDAY} 08:00")
    attackers = [_Attacker(ward, workplace, f"T0WORK{number}") for number, workplace in enumerate(workplaces)]
    for attacker in attackers:
        attacker.begin()
    seen: list[list[Sight]] = [[] for _ in attackers]
    for week in range(WEEKS):
        monday = MONDAY + timedelta(weeks=week)
        ward.clock.set(f"{monday + timedelta(days=2)} 10:00")
        for attacker in attackers:
            attacker.live(week)
        ward.clock.set(f"{monday + timedelta(days=8)} 13:00")
        ward.run(cohorts.record_weekly_counts, ward.clock())
        ward.run(workspace_overview.record_weekly_counts, ward.clock())
        ward.run(weekly_figures.record_weekly_figures, ward.library, ward.clock())
        for attacker, theirs in zip(attackers, seen, strict=True):
            theirs.append(attacker.read(monday))
    return seen


@dataclass
class _Attacker:
    """The admin of a workspace in which everyone lives as in a workplace."""

    ward: Ward
    workplace: Workplace
    team_id: str
    cohorts: list[CohortView] = field(default_factory=list)

    @property
    def admin(self) -> Person:
        return Person(self.team_id, "U0ADMIN")

    def person(self, number: int) -> Person:
        return Person(self.team_id, f"U0P{number:03}")

    def begin(self) -> None:
        """Install Rounds, and start the cohorts. No invitation is sent in these weeks."""
        ward = self.ward
        ward.run(workspace_lifecycle.register_workspace, self.team_id, None, "Clinic", "U0ROUNDS", ward.clock())
        for number in range(self.workplace.cohorts):
            draft = CohortDraft(f"Cohort {number}", MONDAY + timedelta(weeks=20))
            self.cohorts.append(ward.run(cohorts.start_cohort, ward.library, self.admin, draft, ward.clock()))

    def live(self, week: int) -> None:
        """What happens in a week: who is put where, what everyone does, who leaves, which cohorts are closed."""
        run, now = self.ward.run, self.ward.clock()
        people = list(enumerate(zip(self.workplace.known, self.workplace.lives, strict=True)))
        for cohort, view in enumerate(self.cohorts):
            put = [
                Guest(self.person(number).user_id, "Europe/London")
                for number, (known, _) in people
                if Place(week, cohort) in known.places
            ]
            if put:
                run(cohorts.add_people, self.admin, view.id, put, None, True, now)
        run(self._live_a_week, people, week, now)
        for cohort, closed in enumerate(self.workplace.closed):
            if closed == week:
                run(cohorts.close_cohort, self.admin, self.cohorts[cohort].id, True, now)

    def _live_a_week(
        self, session: Session, people: Sequence[tuple[int, tuple[Known, Life]]], week: int, now: datetime
    ) -> None:
        for number, (known, life) in people:
            if known.left is None or week <= known.left:
                _live_a_week(session, self.person(number), life, week, now)
            if known.left == week:
                _leave(session, self.person(number), now)

    def read(self, monday: date) -> Sight:
        """Everything that there is to read."""
        everyones, *theirs = self.ward.run(reports.list_reports, self.ward.library, self.team_id)
        views = {each.name: each for each in self.ward.run(cohorts.list_cohorts, self.ward.library, self.team_id, None)}
        overview = self.ward.run(workspace_overview.read_overview, self.team_id)
        return (
            overview.learners,
            _of(everyones, monday),
            *(
                ((views[each.cohort or ""].started, views[each.cohort or ""].declined), _of(each, monday))
                for each in sorted(theirs, key=lambda each: each.cohort or "")
            ),
        )


def _of(report: Report, monday: date) -> tuple[object, ...]:
    for week in report.weeks:
        if week.monday == monday:
            return week.practiced, week.wrote, week.first_try, week.remembered
    return 0, 0, None, None


def _leave(session: Session, person: Person, now: datetime) -> None:
    """Slack says that somebody's account was deactivated."""
    learner = learners.find(session, person)
    if learner is not None:
        deactivation.deactivate_learner(session, learner.id, now)


def _live_a_week(session: Session, person: Person, life: Life, week: int, now: datetime) -> None:
    """What somebody does in a week: meets Rounds, starts, declines, practices, and at its end perhaps deletes all."""
    if life.erased is not None and life.erased < week and learners.find(session, person) is None:
        return
    if life.met == week:
        enrollment.register_learner(session, person, "Europe/London", now)
    learner = learners.find(session, person)
    if learner is None:
        return
    if life.declined is not None and life.declined <= week and (life.started is None or week < life.started):
        enrollment.decline_invitation(session, person, now)
    if life.started == week:
        enrollment.start_lessons(session, person, "Europe/London", now)
    session.flush()
    if life.practiced[week]:
        _practice(session, learner, life, week, now)
    session.flush()
    if life.erased == week:
        privacy.erase_learner(session, person, now)


def _practice(session: Session, learner: Learner, life: Life, week: int, now: datetime) -> None:
    learner_id, monday = learner.id, MONDAY + timedelta(weeks=week)
    session.add(PracticeDay(learner_id=learner_id, learning_day=monday, had_shift=True, first_practiced_at=now))
    for number in range(max(life.answers[week], life.recalls[week], life.wrote[week])):
        day = monday + timedelta(days=number)
        row = Delivery(
            id=uuid4(), learner_id=learner_id, team_id=learner.team_id, learning_day=day, kind="lesson", due_at=now,
            expires_at=now, state=SendState.SENT, revision_id=REVISION + number,
        )  # fmt: skip
        session.add(row)
        session.flush()
        if number < life.answers[week]:
            right = number < life.right[week]
            session.add(
                Answer(
                    delivery_id=row.id, learner_id=learner_id, revision_id=REVISION + number, choice="A",
                    correct=right, learning_day=day, at=now,
                )
            )  # fmt: skip
        if number < life.wrote[week]:
            session.add(
                Reflection(
                    delivery_id=row.id, learner_id=learner_id, revision_id=REVISION + number, learning_day=day,
                    words=session.cipher.encrypt("A line."), written_at=now,
                )
            )  # fmt: skip
        if number < life.recalls[week]:
            session.add(
                RecallAnswer(
                    learner_id=learner_id, learning_day=day, revision_id=REVISION + number, option_order="ABCD",
                    choice="A", correct=number < life.recalled[week], days_since_answer=30, at=now,
                )
            )  # fmt: skip
