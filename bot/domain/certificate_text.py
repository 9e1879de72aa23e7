"""What a certificate says in words, in the language of the work at hand: on paper, on its page, and as a badge."""

from bot.domain.certificate import Certificate
from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.language import mark, ngettext

GENERAL_PROGRAM = mark("Management essentials")
"""The name of a certificate about all lessons, instead of a program's."""

WHAT_LESSONS_ARE = mark(
    "Short lessons for medical managers in Rounds. Each brings one thing to do, words to say, and a question about a "
    "case."
)
WHAT_IT_CERTIFIES = mark(
    "It certifies that the questions of these lessons were answered in Rounds, right or "
    "wrong. It isn't accreditation or continuing education credit (CME, CNE)."
)
HOW_TIME_IS_COUNTED = mark("Time: two minutes a lesson, rounded down to the quarter hour, 15 minutes at least.")
WHOSE_NAME = mark("The name is as its holder gave it.")


def program_name(program: str | None) -> str:
    """Return the name of what a certificate is about: of a program, or of all lessons (None)."""
    return program or _(GENERAL_PROGRAM)


def lessons_text(count: int) -> str:
    """Count lessons."""
    return ngettext("{count} lesson", "{count} lessons", count)


def duration_text(minutes: int) -> str:
    """Write how long lessons took: `1 hour 15 minutes`."""
    hours, rest = divmod(minutes, 60)
    said = [ngettext("{count} hour", "{count} hours", hours)] if hours else []
    if rest or not hours:
        said.append(ngettext("{count} minute", "{count} minutes", rest))
    return " ".join(said)


def period_text(certificate: Certificate, formats: Formats) -> str:
    """Write from when to when the lessons were answered."""
    first, last = formats.write_date(certificate.first_day), formats.write_date(certificate.last_day)
    return first if first == last else f"{first} – {last}"
