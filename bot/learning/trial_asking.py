"""What a trial changes for somebody who takes part: when a question is due again, and the final questions."""

from datetime import timedelta

from bot.domain import spaced_repetition as fsrs
from bot.domain.spaced_repetition import MemoryState
from bot.domain.trial import AskingWay, find_fixed_due
from bot.storage import Session, trials
from bot.storage.tables import QuestionMemory, TrialMember


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
    member = trials.find_member(session, memory.learner_id)
    if member is not None:
        member.answers += 1
        member.right += is_right


def restore_usual_way(session: Session, member: TrialMember) -> None:
    """Make somebody's questions due again as they would be without the trial."""
    for memory in trials.list_changed_memories(session, member):
        state = MemoryState(memory.stability, memory.difficulty, memory.last_answered_on, memory.due_on)
        memory.due_on, memory.final_place = fsrs.find_usual_due(state), None
