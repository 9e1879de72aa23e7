"""An invitation in a channel: its lead and admins may post it, and whoever presses *Join* is in the cohort."""

from datetime import date

import pytest
from sqlmodel import select

from bot.domain.audit import AuditAction
from bot.domain.cohort import CohortDraft, CohortInvitation
from bot.domain.learner import Person
from bot.errors import NotFound
from bot.learning import audit_log, cohorts, packs, posted_invitations, programs
from bot.learning.cohorts import CohortView
from bot.learning.posted_invitations import InvitationToPost
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import CohortMember
from tests.builders import CLERK, NURSE, TEAM, pack, program, six_lessons
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


@pytest.fixture
def cohort(ward: Ward) -> CohortView:
    return ward.run(cohorts.start_cohort, ward.library, ADMIN, SPRING, ward.clock())


def read(ward: Ward, person: Person, cohort: CohortView, *, is_admin: bool = False) -> InvitationToPost:
    return ward.run(posted_invitations.read_invitation, ward.library, person, cohort.id, is_admin, ward.clock())


def press_join(ward: Ward, person: Person, cohort: CohortView) -> cohorts.Joined:
    return ward.run(posted_invitations.join_by_button, ward.library, person, cohort.id, ward.clock())


def members(ward: Ward) -> list[str]:
    return ward.run(lambda session: [each.user_id for each in session.exec(select(CohortMember)).all()])


def test_it_says_what_the_cohort_is_and_nothing_about_who_is_in_it(ward: Ward, cohort: CohortView) -> None:
    before = read(ward, LEAD, cohort)
    ward.meet(NURSE)
    press_join(ward, NURSE, cohort)

    assert read(ward, LEAD, cohort) == before
    assert before.invitation == CohortInvitation("Spring managers", "First weeks", LEAD.user_id, "Glad you're here.")
    assert (before.starts_on, before.has_begun) == (date(2026, 3, 9), False)


def test_it_says_that_the_cohort_has_begun_from_its_first_day_on(ward: Ward, cohort: CohortView) -> None:
    ward.clock.set("2026-03-09 10:00")

    assert read(ward, ADMIN, cohort, is_admin=True).has_begun


def test_only_its_lead_and_admins_may_post_it(ward: Ward, cohort: CohortView) -> None:
    assert read(ward, ADMIN, cohort, is_admin=True) == read(ward, LEAD, cohort)
    with pytest.raises(NotFound):
        read(ward, CLERK, cohort)
    with pytest.raises(NotFound):
        read(ward, Person("T0OTHER", "U0ADMIN"), cohort, is_admin=True)


def test_whoever_presses_join_is_in_it_as_with_the_code_and_begins_its_program(ward: Ward, cohort: CohortView) -> None:
    ward.enrol(NURSE)

    joined = press_join(ward, NURSE, cohort)

    assert (joined.name, joined.program is not None) == ("Spring managers", True)
    assert ward.run(programs.read_programs, ward.library, NURSE).followed == "first-weeks"
    assert press_join(ward, NURSE, cohort).program is None, "a second press changes nothing"
    assert members(ward) == [NURSE.user_id]


def test_nobody_joins_a_closed_cohort_or_another_workspaces(ward: Ward, cohort: CohortView) -> None:
    ward.meet(NURSE)
    with pytest.raises(NotFound, match="nobody can join it anymore"):
        press_join(ward, Person("T0OTHER", "U0NURSE"), cohort)
    ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())

    with pytest.raises(NotFound, match="That cohort is closed"):
        press_join(ward, NURSE, cohort)
    assert members(ward) == []


def test_the_audit_log_says_that_it_was_posted_and_never_who_joins(ward: Ward, cohort: CohortView) -> None:
    ward.run(posted_invitations.record_post, LEAD, "Spring managers", ward.clock())
    ward.meet(NURSE)
    press_join(ward, NURSE, cohort)

    events = ward.run(audit_log.list_events, TEAM, None)
    assert [(each.action, each.by, each.subject) for each in events if each.action.startswith("cohort")] == [
        (AuditAction.COHORT_STARTED, ADMIN.user_id, "Spring managers"),
        (AuditAction.COHORT_INVITATION_POSTED, LEAD.user_id, "Spring managers"),
    ]
