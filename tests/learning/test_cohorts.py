"""Cohorts: people begin together with Start, on a day, with a program; their lead learns nothing about any of them."""

from datetime import date

import pytest
from sqlmodel import select

from bot.domain.audit import AuditAction
from bot.domain.cohort import CohortDraft
from bot.domain.learner import Person
from bot.errors import NotFound, Refused
from bot.learning import (
    audit_log,
    cohorts,
    deactivation,
    enrollment,
    packs,
    privacy,
    programs,
    reports,
    weekly_figures,
    workspace_lifecycle,
)
from bot.learning.cohorts import CohortView
from bot.learning.invitations import Guest
from bot.learning.slack_profile import SlackProfile
from bot.storage import Session
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Cohort, CohortMember
from tests.builders import CLERK, NURSE, TEAM, pack, program, six_lessons
from tests.engine_kinds import KINDS
from tests.ward import Ward

ADMIN, LEAD = Person(TEAM, "U0ADMIN"), Person(TEAM, "U0LEAD")
SPRING = CohortDraft("Spring managers", date(2026, 3, 9), "first-weeks", LEAD.user_id, "Glad you're here.")


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward on a Monday morning, whose pack has a program."""
    with_program = pack(
        *six_lessons().lessons, version="2.0", programs=(program("first-gap", "budget-lines", "one-page"),)
    )
    ward.run(packs.load_pack, with_program, EVERYONES_SCOPE, "rounds", ward.clock())
    ward.clock.set("2026-03-02 10:00")
    return ward


def start(ward: Ward, draft: CohortDraft = SPRING) -> CohortView:
    return ward.run(cohorts.start_cohort, ward.library, ADMIN, draft, ward.clock())


def add(ward: Ward, cohort: CohortView, *people: Person, tz: str = "Europe/London") -> None:
    guests = [Guest(each.user_id, tz) for each in people]
    ward.run(cohorts.add_people, ADMIN, cohort.id, guests, None, True, ward.clock())


def press_start(ward: Ward, person: Person) -> bool:
    """Press Start; whether a program began."""
    profile = SlackProfile("Europe/London")
    program = ward.run(cohorts.start_lessons, ward.library, person, profile, ward.clock()).program
    return program is not None


def members(ward: Ward) -> dict[str, int]:
    return ward.run(lambda session: {row.user_id: row.cohort_id for row in _all_members(session)})


def _all_members(session: Session) -> list[CohortMember]:
    return list(session.exec(select(CohortMember)))


def crowd(count: int) -> list[Person]:
    return [Person(TEAM, f"U0CROWD{number:02}") for number in range(count)]


def counts(ward: Ward, *, week: str) -> tuple[int, int]:
    ward.clock.set(f"{week} 03:00")
    ward.run(cohorts.record_weekly_counts, ward.clock())
    (view,) = ward.run(cohorts.list_cohorts, ward.library, TEAM, None)
    return view.started, view.declined


def test_the_invitation_comes_on_the_first_day_and_says_what_it_is_to(ward: Ward) -> None:
    add(ward, start(ward), NURSE)

    ward.clock.set("2026-03-06 09:00")
    assert ward.deliver() == []
    ward.clock.set("2026-03-09 09:00")
    (sent,) = ward.deliver()

    text = KINDS["invitation"].build(None, ward.clock().date(), sent.formats, sent.extras).text
    assert sent.user_id == NURSE.user_id
    assert "<@U0LEAD> invites you to Spring managers." in text
    assert "It begins with the program “First weeks”." in text
    assert "Glad you're here." in text
    assert "Whoever invited you isn't told whether you start" in text


def test_who_starts_gets_the_cohorts_program_and_who_doesnt_start_gets_nothing(ward: Ward) -> None:
    add(ward, start(ward), NURSE, CLERK)
    ward.clock.set("2026-03-09 09:00")
    ward.deliver()

    assert press_start(ward, NURSE)

    ward.clock.set("2026-03-10 09:00")
    (sent,) = ward.deliver()
    assert (sent.user_id, sent.lesson and sent.lesson.id) == (NURSE.user_id, "first-gap")


def test_whoever_uses_rounds_already_is_not_written_to_and_joins_with_the_code(ward: Ward) -> None:
    ward.enrol(NURSE)
    cohort = start(ward)
    add(ward, cohort, NURSE)
    assert ward.invited() == []
    assert ward.run(programs.read_programs, ward.library, NURSE).followed is None

    joined = ward.run(cohorts.join, ward.library, NURSE, f" {cohort.code[:3]}-{cohort.code[3:].lower()} ", ward.clock())

    assert joined.name == "Spring managers"
    assert joined.program is not None
    assert ward.run(programs.read_programs, ward.library, NURSE).followed == "first-weeks"


def test_whoever_follows_a_program_keeps_it(ward: Ward) -> None:
    other = pack(*six_lessons().lessons, version="3.0", programs=(program("one-page"), program("first-gap", slug="b")))
    ward.run(packs.load_pack, other, EVERYONES_SCOPE, "rounds", ward.clock())
    ward.enrol(NURSE)
    ward.run(programs.follow_program, ward.library, NURSE, "b", ward.clock())

    joined = ward.run(cohorts.join, ward.library, NURSE, start(ward).code, ward.clock())

    assert joined.program is None
    assert ward.run(programs.read_programs, ward.library, NURSE).followed == "b"


def test_a_code_of_another_workspace_or_of_a_closed_cohort_opens_nothing(ward: Ward) -> None:
    cohort = start(ward)
    elsewhere = Person("T0OTHER", "U0NURSE")
    ward.meet(NURSE)

    with pytest.raises(NotFound, match="no cohort with that code"):
        ward.run(cohorts.join, ward.library, elsewhere, cohort.code, ward.clock())
    ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())
    with pytest.raises(NotFound, match="no cohort with that code"):
        ward.run(cohorts.join, ward.library, NURSE, cohort.code, ward.clock())
    assert members(ward) == {}


def test_a_person_is_in_one_cohort_and_moves(ward: Ward) -> None:
    first, second = start(ward), start(ward, CohortDraft("Fall managers", date(2026, 9, 7)))

    add(ward, first, NURSE, CLERK)
    add(ward, second, NURSE)

    assert members(ward) == {NURSE.user_id: second.id, CLERK.user_id: first.id}


def test_two_open_cohorts_have_two_names(ward: Ward) -> None:
    first = start(ward)

    with pytest.raises(Refused, match="named SPRING managers already"):
        start(ward, CohortDraft("SPRING managers", date(2026, 4, 1)))
    ward.run(cohorts.close_cohort, ADMIN, first.id, True, ward.clock())
    assert start(ward).id != first.id


def test_a_program_that_is_gone_is_refused(ward: Ward) -> None:
    with pytest.raises(Refused, match="isn't offered anymore"):
        start(ward, CohortDraft("Night managers", date(2026, 4, 1), "night-weeks"))


def test_a_lead_sees_and_changes_their_own_cohort_alone(ward: Ward) -> None:
    own, other = start(ward), start(ward, CohortDraft("Fall managers", date(2026, 9, 7)))

    listed = ward.run(cohorts.list_cohorts, ward.library, TEAM, LEAD.user_id)

    assert [each.id for each in listed] == [own.id]
    assert ward.run(cohorts.leads_any, LEAD)
    assert not ward.run(cohorts.leads_any, NURSE)
    for cohort_id, person in ((other.id, LEAD), (own.id, NURSE), (own.id, Person("T0OTHER", "U0LEAD"))):
        with pytest.raises(NotFound):
            ward.run(cohorts.read_cohort, ward.library, person, cohort_id, False)
        with pytest.raises(NotFound):
            ward.run(cohorts.close_cohort, person, cohort_id, False, ward.clock())
    assert ward.run(cohorts.close_cohort, LEAD, own.id, False, ward.clock()).name == "Spring managers"


def test_an_admin_of_another_workspace_reaches_nothing(ward: Ward) -> None:
    cohort = start(ward)

    with pytest.raises(NotFound):
        ward.run(cohorts.close_cohort, Person("T0OTHER", "U0ADMIN"), cohort.id, True, ward.clock())


def test_counts_come_in_fives_on_mondays_and_not_while_few_have_or_few_havent(ward: Ward) -> None:
    people = crowd(12)
    add(ward, start(ward), *people)
    ward.clock.set("2026-03-09 09:00")
    ward.deliver()
    for person in people[:4]:
        press_start(ward, person)
    assert counts(ward, week="2026-03-16") == (0, 0)

    for person in people[4:6]:
        press_start(ward, person)
    assert counts(ward, week="2026-03-18") == (0, 0), "once a week"
    assert counts(ward, week="2026-03-23") == (5, 0)

    for person in people[6:]:
        press_start(ward, person)
    assert counts(ward, week="2026-03-30") == (5, 0), "at least five may not have"


def test_one_person_who_starts_or_deletes_everything_changes_no_count(ward: Ward) -> None:
    people = crowd(20)
    add(ward, start(ward), *people)
    ward.clock.set("2026-03-09 09:00")
    ward.deliver()
    for person in people[:7]:
        press_start(ward, person)
    assert counts(ward, week="2026-03-16") == (5, 0)

    press_start(ward, people[7])
    assert counts(ward, week="2026-03-23") == (5, 0)
    for person in people[:2]:
        ward.run(privacy.erase_learner, person, ward.clock())
    assert counts(ward, week="2026-03-30") == (5, 0)


def test_those_who_decline_are_counted_the_same_way(ward: Ward) -> None:
    people = crowd(12)
    add(ward, start(ward), *people)
    ward.clock.set("2026-03-09 09:00")
    ward.deliver()
    for person in people[:6]:
        ward.run(enrollment.decline_invitation, person, ward.clock())

    assert counts(ward, week="2026-03-16") == (0, 5)


def test_whoever_deleted_everything_is_in_no_cohort_and_is_not_invited_to_one(ward: Ward) -> None:
    ward.enrol(NURSE)
    cohort = start(ward)
    add(ward, cohort, NURSE)

    ward.run(privacy.erase_learner, NURSE, ward.clock())
    add(ward, cohort, NURSE, CLERK)

    assert members(ward) == {CLERK.user_id: cohort.id}
    assert ward.invited() == [CLERK.user_id]


def test_a_lead_who_deletes_everything_is_named_nowhere(ward: Ward) -> None:
    ward.enrol(LEAD)
    start(ward)

    ward.run(privacy.erase_learner, LEAD, ward.clock())

    (view,) = ward.run(cohorts.list_cohorts, ward.library, TEAM, None)
    assert view.lead is None


def test_what_is_done_with_cohorts_is_in_the_audit_log_without_anybody_invited(ward: Ward) -> None:
    cohort = start(ward)
    ward.run(cohorts.record_addition, LEAD, cohort.id, False, ward.clock())
    ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())

    events = [each for each in ward.run(audit_log.list_events, TEAM, None) if each.action.startswith("cohort")]

    assert [(each.by, each.action, each.subject, each.person) for each in events] == [
        ("U0ADMIN", AuditAction.COHORT_STARTED, "Spring managers", None),
        ("U0LEAD", AuditAction.COHORT_PEOPLE_ADDED, "Spring managers", None),
        ("U0ADMIN", AuditAction.COHORT_CLOSED, "Spring managers", None),
    ]


def test_a_workspace_that_is_erased_leaves_no_cohort(ward: Ward) -> None:
    add(ward, start(ward), NURSE)
    ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())
    later = ward.clock.advance(days=40)
    while ward.run(workspace_lifecycle.erase_part_of_workspace, TEAM, later):
        pass

    assert members(ward) == {}
    assert ward.run(lambda session: session.get(Cohort, 1)) is None


def test_moving_people_from_cohort_to_cohort_tells_on_nobody(ward: Ward) -> None:
    """An admin starts one cohort after another, each time of all but one person, and looks for what changes."""
    people = crowd(20)
    add(ward, start(ward), *people)
    ward.clock.set("2026-03-09 09:00")
    ward.deliver()
    for person in people[:5]:
        press_start(ward, person)
    seen = []
    for number, left_out in enumerate(people):
        other = start(ward, CohortDraft(f"All but one {number}", date(2026, 3, 9)))
        add(ward, other, *(each for each in people if each != left_out))
        ward.clock.advance(days=7)
        ward.run(cohorts.record_weekly_counts, ward.clock())
        ward.run(weekly_figures.record_weekly_figures, ward.library, ward.clock())
        view = ward.run(cohorts.read_cohort, ward.library, ADMIN, other.id, True)
        report = ward.run(reports.read_chosen, ward.library, ADMIN, other.id, True)
        seen.append((view.started, view.declined, report.weeks))

    assert set(seen) == {(0, 0, ())}


def test_people_added_this_week_are_counted_from_the_next_on(ward: Ward) -> None:
    people = crowd(10)
    cohort = start(ward)
    for person in people[:5]:
        ward.enrol(person)
    ward.clock.set("2026-03-11 12:00")
    add(ward, cohort, *people)

    ward.clock.set("2026-03-13 03:00")
    ward.run(cohorts.record_weekly_counts, ward.clock())
    (before,) = ward.run(cohorts.list_cohorts, ward.library, TEAM, None)

    assert before.started == 0
    assert counts(ward, week="2026-03-16") == (5, 0)


def test_people_moved_away_leave_no_crowd_behind_to_hide_in(ward: Ward) -> None:
    first, second = start(ward), start(ward, CohortDraft("Second", date(2026, 3, 9)))
    people = crowd(15)
    add(ward, first, *people)
    add(ward, second, *people)
    few = [Person(TEAM, f"U0FEW{number}") for number in range(5)]
    for person in few:
        ward.enrol(person)
    add(ward, first, *few)

    ward.clock.set("2026-03-23 03:00")
    ward.run(cohorts.record_weekly_counts, ward.clock())

    assert [each.started for each in ward.run(cohorts.list_cohorts, ward.library, TEAM, None)] == [0, 0]


def test_a_lead_moves_nobody_out_of_another_cohort(ward: Ward) -> None:
    first, second = start(ward), start(ward, CohortDraft("Second", date(2026, 3, 9), lead="U0LEAD2"))
    add(ward, first, NURSE)

    guests = [Guest(NURSE.user_id, "Europe/London"), Guest(CLERK.user_id, "Europe/London")]
    ward.run(cohorts.add_people, Person(TEAM, "U0LEAD2"), second.id, guests, None, False, ward.clock())

    assert members(ward) == {NURSE.user_id: first.id, CLERK.user_id: second.id}


def test_closing_a_cohort_takes_back_the_invitations_that_havent_come(ward: Ward) -> None:
    cohort = start(ward)
    add(ward, cohort, NURSE, CLERK)

    ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())

    ward.clock.set("2026-03-09 09:00")
    assert ward.deliver() == []


def test_a_first_day_that_was_wrong_can_be_corrected_with_another_cohort(ward: Ward) -> None:
    late = start(ward, CohortDraft("Too late", date(2026, 12, 7)))
    add(ward, late, NURSE)
    add(ward, start(ward), NURSE)

    ward.clock.set("2026-03-09 09:00")
    assert [each.user_id for each in ward.deliver()] == [NURSE.user_id]
    ward.clock.set("2026-12-07 09:00")
    assert [each.kind for each in ward.deliver() if each.kind == "invitation"] == []


def test_people_of_a_grid_count_wherever_they_pressed_start(ward: Ward) -> None:
    for team_id in ("T0GRIDA", "T0GRIDB"):
        workspace = team_id, "E0GRID", team_id, "U0ROUNDS"
        ward.run(workspace_lifecycle.register_workspace, *workspace, ward.clock())
    admin = Person("T0GRIDA", "U0ADMIN", "E0GRID")
    cohort = ward.run(cohorts.start_cohort, ward.library, admin, CohortDraft("Grid", date(2026, 3, 9)), ward.clock())
    people = [Person("T0GRIDB", f"U0GRID{number:02}", "E0GRID") for number in range(12)]
    guests = [Guest(person.user_id, "Europe/London") for person in people]
    ward.run(cohorts.add_people, admin, cohort.id, guests, None, True, ward.clock())
    for person in people[:6]:
        ward.enrol(person)

    ward.clock.set("2026-03-16 03:00")
    ward.run(cohorts.record_weekly_counts, ward.clock())

    (view,) = ward.run(cohorts.list_cohorts, ward.library, "T0GRIDA", None)
    assert view.started == 5


def test_people_of_a_grid_are_counted_in_one_workspaces_cohort_alone(ward: Ward) -> None:
    """An admin of two workspaces puts twelve people into a cohort of one, and all but one of them into the other's."""
    for team_id in ("T0GRIDA", "T0GRIDB"):
        workspace = team_id, "E0GRID", team_id, "U0ROUNDS"
        ward.run(workspace_lifecycle.register_workspace, *workspace, ward.clock())
    people = [Person("T0GRIDA", f"U0GRID{number:02}", "E0GRID") for number in range(12)]
    for person in people:
        ward.enrol(person)
    for team_id, chosen in (("T0GRIDA", people), ("T0GRIDB", people[1:])):
        admin = Person(team_id, "U0ADMIN", "E0GRID")
        draft = CohortDraft("Grid", date(2026, 3, 9))
        cohort = ward.run(cohorts.start_cohort, ward.library, admin, draft, ward.clock())
        guests = [Guest(person.user_id, "Europe/London") for person in chosen]
        ward.run(cohorts.add_people, admin, cohort.id, guests, None, True, ward.clock())

    assert _started_in(ward, "2026-03-09") == [5, 0]

    join(ward, ward.run(cohorts.list_cohorts, ward.library, "T0GRIDB", None)[0], people[1:])
    assert _started_in(ward, "2026-03-16") == [5, 0], "they were in it already"

    admin, draft = Person("T0GRIDB", "U0ADMIN", "E0GRID"), CohortDraft("By code", date(2026, 4, 6))
    join(ward, ward.run(cohorts.start_cohort, ward.library, admin, draft, ward.clock()), people)
    assert _started_in(ward, "2026-03-23") == [0, 5], "those who move themselves are counted there alone"


def join(ward: Ward, cohort: CohortView, people: list[Person]) -> None:
    for person in people:
        themselves = Person("T0GRIDB", person.user_id, "E0GRID")
        ward.run(cohorts.join, ward.library, themselves, cohort.code, ward.clock())


def _started_in(ward: Ward, week: str) -> list[int]:
    ward.clock.set(f"{week} 03:00")
    ward.run(cohorts.record_weekly_counts, ward.clock())
    return [ward.run(cohorts.list_cohorts, ward.library, each, None)[0].started for each in ("T0GRIDA", "T0GRIDB")]


def test_whoever_left_slack_is_nobody_to_hide_behind(ward: Ward) -> None:
    cohort, people = start(ward), crowd(14)
    for person in people:
        ward.enrol(person)
    add(ward, cohort, *people)
    for person in people[:5]:
        ward.run(deactivation.deactivate_learner, ward.find(person).id, ward.clock())

    assert counts(ward, week="2026-03-09") == (0, 0), "nine are left"
