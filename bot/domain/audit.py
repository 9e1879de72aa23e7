"""What the audit log records: what admins, authors, and operators did, never anything about what somebody learns."""

from datetime import timedelta
from enum import StrEnum

from bot.language import gettext as _
from bot.language import mark

AUDIT_RETENTION = timedelta(days=731)
"""How long an entry is kept: two years, with a leap day."""


class AuditAction(StrEnum):
    """What was done. The entry's subject is a pack, a lesson, a role, or a cohort."""

    PACK_LOADED = "pack.loaded"
    PACK_ROLLED_BACK = "pack.rolled_back"
    PACK_REMOVED = "pack.removed"
    PACK_AUDIENCE_SET = "pack.audience_set"
    PACK_PILOT_STARTED = "pack.pilot_started"
    PACK_PILOT_CHANGED = "pack.pilot_changed"
    PACK_PILOT_ENDED = "pack.pilot_ended"
    LESSON_RETRACTED = "lesson.retracted"
    LESSON_USED_AGAIN = "lesson.used_again"
    PEOPLE_INVITED = "people.invited"
    COHORT_STARTED = "cohort.started"
    COHORT_PEOPLE_ADDED = "cohort.people_added"
    COHORT_CHANGED = "cohort.changed"
    COHORT_RENAMED = "cohort.renamed"
    COHORT_LEAD_CHOSEN = "cohort.lead_chosen"
    COHORT_LEAD_REMOVED = "cohort.lead_removed"
    COHORT_INVITATION_POSTED = "cohort.posted"
    COHORT_ANNOUNCED = "cohort.announced"
    COHORT_ANNOUNCEMENT_TAKEN_BACK = "cohort.announcement_taken"
    COHORT_FILE_APPLIED = "cohort.file_applied"
    COHORT_CLOSED = "cohort.closed"
    TRIAL_PLANNED = "trial.planned"
    TRIAL_BEGUN = "trial.begun"
    TRIAL_ENDED = "trial.ended"
    TRIAL_CANCELED = "trial.canceled"
    ROLE_GIVEN = "role.given"
    ROLE_TAKEN = "role.taken"


_SENTENCES = {
    AuditAction.PACK_LOADED: mark("{by} loaded {subject}"),
    AuditAction.PACK_ROLLED_BACK: mark("{by} rolled back {subject}"),
    AuditAction.PACK_REMOVED: mark("{by} removed {subject}"),
    AuditAction.PACK_AUDIENCE_SET: mark("{by} set who gets {subject}"),
    # Translators: {subject} is a version of a pack and a cohort, as in "Pharmacy 1.1 (Spring managers)"
    AuditAction.PACK_PILOT_STARTED: mark("{by} started the pilot of {subject}"),
    # Translators: {subject} is a version of a pack and a cohort, as in "Pharmacy 1.1 (Spring managers)"
    AuditAction.PACK_PILOT_CHANGED: mark("{by} changed the version in the pilot to {subject}"),
    # Translators: {subject} is a version of a pack and a cohort, as in "Pharmacy 1.1 (Spring managers)"
    AuditAction.PACK_PILOT_ENDED: mark("{by} ended the pilot of {subject}"),
    AuditAction.LESSON_RETRACTED: mark("{by} retracted {subject}"),
    AuditAction.LESSON_USED_AGAIN: mark("{by} put {subject} back into use"),
    AuditAction.PEOPLE_INVITED: mark("{by} invited people"),
    AuditAction.COHORT_STARTED: mark("{by} started the cohort {subject}"),
    AuditAction.COHORT_PEOPLE_ADDED: mark("{by} invited people to the cohort {subject}"),
    AuditAction.COHORT_CHANGED: mark("{by} changed the cohort {subject}"),
    AuditAction.COHORT_RENAMED: mark("{by} renamed a cohort to {subject}"),
    AuditAction.COHORT_LEAD_CHOSEN: mark("{by} made {person} the lead of the cohort {subject}"),
    AuditAction.COHORT_LEAD_REMOVED: mark("{by} removed {person} as the lead of the cohort {subject}"),
    AuditAction.COHORT_INVITATION_POSTED: mark("{by} posted an invitation to the cohort {subject} in a channel"),
    AuditAction.COHORT_ANNOUNCED: mark("{by} sent a message to the cohort {subject}"),
    AuditAction.COHORT_ANNOUNCEMENT_TAKEN_BACK: mark("{by} took back a message to the cohort {subject}"),
    AuditAction.COHORT_FILE_APPLIED: mark("{by} applied a roster file to the cohort {subject}"),
    AuditAction.COHORT_CLOSED: mark("{by} closed the cohort {subject}"),
    AuditAction.TRIAL_PLANNED: mark("{by} planned a trial in the cohort {subject}"),
    AuditAction.TRIAL_BEGUN: mark("{by} started the trial in the cohort {subject}"),
    AuditAction.TRIAL_ENDED: mark("{by} ended the trial in the cohort {subject}"),
    AuditAction.TRIAL_CANCELED: mark("{by} canceled the trial in the cohort {subject}"),
    AuditAction.ROLE_GIVEN: mark("{by} made {person} {subject}"),
    AuditAction.ROLE_TAKEN: mark("{by} removed {person} as {subject}"),
}


def describe_action(action: AuditAction, subject: str, person: str, by: str) -> str:
    """Say who did what. `person`: whom it concerned; `by`: who did it; both as the reader knows them."""
    return _(_SENTENCES[action], by=by, subject=subject, person=person)


def translate_subject(action: AuditAction, subject: str) -> str:
    """Return an entry's subject for its reader. A role, or who gets a pack, is stored in English."""
    if action in {AuditAction.ROLE_GIVEN, AuditAction.ROLE_TAKEN}:
        return _(subject)
    if action is AuditAction.PACK_AUDIENCE_SET:
        pack, colon, audience = subject.rpartition(": ")
        return f"{pack}{colon}{_(audience)}" if colon else subject
    return subject
