"""The lines that are the same in a learner's export to read and in Markdown."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from bot.domain.certificate import Certificate, write_code
from bot.domain.certificate_text import duration_text, lessons_text, program_name
from bot.domain.trial import AskingWay
from bot.language import gettext as _
from bot.learning.privacy import ExportedFeedback, LearnerExport
from bot.learning.self_ratings import ExportedSelfRating
from bot.slack.blocks.self_ratings import TASKS, value_text
from bot.slack.blocks.streak_text import longest_text, streak_and_freezes_text

ToText = Callable[[date], str]
"""Writes a day as this form of the export does."""


class ExportedList(NamedTuple):
    """A heading, and the lines below it."""

    heading: str
    lines: Sequence[str]


def list_facts(export: LearnerExport, to_text: ToText) -> list[str]:
    """Return what an export begins with: the streak, and what the learner takes part in."""

    def days(those: Iterable[date]) -> str:
        return "; ".join(map(to_text, sorted(those)))

    streak = _("Streak: {streak}.", streak=streak_and_freezes_text(export.streak))
    lines = [f"{streak} {longest_text(export.streak)}"]
    if export.streak.frozen_days:
        lines.append(_("A freeze covered: {days}.", days=days(export.streak.frozen_days)))
    if export.repaired_days:
        lines.append(_("You made up: {days}.", days=days(export.repaired_days)))
    if consent := export.consent:
        since, until = (to_text(at.date()) if at else None for at in (consent.given_at, consent.ended_at))
        who = _("{user} at {page}", user=consent.user_id, page=consent.home_page)
        if until is None:
            said = _(
                "From {since} on, {host} is told what you complete, as {who}.", since=since, host=consent.host, who=who
            )
        else:
            said = _(
                "From {since} to {until}, {host} was told what you completed, as {who}.",
                since=since,
                until=until,
                host=consent.host,
                who=who,
            )
        lines.append(said)
    if (trial := export.trial) and not trial.opted_out:
        since = to_text(trial.since)
        if trial.way is AskingWay.FIXED:
            said = _(
                "You've been in a comparison since {since}. Your questions come back after fixed gaps.", since=since
            )
        else:
            said = _(
                "You've been in a comparison since {since}. Your questions come back on the usual schedule.",
                since=since,
            )
        lines.append(said)
    return lines


def build_lists(export: LearnerExport, to_text: ToText) -> tuple[ExportedList, ...]:
    """Return what stands below the answers, without what is empty."""
    lists = (
        ExportedList(_("Was it useful?"), [_feedback_line(each, to_text) for each in export.feedback]),
        ExportedList(_("How ready you felt"), [_self_rating_line(each, to_text) for each in export.self_ratings]),
        ExportedList(_("Certificates"), [_certificate_line(each, to_text) for each in export.certificates]),
    )
    return tuple(each for each in lists if each.lines)


def _feedback_line(feedback: ExportedFeedback, to_text: ToText) -> str:
    said = _("Yes") if feedback.useful else _("No")
    return f"{to_text(feedback.learning_day)} {feedback.title}: {said}"


def _self_rating_line(answer: ExportedSelfRating, to_text: ToText) -> str:
    return f"{to_text(answer.learning_day)}: {_(TASKS[answer.question])}: {value_text(answer.value)}"


def _certificate_line(certificate: Certificate, to_text: ToText) -> str:
    said = [
        f"{to_text(certificate.issued_on)}: {program_name(certificate.program)}",
        lessons_text(certificate.lessons),
        duration_text(certificate.minutes),
        *([certificate.name] if certificate.name else []),
        write_code(certificate.code),
    ]
    return ", ".join(said)
