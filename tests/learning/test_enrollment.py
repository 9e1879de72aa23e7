"""Registering, starting, and pausing: who gets lessons, and when the next one comes."""

from datetime import date, time
from uuid import UUID

import pytest

from bot.domain.learner import Person, Preferences
from bot.domain.schedule import DeliveryKindName
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, weekly_around_messages
from bot.errors import NotFound, Refused
from bot.learning import enrollment, practice, workspace_lifecycle
from bot.learning.enrollment import UNKNOWN_TIME_ZONE
from bot.learning.planning import build_delivery_id
from bot.storage.tables import Learner, LearnerState
from tests.builders import CLERK, NURSE, TEAM, at
from tests.ward import Ward

NIGHTS = weekly_around_messages(frozenset({0, 1, 2}), time(22), time(6))
"""Three nights a week, Monday to Wednesday."""


def test_a_delivery_has_the_same_id_on_every_machine_and_after_every_restore() -> None:
    name = build_delivery_id("T0HOSPITAL", "U0NURSE", date(2026, 3, 2), DeliveryKindName.LESSON)

    assert name == UUID("1eb73862-8d62-58ca-b60f-7b207af76e61")


def test_a_registered_person_gets_nothing_before_starting(ward: Ward) -> None:
    ward.meet(NURSE)

    ward.clock.set("2026-03-09 12:00")

    assert ward.deliver() == []
    assert ward.find(NURSE).next_lesson is None


def test_changing_settings_starts_nothing(ward: Ward) -> None:
    ward.meet(NURSE)
    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London"), ward.clock())

    ward.clock.set("2026-03-02 09:00")

    assert ward.deliver() == []


def test_pausing_or_resuming_enrolls_nobody(ward: Ward) -> None:
    """A pause until a date ends by itself, which would enroll someone who never pressed Start."""
    ward.meet(NURSE)

    with pytest.raises(Refused, match="Press Start"):
        ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 3), ward.clock())
    with pytest.raises(Refused, match="Press Start"):
        ward.run(enrollment.resume_lessons, NURSE, ward.clock())

    assert ward.find(NURSE).state is LearnerState.NEW


def test_an_unregistered_person_is_told_how_to_begin(ward: Ward) -> None:
    with pytest.raises(NotFound, match="press Start"):
        ward.run(enrollment.start_lessons, NURSE, "UTC", ward.clock())
    with pytest.raises(NotFound, match="press Start"):
        ward.run(enrollment.change_preferences, NURSE, Preferences("UTC"), ward.clock())
    assert ward.run(enrollment.find_learner, NURSE, ward.clock()) is None


def test_start_brings_the_next_lesson_at_nine_on_a_working_day(ward: Ward) -> None:
    ward.clock.set("2026-03-06 18:00")  # a Friday evening

    view = ward.enrol(NURSE)

    assert view.next_lesson is not None
    assert (view.next_lesson.kind, view.next_lesson.due_at) == (DeliveryKindName.LESSON, at("2026-03-09 09:00"))
    assert view.has_started
    assert not view.is_paused


def test_starting_at_noon_promises_tomorrows_lesson_and_brings_no_day_end(ward: Ward) -> None:
    ward.clock.set("2026-03-02 12:00")

    view = ward.enrol(NURSE)

    assert view.next_lesson is not None
    assert (view.next_lesson.kind, view.next_lesson.due_at) == (DeliveryKindName.LESSON, at("2026-03-03 09:00"))


def test_pressing_start_twice_changes_nothing(ward: Ward) -> None:
    first = ward.enrol(NURSE)
    ward.clock.advance(minutes=1)

    assert ward.run(enrollment.start_lessons, NURSE, "Asia/Tokyo", ward.clock()) == first


def test_pressing_start_in_a_pause_leaves_the_pause(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(enrollment.pause_lessons, NURSE, None, ward.clock())

    assert ward.run(enrollment.start_lessons, NURSE, None, ward.clock()).is_paused


def test_an_invited_persons_time_zone_is_set_at_the_start(ward: Ward) -> None:
    ward.invite(NURSE, CLERK.user_id, tz=None)

    view = ward.run(enrollment.start_lessons, CLERK, "Asia/Tokyo", ward.clock())

    assert view.preferences.tz == "Asia/Tokyo"


def test_a_chosen_time_zone_is_not_overwritten_at_the_start(ward: Ward) -> None:
    ward.meet(NURSE, "America/New_York")

    assert ward.run(enrollment.start_lessons, NURSE, "Asia/Tokyo", ward.clock()).preferences.tz == "America/New_York"


def test_an_unknown_time_zone_counts_as_none(ward: Ward) -> None:
    """A zone that can't be calculated with would stop the tick for everyone."""
    assert ward.meet(NURSE, "Mars/Olympus_Mons").preferences.tz == UNKNOWN_TIME_ZONE
    assert (
        ward.run(enrollment.start_lessons, NURSE, "Mars/Olympus_Mons", ward.clock()).preferences.tz == UNKNOWN_TIME_ZONE
    )


def test_one_person_in_two_workspaces_of_an_organization_is_one_learner(ward: Ward) -> None:
    ward.run(workspace_lifecycle.register_workspace, "T1", "E1", "North", "U0ROUNDS", ward.clock())
    ward.run(workspace_lifecycle.register_workspace, "T2", "E1", "South", "U0ROUNDS", ward.clock())
    north, south = Person("T1", "W7", "E1"), Person("T2", "W7", "E1")

    met = ward.meet(north)
    ward.meet(south)
    started = ward.run(enrollment.start_lessons, south, None, ward.clock())

    assert started.id == met.id
    assert started.person == south, "the workspace in which they pressed Start delivers"


def test_the_same_user_id_in_two_organizations_is_two_people(ward: Ward) -> None:
    ward.run(workspace_lifecycle.register_workspace, "T2", None, "Elsewhere", "U0ROUNDS", ward.clock())

    assert ward.meet(NURSE).id != ward.meet(Person("T2", NURSE.user_id)).id


def test_a_renamed_workspace_is_still_the_same(ward: Ward) -> None:
    ward.enrol(NURSE)

    ward.run(workspace_lifecycle.register_workspace, TEAM, None, "Renamed", "U0ROUNDS", ward.clock())

    assert ward.find(NURSE).person.team_id == TEAM


def test_a_pause_until_a_date_ends_on_that_morning_by_itself(ward: Ward) -> None:
    ward.enrol(NURSE)

    view = ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 5), ward.clock())

    assert view.is_paused
    assert view.next_lesson is not None
    assert view.next_lesson.due_at == at("2026-03-05 09:00")
    ward.clock.set("2026-03-04 23:59")
    assert ward.find(NURSE).is_paused
    ward.clock.set("2026-03-05 00:00")
    assert not ward.find(NURSE).is_paused


@pytest.mark.parametrize("until", [date(9999, 12, 30), date.max, date(2028, 3, 2)])
def test_a_pause_that_ends_in_years_is_refused_and_changes_nothing(ward: Ward, until: date) -> None:
    ward.enrol(NURSE)
    before = ward.find(NURSE)

    with pytest.raises(Refused, match="more than two years away"):
        ward.run(enrollment.pause_lessons, NURSE, until, ward.clock())

    assert ward.find(NURSE) == before


def test_a_pause_of_two_years_is_a_pause(ward: Ward) -> None:
    ward.enrol(NURSE)

    assert ward.run(enrollment.pause_lessons, NURSE, date(2028, 3, 1), ward.clock()).is_paused


def test_a_pause_without_a_date_lasts_until_resume(ward: Ward) -> None:
    ward.enrol(NURSE)
    view = ward.run(enrollment.pause_lessons, NURSE, None, ward.clock())
    assert view.has_started
    assert view.is_paused
    assert view.next_lesson is None

    ward.clock.set("2026-06-01 08:00")
    assert ward.deliver() == []
    resumed = ward.run(enrollment.resume_lessons, NURSE, ward.clock())

    assert not resumed.is_paused
    assert resumed.next_lesson is not None
    assert resumed.next_lesson.due_at == at("2026-06-01 09:00")


def test_nothing_has_piled_up_after_a_pause(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 23), ward.clock())

    for day in range(3, 24):
        ward.clock.set(f"2026-03-{day:02} 09:00")
        ward.deliver()

    assert ward.days(NURSE) == [(date(2026, 3, 23), "lesson", "sent")]


def test_resuming_early_begins_with_the_next_message(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 30), ward.clock())
    ward.clock.set("2026-03-05 10:00")

    view = ward.run(enrollment.resume_lessons, NURSE, ward.clock())

    assert view.next_lesson is not None
    assert view.next_lesson.due_at == at("2026-03-06 09:00")
    assert ward.deliver() == []
    ward.clock.set("2026-03-06 09:00")
    assert len(ward.deliver()) == 1


def test_a_night_shift_that_began_in_a_pause_stays_silent_past_midnight(ward: Ward) -> None:
    """Paused until Tuesday: Monday's night shift ends on Tuesday at 06:00 but belongs to Monday."""
    ward.enrol(NURSE, NIGHTS)

    view = ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 3), ward.clock())

    assert view.next_lesson is not None
    assert (view.next_lesson.learning_day, view.next_lesson.due_at) == (date(2026, 3, 3), at("2026-03-03 22:00"))


def test_a_lesson_that_is_due_when_the_pause_begins_is_not_sent(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    ward.run(enrollment.pause_lessons, NURSE, None, ward.clock())

    assert ward.deliver() == []
    assert ward.days(NURSE) == [(date(2026, 3, 2), "lesson", "paused")]


def test_changing_the_time_after_todays_lesson_brings_no_second_one(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()

    later = weekly_around_messages(WORKDAY_SCHEDULE.weekdays, time(11), time(17))
    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", later), ward.clock())
    ward.clock.set("2026-03-02 11:00")

    assert ward.deliver() == []
    assert [kind for _, kind, _ in ward.days(NURSE)] == ["lesson"]


def test_flying_west_after_todays_lesson_brings_no_second_one(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()

    ward.run(enrollment.change_preferences, NURSE, Preferences("America/Los_Angeles"), ward.clock())
    ward.clock.set("2026-03-02 17:00")  # nine in Los Angeles, of the same date

    assert ward.deliver() == []


def test_a_lesson_that_fell_due_a_moment_before_the_times_were_changed_still_comes(ward: Ward) -> None:
    """The tick hadn't run yet, and by the new times there would be no lesson at nine."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00:02")

    evening = weekly_around_messages(WORKDAY_SCHEDULE.weekdays, time(8), time(17))
    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", evening), ward.clock())

    assert [each.due_at for each in ward.deliver()] == [at("2026-03-02 09:00")]


def test_an_invited_persons_time_zone_is_set_when_slack_tells_it(ward: Ward) -> None:
    ward.invite(NURSE, CLERK.user_id, tz=None)

    assert ward.meet(CLERK, "Asia/Tokyo").preferences.tz == "Asia/Tokyo"


def test_someone_who_chose_utc_keeps_it(ward: Ward) -> None:
    ward.enrol(NURSE, tz="UTC")

    assert ward.meet(NURSE, "Asia/Tokyo").preferences.tz == "UTC"


def test_someone_who_chose_etc_utc_keeps_it(ward: Ward) -> None:
    """It is also what stands for a zone that isn't known, which Slack may tell later."""
    ward.enrol(NURSE)
    ward.run(enrollment.change_preferences, NURSE, Preferences(UNKNOWN_TIME_ZONE, follows_zone=False), ward.clock())

    assert ward.meet(NURSE, "Asia/Tokyo").preferences.tz == UNKNOWN_TIME_ZONE
    ward.run(enrollment.start_lessons, NURSE, "Asia/Tokyo", ward.clock())
    assert ward.find(NURSE).preferences.tz == UNKNOWN_TIME_ZONE


def test_a_zone_that_isnt_known_yet_is_set_even_after_other_settings_were_saved(ward: Ward) -> None:
    ward.enrol(NURSE, tz=UNKNOWN_TIME_ZONE)

    assert ward.meet(NURSE, "Asia/Tokyo").preferences.tz == "Asia/Tokyo"


def test_settings_are_saved(ward: Ward) -> None:
    ward.enrol(NURSE)
    chosen = Preferences("Asia/Kolkata", NIGHTS, frozenset({"conflict", "change"}), follows_zone=False)

    ward.run(enrollment.change_preferences, NURSE, chosen, ward.clock())

    assert ward.find(NURSE).preferences == chosen


def test_the_dm_channel_of_a_learner_is_saved(ward: Ward) -> None:
    learner = ward.enrol(NURSE)

    ward.run(enrollment.save_dm_channel, learner.id, "D123")

    assert ward.find(NURSE).dm_channel == "D123"


def test_the_dm_channel_of_an_erased_learner_is_not_saved(ward: Ward) -> None:
    learner = ward.enrol(NURSE)

    ward.run(enrollment.save_dm_channel, 999, "D123")

    assert learner.id != 999
    assert ward.find(NURSE).dm_channel is None
    assert ward.run(lambda session: session.get(Learner, 999)) is None


def test_a_day_that_had_its_lesson_early_is_not_promised_another(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 07:20")
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    ward.deliver()

    upcoming = ward.find(NURSE).next_lesson

    assert upcoming is not None
    assert upcoming.due_at == at("2026-03-03 09:00")
