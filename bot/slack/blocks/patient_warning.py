"""The warning that words may point to a patient, and a modal's memory of which words it has warned about."""

import hashlib
from collections.abc import Sequence

from bot.domain.patient_clues import PatientClue
from bot.language import gettext as _
from bot.slack.blocks.block_kit import escape, shorten

MAX_QUOTED = 3
"""Most clues that a warning quotes."""

MAX_QUOTE_LENGTH = 40
"""Characters of a quoted clue."""

DIGEST_LENGTH = 16


def warning_text(clues: Sequence[PatientClue], rest: str) -> str:
    """Say in mrkdwn what points to a patient, in the author's own words. `rest`: what that means now."""
    quoted = [
        _("“{words}”", words=escape(shorten(each.words, MAX_QUOTE_LENGTH))) for each in clues[:MAX_QUOTED] if each.words
    ]
    if quoted:
        warning = _("*This may point to a patient: {words}.*", words=", ".join(quoted))
    else:
        warning = _("*This may point to a patient.*")
    return f"{warning} {rest}"


def words_digest(words: str) -> str:
    """Return what a modal remembers of words that it has warned about. Changed words have another digest."""
    return hashlib.sha256(words.strip().encode()).hexdigest()[:DIGEST_LENGTH]
