"""Queries on workspaces that removed Rounds: what stops, what is restored, and what is erased in the end."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, exists, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.learner import Person
from bot.storage import erasure
from bot.storage.database import Session
from bot.storage.tables import (
    Announcement,
    Answer,
    AuditEntry,
    Cohort,
    CohortMember,
    Delivery,
    Learner,
    LearnerState,
    LessonFeedback,
    LessonFigures,
    LessonRevision,
    PackActivation,
    PackAudience,
    PackAudienceMember,
    PackBibliography,
    PackLesson,
    PackPilot,
    PackReach,
    PackVersion,
    QuestionMemory,
    RecallAnswer,
    Reflection,
    Retraction,
    RoleGrant,
    SavedLesson,
    SendState,
    StagedCohortFile,
    StagedCohortPerson,
    TeamWeek,
    Trial,
    TrialMember,
    WeeklyFigures,
    Workspace,
    WorkspaceLease,
)


def has_left(session: Session, team_id: str) -> bool:
    """Return whether this workspace removed Rounds; False for an unknown one."""
    row = session.get(Workspace, team_id)
    return row is not None and row.left_at is not None


def list_installed(session: Session) -> Sequence[Workspace]:
    """List workspaces that have Rounds."""
    here = select(Workspace).where(col(Workspace.left_at).is_(None))
    return session.exec(here.order_by(col(Workspace.team_id))).all()


def list_left(session: Session, before: datetime) -> Sequence[Workspace]:
    """List workspaces that removed Rounds by an instant, the longest gone first."""
    left = select(Workspace).where(col(Workspace.left_at) <= before)
    return session.exec(left.order_by(col(Workspace.left_at), col(Workspace.team_id))).all()


def skip_due_deliveries(session: Session, team_id: str, reason: str, limit: int) -> int:
    """Skip up to `limit` due deliveries of a workspace. Return how many."""
    due = select(col(Delivery.id)).where(col(Delivery.state) == SendState.DUE, Delivery.team_id == team_id)
    skipped = update(Delivery).where(col(Delivery.id).in_(due.limit(limit)))
    return session.exec(skipped.values(state=SendState.SKIPPED, reason=reason)).rowcount


def unschedule_learners(session: Session, team_id: str, limit: int) -> int:
    """Clear the plans of up to `limit` learners of a workspace. Return how many."""
    planned = select(col(Learner.id)).where(Learner.team_id == team_id, col(Learner.next_due_at).is_not(None))
    return session.exec(
        update(Learner).where(col(Learner.id).in_(planned.limit(limit))).values(next_due_at=None)
    ).rowcount


def schedule_active_learners(session: Session, team_id: str, now: datetime) -> None:
    """Make the next tick plan every active learner of a workspace, from this instant on."""
    active = update(Learner).where(col(Learner.team_id) == team_id, col(Learner.state) == LearnerState.ACTIVE)
    session.exec(active.values(next_due_at=now))


def erase_learners(session: Session, team_id: str, limit: int) -> int:
    """Delete up to `limit` learners of a workspace with all their data. Return how many."""
    ids = session.exec(select(col(Learner.id)).where(Learner.team_id == team_id).limit(limit)).all()
    for learner_id in ids:
        erasure.erase_learner(session, learner_id)
    return len(ids)


def select_teams_of(person: Person) -> SelectOfScalar[str]:
    """Select the workspaces (team ids) of a person: their own, and all others of their organization."""
    return select(col(Workspace.team_id)).where(
        (col(Workspace.team_id) == person.team_id) | (col(Workspace.enterprise_id) == person.organization_id)
    )


def erase_workspace(session: Session, team_id: str) -> None:
    """Delete a workspace without learners, and the packs it loaded.

    Lessons stay that somebody in another workspace of the Grid was sent, because their answers refer to them.
    """
    versions = select(col(PackVersion.id)).where(PackVersion.scope == team_id)
    for table in (PackLesson, PackBibliography):
        session.exec(delete(table).where(col(table.version_id).in_(versions)))
    for scoped in (PackActivation, PackAudience, PackAudienceMember, PackPilot, PackReach, Retraction):
        session.exec(delete(scoped).where(col(scoped.scope) == team_id))
    session.exec(delete(PackVersion).where(col(PackVersion.scope) == team_id))
    used = [
        exists().where(col(table.revision_id) == col(LessonRevision.id))
        for table in (Delivery, Answer, QuestionMemory, RecallAnswer, Reflection, SavedLesson, LessonFeedback)
    ]
    session.exec(delete(LessonRevision).where(col(LessonRevision.scope) == team_id, *(~each for each in used)))
    session.exec(delete(TeamWeek).where(col(TeamWeek.organization_id) == team_id))
    session.exec(delete(AuditEntry).where(col(AuditEntry.scope) == team_id))
    session.exec(delete(RoleGrant).where(col(RoleGrant.team_id) == team_id))
    session.exec(delete(Announcement).where(col(Announcement.team_id) == team_id))
    staged = select(col(StagedCohortFile.id)).where(StagedCohortFile.team_id == team_id)
    session.exec(delete(StagedCohortPerson).where(col(StagedCohortPerson.file_id).in_(staged)))
    session.exec(delete(StagedCohortFile).where(col(StagedCohortFile.team_id) == team_id))
    theirs = select(col(Trial.id)).where(Trial.team_id == team_id)
    session.exec(delete(TrialMember).where(col(TrialMember.trial_id).in_(theirs)))
    session.exec(delete(Trial).where(col(Trial.team_id) == team_id))
    session.exec(delete(CohortMember).where(col(CohortMember.team_id) == team_id))
    session.exec(delete(Cohort).where(col(Cohort.team_id) == team_id))
    session.exec(delete(WeeklyFigures).where(col(WeeklyFigures.team_id) == team_id))
    session.exec(delete(LessonFigures).where(col(LessonFigures.team_id) == team_id))
    session.exec(delete(WorkspaceLease).where(col(WorkspaceLease.team_id) == team_id))
    session.exec(delete(Workspace).where(col(Workspace.team_id) == team_id))
