"""Finds what in a text may tell who a patient is, before somebody saves it, so that they can remove it.

It warns and never forbids, and nothing of the text is stored or logged. What stands in the text (`patient_patterns.py`)
and, where the sentence encoder has read it, its words and its meaning (`bot/retrieval/patient_model.py`) add up to log
odds. From 0 on, the author is asked to look again. The weights are logistic regressions on sentences by several writers
(`training/patient_details.py`); the constant is such that two in a hundred notes without details are stopped, if a
third of them looks like one.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bot.domain.given_names import GivenNames
from bot.domain.patient_clues import NEARBY, ClueKind, PatientClue

MAX_LENGTH = 4000
"""Characters that are checked: more than a modal accepts."""


UNNAMED = PatientClue(ClueKind.PATIENT, "")
"""What is found where only words and meaning say that somebody could be recognized: nothing that could be quoted."""


Opinion = Callable[[Collection[ClueKind]], float | None]
"""Returns the log odds that a text's words and meaning add to its clues (`bot/retrieval/patient_model.py`), given their
kinds; None where there is no encoder."""


def no_opinion(_kinds: Collection[ClueKind]) -> None:
    """Add nothing, as without the encoder."""


@dataclass(frozen=True, slots=True)
class ClueWeights:
    """What each kind of clue adds to the log odds."""

    constant: float
    clues: Mapping[ClueKind, float]

    def weigh(self, kinds: Collection[ClueKind]) -> float:
        """Return the log odds that a text with these kinds of clues tells who a patient is."""
        return self.constant + sum(self.clues.get(kind, 0.0) for kind in kinds)


WITHOUT_ENCODER = ClueWeights(
    -3.55,
    {
        ClueKind.RECORD_NUMBER: 3.02,
        ClueKind.INSURANCE_NUMBER: 1.93,
        ClueKind.PERSONAL_PHONE: 1.02,
        ClueKind.PERSONAL_EMAIL: 0.67,
        ClueKind.PHONE: 1.71,
        ClueKind.EMAIL: 1.23,
        ClueKind.ADDRESS: 2.01,
        ClueKind.BIRTH_DATE: 2.53,
        ClueKind.EVENT_DATE: 1.78,
        ClueKind.ROOM: 2.12,
        ClueKind.OVER_89: 1.16,
        ClueKind.AGE_AND_SEX: 0.43,
        ClueKind.AGE: 1.86,
        ClueKind.INITIALS: 2.71,
        ClueKind.TITLE: 2.36,
        ClueKind.NAME: 1.25,
        ClueKind.FULL_NAME: 2.14,
        ClueKind.RELATIVE: 2.97,
        ClueKind.PART_IN_TOWN: 2.30,
        ClueKind.RARE_EVENT: 2.23,
        ClueKind.PLACE: 1.65,
        ClueKind.COLLEAGUE_AS_PATIENT: 0.80,
        ClueKind.NAME_AND_HEALTH: 1.63,
        ClueKind.NAME_AT_WORK: 0.25,
        ClueKind.PATIENT: 1.45,
        ClueKind.HEALTH: 1.55,
        ClueKind.OWN: -0.41,
    },
)

WITH_ENCODER = ClueWeights(
    -3.80,
    {
        ClueKind.RECORD_NUMBER: 0.72,
        ClueKind.INSURANCE_NUMBER: 0.31,
        ClueKind.PERSONAL_PHONE: 0.14,
        ClueKind.PERSONAL_EMAIL: 0.15,
        ClueKind.PHONE: 0.06,
        ClueKind.EMAIL: 0.25,
        ClueKind.ADDRESS: 0.50,
        ClueKind.BIRTH_DATE: 0.43,
        ClueKind.EVENT_DATE: 0.35,
        ClueKind.ROOM: 0.56,
        ClueKind.OVER_89: 0.41,
        ClueKind.AGE_AND_SEX: 0.03,
        ClueKind.AGE: 0.32,
        ClueKind.INITIALS: 0.58,
        ClueKind.TITLE: 0.47,
        ClueKind.NAME: 0.01,
        ClueKind.FULL_NAME: 0.55,
        ClueKind.RELATIVE: 0.51,
        ClueKind.PART_IN_TOWN: 0.60,
        ClueKind.RARE_EVENT: 0.55,
        ClueKind.PLACE: 0.24,
        ClueKind.COLLEAGUE_AS_PATIENT: 0.10,
        ClueKind.NAME_AND_HEALTH: 0.67,
        ClueKind.NAME_AT_WORK: -0.34,
        ClueKind.PATIENT: 0.47,
        ClueKind.HEALTH: 0.43,
        ClueKind.OWN: -0.19,
    },
)

SUFFICIENT = frozenset(
    {
        ClueKind.RECORD_NUMBER,
        ClueKind.INSURANCE_NUMBER,
        ClueKind.BIRTH_DATE,
        ClueKind.PERSONAL_PHONE,
        ClueKind.PERSONAL_EMAIL,
        ClueKind.OVER_89,
        ClueKind.AGE_AND_SEX,
        ClueKind.ADDRESS,
        ClueKind.EVENT_DATE,
        ClueKind.NAME_AND_HEALTH,
    }
)
"""Clues that need nothing beside them: of the training sentences with one, 97 in 100 have details. HIPAA counts an age
over 89 as an identifier (45 CFR 164.514(b)(2)(i)(C))."""

SUFFICIENT_TOGETHER = tuple(
    frozenset(each)
    for each in (
        {ClueKind.ROOM, ClueKind.HEALTH, ClueKind.PATIENT},
        {ClueKind.INITIALS, ClueKind.HEALTH},
        {ClueKind.INITIALS, ClueKind.PATIENT},
        {ClueKind.FULL_NAME, ClueKind.HEALTH},
        {ClueKind.PART_IN_TOWN, ClueKind.PATIENT},
        {ClueKind.PLACE, ClueKind.HEALTH},
        {ClueKind.AGE, ClueKind.PATIENT},
    )
)
"""Clues that need nothing beside each other, for the same reason."""


def are_sufficient(kinds: Collection[ClueKind]) -> bool:
    """Return whether these kinds of clues tell who a patient is, whatever else is in the text."""
    return not SUFFICIENT.isdisjoint(kinds) or any(each.issubset(kinds) for each in SUFFICIENT_TOGETHER)


def find_patient_details(text: str, names: GivenNames, opinion: Opinion = no_opinion) -> tuple[PatientClue, ...]:
    """Return what in a text may tell who a patient is, the clearest first; empty if nothing may. Most texts have none.

    `opinion`: what the text's words and meaning add. Every repetition in the patterns is bounded, so no text makes this
    slow.
    """
    clues = find_clues(text, names)
    kinds = {each.kind for each in clues}
    added = opinion(kinds)
    weights = WITHOUT_ENCODER if added is None else WITH_ENCODER
    if weights.weigh(kinds) + (added or 0.0) < 0 and not are_sufficient(kinds):
        return ()
    telling = sorted(
        (each for each in clues if each.kind not in NEARBY),
        # A clause comes last: what is in it says more, if it was found by itself.
        key=lambda each: (
            each.kind is ClueKind.NAME_AND_HEALTH,
            each.kind not in SUFFICIENT,
            -weights.clues.get(each.kind, 0.0),
        ),
    )
    return tuple({each.words: each for each in reversed(telling or [UNNAMED])}.values())[::-1]


def find_clues(text: str, names: GivenNames) -> tuple[PatientClue, ...]:
    """Return everything in a text that may tell who a patient is, or what is near it."""
    from bot.domain.patient_patterns import list_clues  # imported on use, because compiling its patterns takes memory

    shown = _fold(text[:MAX_LENGTH])
    return tuple(list_clues(shown, _base_letters(shown), names))


def _fold(text: str) -> str:
    """Return the text with its letters and digits in their usual form, plain signs, and single spaces.

    Characters that show nothing are left out, and a title stands before its name as usual ("MR.SMITH" is "MR. SMITH").
    """
    usual = unicodedata.normalize("NFKC", text)
    shown = "".join(
        " " if letter.isspace() else letter
        for letter in usual
        if letter.isspace() or not (unicodedata.category(letter) == "Cf" or letter in _BLANK)
    )
    return _CLOSE_TITLE.sub(r"\g<title> ", " ".join(shown.translate(_PLAIN).split()))


def _base_letters(text: str) -> str:
    """Return the text with each letter without its accents, one for one: "Łukasz Muñoz" is "Lukasz Munoz"."""
    return "".join(
        letter if letter.isascii() else _OTHER_LETTERS.get(letter) or unicodedata.normalize("NFD", letter)[0]
        for letter in text
    )


_PLAIN = {**dict.fromkeys(map(ord, "’‘ʼ`´"), "'"), **dict.fromkeys(map(ord, "–—‐‑−"), "-")}

_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Characters that show nothing, though they are no format characters."""

_OTHER_LETTERS = dict(zip("ŁłØøĐđÐðÞþßÆæŒœıŦŧĦħ", "LlOoDdDdTtsAaOoiTtHh", strict=True))
"""Latin letters that have no accent to take away."""

_CLOSE_TITLE = re.compile(
    r"\b(?P<title>(?:[Mm][Rr][Ss]?|[Mm][Ss]|[Mm]iss|Mx|[Pp][Tt]|[Dd]r|[Mm]dm|[Mm]me|S[Rr][Aa]?|Frau|FRAU|Herr|HERR)\.|"
    r"(?:[Mm]rs?|[Pp]t)-|[Pp][Tt]:|(?:Mrs?|Ms|Dr)(?=[A-Z][a-z]))(?=[^\W\d_])"
)
"""A title that is typed together with its name."""
