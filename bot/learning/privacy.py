"""A learner's own words: exporting and erasing them. Only their author can do either."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.certificate import Certificate
from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Person
from bot.domain.lesson import Lesson
from bot.domain.streak import Streak
from bot.learning import certificates, enrollment, journal, lms_consents, self_ratings, streaks, trial_entry
from bot.learning.journal import JournalEntry
from bot.learning.library import Library
from bot.learning.lms_consents import LmsConsentView
from bot.learning.message_deliveries import MessageRef
from bot.learning.self_ratings import ExportedSelfRating
from bot.learning.trial_entry import TrialPart
from bot.storage import (
    Session,
    announcements,
    audit_log,
    cohort_files,
    cohorts,
    erased_people,
    erasure,
    lesson_feedback,
    pack_audiences,
    packs,
    recalls,
    roles,
    trials,
)
from bot.storage import practice as queries
from bot.storage.tables import Answer, ExportedFile, RecallAnswer

UNINVITED_FOR = timedelta(days=365)
"""How long somebody who deleted everything can't be invited. Pressing *Start* ends it."""


@dataclass(frozen=True, slots=True)
class ExportedAnswer:
    """One answer in an export."""

    learning_day: date
    title: str
    choice: str
    correct: bool


@dataclass(frozen=True, slots=True)
class ExportedFeedback:
    """Whether the learner said that a lesson was useful, in an export."""

    learning_day: date
    title: str
    useful: bool


@dataclass(frozen=True, slots=True)
class LearnerExport:
    """Everything that a learner wrote and answered, oldest first."""

    entries: tuple[JournalEntry, ...]
    answers: tuple[ExportedAnswer, ...]
    streak: Streak
    repaired_days: tuple[date, ...] = ()
    """Missed days that the learner repaired."""
    recalls: tuple[ExportedAnswer, ...] = ()
    """Answers to recall questions."""
    formats: Formats = DEFAULT_FORMATS
    """How the learner reads dates."""
    certificates: tuple[Certificate, ...] = ()
    consent: LmsConsentView | None = None
    """What the learner let an LMS know, last."""
    feedback: tuple[ExportedFeedback, ...] = ()
    """What they answered to whether lessons were useful."""
    trial: TrialPart | None = None
    """How the learner takes part in a trial, while it lasts."""
    self_ratings: tuple[ExportedSelfRating, ...] = ()
    """How ready the learner felt, when they were asked."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of an export in Slack, and the message that introduces the export; None for exports of older versions."""

    file_id: str
    message: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What was erased: the number of rows by table, and the files in Slack that still have to be deleted."""

    reflections: int
    answers: int
    deliveries: int
    files: tuple[SentFile, ...]
    told_host: str | None = None
    """The LMS that was told what they completed, which keeps it."""


def export_learner(session: Session, library: Library, person: Person, now: datetime) -> LearnerExport:
    """Return everything that the learner wrote and answered."""
    learner = enrollment.get_learner(session, person)
    answers = queries.list_answers(session, learner.id)
    recall_answers = recalls.list_recalls(session, learner.id)
    said = lesson_feedback.list_feedback(session, learner.id)
    revisions = {
        *(each.revision_id for each in answers),
        *(each.revision_id for each in recall_answers),
        *(each.revision_id for each in said),
    }
    lessons = library.get_lessons(session, revisions)
    streak_status = streaks.get_streak_status(session, learner, now)
    return LearnerExport(
        entries=tuple(reversed(journal.list_all_entries(session, library, learner))),
        answers=_build_exported_answers(answers, lessons),
        recalls=_build_exported_answers(recall_answers, lessons),
        streak=streak_status.streak,
        repaired_days=tuple(sorted(streak_status.days.repaired_days)),
        formats=streak_status.formats,
        certificates=certificates.list_certificates(session, learner),
        consent=lms_consents.build_consent_view(session, learner),
        feedback=tuple(
            ExportedFeedback(each.learning_day, lessons[each.revision_id].title, each.useful) for each in said
        ),
        trial=trial_entry.read_part(session, learner),
        self_ratings=self_ratings.list_exported(session, learner.id),
    )


def record_exported_file(
    session: Session, person: Person, file_id: str, introduced_by: MessageRef, now: datetime
) -> None:
    """Save the id of a file with the learner's words, and the export's message, so that both can be found later."""
    learner = enrollment.get_learner(session, person)
    channel, ts = introduced_by.channel, introduced_by.ts
    session.add(ExportedFile(file_id=file_id, learner_id=learner.id, at=now, channel=channel, ts=ts))


def list_files_of_export(session: Session, person: Person, introduced_by: MessageRef) -> tuple[str, ...]:
    """Return the ids of the files that are left of the export that this message introduces."""
    learner = enrollment.get_learner(session, person)
    return tuple(each.file_id for each in _list_sent_files(session, learner.id) if each.message == introduced_by)


def forget_exported_files(session: Session, person: Person, file_ids: Collection[str]) -> None:
    """Forget these files of the learner's, which were deleted in Slack."""
    learner = enrollment.get_learner(session, person)
    for row in erasure.list_exported_files(session, learner.id):
        if row.file_id in file_ids:
            session.delete(row)


def is_exported_file(session: Session, file_id: str) -> bool:
    """Return whether this export is still valid: False once its owner deleted everything."""
    return erasure.is_exported_file(session, file_id)


def erase_learner(session: Session, person: Person, now: datetime) -> ErasureResult:
    """Erase the learner and everything that belongs to them from the database.

    What stays: what they did as an admin or author, without their id, and for `UNINVITED_FOR` a keyed hash of their
    id, so that nobody invites them.
    """
    learner = enrollment.get_learner(session, person)
    files = _list_sent_files(session, learner.id)
    told_host = lms_consents.find_told_host(session, person)
    counts = erasure.erase_learner(session, learner.id)
    packs.erase_loader(session, person)
    for module in (pack_audiences, announcements, cohort_files, cohorts, trials, roles, audit_log):
        module.erase_person(session, person)
    erased_people.remember(session, person, (now + UNINVITED_FOR).date())
    return ErasureResult(
        reflections=counts["reflection"],
        answers=counts["answer"],
        deliveries=counts["delivery"],
        files=files,
        told_host=told_host,
    )


def _list_sent_files(session: Session, learner_id: int) -> tuple[SentFile, ...]:
    return tuple(
        SentFile(row.file_id, MessageRef(row.channel, row.ts) if row.channel and row.ts else None)
        for row in erasure.list_exported_files(session, learner_id)
    )


def _build_exported_answers(
    answers: Sequence[Answer] | Sequence[RecallAnswer], lessons: Mapping[int, Lesson]
) -> tuple[ExportedAnswer, ...]:
    return tuple(
        ExportedAnswer(each.learning_day, lessons[each.revision_id].title, each.choice, each.correct)
        for each in answers
    )
