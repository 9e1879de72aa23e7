"""What a trial changes for somebody who takes part: when a question is due again, and the final questions."""

from collections.abc import Collection
from datetime import timedelta

from bot.domain import spaced_repetition as fsrs
from bot.domain.trial import AskingWay, find_fixed_due
from bot.storage import Session, trials
from bot.storage.tables import QuestionMemory


def apply_way(session: Session, memory: QuestionMemory) -> None:
    """Set when a question that was just answered is due again, if a trial says so. What FSRS knows of it stays.

    A final question that was answered with its lesson, rather than as a recall, is still asked: from the next day on.
    """
    member = trials.find_member(session, memory.learner_id)
    if member is None:
        return
    if memory.final_place is not None:
        memory.due_on = memory.last_answered_on + timedelta(days=1)
    elif member.way == AskingWay.FIXED and memory.last_answered_on >= member.entered_on:
        memory.due_on = find_fixed_due(memory.last_answered_on, memory.recall_count)


def record_final_answer(session: Session, memory: QuestionMemory, *, is_right: bool) -> None:
    """Count the answer to a question if it is one of a trial's final ones. Each is counted once."""
    if memory.final_place is None:
        return
    memory.final_place = None
    trials.count_final_answer(session, memory.learner_id, is_right=is_right)


def restore_usual_way(session: Session, learner_ids: Collection[int]) -> None:
    """Make the questions of a trial's members due again as they would be without it."""
    trials.restore_due_days(
        session,
        [
            (each.learner_id, each.lesson_id, fsrs.find_usual_due(each.state))
            for each in trials.list_changed_memories(session, learner_ids)
        ],
    )


def end_parts(session: Session, learner_ids: Collection[int]) -> None:
    """Have people whose part in a trial is over asked in the usual way again, and delete in which arm they were.

    That they took part stays until they have been told of the end (`learning/trial_ends.py`).
    """
    session.delete_words_for_good()
    restore_usual_way(session, learner_ids)
    trials.end_parts(session, learner_ids)
