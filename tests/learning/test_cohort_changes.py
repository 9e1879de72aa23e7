"""Editing a cohort: who may change what and until when, and what becomes of the invitations that wait."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.audit import AuditAction
from bot.domain.cohort import CohortDraft, CohortEdit
from bot.domain.learner import Person
from bot.errors import NotFound, Refused
from bot.learning import audit_log, cohort_changes, cohorts, packs
from bot.learning.cohort_changes import CohortChange, CohortToEdit
from bot.learning.cohorts import CohortView
from bot.learning.invitations import Guest
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import SendState
from tests.builders import CLERK, NURSE, TEAM, pack, program, six_lessons
from tests.engine_kinds import KINDS
from tests.learning.test_cohorts import ADMIN, LEAD, SPRING, add, start
from tests.ward import Ward

NEW_LEAD = Person(TEAM, "U0NEWLEAD")


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward a week before the cohort begins, with two programs. The admin and the leads are in London."""
    lessons = six_lessons().lessons
    programs = (program("first-gap", "budget-lines", "one-page"), program("one-page", slug="later-weeks"))
    ward.run(packs.load_pack, pack(*lessons, version="2.0", programs=programs), EVERYONES_SCOPE, "rounds", ward.clock())
    ward.clock.set("2026-03-02 10:00")
    for person in (ADMIN, LEAD, NEW_LEAD):
        ward.meet(person)
    return ward


def read(ward: Ward, cohort: CohortView, person: Person = ADMIN, *, is_admin: bool = True) -> CohortToEdit:
    return ward.run(cohort_changes.read_cohort_to_edit, ward.library, person, cohort.id, is_admin, ward.clock())


def edit(
    ward: Ward, cohort: CohortView, person: Person = ADMIN, *, is_admin: bool = True, **changes: object
) -> CohortChange:
    """Change these fields from how the cohort reads now."""
    shown = read(ward, cohort).draft
    whole = CohortEdit(shown, replace(shown, **changes))  # type: ignore[arg-type]
    return ward.run(cohort_changes.change_cohort, ward.library, person, cohort.id, whole, is_admin, ward.clock())


def arrivals(ward: Ward, *days: str) -> list[tuple[str, str]]:
    """Deliver at 9:00 on each of these days. Return on which day whose invitation came."""
    came = []
    for day in days:
        ward.clock.set(f"{day} 09:00")
        came += [(day, each.user_id) for each in ward.deliver() if each.kind == "invitation"]
    return came


def test_before_the_first_day_an_admin_changes_everything(ward: Ward) -> None:
    cohort = start(ward)

    change = edit(
        ward,
        cohort,
        name="Autumn managers",
        program="later-weeks",
        starts_on=date(2026, 3, 16),
        lead=NEW_LEAD.user_id,
        welcome="Welcome.",
    )

    assert read(ward, cohort).draft == CohortDraft(
        "Autumn managers", date(2026, 3, 16), "later-weeks", NEW_LEAD.user_id, "Welcome."
    )
    assert (change.name, change.new_lead) == ("Autumn managers", NEW_LEAD.user_id)


def test_from_the_first_day_on_an_admin_changes_name_lead_and_welcome_alone(ward: Ward) -> None:
    cohort = start(ward)
    ward.clock.set("2026-03-09 08:00")

    edit(ward, cohort, name="Autumn managers", lead=None, welcome="")

    assert set(read(ward, cohort).fields) == {"name", "lead", "welcome"}
    with pytest.raises(Refused, match="has started in the meantime"):
        edit(ward, cohort, program=None)
    with pytest.raises(Refused, match="has started in the meantime"):
        edit(ward, cohort, starts_on=date(2026, 3, 16))
    assert read(ward, cohort).draft == CohortDraft("Autumn managers", date(2026, 3, 9), "first-weeks")


def test_the_first_day_has_come_where_the_editor_is(ward: Ward) -> None:
    cohort = start(ward)
    in_tokyo = Person(TEAM, "U0TOKYO")
    ward.meet(in_tokyo, tz="Asia/Tokyo")
    ward.clock.set("2026-03-08 16:00")

    assert read(ward, cohort, in_tokyo).has_begun
    assert not read(ward, cohort).has_begun


def test_a_lead_changes_the_welcome_and_the_first_day_alone(ward: Ward) -> None:
    cohort = start(ward)

    edit(ward, cohort, LEAD, is_admin=False, welcome="Hello.", starts_on=date(2026, 3, 10))

    assert set(read(ward, cohort, LEAD, is_admin=False).fields) == {"welcome", "starts_on"}
    with pytest.raises(Refused, match="Ask an admin"):
        edit(ward, cohort, LEAD, is_admin=False, name="Mine")
    with pytest.raises(Refused, match="Ask an admin"):
        edit(ward, cohort, LEAD, is_admin=False, program=None)
    with pytest.raises(Refused, match="Ask an admin"):
        edit(ward, cohort, LEAD, is_admin=False, lead=NEW_LEAD.user_id)
    ward.clock.set("2026-03-10 12:00")
    assert set(read(ward, cohort, LEAD, is_admin=False).fields) == {"welcome"}
    with pytest.raises(Refused, match="has started in the meantime"):
        edit(ward, cohort, LEAD, is_admin=False, starts_on=date(2026, 3, 20))


def test_others_change_nothing(ward: Ward) -> None:
    cohort = start(ward)

    for person, is_admin in ((NURSE, False), (Person("T0OTHER", "U0ADMIN"), True)):
        with pytest.raises(NotFound):
            edit(ward, cohort, person, is_admin=is_admin, welcome="Mine now.")
    ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())
    with pytest.raises(NotFound):
        read(ward, cohort)


def test_a_name_stays_unique_among_the_open_ones(ward: Ward) -> None:
    cohort, other = start(ward), start(ward, CohortDraft("Fall managers", date(2026, 9, 7)))

    with pytest.raises(Refused, match="named FALL managers already"):
        edit(ward, cohort, name="FALL managers")
    assert edit(ward, cohort, name="SPRING MANAGERS").name == "SPRING MANAGERS"
    ward.run(cohorts.close_cohort, ADMIN, other.id, True, ward.clock())
    assert edit(ward, cohort, name="Fall managers").name == "Fall managers"


@pytest.mark.parametrize(
    ("starts_on", "said"), [(date(2026, 3, 1), "That day has gone by"), (date(2027, 3, 4), "within a year")]
)
def test_a_day_that_cant_be_is_refused_in_words_and_nothing_changes(ward: Ward, starts_on: date, said: str) -> None:
    cohort = start(ward)
    add(ward, cohort, NURSE)

    with pytest.raises(Refused, match=said):
        edit(ward, cohort, starts_on=starts_on, welcome="Changed")

    assert read(ward, cohort).draft == SPRING
    assert arrivals(ward, "2026-03-09") == [("2026-03-09", NURSE.user_id)]


def test_invitations_that_wait_move_to_a_later_day_and_come_once(ward: Ward) -> None:
    cohort = start(ward)
    add(ward, cohort, NURSE, CLERK)

    edit(ward, cohort, starts_on=date(2026, 3, 18))

    came = arrivals(ward, "2026-03-09", "2026-03-10", "2026-03-17", "2026-03-18", "2026-03-19", "2026-03-23")
    assert sorted(came) == [("2026-03-18", CLERK.user_id), ("2026-03-18", NURSE.user_id)]


def test_invitations_that_wait_move_to_an_earlier_day_and_there_and_back(ward: Ward) -> None:
    cohort = start(ward)
    add(ward, cohort, NURSE)

    edit(ward, cohort, starts_on=date(2026, 3, 18))
    edit(ward, cohort, starts_on=date(2026, 3, 4))
    edit(ward, cohort, starts_on=date(2026, 3, 9))
    edit(ward, cohort, starts_on=date(2026, 3, 4))

    assert arrivals(ward, "2026-03-03", "2026-03-04", "2026-03-09", "2026-03-18") == [("2026-03-04", NURSE.user_id)]


def test_one_that_came_where_it_was_morning_already_doesnt_come_again(ward: Ward) -> None:
    cohort = start(ward)
    add(ward, cohort, NURSE, tz="Asia/Tokyo")
    add(ward, cohort, CLERK)
    ward.clock.set("2026-03-09 00:00")
    assert [each.user_id for each in ward.deliver()] == [NURSE.user_id]
    in_new_york = Person(TEAM, "U0NY")
    ward.meet(in_new_york, tz="America/New_York")

    edit(ward, cohort, in_new_york, starts_on=date(2026, 3, 11))

    assert arrivals(ward, "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12") == [("2026-03-11", CLERK.user_id)]


def test_one_that_is_just_being_sent_stays_as_it_is(ward: Ward) -> None:
    cohort = start(ward)
    add(ward, cohort, NURSE)
    ward.clock.set("2026-03-08 09:00")
    in_new_york = Person(TEAM, "U0NY")
    ward.meet(in_new_york, tz="America/New_York")
    ward.clock.set("2026-03-09 09:00")
    ward.claim()
    ward.clock.set("2026-03-08 23:00")

    edit(ward, cohort, in_new_york, starts_on=date(2026, 3, 11))

    (row,) = ward.deliveries(NURSE)[:1]
    assert (row.state, row.due_at.date()) == (SendState.SENDING, date(2026, 3, 9))


def test_where_nobody_knows_the_time_zone_the_editors_counts(ward: Ward) -> None:
    cohort = start(ward)
    ward.run(cohorts.add_people, ADMIN, cohort.id, [Guest(NURSE.user_id, None)], "Europe/London", True, ward.clock())

    edit(ward, cohort, starts_on=date(2026, 3, 11))

    assert arrivals(ward, "2026-03-09", "2026-03-11") == [("2026-03-11", NURSE.user_id)]


def test_invitations_of_another_cohort_dont_move(ward: Ward) -> None:
    cohort, other = start(ward), start(ward, CohortDraft("Other", date(2026, 3, 9)))
    add(ward, other, NURSE)

    edit(ward, cohort, starts_on=date(2026, 3, 18))

    assert arrivals(ward, "2026-03-09") == [("2026-03-09", NURSE.user_id)]


def test_an_invitation_that_comes_later_says_what_was_changed(ward: Ward) -> None:
    cohort = start(ward)
    add(ward, cohort, NURSE)

    edit(ward, cohort, name="Autumn managers", lead=NEW_LEAD.user_id, welcome="Hello there.")

    ward.clock.set("2026-03-09 09:00")
    (sent,) = ward.deliver()
    text = KINDS["invitation"].build(None, ward.clock().date(), sent.formats, sent.extras).text
    assert "<@U0NEWLEAD> invites you to Autumn managers." in text
    assert "Hello there." in text


def test_the_lead_before_sees_it_no_more(ward: Ward) -> None:
    cohort = start(ward)

    edit(ward, cohort, lead=NEW_LEAD.user_id)

    assert not ward.run(cohorts.leads_any, LEAD)
    assert ward.run(cohorts.leads_any, NEW_LEAD)
    with pytest.raises(NotFound):
        ward.run(cohorts.read_cohort, ward.library, LEAD, cohort.id, False)


def test_what_another_admin_changed_meanwhile_stays(ward: Ward) -> None:
    cohort = start(ward)
    shown = read(ward, cohort).draft
    edit(ward, cohort, name="Autumn managers")

    late = CohortEdit(shown, replace(shown, welcome="Hello."))
    ward.run(cohort_changes.change_cohort, ward.library, ADMIN, cohort.id, late, True, ward.clock())

    assert read(ward, cohort).draft == replace(SPRING, name="Autumn managers", welcome="Hello.")


def test_a_program_that_is_offered_no_more_is_kept_until_another_is_chosen(ward: Ward) -> None:
    cohort = start(ward)
    ward.clock.advance(hours=1)
    without = pack(*six_lessons().lessons, version="3.0")
    ward.run(packs.load_pack, without, EVERYONES_SCOPE, "rounds", ward.clock())
    assert read(ward, cohort).draft.program is None

    edit(ward, cohort, welcome="Hello.")

    whole = pack(*six_lessons().lessons, version="4.0", programs=(program("first-gap"),))
    ward.run(packs.load_pack, whole, EVERYONES_SCOPE, "rounds", ward.clock() + timedelta(hours=1))
    assert read(ward, cohort).draft.program == "first-weeks"


def test_the_audit_log_has_what_was_changed_and_whose_cohort_it_was(ward: Ward) -> None:
    cohort = start(ward)
    edit(ward, cohort, welcome="Hello.")
    edit(ward, cohort, name="Autumn managers", lead=NEW_LEAD.user_id)
    edit(ward, cohort)

    events = [each for each in ward.run(audit_log.list_events, TEAM, None) if each.action.startswith("cohort")]

    assert [(each.action, each.subject, each.person) for each in events] == [
        (AuditAction.COHORT_STARTED, "Spring managers", None),
        (AuditAction.COHORT_CHANGED, "Spring managers", None),
        (AuditAction.COHORT_CHANGED, "Spring managers", None),
        (AuditAction.COHORT_RENAMED, "Autumn managers", None),
        (AuditAction.COHORT_LEAD_REMOVED, "Autumn managers", LEAD.user_id),
        (AuditAction.COHORT_LEAD_CHOSEN, "Autumn managers", NEW_LEAD.user_id),
    ]
