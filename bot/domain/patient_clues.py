"""What may tell who a patient is: the kinds of clues in a text (`patient_patterns.py` finds them)."""

from dataclasses import dataclass
from enum import StrEnum


class ClueKind(StrEnum):
    """What a clue is. The last four identify nobody: they say what is near."""

    RECORD_NUMBER = "record_number"
    INSURANCE_NUMBER = "insurance_number"
    PERSONAL_PHONE = "personal_phone"
    PERSONAL_EMAIL = "personal_email"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    EVENT_DATE = "event_date"
    ROOM = "room"
    OVER_89 = "over_89"
    AGE_AND_SEX = "age_and_sex"
    AGE = "age"
    INITIALS = "initials"
    TITLE = "title"
    NAME = "name"
    FULL_NAME = "full_name"
    RELATIVE = "relative"
    PART_IN_TOWN = "part_in_town"
    RARE_EVENT = "rare_event"
    PLACE = "place"
    COLLEAGUE_AS_PATIENT = "colleague_as_patient"
    NAME_AND_HEALTH = "name_and_health"
    NAME_AT_WORK = "name_at_work"
    PATIENT = "patient"
    HEALTH = "health"
    OWN = "own"


NEARBY = frozenset({ClueKind.NAME_AT_WORK, ClueKind.PATIENT, ClueKind.HEALTH, ClueKind.OWN})
"""Clues that identify nobody."""


@dataclass(frozen=True, slots=True)
class PatientClue:
    """A piece of a text, in its author's words, that may tell who a patient is."""

    kind: ClueKind
    words: str
