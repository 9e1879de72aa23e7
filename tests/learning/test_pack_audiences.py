"""A pack for chosen people: who is sent its lessons and finds them, and what admins can't find out."""

from collections.abc import Collection

import pytest
from sqlmodel import col, select, update

from bot.domain.audience import Audience
from bot.domain.learner import Person
from bot.domain.lesson import Skill
from bot.errors import NotFound, PackError, Refused
from bot.learning import audit_log, coaching, home, lesson_choice, pack_audiences, pack_removal, packs, privacy
from bot.learning.library import Library
from bot.learning.pack_audiences import AudienceChange, PackForAudience
from bot.retrieval.understanding import Understanding
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LessonRevision, PackAudience, PackAudienceMember
from tests.builders import CLERK, NURSE, TEAM, lesson
from tests.builders import pack as make_pack
from tests.ward import Ward

ADMIN = Person(TEAM, "U0ADMIN")
DISPENSING = Skill("dispensing", "Dispensing", "Handing out medicines.", "/dispensing-tip")
ELSEWHERE = "T0CLINIC"


def version_of(ward: Ward, slug: str = "pharmacy", team_id: str = TEAM) -> int:
    [live] = [each for each in ward.run(packs.list_live_packs, team_id) if each.slug == slug]
    return live.version_id


def choose(
    ward: Ward, audience: Audience, *added: Person, removed: Collection[Person] = (), slug: str = "pharmacy"
) -> PackForAudience:
    change = AudienceChange(audience, [each.user_id for each in added], [each.user_id for each in removed])
    return ward.run(pack_audiences.change_audience, version_of(ward, slug), ADMIN, change, ward.clock())


def skills_of(ward: Ward, person: Person) -> set[str]:
    return {each.slug for each in ward.run(coaching.list_skills, ward.library, person)}


@pytest.fixture
def pharmacy(ward: Ward) -> Ward:
    """A ward where the nurse and the clerk have started, and a pack on dispensing is live beside everyone's."""
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    own = make_pack(lesson("count-twice", DISPENSING), lesson("read-back", DISPENSING), slug="pharmacy")
    ward.run(packs.load_pack, own, TEAM, ADMIN.user_id, ward.clock())
    return ward


def test_a_pack_is_for_everyone_until_somebody_is_chosen(pharmacy: Ward):
    assert "dispensing" in skills_of(pharmacy, CLERK)

    choose(pharmacy, Audience.CHOSEN, NURSE)

    assert "dispensing" in skills_of(pharmacy, NURSE)
    assert "conflict" in skills_of(pharmacy, NURSE)
    assert "dispensing" not in skills_of(pharmacy, CLERK)


def test_people_with_one_pack_alone_are_sent_only_its_lessons(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN_ALONE, NURSE)
    pharmacy.clock.set("2026-03-03 10:00")

    sent = {each.user_id: each.lesson for each in pharmacy.deliver() if each.lesson is not None}

    assert sent[NURSE.user_id].skill == DISPENSING
    assert sent[CLERK.user_id].skill != DISPENSING


def test_the_coach_tips_and_home_show_only_what_somebody_is_taught(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN, NURSE)
    now = pharmacy.clock()

    found = pharmacy.run(coaching.choose_tip, pharmacy.library, NURSE, "dispensing", {}, now)
    assert found.lesson.id == "count-twice"
    with pytest.raises(NotFound, match="no skill called dispensing"):
        pharmacy.run(coaching.choose_tip, pharmacy.library, CLERK, "dispensing", {}, now)
    with pytest.raises(NotFound):
        pharmacy.run(coaching.show_lesson_as_tip, pharmacy.library, CLERK, "count-twice", now)
    advice = pharmacy.run(coaching.find_advice, pharmacy.library, CLERK, Understanding("count-twice read-back"), now)
    assert not advice.best_tip or advice.best_tip.lesson.skill != DISPENSING
    assert DISPENSING in pharmacy.run(home.read_home, pharmacy.library, NURSE, now).skills
    assert DISPENSING not in pharmacy.run(home.read_home, pharmacy.library, CLERK, now).skills


def test_people_are_added_and_taken_out_and_everyone_can_have_it_again(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN, NURSE)
    choose(pharmacy, Audience.CHOSEN, CLERK, removed=[NURSE])
    assert ("dispensing" in skills_of(pharmacy, NURSE), "dispensing" in skills_of(pharmacy, CLERK)) == (False, True)

    choose(pharmacy, Audience.EVERYONE)

    assert "dispensing" in skills_of(pharmacy, NURSE)
    choose(pharmacy, Audience.CHOSEN, NURSE)
    assert ("dispensing" in skills_of(pharmacy, NURSE), "dispensing" in skills_of(pharmacy, CLERK)) == (True, False)


def test_a_pack_for_everyone_is_not_made_one_for_nobody(pharmacy: Ward):
    with pytest.raises(Refused, match="at least one person"):
        choose(pharmacy, Audience.CHOSEN)

    assert "dispensing" in skills_of(pharmacy, CLERK)


def test_an_upload_is_loaded_for_chosen_people_in_one_step(ward: Ward):
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    own = make_pack(lesson("count-twice", DISPENSING), slug="pharmacy")
    staged = ward.run(packs.stage_pack, own, TEAM, ADMIN.user_id, ward.clock())
    assert not staged.replaces_own, "nobody loses a version"
    change = AudienceChange(Audience.CHOSEN_ALONE, [NURSE.user_id])

    loaded, is_loaded = ward.run(pack_audiences.load_for_audience, staged.version_id, None, ADMIN, change, ward.clock())

    assert is_loaded
    assert loaded.name == own.name
    assert skills_of(ward, NURSE) == {"dispensing"}
    assert "dispensing" not in skills_of(ward, CLERK)


def test_an_upload_that_cannot_go_live_leaves_its_audience_alone(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN, NURSE)
    staged = pharmacy.run(
        packs.stage_pack,
        make_pack(lesson("count-thrice", DISPENSING), slug="pharmacy", version="2.0"),
        TEAM,
        ADMIN.user_id,
        pharmacy.clock(),
    )
    assert staged.audience is Audience.CHOSEN
    assert staged.replaces_own

    change = AudienceChange(Audience.CHOSEN_ALONE, [CLERK.user_id])
    with pytest.raises(Refused):
        pharmacy.run(pack_audiences.load_for_audience, staged.version_id, None, ADMIN, change, pharmacy.clock())

    assert "dispensing" not in skills_of(pharmacy, CLERK)


def test_a_next_version_and_a_pack_that_comes_back_keep_their_audience(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN, NURSE)
    newer = make_pack(lesson("count-thrice", DISPENSING), slug="pharmacy", version="2.0")

    pharmacy.run(packs.load_pack, newer, TEAM, ADMIN.user_id, pharmacy.clock())
    assert "dispensing" not in skills_of(pharmacy, CLERK)

    pharmacy.run(pack_removal.remove_pack, version_of(pharmacy), TEAM, ADMIN.user_id, pharmacy.clock())
    assert "conflict" in skills_of(pharmacy, NURSE)
    pharmacy.run(packs.load_pack, newer, TEAM, ADMIN.user_id, pharmacy.clock())
    assert "dispensing" in skills_of(pharmacy, NURSE)
    assert "dispensing" not in skills_of(pharmacy, CLERK)


def test_the_list_of_packs_says_for_whom_each_is(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN_ALONE, NURSE)

    audiences = {each.slug: each.audience for each in pharmacy.run(packs.list_live_packs, TEAM)}

    assert audiences == {"essentials": Audience.EVERYONE, "pharmacy": Audience.CHOSEN_ALONE}


def test_one_workspace_cannot_choose_who_gets_everyones_pack(pharmacy: Ward):
    with pytest.raises(Refused, match="for everyone on this server"):
        choose(pharmacy, Audience.CHOSEN, NURSE, slug="essentials")


def test_an_audience_is_of_its_own_workspace(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN_ALONE, NURSE)
    theirs = make_pack(lesson("wash-hands", DISPENSING), slug="pharmacy")
    pharmacy.run(packs.load_pack, theirs, ELSEWHERE, "U0OTHER", pharmacy.clock())

    same_user_elsewhere = Person(ELSEWHERE, NURSE.user_id)

    assert {"dispensing", "conflict"} <= skills_of(pharmacy, same_user_elsewhere)
    with pytest.raises(NotFound):
        pharmacy.run(pack_audiences.read_audience, version_of(pharmacy), ELSEWHERE)


def test_delete_me_takes_somebody_out_and_no_admin_notices(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN, NURSE)
    before = pharmacy.run(pack_audiences.read_audience, version_of(pharmacy), TEAM)

    pharmacy.run(privacy.erase_learner, NURSE, pharmacy.clock())

    assert pharmacy.run(lambda session: session.exec(select(PackAudienceMember)).all()) == []
    assert pharmacy.run(pack_audiences.read_audience, version_of(pharmacy), TEAM) == before
    assert choose(pharmacy, Audience.CHOSEN).audience is Audience.CHOSEN, "no word about nobody being left"


def test_whoever_deleted_everything_is_not_chosen_again_and_no_admin_notices(pharmacy: Ward):
    pharmacy.run(privacy.erase_learner, NURSE, pharmacy.clock())

    said = choose(pharmacy, Audience.CHOSEN, NURSE)

    assert said.audience is Audience.CHOSEN
    assert pharmacy.run(lambda session: session.exec(select(PackAudienceMember)).all()) == []


def test_an_erased_admins_id_is_not_kept(pharmacy: Ward):
    pharmacy.enrol(ADMIN)
    choose(pharmacy, Audience.CHOSEN, NURSE)

    pharmacy.run(privacy.erase_learner, ADMIN, pharmacy.clock())

    [row] = pharmacy.run(lambda session: session.exec(select(PackAudience)).all())
    assert row.by == "erased"


def test_everyones_curriculum_is_shared_with_whoever_was_not_chosen(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN, NURSE)

    shared = pharmacy.run(pharmacy.library.get_workspace_curriculum, EVERYONES_SCOPE)

    assert pharmacy.run(pharmacy.library.get_curriculum, CLERK.in_workspace) is shared


def test_no_pack_takes_a_lesson_of_everyones_pack_whose_new_version_only_some_people_get(pharmacy: Ward):
    trial = make_pack(lesson("new-start"), slug="essentials", version="9.0")
    pharmacy.run(packs.load_pack, trial, TEAM, ADMIN.user_id, pharmacy.clock())
    choose(pharmacy, Audience.CHOSEN, NURSE, slug="essentials")

    with pytest.raises(PackError):
        pharmacy.run(
            packs.load_pack, make_pack(lesson("first-gap"), slug="ward"), TEAM, ADMIN.user_id, pharmacy.clock()
        )


def test_no_number_is_told_of_a_pack_that_was_for_chosen_people(pharmacy: Ward):
    assert not pharmacy.run(pack_removal.preview_removal, version_of(pharmacy), TEAM).was_restricted
    choose(pharmacy, Audience.CHOSEN, NURSE)
    choose(pharmacy, Audience.EVERYONE)

    removal = pharmacy.run(pack_removal.preview_removal, version_of(pharmacy), TEAM)

    assert removal.was_restricted
    assert removal.people == 0


def test_an_upload_is_not_loaded_for_some_people_once_others_were_chosen(pharmacy: Ward):
    newer = make_pack(lesson("count-thrice", DISPENSING), slug="pharmacy", version="2.0")
    staged = pharmacy.run(packs.stage_pack, newer, TEAM, ADMIN.user_id, pharmacy.clock())
    choose(pharmacy, Audience.CHOSEN, NURSE)

    with pytest.raises(Refused, match="since you sent the file"):
        pharmacy.run(
            pack_audiences.load_for_audience,
            staged.version_id,
            staged.before_version_id,
            ADMIN,
            AudienceChange(Audience.CHOSEN, [CLERK.user_id]),
            pharmacy.clock(),
        )


def test_a_workspace_reviews_both_versions_of_a_pack_of_which_some_people_get_a_new_one(pharmacy: Ward):
    pharmacy.run(
        packs.load_pack,
        make_pack(lesson("new-start"), slug="essentials", version="9.0"),
        TEAM,
        ADMIN.user_id,
        pharmacy.clock(),
    )
    choose(pharmacy, Audience.CHOSEN, NURSE, slug="essentials")

    taught = {each.id for each in pharmacy.run(pharmacy.library.get_workspace_curriculum, TEAM).lessons}

    assert {"new-start", "first-gap", "count-twice"} <= taught


def test_who_is_taught_something_unreadable_keeps_nobody_else_from_their_lessons(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN_ALONE, NURSE)
    pharmacy.run(
        lambda session: session.exec(
            update(LessonRevision).where(col(LessonRevision.pack_slug) == "pharmacy").values(content="{}")
        )
    )
    users = [NURSE.in_workspace, CLERK.in_workspace]

    found = pharmacy.run(lesson_choice.get_readable_curricula, Library(), users)

    assert list(found) == [CLERK.in_workspace]


def test_saying_again_that_a_pack_is_for_everyone_changes_nothing(pharmacy: Ward):
    recorded = pharmacy.run(audit_log.list_events, TEAM, None)

    choose(pharmacy, Audience.EVERYONE)

    assert pharmacy.run(audit_log.list_events, TEAM, None) == recorded
    assert not pharmacy.run(pack_removal.preview_removal, version_of(pharmacy), TEAM).was_restricted


def test_the_search_that_is_prepared_at_the_start_is_the_one_of_people_chosen_for_nothing(pharmacy: Ward):
    choose(pharmacy, Audience.CHOSEN, NURSE)

    pharmacy.run(coaching.warm_up_search, pharmacy.library, TEAM, pharmacy.clock())

    theirs = pharmacy.run(pharmacy.library.get_curriculum, CLERK.in_workspace)
    assert "_index" in vars(theirs.on_date(pharmacy.clock().date()))
