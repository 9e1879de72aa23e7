"""A lesson's message: before and after the answer."""

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.formats import Formats
from bot.domain.lesson import Lesson, Option, Source
from bot.language import gettext as _
from bot.language import ngettext, pgettext
from bot.learning.lesson_feedback import Feedback
from bot.learning.lesson_state import LessonState
from bot.learning.retractions import RetractionNote
from bot.slack import action_ids as ids
from bot.slack.blocks import answers
from bot.slack.blocks.answers import answered_case
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    context,
    divider,
    escape,
    header,
    section,
    shorten,
)
from bot.slack.blocks.planned_step import planned_step_blocks
from bot.slack.blocks.programs import place_text
from bot.slack.blocks.streak_text import repair_section, today_counts_text
from bot.slack.blocks.trial_result import ended_part_text

USEFUL, NOT_USEFUL = "yes", "no"
"""The last parts of the action ids of the two buttons below *Was this useful?*"""

MAX_TITLE_LENGTH = 160
MAX_AUTHOR_LENGTH = 80
MAX_EXPLANATION = 1_000
"""Characters of a source's title, its first author, and an option with its explanation. Packs allow longer titles and
names than fit on a phone. An explanation only gets this long if most of its characters have to be escaped."""


def initial_message(lesson: Lesson, formats: Formats, *, overdue: bool = False) -> MessageContent:
    """Build the lesson as it arrives. It is the same for everyone with the same formats.

    `overdue`, here and below: its review was due before today.
    """
    return MessageContent.of(_question(lesson, formats, reflected=False, overdue=overdue))


def extra_message(lesson: Lesson, formats: Formats, *, overdue: bool = False) -> MessageContent:
    """Build an extra lesson as it arrives. Nothing depends on it, so it offers no *Later*."""
    blocks = _question(lesson, formats, reflected=False, overdue=overdue, extra=True)
    return MessageContent.of([context(_("One more, as you asked.")), *blocks])


def current_message(state: LessonState) -> MessageContent:
    """Build the lesson with what its learner did: the result first, then the tip, what to try today, and the case."""
    if state.chosen_option is None:
        saved_note: list[Block] = [context(_saved_text(state)), *_repair(state)] if state.reflected else []
        return MessageContent.of(
            [
                *_ended_trial(state),
                *_program(state),
                *saved_note,
                *planned_step_blocks(state.asked_step),
                *_question(
                    state.lesson,
                    state.formats,
                    reflected=state.reflected,
                    overdue=state.is_review_overdue,
                    extra=state.is_extra,
                ),
            ]
        )
    right = state.lesson.question.correct_option
    return MessageContent.of(
        [
            *result_blocks(state.chosen_option, right),
            context(today_counts_text(state.streak, counts=state.counts_today, milestone=state.milestone)),
            *_repair(state),
            *_ended_trial(state),
            *(context(said) for said in _noted(state)),
            *planned_step_blocks(state.asked_step),
            divider(),
            *_program(state),
            *heading_blocks(state.lesson, state.formats, overdue=state.is_review_overdue),
            *advice_blocks(state.lesson, plan=not state.is_extra and not state.planned and state.tried is None),
            divider(),
            *answered_case(state.lesson.question, lettered_options(state.lesson), state.chosen_option),
            actions("more", _after(state)),
            *_offer_extra(state),
            *_ask_if_useful(state),
        ]
    )


def retracted_message(state: LessonState) -> MessageContent:
    """Build what the message of a retracted lesson becomes. The lesson must be retracted."""
    return MessageContent.of(retracted_blocks(state))


def retraction_text(title: str, note: RetractionNote, formats: Formats) -> str:
    """Say that a lesson was retracted, and why, in mrkdwn."""
    return _(
        "*Retracted: {title}*\nThis lesson was retracted on {date}. The reason: {reason}",
        title=escape(title),
        date=formats.write_date(note.at),
        reason=escape(note.reason),
    )


def lettered_options(lesson: Lesson) -> list[tuple[str, Option]]:
    """Return the lesson's options with their letters, as its message shows them."""
    return [(option.key, option) for option in lesson.question.options]


def source_line(source: Source) -> str:
    """Format a source: who, short title, year, and link."""
    title = escape(shorten(source.title, MAX_TITLE_LENGTH))
    linked = f"<{escape(source.link)}|{title}>" if source.link else title
    return f"{escape(_short(source.authors))}: {linked} ({source.year})"


def quoted_words(lesson: Lesson) -> str:
    """Return the words to say, in quotation marks."""
    return _("“{words}”", words=escape(lesson.words))


def question_blocks(lesson: Lesson, formats: Formats, *, overdue: bool = False) -> list[Block]:
    """Build the tip and the case with its options. The caller adds the buttons."""
    options = section("\n".join(f"*{option.key}*  {escape(option.text)}" for option in lesson.question.options))
    return [
        *heading_blocks(lesson, formats, overdue=overdue),
        *advice_blocks(lesson),
        divider(),
        _case(lesson),
        options,
    ]


def result_blocks(choice: Option, right: Option) -> list[Block]:
    """Build the result of an answer, with explanations."""
    return [section(f"*{result_text(choice, right)}*"), *_explanations(choice, right)]


def heading_blocks(lesson: Lesson, formats: Formats, *, overdue: bool) -> list[Block]:
    """Build the title, the skill with the minutes, and the warning of an overdue review."""
    about = [escape(lesson.skill.name), ngettext("{count} minute", "{count} minutes", lesson.minutes)]
    if lesson.applies_to:
        # Translators: rules that apply in {place}, such as "US rules".
        about.append(_("{place} rules", place=escape(lesson.applies_to)))
    return [
        header(lesson.title),
        context(" · ".join(about)),
        *overdue_notice(lesson, formats, overdue=overdue),
    ]


def advice_blocks(lesson: Lesson, *, plan: bool = False) -> list[Block]:
    """Build the tip and the step for today. `plan`: the step can be planned."""
    press = button(_("I'll try it"), ids.PLAN_STEP, label=_("I'll try today's step")) if plan else None
    return [
        section(escape(lesson.tip)),
        section(_("*Try today:* {step}", step=escape(lesson.try_today)), accessory=press),
    ]


def retracted_blocks(state: LessonState) -> list[Block]:
    """Build what is shown of a retracted lesson. It must be retracted."""
    if state.retraction is None:
        raise ValueError("this lesson isn't retracted")
    return [
        section(retraction_text(state.lesson.title, state.retraction, state.formats)),
        context(" ".join([_("Please don't use its advice anymore."), _kept(state)])),
    ]


def result_text(choice: Option, right: Option) -> str:
    """Say whether the answer is right, and otherwise which one is."""
    if choice.correct:
        return _("Yes, {letter} is the best fit.", letter=right.key)
    return _("Not quite. You chose {chosen}; {best} works better here.", chosen=choice.key, best=right.key)


def overdue_notice(lesson: Lesson, formats: Formats, *, overdue: bool) -> list[Block]:
    """Build the warning about a rule that wasn't reviewed in time, or nothing."""
    if not overdue:
        return []
    return [
        context(
            _(
                "Rule last checked on {date}. Check that it still holds before you act.",
                date=formats.write_date(lesson.checked_on),
            )
        )
    ]


def _case(lesson: Lesson) -> Block:
    case = _("*Your call.* {case}", case=escape(lesson.question.scenario))
    return section(f"{case}\n\n*{escape(lesson.question.stem)}*")


def _question(lesson: Lesson, formats: Formats, *, reflected: bool, overdue: bool, extra: bool = False) -> list[Block]:
    later = [] if reflected or extra else [_later()]
    return [
        *heading_blocks(lesson, formats, overdue=overdue),
        *advice_blocks(lesson),
        divider(),
        _case(lesson),
        *answers.open_options(lettered_options(lesson), ids.ANSWER_LESSON),
        actions("more", [_reflect(reflected=reflected), _why(), *later]),
    ]


def _explanations(choice: Option, right: Option) -> list[Block]:
    shown = [choice] if choice.correct else [choice, right]
    return [
        section(f"*{option.key}*  _{escape(option.text)}_\n{escape(option.explanation)}", most=MAX_EXPLANATION)
        for option in shown
    ]


def _after(state: LessonState) -> list[ButtonElement]:
    revision = str(state.revision_id)
    buttons = [
        _reflect(reflected=state.reflected),
        button(_("Practice the words"), ids.PRACTICE_WORDS, value=revision),
        button(_("All answers"), ids.OPEN_ANSWERS),
        _why(),
    ]
    if state.saved:
        buttons.append(
            button(
                _("Unsave"), ids.UNSAVE_LESSON, value=revision, label=_("Remove this lesson from your saved lessons")
            )
        )
    else:
        buttons.append(
            button(pgettext("a lesson", "Save"), ids.SAVE_LESSON, value=revision, label=_("Save this lesson"))
        )
    if state.chosen_option and state.chosen_option.correct and not state.guessed:
        buttons.append(button(_("I guessed"), ids.MARK_LESSON_GUESSED))
    return buttons


def _noted(state: LessonState) -> list[str]:
    """Say what was done besides answering, so that no press goes unseen."""
    said = []
    if state.reflected:
        said.append(_("Reflection saved. Only you can read it in Rounds."))
    if state.guessed:
        said.append(_("You guessed, so this question comes back a little sooner."))
    if state.saved:
        said.append(_("Saved. You'll find it in Home."))
    if state.tried:
        said.append(_("You tried today's step."))
    elif state.planned and state.tried is None:
        said.append(_("You plan to try today's step. Your next lesson asks how it went."))
    if state.has_extra:
        said.append(_("You asked for one more lesson. It comes below."))
    return said


def _kept(state: LessonState) -> str:
    """Say what is kept of a retracted lesson."""
    if state.chosen_option and state.reflected:
        return _("Your answer and reflection are kept, and the day still counts.")
    if state.chosen_option:
        return _("Your answer is kept, and the day still counts.")
    if state.reflected:
        return _("Your reflection is kept, and the day still counts.")
    return _("Its question is closed. That won't break your streak.")


def _program(state: LessonState) -> list[Block]:
    return [context(place_text(state.program))] if state.program else []


def _ended_trial(state: LessonState) -> list[Block]:
    return [context(ended_part_text(state.ended_trial))] if state.ended_trial else []


def _repair(state: LessonState) -> list[Block]:
    return [repair_section(state.repair, state.formats)] if state.repair else []


def _saved_text(state: LessonState) -> str:
    counts = [today_counts_text(state.streak, counts=True, milestone=state.milestone)] if state.counts_today else []
    return " ".join([_("Reflection saved."), *counts, _("The question is still open.")])


def _reflect(*, reflected: bool) -> ButtonElement:
    return button(_("Edit reflection") if reflected else _("Reflect"), ids.OPEN_REFLECTION)


def _why() -> ButtonElement:
    return button(_("Why & sources"), ids.OPEN_WHY)


def _offer_extra(state: LessonState) -> list[Block]:
    return [actions("extra", [button(_("One more lesson"), ids.REQUEST_EXTRA_LESSON)])] if state.offers_extra else []


def _ask_if_useful(state: LessonState) -> list[Block]:
    """Build the question with its buttons, or the thanks for an answer."""
    if state.feedback is None:
        return []
    if state.feedback is Feedback.SAID:
        return [context(_("Thanks. It counts for the lesson only, and is shown only in numbers of five or more."))]
    buttons = [
        button(_("Yes"), f"{ids.SAY_IF_USEFUL}.{USEFUL}", label=_("Yes, this lesson was useful")),
        button(_("No"), f"{ids.SAY_IF_USEFUL}.{NOT_USEFUL}", label=_("No, this lesson wasn't useful")),
    ]
    return [context(_("Was this useful?")), actions("useful", buttons)]


def _later() -> ButtonElement:
    return button(_("Later"), ids.OPEN_POSTPONE)


def _short(authors: str) -> str:
    """Return the first author, and whether there are more, as a phone has no room for all names."""
    first, *others = authors.split(", ")
    author = shorten(first, MAX_AUTHOR_LENGTH)
    return _("{author} and others", author=author) if others else author
