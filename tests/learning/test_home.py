"""What App Home shows, and what the library caches."""

import pytest

from bot.domain.learner import Person, WorkspaceUser
from bot.errors import NotFound
from bot.learning import lesson_state, packs, practice, reflections
from bot.learning.home import read_home
from bot.learning.library import MAX_CACHED_CURRICULA, Library
from tests.builders import NURSE, TEAM, lesson
from tests.builders import pack as make_pack
from tests.ward import Ward


def test_home_of_a_new_learner_shows_only_what_is_to_come(ward: Ward) -> None:
    ward.enrol(NURSE)

    home = ward.run(read_home, ward.library, NURSE, ward.clock())

    assert (home.todays_lesson, home.journal_entry_count, home.saved_lesson_count) == (None, 0, 0)
    assert home.streak.streak.current == 0
    assert [skill.slug for skill in home.skills] == ["finance", "conflict", "change"]
    assert home.learner == ward.find(NURSE)


def test_home_counts_entries_and_saved_lessons_without_their_words(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ref = ward.lesson_of(NURSE)
    ward.run(reflections.save_reflection, ward.library, NURSE, ref, "Zebediah was right", ward.clock())
    state = ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ref, ward.clock())
    ward.run(practice.save_lesson, ward.library, NURSE, state.revision_id, ward.clock())

    home = ward.run(read_home, ward.library, NURSE, ward.clock())

    assert (home.journal_entry_count, home.saved_lesson_count) == (1, 1)
    assert home.todays_lesson is not None
    assert home.todays_lesson.message == ref
    assert "Zebediah" not in repr(home)


def test_home_of_an_unregistered_person_is_not_found(ward: Ward) -> None:
    with pytest.raises(NotFound):
        ward.run(read_home, ward.library, NURSE, ward.clock())


def test_a_curriculum_is_read_once(ward: Ward) -> None:
    first = ward.run(ward.library.get_workspace_curriculum, TEAM)

    assert ward.run(ward.library.get_workspace_curriculum, TEAM) is first
    assert first.get_search_index() is first.get_search_index()


def test_people_of_workspaces_that_teach_the_same_share_a_curriculum(ward: Ward) -> None:
    one, other = (ward.run(ward.library.get_curriculum, WorkspaceUser(team_id, "U1")) for team_id in ("T1", "T2"))

    assert one is other


def test_the_least_recently_used_curriculum_is_dropped(ward: Ward) -> None:
    def curriculum(team_id: str) -> object:
        return ward.run(ward.library.get_workspace_curriculum, team_id)

    shared = curriculum(TEAM)
    for number in range(MAX_CACHED_CURRICULA):
        own = make_pack(lesson(f"own-{number}"), slug="own")
        ward.run(packs.load_pack, own, f"T{number}", "U0ADMIN", ward.clock())
    first = curriculum("T0")
    for number in range(1, MAX_CACHED_CURRICULA - 1):
        curriculum(f"T{number}")
    assert curriculum(TEAM) is shared

    curriculum(f"T{MAX_CACHED_CURRICULA - 1}")

    assert curriculum(TEAM) is shared, "it was used just now"
    assert curriculum("T0") is not first


def test_a_revision_that_does_not_exist_is_not_found(ward: Ward) -> None:
    with pytest.raises(NotFound, match="revision 999"):
        ward.run(ward.library.get_lesson, 999)


def test_a_second_library_reads_the_same_lessons(ward: Ward) -> None:
    curriculum = ward.run(ward.library.get_workspace_curriculum, TEAM)

    assert ward.run(Library().get_workspace_curriculum, TEAM) == curriculum


def test_a_skill_can_be_found_in_a_curriculum(ward: Ward) -> None:
    curriculum = ward.run(ward.library.get_workspace_curriculum, Person(TEAM, "U").team_id)

    assert [each.id for each in curriculum.list_lessons_of_skill("change")] == ["first-gap", "one-page"]
    assert curriculum.find_skill("change") is not None
    assert curriculum.find_skill("cooking") is None
