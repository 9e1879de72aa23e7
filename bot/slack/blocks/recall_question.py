"""A recall question, open or answered, in a day end or in a modal from Home."""

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.recall_answers import HomeRecall
from bot.learning.recall_questions import RecallQuestion, RecallState
from bot.slack import action_ids as ids
from bot.slack.blocks import answers
from bot.slack.blocks.block_kit import actions, button, context, divider, escape, modal, section
from bot.slack.blocks.streak_text import today_counts_text


def recall_blocks(state: RecallState) -> list[Block]:
    """Build a day end's question: with buttons, or with the result if it was answered."""
    if state.choice is None:
        return question_blocks(state.question)
    buttons = [button(_("All answers"), ids.OPEN_RECALL_ANSWERS), *_guessed(state, ids.MARK_RECALL_GUESSED)]
    return [*_result(state), actions("recalled", buttons)]


def question_blocks(asked: RecallQuestion) -> list[Block]:
    """Build the open question of a day end."""
    return _open(asked, ids.ANSWER_RECALL)


def question_modal(state: RecallState) -> View:
    """Show today's question in a modal, open or already answered."""
    if state.choice is None:
        blocks = [
            *_open(state.question, ids.ANSWER_RECALL_IN_MODAL),
            context(_("One question a day. Your first answer counts.")),
        ]
        return modal(ids.READ_ONLY_MODAL, _("Recall"), blocks)
    return modal(ids.READ_ONLY_MODAL, _("Recall"), _answered_in_modal(state))


def answer_modal(ready: HomeRecall) -> View:
    """Show the same modal after the answer, with the result first."""
    status = ready.streak_status
    milestone = status.find_milestone_of(ready.recall.answered_at)
    counts = today_counts_text(status.streak, counts=status.counts_today, milestone=milestone)
    return modal(ids.READ_ONLY_MODAL, _("Recall"), [*_answered_in_modal(ready.recall), context(counts)])


def answers_modal(state: RecallState) -> View:
    """Show the case and every option with its explanation. The question must be answered."""
    if state.choice is None:
        raise ValueError("this question has no answer yet")
    return answers.answers_modal(state.question.lesson.question, state.question.shown_options, state.choice)


def no_question_modal() -> View:
    """Say that no question is due: it was answered elsewhere meanwhile."""
    return modal(
        ids.READ_ONLY_MODAL, _("Recall"), [section(_("No question is ready now. The next one comes with a day's end."))]
    )


def time_ago(days: int) -> str:
    """Say how long ago the question was answered: `From 9 days ago`."""
    if days <= 0:
        return _("From today")
    return _("From yesterday") if days == 1 else ngettext("From {count} day ago", "From {count} days ago", days)


def _open(asked: RecallQuestion, action: str) -> list[Block]:
    case = asked.lesson.question
    return [
        section(f"*{time_ago(asked.days_since_answer)}:* {escape(case.scenario)}\n\n*{escape(case.stem)}*"),
        *answers.open_options(asked.shown_options, action, value=str(asked.revision_id)),
    ]


def _result(state: RecallState) -> list[Block]:
    """Build the result of the answer, with the letters that were shown."""
    choice, asked = state.choice, state.question
    if choice is None:
        return []
    right = asked.lesson.question.correct_option
    fits = asked.shown_letter(right.key)
    said = (
        _("Yes, {letter} is the best fit.", letter=fits)
        if choice.correct
        else _(
            "Not quite. You chose {chosen}; {best} works better here.", chosen=asked.shown_letter(choice.key), best=fits
        )
    )
    shown = [choice] if choice.correct else [choice, right]
    return [
        section(f"*{time_ago(asked.days_since_answer)}: {escape(asked.lesson.title)}*\n*{said}*"),
        *(
            section(f"*{asked.shown_letter(option.key)}*  _{escape(option.text)}_\n{escape(option.explanation)}")
            for option in shown
        ),
        context(_what_next(state)),
    ]


def _what_next(state: RecallState) -> str:
    if state.guessed:
        return _("You guessed. You'll see it again a little sooner.")
    right = state.choice is not None and state.choice.correct
    return _("You'll see it again after a longer gap.") if right else _("You'll see it again soon.")


def _guessed(state: RecallState, action: str) -> list[ButtonElement]:
    """Build *I guessed* after a correct answer, or nothing."""
    may_have_guessed = state.choice is not None and state.choice.correct and not state.guessed
    return [button(_("I guessed"), action)] if may_have_guessed else []


def _answered_in_modal(state: RecallState) -> list[Block]:
    """Build the result, then the case and what it didn't explain: a modal has room for all of it."""
    if state.choice is None:
        return []
    asked = state.question
    others = [each for each in asked.shown_options if each[1] != state.choice and not each[1].correct]
    buttons = _guessed(state, ids.MARK_RECALL_GUESSED_IN_MODAL)
    return [
        *_result(state),
        *([actions("recalled", buttons)] if buttons else []),
        divider(),
        *answers.answered_case(asked.lesson.question, asked.shown_options, state.choice),
        *answers.explanation_blocks(others, state.choice),
    ]
