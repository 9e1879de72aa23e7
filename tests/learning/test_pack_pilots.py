"""A cohort tries a version of a pack: who gets it, what ends it, and what is refused."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, update
from sqlmodel import select

from bot.domain.audience import Audience
from bot.domain.cohort import CohortDraft, CohortEdit
from bot.domain.learner import Person
from bot.domain.lesson import Pack, Skill
from bot.errors import NotFound, PackError, Refused
from bot.learning import (
    audit_log,
    coaching,
    cohort_changes,
    cohorts,
    lesson_choice,
    pack_audiences,
    pack_comparison,
    pack_pilots,
    pack_removal,
    packs,
    privacy,
    retractions,
    running_pilots,
    workspace_lifecycle,
)
from bot.learning.cohort_changes import FieldRefused
from bot.learning.cohorts import CohortView
from bot.learning.invitations import Guest
from bot.learning.pack_audiences import AudienceChange
from bot.learning.pack_comparison import PackChange
from bot.learning.running_pilots import Pilot
from bot.slack.blocks import pack_change
from bot.storage import Session
from bot.storage import packs as pack_queries
from bot.storage import retractions as retraction_queries
from bot.storage.tables import CohortMember, PackActivation, PackPilot, PackVersion
from tests.builders import CLERK, NURSE, TEAM, lesson, program
from tests.builders import pack as make_pack
from tests.ward import Ward

ADMIN, AUTHOR, PORTER = Person(TEAM, "U0ADMIN"), Person(TEAM, "U0AUTHOR"), Person(TEAM, "U0PORTER")
DISPENSING = Skill("dispensing", "Dispensing", "/dispensing-tip", "Handing out medicines")

COUNT, READ, LOCK = (lesson(each, DISPENSING) for each in ("count-twice", "read-back", "lock-the-cupboard"))
READ_ANEW = replace(READ, tip="Read it back, slowly.")

LIVE = make_pack(COUNT, READ, slug="pharmacy")
DRAFT = make_pack(COUNT, READ_ANEW, LOCK, slug="pharmacy", version="1.1")


def stage(ward: Ward, pack: Pack = DRAFT) -> PackChange:
    return ward.run(packs.stage_pack, pack, TEAM, ADMIN.user_id, ward.clock())


def load(ward: Ward, pack: Pack) -> PackChange:
    return ward.run(packs.load_pack, pack, TEAM, ADMIN.user_id, ward.clock())


def start_cohort(ward: Ward, name: str, *people: Person, program: str | None = None) -> CohortView:
    draft = CohortDraft(name, date(2026, 3, 9), program)
    cohort = ward.run(cohorts.start_cohort, ward.library, ADMIN, draft, ward.clock())
    guests = [Guest(each.user_id, "Europe/London") for each in people]
    ward.run(cohorts.add_people, ADMIN, cohort.id, guests, None, True, ward.clock())
    return cohort


def start_pilot(ward: Ward, cohort: CohortView, pack: Pack = DRAFT) -> Pilot:
    staged = stage(ward, pack)
    compared = (staged.version_id, staged.before_version_id)
    _, pilot = ward.run(pack_pilots.start_pilot, *compared, cohort.id, ADMIN, ward.clock())
    return pilot


def end_pilot(ward: Ward) -> None:
    [pilot] = ward.run(running_pilots.list_pilots, TEAM)
    ward.run(pack_pilots.end_pilot, pilot.id, ADMIN, ward.clock())


def taught(ward: Ward, person: Person) -> dict[str, str]:
    """The lessons on dispensing that somebody is taught, with their tips, as everything that asks is told."""
    curriculum = ward.run(lesson_choice.find_readable_curriculum, ward.library, person.in_workspace)
    assert curriculum is not None
    return {each.id: each.tip for each in curriculum.list_lessons_of_skill("dispensing")}


AS_LIVE = {each.id: each.tip for each in (COUNT, READ)}
AS_TRIED = {each.id: each.tip for each in (COUNT, READ_ANEW, LOCK)}


@pytest.fixture
def pharmacy(ward: Ward) -> Ward:
    """A ward with a pack on dispensing, where the nurse and the clerk have started."""
    for person in (NURSE, CLERK):
        ward.enrol(person)
    load(ward, LIVE)
    return ward


@pytest.fixture
def spring(pharmacy: Ward) -> CohortView:
    """A cohort of the nurse, who has started, and the porter, who hasn't."""
    pharmacy.meet(PORTER)
    return start_cohort(pharmacy, "Spring managers", NURSE, PORTER)


def test_members_who_have_started_get_the_version_and_everyone_else_keeps_the_live_one(
    pharmacy: Ward, spring: CohortView
):
    pilot = start_pilot(pharmacy, spring)

    assert (pilot.cohort, pilot.version) == ("Spring managers", "1.1")
    assert taught(pharmacy, NURSE) == AS_TRIED
    assert taught(pharmacy, CLERK) == AS_LIVE
    assert taught(pharmacy, PORTER) == AS_LIVE, "hasn't started"
    pharmacy.enrol(PORTER)
    assert taught(pharmacy, PORTER) == AS_TRIED


def test_a_member_is_sent_lessons_of_the_version_and_finds_them(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    [live] = [each for each in pharmacy.run(packs.list_live_packs, TEAM) if each.slug == "pharmacy"]
    choice = AudienceChange(Audience.CHOSEN_ALONE, [NURSE.user_id, CLERK.user_id])
    pharmacy.run(pack_audiences.change_audience, live.version_id, ADMIN, choice, pharmacy.clock())
    sent: dict[str, set[str]] = {NURSE.user_id: set(), CLERK.user_id: set()}
    for day in (3, 4, 5):
        pharmacy.clock.set(f"2026-03-0{day} 10:00")
        for each in pharmacy.deliver():
            if each.lesson is not None:
                sent[each.user_id].add(each.lesson.id)

    assert sent == {NURSE.user_id: set(AS_TRIED), CLERK.user_id: set(AS_LIVE)}
    tip = pharmacy.run(coaching.show_lesson_as_tip, pharmacy.library, NURSE, LOCK.id, pharmacy.clock())
    assert tip.lesson == LOCK
    with pytest.raises(NotFound):
        pharmacy.run(coaching.show_lesson_as_tip, pharmacy.library, CLERK, LOCK.id, pharmacy.clock())


def test_a_pack_that_is_not_live_is_tried_beside_the_others(ward: Ward):
    ward.enrol(NURSE)
    ward.enrol(CLERK)

    start_pilot(ward, start_cohort(ward, "Spring managers", NURSE))

    assert taught(ward, NURSE) == AS_TRIED
    assert taught(ward, CLERK) == {}
    assert [each.slug for each in ward.run(packs.list_live_packs, TEAM)] == ["essentials"]


def test_only_members_who_get_a_pack_try_its_version(pharmacy: Ward, spring: CohortView):
    [live] = [each for each in pharmacy.run(packs.list_live_packs, TEAM) if each.slug == "pharmacy"]
    choice = AudienceChange(Audience.CHOSEN, [CLERK.user_id])
    pharmacy.run(pack_audiences.change_audience, live.version_id, ADMIN, choice, pharmacy.clock())

    start_pilot(pharmacy, spring)

    assert taught(pharmacy, NURSE) == {}
    assert taught(pharmacy, CLERK) == AS_LIVE


def test_ending_a_pilot_brings_the_live_version_back(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)

    end_pilot(pharmacy)

    assert taught(pharmacy, NURSE) == AS_LIVE
    assert pharmacy.run(running_pilots.list_pilots, TEAM) == ()
    with pytest.raises(NotFound, match="has ended"):
        pharmacy.run(pack_pilots.end_pilot, 1, ADMIN, pharmacy.clock())


def test_closing_the_cohort_ends_its_pilots(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)

    closed = pharmacy.run(cohorts.close_cohort, ADMIN, spring.id, True, pharmacy.clock())

    assert [each.version for each in closed.ended.pilots] == ["1.1"]
    assert taught(pharmacy, NURSE) == AS_LIVE
    assert pharmacy.run(running_pilots.list_pilots, TEAM) == ()


def test_removing_the_pack_ends_its_pilot(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    [live] = [each for each in pharmacy.run(packs.list_live_packs, TEAM) if each.slug == "pharmacy"]

    pharmacy.run(pack_removal.remove_pack, live.version_id, TEAM, ADMIN.user_id, pharmacy.clock())

    assert taught(pharmacy, NURSE) == {}
    assert pharmacy.run(running_pilots.list_pilots, TEAM) == ()


def test_loading_the_version_for_everyone_ends_the_pilot_and_another_one_keeps_it(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)

    other = load(pharmacy, make_pack(COUNT, slug="pharmacy", version="1.0.1"))
    assert other.pilot is not None
    assert not other.is_in_pilot
    assert (taught(pharmacy, NURSE), taught(pharmacy, CLERK)) == (AS_TRIED, {COUNT.id: COUNT.tip})

    same = load(pharmacy, DRAFT)
    assert same.is_in_pilot
    assert taught(pharmacy, CLERK) == AS_TRIED
    assert pharmacy.run(running_pilots.list_pilots, TEAM) == ()


def test_another_version_takes_the_place_of_the_one_in_the_pilot_as_it_was_compared(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    began = pharmacy.clock()
    pharmacy.clock.advance(days=2)
    staged = stage(pharmacy, make_pack(COUNT, LOCK, slug="pharmacy", version="1.2"))
    assert staged.before_version == "1.0"

    shown = pharmacy.run(pack_comparison.compare_with_pilot, staged.version_id, TEAM)
    assert (shown.before_version, shown.removed, shown.added) == ("1.1", (READ.title,), ())
    assert shown.before_version_id is not None
    assert staged.before_version_id is not None
    now = pharmacy.clock()
    _, is_made = pharmacy.run(pack_pilots.change_version, staged.version_id, staged.before_version_id, AUTHOR, now)
    assert not is_made, "compared with another version"

    _, is_made = pharmacy.run(pack_pilots.change_version, staged.version_id, shown.before_version_id, AUTHOR, now)

    assert is_made
    assert set(taught(pharmacy, NURSE)) == {COUNT.id, LOCK.id}
    assert taught(pharmacy, CLERK) == AS_LIVE
    [pilot] = pharmacy.run(running_pilots.list_pilots, TEAM)
    assert (pilot.version, pilot.since) == ("1.2", began)


def test_what_to_check_before_a_version_is_used_in_a_pilot_is_said_of_the_pilot(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    staged = stage(pharmacy, make_pack(COUNT, slug="pharmacy", version="1.1"))

    shown = pharmacy.run(pack_comparison.compare_with_pilot, staged.version_id, TEAM)

    assert shown.warnings == (
        "Version 1.1 is in the pilot with other content. Raise the version number to tell the two apart.",
    )
    told = pack_change.pilot_change_message(shown)
    assert "Check this before you use it in the pilot" in told.text
    assert "Use it in the pilot anyway?" in str(told.blocks)
    assert "oad it" not in str(told.blocks)


def test_one_pilot_of_a_pack_runs_at_a_time(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    autumn = start_cohort(pharmacy, "Autumn managers", CLERK)

    with pytest.raises(Refused, match=r"Pharmacy 1.1 is in a pilot with the cohort Spring managers already"):
        start_pilot(pharmacy, autumn, make_pack(COUNT, slug="pharmacy", version="1.3"))

    assert taught(pharmacy, CLERK) == AS_LIVE


def test_without_an_open_cohort_there_is_nobody_to_try_a_version(pharmacy: Ward):
    staged = stage(pharmacy)

    with pytest.raises(Refused, match=r"no open cohort.*/rounds admin cohorts"):
        pharmacy.run(pack_pilots.prepare_pilot, staged.version_id, TEAM)


def test_the_open_cohorts_are_offered_by_name(pharmacy: Ward, spring: CohortView):
    closed = start_cohort(pharmacy, "Winter managers")
    pharmacy.run(cohorts.close_cohort, ADMIN, closed.id, True, pharmacy.clock())

    offer = pharmacy.run(pack_pilots.prepare_pilot, stage(pharmacy).version_id, TEAM)

    assert offer.cohorts == ((spring.id, "Spring managers"),)
    with pytest.raises(NotFound):
        start_pilot(pharmacy, closed)


def test_what_is_live_already_is_not_tried(pharmacy: Ward, spring: CohortView):
    with pytest.raises(Refused, match="live already"):
        start_pilot(pharmacy, spring, LIVE)


def test_a_version_is_tried_as_it_was_compared(pharmacy: Ward, spring: CohortView):
    staged = stage(pharmacy)
    load(pharmacy, make_pack(COUNT, slug="pharmacy", version="1.0.1"))

    with pytest.raises(Refused, match="live version has changed"):
        pharmacy.run(
            pack_pilots.start_pilot, staged.version_id, staged.before_version_id, spring.id, ADMIN, pharmacy.clock()
        )


def test_a_version_that_conflicts_with_another_pack_is_not_tried_and_one_that_is_tried_counts(
    pharmacy: Ward, spring: CohortView
):
    start_pilot(pharmacy, spring)

    with pytest.raises(PackError, match=LOCK.id):
        load(pharmacy, make_pack(lesson(LOCK.id), slug="doors"))

    end_pilot(pharmacy)
    load(pharmacy, make_pack(lesson(LOCK.id), slug="doors"))
    with pytest.raises(PackError, match=LOCK.id):
        start_pilot(pharmacy, spring)


def test_a_version_without_lessons_of_the_cohorts_program_is_refused_by_name(ward: Ward):
    path = program(COUNT.id, READ.id, LOCK.id, slug="dispensers")
    load(ward, make_pack(COUNT, READ, LOCK, slug="pharmacy", programs=(path,)))
    cohort = start_cohort(ward, "Dispensers", program="dispensers")

    shorter = replace(path, lesson_ids=(COUNT.id,))
    with pytest.raises(Refused, match="lacks 2 lessons of it: “Learn about read back”, “Learn about lock"):
        start_pilot(ward, cohort, make_pack(COUNT, slug="pharmacy", version="1.1", programs=(shorter,)))
    with pytest.raises(Refused, match=r"“Dispensers”, which Pharmacy 1.2 doesn't have"):
        start_pilot(ward, cohort, make_pack(COUNT, READ, LOCK, slug="pharmacy", version="1.2"))

    assert start_pilot(ward, start_cohort(ward, "Others"), make_pack(COUNT, slug="pharmacy", version="1.3"))


def test_a_cohort_that_tries_a_version_is_not_given_a_program_that_it_lacks(ward: Ward):
    path = program(COUNT.id, READ.id, slug="dispensers")
    load(ward, make_pack(COUNT, READ, slug="pharmacy", programs=(path,)))
    cohort = start_cohort(ward, "Spring managers")
    start_pilot(ward, cohort, make_pack(COUNT, slug="pharmacy", version="1.1"))
    shown = CohortDraft("Spring managers", date(2026, 3, 9))
    edit = CohortEdit(shown, replace(shown, program="dispensers"))

    with pytest.raises(FieldRefused, match=r"trying Pharmacy 1.1.*all of the program “Dispensers”"):
        ward.run(cohort_changes.change_cohort, ward.library, ADMIN, cohort.id, edit, True, ward.clock())

    end_pilot(ward)
    ward.run(cohort_changes.change_cohort, ward.library, ADMIN, cohort.id, edit, True, ward.clock())


def test_retracted_lessons_stay_out_of_a_pilot_also_as_it_changed_them(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    [live] = [each for each in pharmacy.run(packs.list_live_packs, TEAM) if each.slug == "pharmacy"]
    for each in (COUNT, READ):
        pharmacy.run(
            retractions.retract_lesson,
            pharmacy.library,
            live.version_id,
            TEAM,
            each.id,
            "It names the wrong dose.",
            ADMIN.user_id,
            pharmacy.clock(),
        )

    assert taught(pharmacy, NURSE) == {LOCK.id: LOCK.tip}
    assert taught(pharmacy, CLERK) == {}


def test_what_waits_to_be_sent_of_a_pack_that_was_only_tried_is_not_sent_once_the_pilot_ends(ward: Ward):
    ward.enrol(NURSE)
    start_pilot(ward, start_cohort(ward, "Spring managers", NURSE))

    def find(session: Session) -> set[tuple[str, int]]:
        pairs = [(TEAM, row.id) for row in pack_queries.list_revisions_of_version(session, tried)]
        return retraction_queries.find_unusable(session, pairs)

    [pilot] = ward.run(running_pilots.list_pilots, TEAM)
    tried = pilot.version_id
    assert ward.run(find) == set()

    end_pilot(ward)

    assert len(ward.run(find)) == len(AS_TRIED)


def test_a_pilot_keeps_no_lesson_in_use_that_is_in_the_live_version_alone(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)

    def find_unusable(session: Session, version_id: int) -> set[str]:
        rows = pack_queries.list_revisions_of_version(session, version_id)
        found = retraction_queries.find_unusable(session, [(TEAM, row.id) for row in rows])
        return {row.lesson_id for row in rows if (TEAM, row.id) in found}

    def take_out_of_use(session: Session) -> None:
        session.execute(update(PackActivation).values(undone_at=pharmacy.clock()))

    [live] = [each for each in pharmacy.run(packs.list_live_packs, TEAM) if each.slug == "pharmacy"]
    [pilot] = pharmacy.run(running_pilots.list_pilots, TEAM)
    pharmacy.run(take_out_of_use)

    assert pharmacy.run(find_unusable, pilot.version_id) == set()
    assert pharmacy.run(find_unusable, live.version_id) == {READ.id}, "the pilot has it in other words"


def test_a_version_that_was_tried_is_kept(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    pharmacy.clock.advance(days=30)

    stage(pharmacy, make_pack(COUNT, slug="pharmacy", version="1.4"))
    assert taught(pharmacy, NURSE) == AS_TRIED
    end_pilot(pharmacy)
    stage(pharmacy, make_pack(COUNT, slug="pharmacy", version="1.5"))

    kept = pharmacy.run(lambda session: set(session.exec(select(PackVersion.version))))
    assert "1.1" in kept


def test_everything_is_in_the_audit_log_with_the_version_and_the_cohort(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    end_pilot(pharmacy)

    *_, started, ended = pharmacy.run(audit_log.list_events, TEAM, None)

    assert (started.action.value, started.subject) == ("pack.pilot_started", "Pharmacy 1.1 (Spring managers)")
    assert (ended.action.value, ended.subject) == ("pack.pilot_ended", "Pharmacy 1.1 (Spring managers)")
    assert started.by == ended.by == ADMIN.user_id


def test_no_number_is_told_of_a_pack_that_a_cohort_tried(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    end_pilot(pharmacy)
    [live] = [each for each in pharmacy.run(packs.list_live_packs, TEAM) if each.slug == "pharmacy"]

    removal = pharmacy.run(pack_removal.preview_removal, live.version_id, TEAM)

    assert removal.was_restricted
    assert removal.people == 0


def test_delete_me_takes_somebody_out_of_a_pilot_and_an_admins_id_from_it(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    before = pharmacy.run(running_pilots.list_pilots, TEAM)

    pharmacy.run(privacy.erase_learner, NURSE, pharmacy.clock())

    assert taught(pharmacy, NURSE) == AS_LIVE
    assert pharmacy.run(running_pilots.list_pilots, TEAM) == before
    pharmacy.enrol(ADMIN)
    pharmacy.run(privacy.erase_learner, ADMIN, pharmacy.clock())
    [row] = pharmacy.run(lambda session: session.exec(select(PackPilot)).all())
    assert row.by == "erased"


def test_whoever_is_taken_out_of_the_cohort_is_back_on_the_live_version(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)

    def take_out(session: Session) -> None:
        member = session.get(CohortMember, (TEAM, NURSE.user_id))
        assert member is not None
        member.taken_out_at = pharmacy.clock()

    pharmacy.run(take_out)

    assert taught(pharmacy, NURSE) == AS_LIVE


def test_another_workspace_is_not_touched(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)

    elsewhere = Person("T0CLINIC", NURSE.user_id)
    clinic = ("T0CLINIC", None, "Clinic", "U0ROUNDS")
    pharmacy.run(workspace_lifecycle.register_workspace, *clinic, pharmacy.clock())
    pharmacy.enrol(elsewhere)

    assert taught(pharmacy, elsewhere) == {}
    with pytest.raises(NotFound):
        pharmacy.run(pack_pilots.end_pilot, 1, Person("T0CLINIC", "U0OTHER"), pharmacy.clock())


def test_a_workspace_that_left_is_erased_with_its_pilots(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    pharmacy.run(workspace_lifecycle.mark_workspace_left, TEAM, pharmacy.clock())
    later = pharmacy.clock.advance(days=365)

    while pharmacy.run(workspace_lifecycle.erase_part_of_workspace, TEAM, later):
        pass

    assert pharmacy.run(lambda session: session.exec(select(PackPilot)).all()) == []


def test_many_learners_take_two_queries(pharmacy: Ward, spring: CohortView):
    start_pilot(pharmacy, spring)
    users = [Person(TEAM, f"U{number}").in_workspace for number in range(50)] + [NURSE.in_workspace]
    counted: list[str] = []

    def find(session: Session) -> None:
        pharmacy.library.get_curricula(session, users)  # reads and caches the lessons
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *arguments: counted.append(arguments[2]))
        pharmacy.library.get_curricula(session, users)

    pharmacy.run(find)

    assert len(counted) == 2
