"""What a learner has learned: lessons, what they remember, reflections, streak, skills, and what comes next."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.certificate_text import lessons_text
from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.progress import ProgressView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    BlockLike,
    MessageContent,
    actions,
    button,
    context,
    divider,
    fit_lines,
    header,
    modal,
    section,
)
from bot.slack.blocks.charts import LineChart, Series
from bot.slack.blocks.enrollment import next_lesson_text, pause_text
from bot.slack.blocks.programs import progress_text
from bot.slack.blocks.self_ratings import course_lines
from bot.slack.blocks.skill_levels import level_lines
from bot.slack.blocks.streak import streak_headline


def progress_message(view: ProgressView) -> MessageContent:
    """Build the answer to `/rounds progress`, which only the learner sees. It has a chart if there is enough to see."""
    practiced, *rest = _body(view)
    return MessageContent.of([header(_("What you've learned")), practiced, *weeks_chart(view), *rest])


def progress_modal(view: ProgressView) -> View:
    """Show what was learned, from App Home."""
    return modal(ids.READ_ONLY_MODAL, _("What you've learned"), _body(view))


def weeks_chart(view: ProgressView) -> list[BlockLike]:
    """Draw how lessons, and questions that were remembered when they came back, add up week by week."""
    if not view.weeks:
        return []
    lines = [Series(_("Lessons answered"), tuple(each.lessons for each in view.weeks))]
    if view.remembered:
        lines.append(Series(_("Remembered later"), tuple(each.remembered for each in view.weeks)))
    days = tuple(view.learner.formats.abbreviate_day(each.monday) for each in view.weeks)
    return [LineChart(_("Your lessons so far, week by week"), days, tuple(lines), _("Week from"), _("In all"))]


def skills_chart(view: ProgressView) -> list[Block]:
    """Show how far each skill has come. One place, so that a chart of Slack's can take the place of the lines."""
    lines = level_lines(view.skills, view.masteries, view.learner.preferences.focus)
    return [section("\n".join([_("*Skills*"), fit_lines(lines, 2900)]))] if lines else []


def _body(view: ProgressView) -> list[Block]:
    return [
        section(_practiced(view)),
        section("\n".join([_("*Streak*"), streak_headline(view.streak)])),
        *skills_chart(view),
        *_self_ratings(view),
        section("\n".join([_("*Next*"), _next(view)])),
        *_certificate(view),
        context(_("Only you see this.")),
    ]


def _practiced(view: ProgressView) -> str:
    """Say how many lessons were answered since when, how many reflections were written, and what was remembered."""
    if view.since is None:
        return _("No lesson answered yet. This fills as you answer.")
    lessons = lessons_text(view.lessons)
    wrote = ngettext("{count} reflection", "{count} reflections", view.reflections)
    day = view.learner.formats.write_date(view.since)
    # Translators: {lessons} is "12 lessons", and {reflections} is "3 reflections".
    said = _(
        "You've answered *{lessons}* since {day}, and written *{reflections}*.",
        lessons=lessons,
        day=day,
        reflections=wrote,
    )
    return " ".join([said, _remembered(view)]) if view.remembered else said


def _remembered(view: ProgressView) -> str:
    return ngettext(
        "You still knew *{remembered}* of {count} question that has come back.",
        "You still knew *{remembered}* of {count} questions that have come back.",
        view.came_back,
        remembered=view.remembered,
    )


def _self_ratings(view: ProgressView) -> list[Block]:
    lines = course_lines(view.self_ratings)
    return [section("\n".join([_("*How ready you feel*"), *lines]))] if lines else []


def _next(view: ProgressView) -> str:
    """Say when the next lesson comes, and how far the program is."""
    when = f"{pause_text(view.learner)}." if view.learner.is_paused else next_lesson_text(view.learner)
    return f"{progress_text(view.program)}\n{when}" if view.program else when


def _certificate(view: ProgressView) -> list[Block]:
    if view.achievements:
        said = _("You can have a certificate of what you've answered, as a page to print.")
        return [divider(), section(said), actions("certificate", [button(_("Certificate"), ids.OPEN_CERTIFICATE)])]
    if view.program is not None and not view.program.is_over:
        said = _("Once you've answered all lessons of your program, you can have a certificate here.")
    elif missing := view.lessons_until_certificate:
        said = ngettext(
            "After {count} more answered lesson, you can have a certificate here.",
            "After {count} more answered lessons, you can have a certificate here.",
            missing,
        )
    else:
        said = _("Once you've answered all lessons of your program, you can have a certificate here.")
    return [context(said)]
