"""What the audit log records: what admins, authors, and operators did, never anything about what somebody learns."""

from datetime import timedelta
from enum import StrEnum

AUDIT_RETENTION = timedelta(days=731)
"""How long an entry is kept: two years, with a leap day."""


class AuditAction(StrEnum):
    """What was done. The entry's subject is a pack, a lesson, or a role."""

    PACK_LOADED = "pack.loaded"
    PACK_ROLLED_BACK = "pack.rolled_back"
    PACK_REMOVED = "pack.removed"
    PACK_AUDIENCE_SET = "pack.audience_set"
    LESSON_RETRACTED = "lesson.retracted"
    LESSON_USED_AGAIN = "lesson.used_again"
    PEOPLE_INVITED = "people.invited"
    ROLE_GIVEN = "role.given"
    ROLE_TAKEN = "role.taken"


_SENTENCES = {
    AuditAction.PACK_LOADED: "loaded {subject}",
    AuditAction.PACK_ROLLED_BACK: "rolled back {subject}",
    AuditAction.PACK_REMOVED: "removed {subject}",
    AuditAction.PACK_AUDIENCE_SET: "set who gets {subject}",
    AuditAction.LESSON_RETRACTED: "retracted {subject}",
    AuditAction.LESSON_USED_AGAIN: "put {subject} back into use",
    AuditAction.PEOPLE_INVITED: "invited people",
    AuditAction.ROLE_GIVEN: "made {person} {subject}",
    AuditAction.ROLE_TAKEN: "removed {person} as {subject}",
}


def describe_action(action: AuditAction, subject: str, person: str) -> str:
    """Say what was done, after the name of who did it. `person`: whom it concerned, as the reader knows them."""
    return _SENTENCES[action].format(subject=subject, person=person)
