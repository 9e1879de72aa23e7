"""A question that comes back: open, and answered, in a day's end or in a modal from Home."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.learning.recall_answers import HomeRecall
from bot.learning.recall_questions import RecallQuestion, RecallState
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import actions, button, context, escape, modal, section
from bot.slack.blocks.streak_text import today_counts_text


def recall_blocks(state: RecallState) -> list[Block]:
    """The question with its letters; or what was answered, with why."""
    if state.choice is None:
        return question_blocks(state.question)
    return _answered(state, ids.MARK_RECALL_GUESSED)


def question_blocks(asked: RecallQuestion) -> list[Block]:
    """The open question as a day's end brings it."""
    return _open(asked, ids.ANSWER_RECALL)


def question_modal(state: RecallState) -> View:
    """Today's recall in a modal: open, or answered before."""
    if state.choice is None:
        blocks = [
            *_open(state.question, ids.ANSWER_RECALL_IN_MODAL),
            context("One question a day. Your first answer counts."),
        ]
        return modal(ids.READ_ONLY_MODAL, "Recall", blocks)
    return modal(ids.READ_ONLY_MODAL, "Recall", _answered(state, ids.MARK_RECALL_GUESSED_IN_MODAL))


def answer_modal(ready: HomeRecall) -> View:
    """The same modal, after the answer: the result first."""
    counts = context(today_counts_text(ready.streak_status.streak, counts=ready.streak_status.counts_today))
    return modal(ids.READ_ONLY_MODAL, "Recall", [*_answered(ready.recall, ids.MARK_RECALL_GUESSED_IN_MODAL), counts])


def no_question_modal() -> View:
    """Nothing is due any more: it was answered elsewhere meanwhile."""
    return modal(
        ids.READ_ONLY_MODAL, "Recall", [section("No question is ready now. The next one comes with a day's end.")]
    )


def time_ago(days: int) -> str:
    """How long ago, in words: `From 9 days ago`."""
    if days <= 0:
        return "From today"
    return "From yesterday" if days == 1 else f"From {days} days ago"


def _open(asked: RecallQuestion, action: str) -> list[Block]:
    case = asked.lesson.question
    return [
        section(f"*{time_ago(asked.days_since_answer)}:* {escape(case.scenario)}\n\n*{escape(case.stem)}*"),
        section("\n".join(f"*{letter}*  {escape(option.text)}" for letter, option in asked.shown_options)),
        actions(
            "recall",
            [
                button(letter, f"{action}.{letter}", value=str(asked.revision_id), label=f"{letter}: {option.text}")
                for letter, option in asked.shown_options
            ],
        ),
    ]


def _result(state: RecallState) -> list[Block]:
    """What became of the answer, under the letters that were shown."""
    choice, asked = state.choice, state.question
    if choice is None:
        return []
    right = asked.lesson.question.correct_option
    fits = asked.shown_letter(right.key)
    said = (
        f"{fits} fits best."
        if choice.correct
        else f"You chose {asked.shown_letter(choice.key)}. {fits} fits better here."
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
        return "You guessed. It comes back a little sooner."
    right = state.choice is not None and state.choice.correct
    return "It comes back later than last time." if right else "It comes back soon."


def _answered(state: RecallState, guessed: str) -> list[Block]:
    """The result; where the answer was right, with the button that says it was `guessed` (its action id)."""
    may_have_guessed = state.choice is not None and state.choice.correct and not state.guessed
    return [*_result(state), *([actions("recalled", [button("I guessed", guessed)])] if may_have_guessed else [])]
