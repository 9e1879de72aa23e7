"""Tips and coaching: what fits, what wasn't shown lately, and that nothing of the question is stored."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bot.domain.lesson import Skill
from bot.domain.safety import Concern
from bot.errors import NotFound
from bot.learning import coaching, enrollment, lesson_state, library, packs, privacy
from bot.retrieval.understanding import Understanding
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import TipShown
from tests.builders import CLERK, NURSE, TEAM, lesson
from tests.builders import pack as make_pack
from tests.ward import Ward


def tip(ward: Ward, skill: str | None = None) -> str:
    ward.clock.advance(minutes=1)
    found = ward.run(coaching.choose_tip, ward.library, NURSE, skill, {}, ward.clock())
    note(ward, found)
    return found.lesson.id


def note(ward: Ward, tip: coaching.Tip) -> None:
    ward.run(coaching.record_shown_tips, {(ward.find(NURSE).id, tip.lesson.id): ward.clock()})


def coach(ward: Ward, situation: str) -> coaching.Advice:
    advice = ward.run(coaching.find_advice, ward.library, NURSE, Understanding(situation), ward.clock())
    if advice.best_tip is not None:
        note(ward, advice.best_tip)
    return advice


def test_all_tips_are_shown_before_one_is_repeated(ward: Ward) -> None:
    ward.meet(NURSE)

    shown = [tip(ward) for _ in range(7)]

    assert len(set(shown[:6])) == 6
    assert shown[6] == shown[0]


def test_a_tip_for_a_skill_is_about_that_skill(ward: Ward) -> None:
    ward.meet(NURSE)

    assert [tip(ward, "conflict") for _ in range(3)] == ["two-colleagues", "name-the-conflict", "two-colleagues"]


def test_what_coaching_showed_is_not_the_next_tip(ward: Ward) -> None:
    ward.meet(NURSE)
    advice = coach(ward, "Two nurses argue in the corridor all day")
    assert advice.best_tip is not None
    assert advice.best_tip.lesson.id == "two-colleagues"

    assert tip(ward, "conflict") == "name-the-conflict"


def test_todays_lesson_is_not_the_next_tip(ward: Ward) -> None:
    """By itself, the first lesson of the pack comes first."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    (sent,) = ward.deliver()
    lesson = ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ward.lesson_of(NURSE), ward.clock()).lesson

    shown = [tip(ward, lesson.skill.slug) for _ in range(2)]

    assert shown[0] != lesson.id
    assert shown[1] == lesson.id
    assert sent.kind == "lesson"


def test_people_whom_rounds_has_not_met_get_tips(ward: Ward) -> None:
    """They are registered after the answer, which may fail."""
    assert ward.run(coaching.choose_tip, ward.library, CLERK, None, {}, ward.clock()).lesson.id


def test_each_person_has_their_own_sequence_of_tips(ward: Ward) -> None:
    ward.meet(NURSE)
    ward.meet(CLERK)
    first = tip(ward)

    assert ward.run(coaching.choose_tip, ward.library, CLERK, None, {}, ward.clock()).lesson.id == first


def test_a_tip_has_its_revision(ward: Ward) -> None:
    ward.meet(NURSE)

    shown = ward.run(coaching.choose_tip, ward.library, NURSE, None, {}, ward.clock())

    assert ward.run(coaching.build_tip_of_revision, ward.library, NURSE, shown.revision_id, ward.clock()) == shown


def test_an_unknown_skill_is_answered_with_the_available_ones(ward: Ward) -> None:
    ward.meet(NURSE)

    with pytest.raises(NotFound, match="Try one of these: finance, conflict, change"):
        tip(ward, "cooking")


def test_a_skill_without_lessons_says_so(ward: Ward) -> None:
    bare = make_pack(lesson("one", Skill("wards", "Wards", None, "Wards")), slug="wards")
    empty = Skill("empty", "Empty", None, "Nothing yet")
    ward.run(packs.load_pack, replace(bare, skills=(*bare.skills, empty)), EVERYONES_SCOPE, "U0ADMIN", ward.clock())
    ward.meet(NURSE)

    with pytest.raises(NotFound, match="No lessons are loaded yet"):
        tip(ward, "empty")


def test_a_suggested_lesson_opens_as_a_tip(ward: Ward) -> None:
    ward.meet(NURSE)

    opened = ward.run(coaching.show_lesson_as_tip, ward.library, NURSE, "one-page", ward.clock())
    note(ward, opened)

    assert opened.lesson.title == "Learn about one page"
    assert tip(ward, "change") == "first-gap"


def test_a_suggested_lesson_that_is_no_longer_taught_is_not_found(ward: Ward) -> None:
    ward.meet(NURSE)

    with pytest.raises(NotFound, match="no longer in use"):
        ward.run(coaching.show_lesson_as_tip, ward.library, NURSE, "gone", ward.clock())


def test_what_a_workspace_teaches_can_be_listed(ward: Ward) -> None:
    assert [skill.slug for skill in ward.run(coaching.list_skills, ward.library, NURSE)] == [
        "finance",
        "conflict",
        "change",
    ]


def test_coaching_only_reads_and_shown_tips_are_recorded_separately(ward: Ward) -> None:
    ward.meet(NURSE)
    situation = "Two nurses argue in the corridor all day"

    first = ward.store.read(coaching.find_advice, ward.library, NURSE, Understanding(situation), ward.clock()).result()

    assert first.best_tip is not None
    assert tip(ward, "conflict") == first.best_tip.lesson.id, "nobody noted that it was shown"


def test_a_prepared_search_index_is_not_built_again(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.meet(NURSE)
    ward.store.read(coaching.warm_up_search, ward.library, TEAM, ward.clock()).result()
    built: list[object] = []
    monkeypatch.setattr(library, "LessonIndex", lambda *lessons: built.append(lessons))

    assert coach(ward, "Two nurses argue in the corridor").best_tip is not None
    assert built == []


def test_when_nothing_fits_there_is_no_lesson(ward: Ward) -> None:
    ward.meet(NURSE)

    advice = coach(ward, "xylophone quartz")

    assert advice == coaching.NO_LESSON


def test_harm_brings_a_safety_card_whether_or_not_a_lesson_fits(ward: Ward) -> None:
    ward.meet(NURSE)

    fitting = coach(ward, "Two nurses argue in the corridor and one of them punched her")
    alone = coach(ward, "I want to kill myself")

    assert Concern.VIOLENCE in [card.concern for card in fitting.cards]
    assert [card.concern for card in alone.cards] == [Concern.SELF_HARM]


def test_at_most_two_more_lessons_follow_the_best(ward: Ward) -> None:
    ward.meet(NURSE)

    advice = coach(ward, "overtime budget doubled, nurses argue in the corridor, staff resist the new rota software")

    assert advice.best_tip is not None
    assert len(advice.more_lessons) <= coaching.MAX_MORE_LESSONS
    assert advice.best_tip.lesson not in advice.more_lessons


def test_no_word_of_a_situation_reaches_the_database(ward: Ward, database: Path) -> None:
    ward.meet(NURSE)

    coach(ward, "Two nurses argue in the corridor because Zebediah swapped Quintessa's shift")
    coach(ward, "Wilhelmina wants to kill herself")

    raw = b"".join(file.read_bytes() for file in database.parent.glob("rounds.db*"))
    assert b"two-colleagues" in raw, "which lesson was shown is kept"
    for word in (b"Zebediah", b"Quintessa", b"Wilhelmina", b"swapped"):
        assert word not in raw


def test_a_skills_command_shows_the_tip_shown_longest_ago(ward: Ward) -> None:
    ward.enrol(NURSE)
    noted: dict[tuple[int, str], datetime] = {}

    for expected in ("two-colleagues", "name-the-conflict", "two-colleagues"):
        found = ward.store.read(
            coaching.choose_command_tip, ward.library, NURSE, "/conflict-tip", noted, ward.clock()
        ).result()
        assert found is not None
        assert (found.tip.lesson.id, found.started) == (expected, True)
        noted[found.learner_id, found.tip.lesson.id] = ward.clock.advance(minutes=1)


def test_tips_that_were_recorded_later_count_as_shown(ward: Ward) -> None:
    learner = ward.enrol(NURSE)

    ward.run(coaching.record_shown_tips, {(learner.id, "two-colleagues"): ward.clock()})
    ward.run(coaching.record_shown_tips, {(learner.id, "two-colleagues"): ward.clock.advance(hours=1)})

    assert (
        ward.run(coaching.choose_tip, ward.library, NURSE, "conflict", {}, ward.clock()).lesson.id
        == "name-the-conflict"
    )


def test_recording_tips_skips_erased_learners(ward: Ward) -> None:
    gone, there = ward.enrol(NURSE), ward.enrol(CLERK)
    ward.run(privacy.erase_learner, NURSE, ward.clock())

    notes = {(gone.id, "two-colleagues"): ward.clock(), (there.id, "two-colleagues"): ward.clock()}
    ward.run(coaching.record_shown_tips, notes)

    assert ward.run(lambda session: session.exec(select(TipShown.learner_id)).all()) == [there.id]


@pytest.mark.parametrize("command", ["/nothing-tip", "/conflict"])
def test_an_unknown_command_brings_no_tip(ward: Ward, command: str) -> None:
    ward.enrol(NURSE)

    assert ward.store.read(coaching.choose_command_tip, ward.library, NURSE, command, {}, ward.clock()).result() is None


def test_an_unregistered_person_gets_no_quick_tip(ward: Ward) -> None:
    ward.meet(CLERK, enrollment.UNKNOWN_TIME_ZONE)

    for person in (NURSE, CLERK):
        assert (
            ward.store.read(
                coaching.choose_command_tip, ward.library, person, "/conflict-tip", {}, ward.clock()
            ).result()
            is None
        )


def test_a_shown_tip_that_is_not_stored_yet_is_not_shown_again(ward: Ward) -> None:
    learner = ward.enrol(NURSE)

    noted = {(learner.id, "two-colleagues"): ward.clock()}
    another = ward.run(coaching.choose_tip, ward.library, NURSE, "conflict", noted, ward.clock())

    assert another.lesson.id == "name-the-conflict"


def test_a_conversation_continues_with_new_lessons(ward: Ward) -> None:
    ward.enrol(NURSE)
    said = ["Two nurses argue in the corridor, and their quarrel has no name."]
    first = coach(ward, said[0]).best_tip
    assert first is not None

    then = ward.run(
        coaching.find_further_advice,
        ward.library,
        NURSE,
        Understanding(said[0]),
        Understanding("Try another lesson"),
        {first.lesson.id},
        ward.clock(),
    )

    assert then.best_tip is not None
    assert then.best_tip.lesson.id != first.lesson.id
    assert first.lesson.id not in {lesson.id for lesson in then.more_lessons}


def test_a_conversation_without_further_lessons_says_so(ward: Ward) -> None:
    ward.enrol(NURSE)
    every = {"budget-lines", "cash-and-profit", "two-colleagues", "name-the-conflict", "first-gap", "one-page"}

    said = Understanding("Two nurses argue in the corridor.")
    then = ward.run(coaching.find_further_advice, ward.library, NURSE, said, said, every, ward.clock())

    assert (then.best_tip, then.more_lessons) == (None, ())


def test_only_the_last_message_brings_a_safety_card(ward: Ward) -> None:
    ward.enrol(NURSE)
    danger, quarrel = "She says she wants to end her life.", "Two nurses argue in the corridor."
    both = Understanding(f"{danger} {quarrel}")

    last = ward.run(
        coaching.find_further_advice, ward.library, NURSE, both, Understanding(quarrel), set(), ward.clock()
    )
    first = ward.run(
        coaching.find_further_advice, ward.library, NURSE, both, Understanding(danger), set(), ward.clock()
    )

    assert last.cards == ()
    assert [card.concern for card in first.cards] == [Concern.SELF_HARM]


def test_lessons_that_are_no_longer_taught_are_skipped(ward: Ward) -> None:
    ward.enrol(NURSE)

    found = ward.run(
        coaching.build_advice_from_lessons, ward.library, NURSE, ["gone", "one-page", "first-gap"], ward.clock()
    )
    nothing = ward.run(coaching.build_advice_from_lessons, ward.library, NURSE, ["gone"], ward.clock())

    assert found.best_tip is not None
    assert found.best_tip.lesson.id == "one-page"
    assert [lesson.id for lesson in found.more_lessons] == ["first-gap"]
    assert nothing.best_tip is None
