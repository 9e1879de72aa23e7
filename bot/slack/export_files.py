"""Writes a learner's export as files: a page to read and print, Markdown, and JSON. All have the same content."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from typing import NamedTuple

from bot.domain.certificate import Certificate, write_code
from bot.domain.certificate_text import program_name
from bot.domain.formats import Formats
from bot.language import current_language, mark
from bot.language import gettext as _
from bot.learning.lms_consents import LmsConsentView
from bot.learning.privacy import ExportedAnswer, LearnerExport
from bot.learning.trial_entry import TrialPart
from bot.slack.export_lines import build_lists, list_facts

TITLE = mark("Your words in Rounds")
REFLECTIONS = mark("Reflections")

_STYLE = (
    "@page { margin: 2cm } "
    "body { font-family: Calibri, Arial, sans-serif; font-size: 11pt; line-height: 1.4; max-width: 42em } "
    "h3 { margin-bottom: 0; page-break-after: avoid } "
    ".prompt { color: #444444; font-style: italic; margin-top: 0 } "
    "table { border-collapse: collapse } "
    "th, td { border: 1px solid #999999; padding: 3pt 6pt; text-align: left; vertical-align: top } "
    "tr { page-break-inside: avoid }"
)


class ExportFile(NamedTuple):
    """A file of an export: its ending, its content, and what to say beside it."""

    ending: str
    content: bytes
    comment: str


def export_files(export: LearnerExport) -> tuple[ExportFile, ...]:
    """Write the export in every form, the one for reading first."""
    return (
        ExportFile("html", export_page(export).encode(), _("To read or print. Word opens it, and so does a browser.")),
        ExportFile("md", export_markdown(export).encode(), _("The same as text (Markdown).")),
        ExportFile("json", export_json(export).encode(), _("The same for other programs (JSON).")),
    )


def export_page(export: LearnerExport) -> str:
    """Write the export as an HTML page that Word opens and prints.

    It needs nothing from elsewhere, and everything that people wrote is escaped. Should that ever fail, the policy
    keeps a browser from running or loading anything.
    """
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{current_language()}">',
            "<head>",
            '<meta charset="utf-8">',
            """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">""",
            f"<title>{_html(_(TITLE))}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            f"<h1>{_html(_(TITLE))}</h1>",
            *(f"<p>{_html(line)}</p>" for line in list_facts(export, export.formats.write_date)),
            f"<h2>{_html(_(REFLECTIONS))}</h2>",
            *_entries(export),
            *(line for heading, answers in _answers(export) for line in _table(heading, answers, export.formats)),
            *_lists(export),
            "</body>",
            "</html>",
            "",
        ]
    )


def export_markdown(export: LearnerExport) -> str:
    """Write the export as Markdown."""
    lines = [f"# {_(TITLE)}", "", *list_facts(export, date.isoformat), "", f"## {_(REFLECTIONS)}"]
    for entry in export.entries:
        lines += ["", f"### {entry.learning_day.isoformat()} {entry.title}", "", f"> {entry.prompt}", "", entry.words]
    for heading, answers in _answers(export):
        lines += ["", f"## {heading}", ""]
        lines += [f"- {each.learning_day.isoformat()} {each.title}: {each.choice} ({_fit(each)})" for each in answers]
    for each in build_lists(export, date.isoformat):
        lines += ["", f"## {each.heading}", "", *(f"- {line}" for line in each.lines)]
    return "\n".join(lines) + "\n"


def export_json(export: LearnerExport) -> str:
    """Write the export as JSON."""
    return (
        json.dumps(
            {
                "streak": {"current": export.streak.current, "longest": export.streak.longest},
                "frozen": sorted(day.isoformat() for day in export.streak.frozen_days),
                "repaired": [day.isoformat() for day in export.repaired_days],
                "reflections": [
                    {
                        "learning_day": entry.learning_day.isoformat(),
                        "lesson": entry.title,
                        "skill": entry.skill,
                        "prompt": entry.prompt,
                        "words": entry.words if entry.is_readable else None,
                    }
                    for entry in export.entries
                ],
                "answers": [_answer(answer) for answer in export.answers],
                "recalls": [_answer(answer) for answer in export.recalls],
                "feedback": [
                    {"learning_day": each.learning_day.isoformat(), "lesson": each.title, "useful": each.useful}
                    for each in export.feedback
                ],
                "self_ratings": [
                    {
                        "learning_day": each.learning_day.isoformat(),
                        "weeks_since_start": each.weeks,
                        "question": each.question.value,
                        "value": each.value,
                    }
                    for each in export.self_ratings
                ],
                "certificates": [_certificate(each) for each in export.certificates],
                "learning_system": _consent(export.consent) if export.consent else None,
                "comparison": _trial(export.trial) if export.trial else None,
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )


def _answers(export: LearnerExport) -> tuple[tuple[str, Sequence[ExportedAnswer]], ...]:
    return (_("Answers"), export.answers), (_("Questions that came back"), export.recalls)


def _fit(answer: ExportedAnswer) -> str:
    return _("best fit") if answer.correct else _("another option works better")


def _entries(export: LearnerExport) -> Iterator[str]:
    for entry in export.entries:
        yield f"<h3>{export.formats.write_date(entry.learning_day)}: {_html(entry.title)}</h3>"
        yield f'<p class="prompt">{_html(entry.prompt)}</p>'
        yield f"<p>{_html(entry.words)}</p>"


def _table(heading: str, answers: Sequence[ExportedAnswer], formats: Formats) -> Iterator[str]:
    yield f"<h2>{_html(heading)}</h2>"
    if not answers:
        return
    yield "<table>"
    columns = _("Day"), _("Lesson"), _("Your answer")
    yield f"<tr>{''.join(f'<th>{_html(each)}</th>' for each in columns)}</tr>"
    for each in answers:
        answer = f"{_html(each.choice)} ({_html(_fit(each))})"
        yield f"<tr><td>{formats.write_date(each.learning_day)}</td><td>{_html(each.title)}</td><td>{answer}</td></tr>"
    yield "</table>"


def _lists(export: LearnerExport) -> Iterator[str]:
    for each in build_lists(export, export.formats.write_date):
        yield f"<h2>{_html(each.heading)}</h2>"
        yield from (f"<p>{_html(line)}</p>" for line in each.lines)


def _html(text: str) -> str:
    """Escape text and keep its lines, as Word ignores the style that would."""
    return "<br>".join(escape(text).splitlines())


def _consent(consent: LmsConsentView) -> dict[str, object]:
    return {
        "host": consent.host,
        "account": {"home_page": consent.home_page, "name": consent.user_id},
        "turned_on": consent.given_at.isoformat(),
        "turned_off": consent.ended_at.isoformat() if consent.ended_at else None,
        "not_sent_yet": consent.waiting,
    }


def _trial(trial: TrialPart) -> dict[str, object]:
    return {"since": trial.since.isoformat(), "way": trial.way.value, "opted_out": trial.opted_out}


def _answer(answer: ExportedAnswer) -> dict[str, object]:
    return {
        "learning_day": answer.learning_day.isoformat(),
        "lesson": answer.title,
        "choice": answer.choice,
        "correct": answer.correct,
    }


def _certificate(certificate: Certificate) -> dict[str, object]:
    return {
        "code": write_code(certificate.code),
        "name": certificate.name,
        "program": program_name(certificate.program),
        "lessons": certificate.lessons,
        "minutes": certificate.minutes,
        "skills": list(certificate.skills),
        "first_day": certificate.first_day.isoformat(),
        "last_day": certificate.last_day.isoformat(),
        "issued_on": certificate.issued_on.isoformat(),
    }
