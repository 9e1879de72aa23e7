"""Whom an admin can invite, and when the invitation and its reminder come."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.learning import deactivation, enrollment, invitations, slack_profile, workspace_lifecycle
from bot.learning.invitations import Guest
from tests.builders import CLERK, NURSE, TEAM, SetClock, at
from tests.ward import Ward

MONDAY = date(2026, 3, 2)
ROUNDS_COMES = "2026-03-02 09:00"


def receive(ward: Ward, when: str = ROUNDS_COMES) -> list[str]:
    ward.clock.set(when)
    return sorted(each.user_id for each in ward.deliver())


def invitations_of_clerk(ward: Ward) -> list[tuple[date, str]]:
    return [(day, became) for day, kind, became in ward.days(CLERK) if kind == "invitation"]


def test_an_invitation_asks_once(ward: Ward) -> None:
    ward.invite(NURSE, "U1", "U2", "U1")
    assert receive(ward) == ["U1", "U2"]
    ward.clock.advance(days=30)
    ward.invite(NURSE, "U1", "U3")

    assert ward.invited() == ["U3"]


def test_people_who_started_or_declined_are_not_invited(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.meet(CLERK)
    ward.run(enrollment.decline_invitation, CLERK, ward.clock())

    ward.invite(NURSE, NURSE.user_id, CLERK.user_id)

    assert ward.invited() == []


def test_registered_people_who_have_not_started_may_be_invited(ward: Ward) -> None:
    ward.meet(NURSE)

    ward.invite(CLERK, NURSE.user_id)

    assert receive(ward) == [NURSE.user_id]


def test_an_invitation_brings_no_lesson_and_enrolls_nobody(ward: Ward) -> None:
    ward.invite(NURSE, CLERK.user_id)
    ward.clock.set(ROUNDS_COMES)

    (invitation,) = ward.deliver()

    assert (invitation.kind, invitation.lesson, invitation.user_id) == ("invitation", None, CLERK.user_id)
    assert receive(ward, "2026-03-03 09:00") == []


@pytest.mark.parametrize(
    ("now", "tz", "comes"),
    [
        ("2026-03-02 08:00", "Europe/London", "2026-03-02 09:00"),
        ("2026-03-02 09:00", "Europe/London", "2026-03-03 09:00"),
        ("2026-03-02 16:00", "Europe/London", "2026-03-03 09:00"),
        ("2026-03-06 12:00", "Europe/London", "2026-03-09 09:00"),
        ("2026-03-08 04:17", "Europe/London", "2026-03-09 09:00"),
        ("2026-03-02 12:00", "America/New_York", "2026-03-02 09:00"),
        ("2026-03-06 18:00", "America/New_York", "2026-03-09 09:00"),
        ("2026-03-02 12:00", "Asia/Tokyo", "2026-03-03 09:00"),
        ("2026-03-05 12:00", "Asia/Riyadh", "2026-03-08 09:00"),
        ("2026-03-04 12:00", "Asia/Kabul", "2026-03-07 09:00"),
        ("2026-03-06 12:00", "Asia/Dubai", "2026-03-09 09:00"),
    ],
)
def test_it_comes_at_nine_on_the_next_working_day_where_the_person_is(
    ward: Ward, now: str, tz: str, comes: str
) -> None:
    ward.clock.set(now)

    ward.invite(NURSE, CLERK.user_id, tz=tz)

    (row,) = ward.deliveries(CLERK)
    assert row.due_at == at(comes, ZoneInfo(tz))


def test_the_days_that_an_admin_is_told_are_those_on_which_invitations_come(ward: Ward) -> None:
    ward.clock.set("2026-03-05 12:00")
    guests = [Guest("U1", "Europe/London"), Guest("U2", "Asia/Riyadh"), Guest("U3", None)]

    days = invitations.list_invitation_days(guests, "Asia/Riyadh", None, ward.clock())

    assert days == [date(2026, 3, 6), date(2026, 3, 8)]


@pytest.mark.parametrize("step", ["start", "decline", "leave", "uninstall"])
def test_it_is_canceled_when_the_person_or_the_workspace_makes_it_moot(ward: Ward, clock: SetClock, step: str) -> None:
    ward.invite(NURSE, CLERK.user_id)
    steps = {
        "start": lambda: ward.run(enrollment.start_lessons, CLERK, None, clock()),
        "decline": lambda: ward.run(enrollment.decline_invitation, CLERK, clock()),
        "leave": lambda: ward.run(deactivation.deactivate_learner, ward.find(CLERK).id, clock()),
        "uninstall": lambda: ward.run(workspace_lifecycle.mark_workspace_left, TEAM, clock()),
    }
    steps[step]()

    receive(ward)

    reasons = {"start": "started", "decline": "declined", "leave": "left", "uninstall": "left"}
    assert invitations_of_clerk(ward) == [(MONDAY, reasons[step])]


def test_someone_whose_invitation_was_never_sent_can_be_invited_again_on_the_same_day(ward: Ward) -> None:
    ward.invite(NURSE, CLERK.user_id)
    learner = ward.find(CLERK).id
    ward.run(deactivation.deactivate_learner, learner, ward.clock())
    ward.run(deactivation.reactivate_learner, learner, ward.clock())

    ward.invite(NURSE, CLERK.user_id)

    assert receive(ward) == [CLERK.user_id]
    assert invitations_of_clerk(ward) == [(MONDAY, "sent")]


def test_what_could_not_be_sent_in_the_morning_waits_for_the_next_one(ward: Ward) -> None:
    ward.clock.set("2026-03-05 12:00")
    ward.invite(NURSE, CLERK.user_id)

    assert receive(ward, "2026-03-08 04:17") == []  # down since Friday, up again on a Sunday night
    assert receive(ward, "2026-03-09 08:59") == []
    assert receive(ward, "2026-03-09 09:00") == [CLERK.user_id]


def test_it_comes_at_nine_in_the_zone_that_the_person_has_moved_to(ward: Ward) -> None:
    ward.invite(NURSE, CLERK.user_id)
    ward.run(slack_profile.change_zone, CLERK, "America/New_York", ward.clock())

    assert receive(ward, ROUNDS_COMES) == []
    assert receive(ward, "2026-03-02 13:59") == []
    assert receive(ward, "2026-03-02 14:00") == [CLERK.user_id], "9:00 in New York"


def test_it_is_given_up_after_two_weeks(ward: Ward) -> None:
    ward.invite(NURSE, CLERK.user_id)

    assert receive(ward, "2026-03-16 09:00") == []
    assert invitations_of_clerk(ward) == [(MONDAY, "late")]


@pytest.mark.parametrize(
    ("tz", "invited_at", "comes"),
    [
        ("Europe/London", "2026-03-02 09:00", "2026-03-09 09:00"),
        ("Europe/London", "2026-03-02 10:30", "2026-03-09 09:00"),
        ("Europe/London", "2026-03-23 09:00", "2026-03-30 09:00"),  # clocks go forward between
        ("Europe/London", "2026-10-19 09:00", "2026-10-26 09:00"),  # and back
        ("Etc/UTC", "2026-03-02 12:00", "2026-03-09 12:00"),  # nobody knows where they are
    ],
)
def test_its_reminder_comes_a_week_later_at_nine(tz: str, invited_at: str, comes: str) -> None:
    assert invitations.find_reminder_time(tz, at(invited_at)) == at(comes)


def test_someone_whose_zone_is_unknown_gets_it_in_the_morning_where_the_admin_is(ward: Ward) -> None:
    guest = [Guest(CLERK.user_id, None)]
    ward.run(invitations.invite_people, NURSE, guest, "America/New_York", None, ward.clock())

    assert receive(ward, "2026-03-02 13:59") == []
    assert receive(ward, "2026-03-02 14:00") == [CLERK.user_id]
    assert not ward.find(CLERK).knows_zone


def test_someone_we_met_without_a_zone_gets_the_one_that_slack_knows_now(ward: Ward) -> None:
    ward.meet(CLERK, "Etc/UTC")

    ward.invite(NURSE, CLERK.user_id, tz="Asia/Tokyo")

    assert ward.find(CLERK).preferences.tz == "Asia/Tokyo"


def test_people_who_declined_before_this_was_recorded_are_not_asked_again(ward: Ward) -> None:
    """An older version recorded an invitation for them, without a delivery."""
    ward.meet(CLERK)
    ward.run(enrollment.decline_invitation, CLERK, ward.clock())
    ward.run(lambda session: setattr(enrollment.get_learner(session, CLERK), "declined_at", None))

    ward.invite(NURSE, CLERK.user_id)

    assert ward.invited() == []
