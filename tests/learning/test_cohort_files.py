"""A cohort file is applied: it adds, moves, and takes out people, and does nothing twice."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlmodel import func, select

from bot.domain.audit import AuditAction
from bot.domain.cohort import CohortDraft
from bot.domain.cohort_file import ListedPerson
from bot.domain.learner import Person, Preferences
from bot.errors import NotFound
from bot.learning import audit_log, cohort_files, cohorts, enrollment, privacy, reports, slack_profile, weekly_figures
from bot.learning.cohort_files import FILE_RETENTION, PART_SIZE
from bot.learning.cohorts import CohortView
from bot.learning.invitations import Guest
from bot.learning.slack_profile import SlackProfile
from bot.storage import Session
from bot.storage.tables import CohortMember, StagedCohortFile, StagedCohortPerson
from tests.builders import CLERK, NURSE, TEAM, at
from tests.ward import Ward

ADMIN, LEAD = Person(TEAM, "U0ADMIN"), Person(TEAM, "U0LEAD")
SPRING = CohortDraft("Spring managers", date(2026, 3, 9), lead=LEAD.user_id)
LONDON = "Europe/London"


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward on a Monday morning."""
    ward.clock.set("2026-03-02 10:00")
    return ward


def start(ward: Ward, draft: CohortDraft = SPRING) -> CohortView:
    return ward.run(cohorts.start_cohort, ward.library, ADMIN, draft, ward.clock())


def listed(
    *people: Person, tz: str | None = None, starts_on: date | None = None, slack_tz: str | None = LONDON
) -> list[ListedPerson]:
    return [ListedPerson(each.user_id, tz, starts_on, slack_tz) for each in people]


def stage(ward: Ward, cohort: CohortView, people: Sequence[ListedPerson], by: Person = ADMIN) -> int:
    staged, _ = ward.run(cohort_files.stage_file, ward.library, by, cohort.id, by == ADMIN, people, ward.clock())
    return staged


def finish(ward: Ward, staged: int, by: Person = ADMIN) -> None:
    ward.run(cohort_files.begin_applying, ward.library, by, staged, by == ADMIN, ward.clock())
    while ward.run(cohort_files.apply_part, by, staged, None, by == ADMIN, ward.clock()):
        pass


def apply(ward: Ward, cohort: CohortView, people: Sequence[ListedPerson], by: Person = ADMIN) -> None:
    finish(ward, stage(ward, cohort, people, by), by)


def members(ward: Ward) -> dict[str, int]:
    """Who is in which cohort."""
    return ward.run(lambda session: {row.user_id: row.cohort_id for row in _members(session) if not row.taken_out_at})


def _members(session: Session) -> Sequence[CohortMember]:
    return session.exec(select(CohortMember)).all()


def staged_rows(ward: Ward) -> int:
    counts = (select(func.count()).select_from(table) for table in (StagedCohortFile, StagedCohortPerson))
    return ward.run(lambda session: sum(session.exec(count).one() for count in counts))


def crowd(count: int) -> list[Person]:
    return [Person(TEAM, f"U0CROWD{number:03}") for number in range(count)]


def test_everyone_is_invited_at_nine_on_their_own_first_day_where_the_file_says_they_are(ward: Ward) -> None:
    people = [
        *listed(NURSE, tz="Asia/Tokyo", starts_on=date(2026, 3, 11)),
        *listed(CLERK),
        *listed(LEAD, slack_tz="America/New_York"),
    ]

    apply(ward, start(ward), people)

    due = {each.user_id: [row.due_at for row in ward.deliveries(each)] for each in (NURSE, CLERK, LEAD)}
    assert due == {
        NURSE.user_id: [at("2026-03-11 00:00")],
        CLERK.user_id: [at("2026-03-09 09:00")],
        LEAD.user_id: [at("2026-03-09 13:00")],
    }
    assert staged_rows(ward) == 0


def test_nobody_is_invited_or_put_in_before_the_file_is_applied(ward: Ward) -> None:
    staged = stage(ward, start(ward), listed(NURSE))
    assert (members(ward), ward.invited()) == ({}, [])

    ward.run(cohort_files.discard_file, ADMIN, staged)

    with pytest.raises(NotFound, match="applied or canceled already"):
        finish(ward, staged)
    assert (members(ward), ward.invited(), staged_rows(ward)) == ({}, [], 0)


def test_nobody_gets_lessons_without_pressing_start(ward: Ward) -> None:
    apply(ward, start(ward), listed(NURSE))
    ward.clock.set("2026-03-09 09:00")
    assert [each.kind for each in ward.deliver()] == ["invitation"]
    ward.clock.set("2026-03-10 12:00")
    assert ward.deliver() == []


def test_a_second_file_adds_and_takes_out(ward: Ward) -> None:
    cohort = start(ward)
    apply(ward, cohort, listed(NURSE, CLERK))

    apply(ward, cohort, listed(CLERK, LEAD))

    assert members(ward) == {CLERK.user_id: cohort.id, LEAD.user_id: cohort.id}
    assert [(row.state, row.reason) for row in ward.deliveries(NURSE)] == [("skipped", "taken_out")]
    ward.clock.set("2026-03-09 09:00")
    assert {each.user_id for each in ward.deliver()} == {CLERK.user_id, LEAD.user_id}


def test_whoever_was_taken_out_can_be_put_back_and_is_invited_once(ward: Ward) -> None:
    cohort = start(ward)
    for people in (listed(NURSE), listed(CLERK), listed(NURSE, CLERK)):
        apply(ward, cohort, people)

    ward.clock.set("2026-03-09 09:00")
    assert sorted(each.user_id for each in ward.deliver()) == sorted([NURSE.user_id, CLERK.user_id])
    apply(ward, cohort, listed(CLERK))
    apply(ward, cohort, listed(NURSE, CLERK))
    ward.clock.set("2026-03-10 09:00")
    assert ward.deliver() == []


def test_whoever_was_chosen_singly_or_joined_stays_when_a_file_leaves_them_out(ward: Ward) -> None:
    cohort = start(ward)
    ward.enrol(NURSE)
    ward.run(cohorts.join, ward.library, NURSE, cohort.code, ward.clock())
    ward.run(cohorts.add_people, ADMIN, cohort.id, [_guest(CLERK)], None, True, ward.clock())

    apply(ward, cohort, listed(NURSE, LEAD))
    apply(ward, cohort, listed(*crowd(1)))

    assert set(members(ward)) == {NURSE.user_id, CLERK.user_id, "U0CROWD000"}


def _guest(person: Person) -> Guest:
    return Guest(person.user_id, LONDON)


def test_an_admins_file_moves_people_from_another_cohort_and_a_leads_doesnt(ward: Ward) -> None:
    fall, spring = start(ward, CohortDraft("Fall managers", date(2026, 9, 7))), start(ward)
    apply(ward, fall, listed(NURSE, CLERK))

    apply(ward, spring, listed(NURSE), by=LEAD)
    assert members(ward)[NURSE.user_id] == fall.id
    apply(ward, spring, listed(NURSE))

    assert members(ward) == {NURSE.user_id: spring.id, CLERK.user_id: fall.id}
    assert [row.due_at for row in ward.deliveries(NURSE) if row.state == "due"] == [at("2026-03-09 09:00")]


def test_a_file_that_is_applied_again_sends_nothing_twice(ward: Ward) -> None:
    cohort = start(ward)
    apply(ward, cohort, listed(NURSE, CLERK))
    apply(ward, cohort, listed(NURSE, CLERK))
    ward.clock.set("2026-03-09 09:00")
    assert len(ward.deliver()) == 2

    apply(ward, cohort, listed(NURSE, CLERK, tz="Asia/Tokyo", starts_on=date(2026, 3, 12)))

    ward.clock.set("2026-03-12 09:00")
    assert ward.deliver() == []


def test_a_later_file_changes_the_first_day_of_whoever_wasnt_invited_yet(ward: Ward) -> None:
    cohort = start(ward)
    apply(ward, cohort, listed(NURSE, starts_on=date(2026, 3, 16)))

    apply(ward, cohort, listed(NURSE, starts_on=date(2026, 3, 12)))

    assert [row.due_at for row in ward.deliveries(NURSE) if row.state == "due"] == [at("2026-03-12 09:00")]


def test_apply_pressed_twice_or_by_somebody_else_changes_nothing(ward: Ward) -> None:
    cohort = start(ward)
    staged = stage(ward, cohort, listed(NURSE))
    with pytest.raises(NotFound, match="applied or canceled already"):
        finish(ward, staged, by=LEAD)
    with pytest.raises(NotFound, match="applied or canceled already"):
        finish(ward, staged, by=Person("T0OTHER", ADMIN.user_id))
    finish(ward, staged)

    with pytest.raises(NotFound, match="applied or canceled already"):
        finish(ward, staged)
    assert ward.invited() == [NURSE.user_id]


def test_applying_that_was_interrupted_goes_on_where_it_stopped(ward: Ward) -> None:
    cohort = start(ward)
    people = listed(*crowd(PART_SIZE + 5))
    staged = stage(ward, cohort, people)
    ward.run(cohort_files.begin_applying, ward.library, ADMIN, staged, True, ward.clock())
    assert ward.run(cohort_files.apply_part, ADMIN, staged, None, True, ward.clock())
    assert len(members(ward)) == PART_SIZE

    finish(ward, staged)

    assert len(members(ward)) == len(ward.invited()) == PART_SIZE + 5
    events = ward.run(audit_log.list_events, TEAM, None)
    assert sum(each.action == AuditAction.COHORT_FILE_APPLIED for each in events) == 1


def test_a_newer_file_takes_the_place_of_one_that_wasnt_applied(ward: Ward) -> None:
    cohort = start(ward)
    older = stage(ward, cohort, listed(NURSE))
    newer = stage(ward, cohort, listed(CLERK))

    with pytest.raises(NotFound, match="a newer one took its place"):
        finish(ward, older)
    finish(ward, newer)

    assert set(members(ward)) == {CLERK.user_id}


def test_a_lead_who_leads_no_longer_and_a_closed_cohort_are_refused(ward: Ward) -> None:
    cohort = start(ward)
    staged = stage(ward, cohort, listed(NURSE), by=LEAD)
    with pytest.raises(NotFound):
        stage(ward, cohort, listed(NURSE), by=NURSE)
    ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())

    with pytest.raises(NotFound, match="closed"):
        finish(ward, staged, by=LEAD)
    assert members(ward) == {}


def test_whoever_deleted_everything_is_in_no_file_and_stays_out_silently(ward: Ward) -> None:
    cohort = start(ward)
    for each in (NURSE, CLERK):
        ward.enrol(each)
    apply(ward, cohort, listed(NURSE))
    staged = stage(ward, cohort, listed(NURSE, CLERK))

    ward.run(privacy.erase_learner, NURSE, ward.clock())
    left = ward.run(lambda session: session.exec(select(StagedCohortPerson.user_id)).all())
    finish(ward, staged)
    apply(ward, cohort, listed(NURSE, CLERK))

    assert left == [CLERK.user_id]
    assert members(ward) == {CLERK.user_id: cohort.id}
    assert ward.invited() == []


def test_whoever_deletes_everything_leaves_no_file_behind(ward: Ward) -> None:
    ward.enrol(LEAD)
    stage(ward, start(ward), listed(NURSE), by=LEAD)

    ward.run(privacy.erase_learner, LEAD, ward.clock())

    assert staged_rows(ward) == 0


def test_a_file_that_nobody_applies_is_deleted_after_a_week(ward: Ward) -> None:
    stage(ward, start(ward), listed(NURSE))
    ward.run(cohort_files.delete_old_files, ward.clock() + FILE_RETENTION)
    assert staged_rows(ward) == 2

    ward.run(cohort_files.delete_old_files, ward.clock.advance(days=8))

    assert staged_rows(ward) == 0


def test_the_files_time_zone_is_theirs_until_they_choose_another(ward: Ward) -> None:
    cohort = start(ward)
    apply(ward, cohort, listed(NURSE, tz="Asia/Tokyo"))
    ward.run(slack_profile.change_zone, NURSE, LONDON, ward.clock())
    ward.run(cohorts.start_lessons, ward.library, NURSE, SlackProfile(LONDON), ward.clock())
    assert ward.find(NURSE).preferences.tz == "Asia/Tokyo", "Slack says London, and the file is newer"

    apply(ward, cohort, listed(NURSE, tz="Europe/Paris"))

    assert ward.find(NURSE).preferences.tz == "Asia/Tokyo", "they have started"


def test_a_later_file_corrects_the_time_zone_of_whoever_hasnt_started(ward: Ward) -> None:
    cohort = start(ward)
    zones = []
    for tz in ("Asia/Tokyo", "Europe/Paris", None):
        apply(ward, cohort, listed(NURSE, tz=tz))
        found = ward.find(NURSE).preferences
        zones.append((found.tz, found.follows_zone))

    assert zones == [("Asia/Tokyo", False), ("Europe/Paris", False), (LONDON, True)]


def test_a_time_zone_that_somebody_chose_themselves_stays(ward: Ward) -> None:
    view = ward.meet(NURSE, LONDON)
    own = Preferences("America/Denver", follows_zone=False)
    ward.run(enrollment.change_preferences, view.person, own, ward.clock())

    apply(ward, start(ward), listed(NURSE, tz="Asia/Tokyo"))

    assert ward.find(NURSE).preferences.tz == "America/Denver"


def test_a_zone_that_slack_has_too_is_still_followed(ward: Ward) -> None:
    apply(ward, start(ward), listed(NURSE, tz=LONDON))

    assert ward.find(NURSE).preferences.follows_zone


def test_what_is_applied_is_in_the_audit_log_without_anybody_named(ward: Ward) -> None:
    apply(ward, start(ward), listed(NURSE), by=LEAD)

    (event,) = (
        each for each in ward.run(audit_log.list_events, TEAM, None) if each.action == AuditAction.COHORT_FILE_APPLIED
    )
    assert (event.by, event.subject, event.person) == ("U0LEAD", "Spring managers", None)


def test_taking_people_out_one_by_one_tells_on_nobody(ward: Ward) -> None:
    """A lead takes out one person after another, puts each back in, and looks for what changes."""
    people = crowd(20)
    cohort = start(ward)
    apply(ward, cohort, listed(*people), by=LEAD)
    ward.clock.set("2026-03-09 09:00")
    ward.deliver()
    for person in people[:5]:
        ward.run(cohorts.start_lessons, ward.library, person, SlackProfile(LONDON), ward.clock())
    ward.clock.set("2026-03-16 03:00")
    ward.run(cohorts.record_weekly_counts, ward.clock())
    seen = []
    for left_out in (people[0], people[10], people[4]):
        apply(ward, cohort, listed(*(each for each in people if each != left_out)), by=LEAD)
        ward.clock.advance(days=7)
        ward.run(cohorts.record_weekly_counts, ward.clock())
        ward.run(weekly_figures.record_weekly_figures, ward.library, ward.clock())
        view = ward.run(cohorts.read_cohort, ward.library, LEAD, cohort.id, False)
        seen.append((view.started, view.declined))
    report = ward.run(reports.read_chosen, ward.library, LEAD, cohort.id, False)

    assert set(seen) == {(5, 0)}
    assert {week.learning for week in report.weeks} == {5}


def test_adding_somebody_again_keeps_the_day_and_the_zone_of_their_file(ward: Ward) -> None:
    cohort = start(ward)
    apply(ward, cohort, listed(NURSE, tz="Asia/Tokyo", starts_on=date(2026, 3, 16)))

    ward.run(cohorts.add_people, ADMIN, cohort.id, [_guest(NURSE)], None, True, ward.clock())
    ward.clock.set("2026-03-15 23:00")
    early = ward.deliver()
    ward.clock.set("2026-03-16 00:30")  # 9:30 in Tokyo

    assert early == []
    assert len(ward.deliver()) == 1


def test_whoever_is_chosen_or_joins_after_a_file_stays_when_the_next_one_leaves_them_out(ward: Ward) -> None:
    cohort = start(ward)
    ward.enrol(NURSE)
    apply(ward, cohort, listed(NURSE, CLERK))
    ward.run(cohorts.join, ward.library, NURSE, cohort.code, ward.clock())
    ward.run(cohorts.add_people, ADMIN, cohort.id, [_guest(CLERK)], None, True, ward.clock())

    apply(ward, cohort, listed(*crowd(1)))

    assert set(members(ward)) == {NURSE.user_id, CLERK.user_id, "U0CROWD000"}


def test_a_zone_of_a_file_gives_way_to_that_of_a_later_one_although_a_file_left_them_out(ward: Ward) -> None:
    cohort = start(ward)
    apply(ward, cohort, listed(NURSE, tz="Asia/Tokyo"))
    apply(ward, cohort, listed(CLERK))

    apply(ward, cohort, listed(NURSE, tz="Europe/Paris"))

    assert ward.find(NURSE).preferences.tz == "Europe/Paris"
