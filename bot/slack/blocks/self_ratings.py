"""How ready somebody feels: the two questions in a day-end message, and the answers in words."""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block

from bot.domain.self_rating import LEAST, MOST, GivenRating, RatingQuestion
from bot.errors import NotFound
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.self_ratings import SelfRatingCourse, SelfRatingForm
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import actions, button, context, divider, section

QUESTIONS: Mapping[RatingQuestion, str] = {
    RatingQuestion.HARD_WORDS: mark(
        "How ready do you feel right now to tell a colleague something they don't want to hear?"
    ),
    RatingQuestion.HARD_WEEK: mark("How ready do you feel right now to lead your team through a hard week?"),
}

TASKS: Mapping[RatingQuestion, str] = {
    RatingQuestion.HARD_WORDS: mark("Telling a colleague something they don't want to hear"),
    RatingQuestion.HARD_WEEK: mark("Leading your team through a hard week"),
}
"""What the questions are about, as a label."""

VALUES: Mapping[int, str] = {
    # Translators: how ready somebody feels, from 1 to 5.
    1: mark("not at all ready"),
    2: mark("a little ready"),
    3: mark("halfway ready"),
    4: mark("mostly ready"),
    5: mark("completely ready"),
}

OPTIONAL = mark("Skip them if you like. Only you see your answers; reports give only shares of ten people or more.")


def self_rating_blocks(form: SelfRatingForm | None) -> list[Block]:
    """Build the questions of a day end, each with five buttons and what was answered so far."""
    if form is None:
        return []
    return [
        divider(),
        context(" ".join([_asked_when(form.weeks), _(OPTIONAL)])),
        *(block for question in RatingQuestion for block in _question(question, form.answers.get(question))),
    ]


def course_lines(courses: Sequence[SelfRatingCourse]) -> list[str]:
    """Say what somebody answered to each question that they answered at two times or more."""
    return [
        f"{_(TASKS[course.question])}: "
        + ", ".join(f"{time_text(weeks)} {value_text(value)}" for weeks, value in course.answers.items())
        for course in courses
        if len(course.answers) > 1
    ]


def time_text(weeks: int) -> str:
    """Say when somebody was asked, so many weeks after the start."""
    if weeks == 0:
        return _("at the beginning")
    return ngettext("after {count} week", "after {count} weeks", weeks)


def value_text(value: int) -> str:
    """Say an answer in words and as a number: `mostly ready (4 of 5)`."""
    return _("{words} ({value} of {most})", words=_(VALUES[value]), value=value, most=MOST)


def read_answer(pressed: str) -> GivenRating:
    """Read from a button's value which question it answers, and how. NotFound for any other value."""
    question, _dot, value = pressed.rpartition(".")
    if question not in set(RatingQuestion) or value not in set(map(str, VALUES)):
        raise NotFound
    return GivenRating(RatingQuestion(question), int(value))


def _asked_when(weeks: int) -> str:
    if weeks == 0:
        return _("Two quick questions about where you start.")
    return ngettext(
        "Two quick questions, {count} week after you started.",
        "Two quick questions, {count} weeks after you started.",
        weeks,
    )


def _question(question: RatingQuestion, answer: int | None) -> list[Block]:
    if answer is None:
        said = _("1: not at all ready · 5: completely ready")
    else:
        said = _("You answered {value}. Until the day is over, you can press another number.", value=answer)
    buttons = [
        button(
            str(value),
            f"{ids.ANSWER_SELF_RATING}.{value}",
            value=f"{question}.{value}",
            label=f"{value_text(value)}: {_(TASKS[question])}",
        )
        for value in range(LEAST, MOST + 1)
    ]
    return [section(f"{_(QUESTIONS[question])}\n_{said}_"), actions(f"rating_{question}", buttons)]
