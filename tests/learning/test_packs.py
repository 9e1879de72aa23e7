"""Loading packs: comparing, activating, rolling back, and what these never affect."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import func, select, update

from bot.domain.lesson import Pack, Skill
from bot.errors import LoadNotConfirmed, NotFound, PackError, Refused
from bot.learning import lesson_state, pack_comparison, packs, practice, staged_lessons, workspace_lifecycle
from bot.learning.pack_comparison import PackChange
from bot.storage import Session, Store
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LessonRevision, PackActivation, PackBibliography, PackVersion
from tests.builders import CHANGE, CONFLICT, FINANCE, NURSE, TEAM, lesson, six_lessons
from tests.builders import pack as make_pack
from tests.ward import Ward

OTHER_TEAM = "T0CLINIC"


def load(ward: Ward, pack: Pack, scope: str = EVERYONES_SCOPE) -> PackChange:
    return ward.run(packs.load_pack, pack, scope, "U0ADMIN", ward.clock())


def stage(ward: Ward, pack: Pack, scope: str = EVERYONES_SCOPE) -> PackChange:
    return ward.run(packs.stage_pack, pack, scope, "U0ADMIN", ward.clock())


def go_back(ward: Ward, scope: str = EVERYONES_SCOPE, slug: str = "essentials") -> str | None:
    """Press *Go back* next to the live version."""
    [live] = [each for each in ward.run(packs.list_live_packs, scope) if each.slug == slug]
    return ward.run(packs.roll_back_pack, live.version_id, scope, "U0ADMIN", ward.clock())


def version_of(ward: Ward, team_id: str = TEAM) -> str:
    (live,) = ward.run(packs.list_live_packs, team_id)
    return live.version


def titles(ward: Ward, team_id: str = TEAM) -> list[str]:
    return [each.title for each in ward.run(ward.library.get_workspace_curriculum, team_id).lessons]


def count(store: Store, table: type) -> int:
    return store.run(lambda session: session.exec(select(func.count()).select_from(table)).one())


def second_version() -> Pack:
    """Return a version with one lesson changed, one removed, one added, and four unchanged."""
    first, second, third, fourth, fifth, _ = six_lessons().lessons
    return make_pack(
        replace(first, title="Read the budget anew"),
        second,
        third,
        fourth,
        fifth,
        lesson("vision", CHANGE),
        version="2.0",
    )


def test_a_first_load_adds_every_lesson(empty_store: Store, ward: Ward) -> None:
    fresh = make_pack(lesson("one", FINANCE), slug="another")

    change = load(ward, fresh, OTHER_TEAM)

    assert change.before_version is None
    assert change.added == ("Learn about one",)
    assert (change.changed, change.removed, change.unchanged, change.is_unchanged) == ((), (), 0, False)


def test_staging_says_what_would_change_and_changes_nothing(ward: Ward) -> None:
    change = stage(ward, second_version())

    assert (change.before_version, change.version) == ("1.0", "2.0")
    assert change.changed == ("Read the budget anew",)
    assert change.added == ("Learn about vision",)
    assert change.removed == ("Learn about one page",)
    assert change.unchanged == 4
    assert version_of(ward) == "1.0"
    assert titles(ward)[0] == "Learn about budget lines"


def test_a_staged_version_goes_live_when_it_is_activated(ward: Ward) -> None:
    staged = stage(ward, second_version())

    ward.run(
        packs.activate_version, staged.version_id, staged.before_version_id, EVERYONES_SCOPE, "U0ADMIN", ward.clock()
    )

    assert version_of(ward) == "2.0"
    assert titles(ward)[0] == "Read the budget anew"


def test_staging_names_every_field_that_would_change(ward: Ward) -> None:
    change = stage(ward, second_version())

    assert change.format_differences() == [
        "budget-lines Title: Learn about budget lines → Read the budget anew",
        "one-page (removed): Learn about one page",
        "vision (new): Learn about vision",
    ]
    assert change.warnings == ()


def test_a_comparison_that_stores_nothing_finds_the_same(ward: Ward) -> None:
    compared = ward.run(pack_comparison.compare_with_live, second_version(), EVERYONES_SCOPE)

    assert count(ward.store, PackVersion) == 1
    staged = stage(ward, second_version())
    assert compared == replace(staged, version_id=pack_comparison.UNSTORED)


def test_a_version_that_was_shown_goes_live_if_the_live_one_is_still_the_same(ward: Ward) -> None:
    shown = stage(ward, second_version())

    _, is_loaded = activate_shown(ward, shown)

    assert is_loaded
    assert version_of(ward) == "2.0"


def test_a_version_is_shown_again_if_another_one_went_live_since(ward: Ward) -> None:
    shown = stage(ward, second_version())
    load(ward, make_pack(lesson("vision", CHANGE), version="3.0"))

    change, is_loaded = activate_shown(ward, shown)

    assert not is_loaded
    assert version_of(ward) == "3.0"
    assert change.before_version == "3.0"
    assert change.warnings == ("Version 2.0 is lower than the live version, 3.0.",)
    assert activate_shown(ward, change)[1], "now it was seen as it is"
    assert version_of(ward) == "2.0"


def test_what_went_live_since_it_was_shown_is_not_loaded_twice(ward: Ward) -> None:
    shown = stage(ward, second_version())
    activate_shown(ward, shown)

    change, is_loaded = activate_shown(ward, shown)

    assert change.is_unchanged
    assert not is_loaded
    assert go_back(ward) == "1.0"


def activate_shown(ward: Ward, shown: PackChange) -> tuple[PackChange, bool]:
    """Press *Load* in the message that showed this change."""
    seen = (shown.version_id, shown.before_version_id)
    return ward.run(packs.activate_version, *seen, EVERYONES_SCOPE, "U0ADMIN", ward.clock())


@pytest.mark.parametrize("version", ["1.0", "0.9"])
def test_a_load_that_should_be_confirmed_changes_nothing_before_it_is(ward: Ward, version: str) -> None:
    unusual = replace(second_version(), version=version)

    with pytest.raises(LoadNotConfirmed, match=rf"Essentials {version} wasn't loaded\. Nothing was changed\. Version"):
        ward.run(packs.load_pack, unusual, EVERYONES_SCOPE, "operator", ward.clock(), confirmed=False)

    assert version_of(ward) == "1.0"
    assert count(ward.store, PackVersion) == 1
    ward.run(packs.load_pack, unusual, EVERYONES_SCOPE, "operator", ward.clock(), confirmed=True)
    assert titles(ward)[0] == "Read the budget anew"


def test_everyones_pack_sent_back_unchanged_is_live_already(ward: Ward, pack: Pack) -> None:
    """A workspace's own copy of it would miss its next version."""
    change = load(ward, pack, TEAM)

    assert change.is_unchanged
    assert change.differences == ()
    [live] = ward.run(packs.list_live_packs, TEAM)
    assert not live.is_own


def test_the_lessons_of_an_upload_are_seen_from_the_first_that_differs(ward: Ward) -> None:
    version_id = stage(ward, second_version()).version_id

    first = ward.run(staged_lessons.get_staged_lesson, version_id, EVERYONES_SCOPE, None)
    last = ward.run(staged_lessons.get_staged_lesson, version_id, EVERYONES_SCOPE, first.next)

    assert (first.lesson.title, first.number, first.total) == ("Read the budget anew", 1, 2)
    assert (last.lesson.title, last.number, last.total) == ("Learn about vision", 2, 2)
    assert first.previous == first.next == last.position
    assert last.next == first.position
    assert first.pack == "Essentials 2.0"


def test_once_an_upload_is_live_all_of_its_lessons_are_seen(ward: Ward) -> None:
    version_id = load(ward, second_version()).version_id

    seen = ward.run(staged_lessons.get_staged_lesson, version_id, EVERYONES_SCOPE, 5)

    assert (seen.lesson.title, seen.number, seen.total) == ("Learn about vision", 6, 6)


def test_an_upload_is_seen_in_its_own_workspace_only(ward: Ward) -> None:
    version_id = stage(ward, second_version(), TEAM).version_id

    for scope in (OTHER_TEAM, EVERYONES_SCOPE):
        with pytest.raises(NotFound, match="That upload has expired"):
            ward.run(staged_lessons.get_staged_lesson, version_id, scope, None)
        with pytest.raises(NotFound, match="That upload has expired"):
            ward.run(pack_comparison.compare_version, version_id, scope)
        with pytest.raises(NotFound, match="That upload has expired"):
            ward.run(packs.activate_version, version_id, 1, scope, "U0ADMIN", ward.clock())
    with pytest.raises(NotFound):
        ward.run(staged_lessons.get_staged_lesson, version_id, TEAM, 6)


def test_loading_what_is_live_changes_nothing(ward: Ward, pack: Pack) -> None:
    change = load(ward, pack)

    assert change.is_unchanged
    assert change.unchanged == 6
    assert count(ward.store, PackVersion) == 1
    with pytest.raises(NotFound):
        go_back(ward)


def test_lessons_that_stayed_the_same_keep_their_revisions(ward: Ward) -> None:
    before = ward.run(ward.library.get_workspace_curriculum, TEAM).revision_ids

    load(ward, second_version())

    after = ward.run(ward.library.get_workspace_curriculum, TEAM).revision_ids
    same = {key for key in before if after.get(key) == before[key]}
    assert same == {"cash-and-profit", "two-colleagues", "name-the-conflict", "first-gap"}
    assert count(ward.store, LessonRevision) == 8


def test_answers_keep_the_revision_that_they_answered(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ref = ward.lesson_of(NURSE)
    ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock())

    load(ward, second_version())

    seen = ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ref, ward.clock())
    assert seen.lesson.title == "Learn about budget lines"


def test_a_changed_lesson_is_not_sent_again(ward: Ward) -> None:
    """It is the same lesson with better words, and its reader has seen it."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    load(ward, second_version())
    given = []
    for day in (3, 4, 5, 6, 9):
        ward.clock.set(f"2026-03-{day:02} 09:00")
        given += [each.lesson.id for each in ward.deliver() if each.lesson]

    assert len(given) == len(set(given)) == 5
    assert "budget-lines" not in given


def test_rolling_back_twice(ward: Ward) -> None:
    load(ward, second_version())
    load(ward, replace(make_pack(lesson("third", FINANCE)), version="3.0", digest="3"))

    assert go_back(ward) == "2.0"
    assert titles(ward)[0] == "Read the budget anew"
    assert go_back(ward) == "1.0"
    assert titles(ward)[0] == "Learn about budget lines"
    with pytest.raises(NotFound, match="no version before"):
        go_back(ward)
    assert version_of(ward) == "1.0"


def test_an_old_button_does_not_roll_back_a_newer_load(ward: Ward) -> None:
    second = load(ward, second_version())
    load(ward, replace(make_pack(lesson("third", FINANCE)), version="3.0", digest="3"))

    with pytest.raises(NotFound, match=r"no longer live\. Nothing was changed"):
        ward.run(packs.roll_back_pack, second.version_id, EVERYONES_SCOPE, "U0ADMIN", ward.clock())

    assert version_of(ward) == "3.0"


def test_a_button_pressed_twice_rolls_back_once(ward: Ward) -> None:
    load(ward, second_version())
    third = load(ward, replace(make_pack(lesson("third", FINANCE)), version="3.0", digest="3"))
    ward.run(packs.roll_back_pack, third.version_id, EVERYONES_SCOPE, "U0ADMIN", ward.clock())

    with pytest.raises(NotFound, match="no longer live"):
        ward.run(packs.roll_back_pack, third.version_id, EVERYONES_SCOPE, "U0ADMIN", ward.clock())

    assert version_of(ward) == "2.0"


def test_a_workspace_cannot_roll_back_everyones_pack(ward: Ward) -> None:
    second = load(ward, second_version())

    with pytest.raises(NotFound):
        ward.run(packs.roll_back_pack, second.version_id, TEAM, "U0ADMIN", ward.clock())

    assert version_of(ward) == "2.0"


def test_a_version_can_be_loaded_again_after_a_rollback(ward: Ward) -> None:
    load(ward, second_version())
    go_back(ward)

    change = load(ward, second_version())

    assert not change.is_unchanged
    assert version_of(ward) == "2.0"
    assert count(ward.store, PackVersion) == 2


def test_a_workspaces_own_pack_replaces_everyones_only_there(ward: Ward) -> None:
    ward.run(workspace_lifecycle.register_workspace, OTHER_TEAM, None, "Clinic", "U0ROUNDS", ward.clock())

    change = load(ward, second_version(), TEAM)

    assert change.before_version == "1.0"
    assert (version_of(ward), version_of(ward, OTHER_TEAM)) == ("2.0", "1.0")
    assert titles(ward, TEAM)[0] != titles(ward, OTHER_TEAM)[0]
    (live,) = ward.run(packs.list_live_packs, TEAM)
    assert (live.is_own, live.previous_version, live.lessons, live.live_since) == (True, "1.0", 6, ward.clock())


def test_a_workspace_can_roll_back_to_everyones_pack(ward: Ward) -> None:
    load(ward, second_version(), TEAM)

    assert go_back(ward, TEAM) == "1.0"

    (live,) = ward.run(packs.list_live_packs, TEAM)
    assert (live.is_own, live.version, live.previous_version) == (False, "1.0", None)


def test_the_list_has_the_previous_version(ward: Ward) -> None:
    load(ward, second_version())

    (live,) = ward.run(packs.list_live_packs, TEAM)

    assert (live.slug, live.name, live.version, live.previous_version, live.is_own) == (
        "essentials",
        "Essentials",
        "2.0",
        "1.0",
        False,
    )


def test_the_first_version_of_a_workspaces_own_pack_cannot_be_rolled_back(ward: Ward) -> None:
    load(ward, make_pack(lesson("own"), slug="own-pack"), TEAM)

    with pytest.raises(NotFound):
        go_back(ward, TEAM, "own-pack")


def test_two_packs_side_by_side_are_both_taught(ward: Ward) -> None:
    load(ward, make_pack(lesson("wards", Skill("wards", "Wards", "/ward-tip", "Wards")), slug="wards"))

    curriculum = ward.run(ward.library.get_workspace_curriculum, TEAM)

    assert [skill.slug for skill in curriculum.skills] == ["finance", "conflict", "change", "wards"]
    assert len(curriculum.lessons) == 7


def test_packs_may_share_a_skill_but_not_a_lesson_id(ward: Ward) -> None:
    with pytest.raises(PackError) as caught:
        load(ward, make_pack(lesson("first-gap"), lesson("new-one"), lesson("budget-lines"), slug="another"))

    advice = "Choose another number, or another short name for the skill."
    assert [(problem.code, problem.message) for problem in caught.value.problems] == [
        ("P901", f"Lesson `{taken}` is already in the pack Essentials. {advice}")
        for taken in ("budget-lines", "first-gap")
    ]
    load(ward, make_pack(lesson("new-one", CONFLICT), slug="another"))


def test_two_packs_may_not_answer_one_command_with_different_skills(ward: Ward) -> None:
    money = Skill("money", "Money", "/finance-tip", "Money")

    with pytest.raises(PackError, match="P902 The command `/finance-tip` belongs to the pack Essentials"):
        stage(ward, make_pack(lesson("coins", money), slug="money"))
    assert count(ward.store, PackVersion) == 1


def test_a_conflict_that_arose_after_the_upload_is_refused(ward: Ward) -> None:
    staged = stage(ward, make_pack(lesson("shared"), slug="late"))
    load(ward, make_pack(lesson("shared"), slug="early"))

    with pytest.raises(PackError, match="already in the pack Early"):
        ward.run(
            packs.activate_version,
            staged.version_id,
            staged.before_version_id,
            EVERYONES_SCOPE,
            "U0ADMIN",
            ward.clock(),
        )


def test_another_workspaces_upload_is_not_found(ward: Ward) -> None:
    staged = stage(ward, second_version(), TEAM)

    for version_id, scope in [(staged.version_id, OTHER_TEAM), (staged.version_id, EVERYONES_SCOPE), (999, TEAM)]:
        with pytest.raises(NotFound, match="upload"):
            ward.run(packs.activate_version, version_id, None, scope, "U0ADMIN", ward.clock())


def test_a_live_pack_is_given_back_as_it_was_loaded(ward: Ward) -> None:
    loaded = replace(second_version(), bibliography='{"version": "1"}', digest="2")
    change = load(ward, loaded, TEAM)

    assert ward.run(packs.read_live_pack, TEAM, change.version_id) == loaded


def test_everyones_pack_is_given_back_in_each_workspace(ward: Ward, pack: Pack) -> None:
    (live,) = ward.run(packs.list_live_packs, TEAM)

    assert ward.run(packs.read_live_pack, TEAM, live.version_id) == pack
    assert ward.run(packs.read_live_pack, EVERYONES_SCOPE, live.version_id) == pack


def test_a_pack_is_given_back_only_where_it_is_live(ward: Ward) -> None:
    own = load(ward, make_pack(lesson("own"), slug="own-pack"), TEAM)
    staged = stage(ward, second_version(), TEAM)

    for team_id, version_id in [(OTHER_TEAM, own.version_id), (TEAM, staged.version_id), (TEAM, 999)]:
        with pytest.raises(NotFound, match=r"no longer live\. Nothing was changed"):
            ward.run(packs.read_live_pack, team_id, version_id)


def test_a_pack_that_a_later_version_wrote_is_not_given_back_in_part(ward: Ward) -> None:
    change = load(ward, second_version())
    ward.run(lambda session: session.exec(update(LessonRevision).values(content="{}")))

    with pytest.raises(Refused, match=r"by a later version of Rounds, .* Nothing was changed"):
        ward.run(packs.read_live_pack, TEAM, change.version_id)


def test_other_packs_are_what_a_workspace_uses_and_has_taken(ward: Ward) -> None:
    wards = Skill("wards", "Wards", "/ward-tip", "Wards")
    load(ward, make_pack(lesson("beds", wards), slug="wards"), TEAM)

    essentials, own = ward.run(packs.list_other_packs, TEAM)

    assert (own.slug, own.name, own.lesson_ids, own.commands) == ("wards", "Wards", {"beds"}, {"/ward-tip": "wards"})
    assert [each.slug for each in ward.run(packs.list_other_packs, OTHER_TEAM)] == [essentials.slug] == ["essentials"]


def test_a_bibliography_is_deleted_with_its_version(ward: Ward) -> None:
    stage(ward, replace(second_version(), bibliography="{}", digest="2"))
    ward.clock.now += packs.UNUSED_VERSION_RETENTION + timedelta(seconds=1)

    stage(ward, make_pack(lesson("fresh"), version="3.0"))

    assert count(ward.store, PackBibliography) == 0


def test_unused_uploads_are_deleted_after_a_week(ward: Ward) -> None:
    looked_at = stage(ward, second_version())
    ward.clock.now += packs.UNUSED_VERSION_RETENTION + timedelta(seconds=1)

    stage(ward, make_pack(lesson("fresh"), version="3.0"))

    with pytest.raises(NotFound):
        ward.run(
            packs.activate_version,
            looked_at.version_id,
            looked_at.before_version_id,
            EVERYONES_SCOPE,
            "U0ADMIN",
            ward.clock(),
        )
    assert version_of(ward) == "1.0", "the live one is old too, and stays"


def test_versions_that_were_live_are_never_deleted(ward: Ward) -> None:
    load(ward, second_version())
    ward.clock.advance(days=365)
    stage(ward, make_pack(lesson("fresh"), version="3.0"))

    assert go_back(ward) == "1.0"


def test_without_a_pack_nothing_is_taught_and_no_lesson_is_sent(empty_store: Store, ward: Ward) -> None:
    ward.run(take_all_back)
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")

    assert ward.deliver() == []
    assert ward.days(NURSE) == [(date(2026, 3, 2), "lesson", "no_lesson")]
    assert ward.run(packs.list_live_packs, TEAM) == ()


def take_all_back(session: Session) -> None:
    for row in session.exec(select(PackActivation)):
        row.undone_at = row.at
