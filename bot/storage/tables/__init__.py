"""The tables. Instants are UTC (`UTCDateTime` by SQLModel); dates are the learner's local dates.

Only `Reflection.words` contains what people wrote for themselves, and it is encrypted, as is the name on a certificate.
`Retraction.reason` is what an admin publishes, and `Announcement.words` what a lead writes to a cohort.
"""

from bot.storage.tables.administration import AuditEntry, RoleGrant
from bot.storage.tables.base import NEVER_REUSE_IDS, get_table
from bot.storage.tables.certificates import Certificate
from bot.storage.tables.cohorts import Announcement, Cohort, CohortMember, StagedCohortFile, StagedCohortPerson
from bot.storage.tables.deliveries import Delivery, SendState
from bot.storage.tables.figures import LessonFigures, WeeklyFigures
from bot.storage.tables.learners import (
    STARTED_STATES,
    CalendarSource,
    ErasedPerson,
    ExportedFile,
    HashingKey,
    Learner,
    LearnerState,
)
from bot.storage.tables.lms import LmsConsent, LmsStatement
from bot.storage.tables.packs import (
    LessonRevision,
    PackActivation,
    PackAudience,
    PackAudienceMember,
    PackBibliography,
    PackLesson,
    PackPilot,
    PackReach,
    PackVersion,
    Retraction,
)
from bot.storage.tables.practice import (
    Answer,
    LessonFeedback,
    PracticeDay,
    QuestionMemory,
    RecallAnswer,
    Reflection,
    SavedLesson,
    SelfRating,
    StepReport,
    StreakRepair,
    TipShown,
)
from bot.storage.tables.trials import Trial, TrialMember
from bot.storage.tables.workspaces import Heartbeat, SeenEvent, TeamWeek, Worker, Workspace, WorkspaceLease

__all__ = [
    "NEVER_REUSE_IDS",
    "STARTED_STATES",
    "Announcement",
    "Answer",
    "AuditEntry",
    "CalendarSource",
    "Certificate",
    "Cohort",
    "CohortMember",
    "Delivery",
    "ErasedPerson",
    "ExportedFile",
    "HashingKey",
    "Heartbeat",
    "Learner",
    "LearnerState",
    "LessonFeedback",
    "LessonFigures",
    "LessonRevision",
    "LmsConsent",
    "LmsStatement",
    "PackActivation",
    "PackAudience",
    "PackAudienceMember",
    "PackBibliography",
    "PackLesson",
    "PackPilot",
    "PackReach",
    "PackVersion",
    "PracticeDay",
    "QuestionMemory",
    "RecallAnswer",
    "Reflection",
    "Retraction",
    "RoleGrant",
    "SavedLesson",
    "SeenEvent",
    "SelfRating",
    "SendState",
    "StagedCohortFile",
    "StagedCohortPerson",
    "StepReport",
    "StreakRepair",
    "TeamWeek",
    "TipShown",
    "Trial",
    "TrialMember",
    "WeeklyFigures",
    "Worker",
    "Workspace",
    "WorkspaceLease",
    "get_table",
]
