"""Which lessons may need another look."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.lesson import Lesson
from bot.domain.lesson_health import MIN_KNOWN, MIN_PEOPLE, Few, HealthProblem, LessonHealth
from bot.language import find_language, mark, use_language
from bot.language import gettext as _
from bot.learning.lesson_figures import LessonFigure
from bot.learning.lesson_health import HealthReport, LessonToCheck
from bot.slack import action_ids as ids
from bot.slack.blocks import answers
from bot.slack.blocks.block_kit import (
    MessageContent,
    button,
    context,
    divider,
    escape,
    header,
    modal,
    section,
    text_message,
)
from bot.slack.blocks.lesson import lettered_options, question_blocks

MAX_SHOWN = 14
"""Lessons in a message: as many as fit if their titles have to be escaped."""

_PROBLEMS = {
    HealthProblem.TOO_HARD: mark("Few find the answer. Is the case clear, and the key right?"),
    HealthProblem.TELLS_NOTHING: mark(
        "Those who know the other lessons do no better here. Is a second option right, too?"
    ),
    HealthProblem.TOO_EASY: mark("Nearly all are right. Can it be guessed without the case?"),
    HealthProblem.NOT_USEFUL: mark("Most of those who said something didn't find it useful. Does it fit their work?"),
}

_FEW = {
    Few.RIGHT: mark("At least {count} people answered, and fewer than five were right."),
    Few.WRONG: mark("At least {count} people answered, and fewer than five were wrong."),
}

_HOW = mark(
    "Counted once a week, in fives, rounded down, from first answers to a question as it reads now. A new share is of "
    "other people than the last. Fewer than five are never shown, and nobody sees who answered what."
)


def health_message(report: HealthReport, formats: Formats) -> MessageContent:
    """List the lessons to look at."""
    if report.as_of is None or not (report.assessed or report.to_check):
        return text_message(
            _(
                "No question has enough answers yet. It takes answers from {count} people, in a workspace where I "
                "know {known} or more. I count once a week.",
                count=MIN_PEOPLE,
                known=MIN_KNOWN,
            )
        )
    said = _(
        "As of {date}, {count} of {taught} questions have enough answers to judge.",
        date=formats.write_day(report.as_of),
        count=report.assessed,
        taught=report.taught,
    )
    if not report.to_check:
        return text_message(" ".join([said, _("No lesson stands out.")]))
    return MessageContent.of(
        [
            header(_("Lessons to look at")),
            section(said),
            *(_lesson(each) for each in report.to_check[:MAX_SHOWN]),
            context(_(_HOW)),
        ]
    )


def lesson_to_check_modal(lesson: Lesson, formats: Formats, *, overdue: bool) -> View:
    """Show a lesson with its question and each option's explanation. `overdue`: its review was due before today."""
    with use_language(find_language(lesson.language)):  # as people get it, whoever looks at it
        blocks = [
            *question_blocks(lesson, formats, overdue=overdue),
            divider(),
            *answers.explanation_blocks(lettered_options(lesson), None),
        ]
    return modal(ids.READ_ONLY_MODAL, _("Lesson to look at"), blocks)


def _lesson(each: LessonToCheck) -> Block:
    title = _("*{title}* ({lesson})", title=escape(each.lesson.title), lesson=each.lesson.id)
    figure = each.figure
    sentences = [
        *(_question(figure.health) if figure.health is not None else []),
        *_use(figure),
        *(_(_PROBLEMS[problem]) for problem in figure.problems),
    ]
    look = button(
        _("Look at it"),
        ids.OPEN_LESSON_TO_CHECK,
        value=str(each.revision_id),
        label=_("Look at the lesson {title}", title=each.lesson.title),
    )
    return section("\n".join([title, " ".join(sentences)]), accessory=look)


def _question(health: LessonHealth) -> list[str]:
    """Say how the question is answered."""
    if health.few is not None:
        said = _(_FEW[health.few], count=health.people)
    else:
        said = _(
            "At least {count} people answered, and about {percent}% were right.",
            percent=health.percent,
            count=health.people,
        )
    if health.wrong_letter is None:
        return [said]
    return [said, _("At least {count} chose {letter}.", count=health.chose, letter=health.wrong_letter)]


def _use(figure: LessonFigure) -> list[str]:
    """Say what people did with the lesson besides answering."""
    said = []
    if count := figure.postponed.shown:
        said.append(_("At least {count} people postponed it.", count=count))
    if count := figure.unanswered.shown:
        said.append(_("At least {count} people left it unanswered on its day.", count=count))
    if count := figure.saved.shown:
        said.append(_("At least {count} people have it saved.", count=count))
    if count := figure.not_useful.shown:
        said.append(_("At least {count} people said it wasn't useful.", count=count))
    return said
