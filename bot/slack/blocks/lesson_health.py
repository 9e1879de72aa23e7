"""Which lessons' questions may need another look."""

from bot.domain.lesson_health import MIN_ANSWERS, HealthProblem
from bot.language import gettext as _
from bot.language import mark
from bot.learning.lesson_health import HealthReport, LessonToCheck
from bot.slack.blocks.block_kit import MessageContent, context, escape, fit_lines, header, section, text_message

MAX_SHOWN = 20

_PROBLEMS = {
    HealthProblem.TOO_HARD: mark("Few find the answer. Is the case clear, and the key right?"),
    HealthProblem.TELLS_NOTHING: mark(
        "Those who know the other lessons do no better here. Is a second option right, too?"
    ),
    HealthProblem.TOO_EASY: mark("Nearly all are right. Can it be guessed without the case?"),
}

_HOW = mark(
    "Counted are first answers to the questions as they read now, from {count} answers on, each by another person. Who "
    "answered what is shown to nobody."
)


def health_message(report: HealthReport) -> MessageContent:
    """List the lessons to look at."""
    if not report.assessed:
        return text_message(_("No question has enough answers yet: {count} are needed.", count=MIN_ANSWERS))
    said = _("{count} of {taught} questions have enough answers to judge.", count=report.assessed, taught=report.taught)
    if not report.to_check:
        return text_message(" ".join([said, _("None of them stands out.")]))
    lines = [_line(each) for each in report.to_check[:MAX_SHOWN]]
    halves = [lines[start : start + MAX_SHOWN // 2] for start in range(0, len(lines), MAX_SHOWN // 2)]
    return MessageContent.of(
        [
            header(_("Lessons to look at")),
            section(said),
            *(section(fit_lines(half)) for half in halves),
            context(_(_HOW, count=MIN_ANSWERS)),
        ]
    )


def _line(each: LessonToCheck) -> str:
    health = each.health
    said = _(
        "*{title}* ({lesson}): {percent}% of {count} right.",
        title=escape(each.lesson.title),
        lesson=each.lesson.id,
        percent=round(100 * health.right),
        count=health.answers,
    )
    drawn = (
        [_("{percent}% chose {letter}.", percent=round(100 * health.wrong_share), letter=health.wrong_letter)]
        if health.wrong_letter
        else []
    )
    return " ".join([f"• {said}", *drawn, _(_PROBLEMS[each.problem])])
