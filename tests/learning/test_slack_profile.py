"""Following a Slack profile: moving to another time zone, and being away."""

from datetime import date, time, timedelta

import pytest

from bot.domain.learner import Person, Preferences
from bot.domain.schedule import DeliveryKindName
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, RotatingSchedule, ShiftHours, weekly_around_messages
from bot.learning import enrollment, practice, slack_profile, streaks
from bot.learning.slack_profile import SlackProfile, SlackStatus
from bot.storage import Session
from bot.storage.tables import Learner, LearnerState
from tests.builders import CLERK, NURSE, at
from tests.ward import Ward

HOLIDAY = ":palm_tree:"
NOTHING = SlackStatus("", 0)
NIGHTS = weekly_around_messages(frozenset({0, 1, 2}), time(22), time(6))


def enroll(ward: Ward, schedule: object = WORKDAY_SCHEDULE, **wishes: bool) -> None:
    """Enroll someone who, by default, lets their status pause lessons."""
    ward.enrol(NURSE)
    chosen = Preferences("Europe/London", schedule, **{"follows_status": True, **wishes})  # type: ignore[arg-type]
    ward.run(enrollment.change_preferences, NURSE, chosen, ward.clock())


def move(ward: Ward, tz: str) -> bool:
    said = ward.run(slack_profile.would_change_zone, NURSE, tz)
    changed = ward.run(slack_profile.change_zone, NURSE, tz, ward.clock())
    assert said == changed
    return changed


def reads_in(ward: Ward, locale: str) -> bool:
    """Change the locale as Slack's event does, and return whether that changed anything."""
    said = ward.run(slack_profile.would_change_locale, NURSE, locale)
    changed = ward.run(slack_profile.change_locale, NURSE, locale)
    assert said == changed
    return changed


def show(ward: Ward, status: SlackStatus) -> bool:
    said = ward.run(slack_profile.would_status_change_pause, NURSE, status, ward.clock())
    changed = ward.run(slack_profile.follow_slack_status, NURSE, status, ward.clock())
    assert said == changed
    assert not ward.run(
        slack_profile.would_status_change_pause, NURSE, status, ward.clock()
    )  # repeating it changes nothing
    return changed


def until(text: str, emoji: str = HOLIDAY) -> SlackStatus:
    return SlackStatus(emoji, int(at(text).timestamp()))


def kinds(ward: Ward, when: str) -> list[str]:
    """Return the kinds of messages that arrive by then."""
    ward.clock.set(when)
    return [each.kind for each in ward.deliver()]


def days_with_a_lesson(ward: Ward) -> list[date]:
    return [day for day, kind, became in ward.days(NURSE) if (kind, became) == ("lesson", "sent")]


def test_moving_west_moves_the_next_lesson(ward: Ward) -> None:
    enroll(ward)
    ward.clock.set("2026-03-02 07:00")

    assert move(ward, "America/New_York")

    assert kinds(ward, "2026-03-02 13:59") == []
    assert kinds(ward, "2026-03-02 14:00") == [DeliveryKindName.LESSON]


def test_moving_west_after_the_days_lesson_brings_no_second_one(ward: Ward) -> None:
    enroll(ward)
    kinds(ward, "2026-03-02 09:00")

    move(ward, "America/New_York")

    assert kinds(ward, "2026-03-02 14:00") == []
    assert kinds(ward, "2026-03-02 21:30") == [DeliveryKindName.DAY_END]
    assert days_with_a_lesson(ward) == [date(2026, 3, 2)]


def test_crossing_the_date_line_back_and_forth_gives_each_day_one_lesson(ward: Ward) -> None:
    enroll(ward)
    for hour in range(6 * 24):
        ward.clock.set("2026-03-02 06:00")
        ward.clock.advance(hours=hour)
        if hour % 20 == 0:
            move(ward, ("Pacific/Auckland", "Pacific/Honolulu")[hour // 20 % 2])
        ward.deliver()

    days = days_with_a_lesson(ward)
    assert len(days) == len(set(days)) >= 3


def test_a_lesson_due_just_before_the_move_still_comes(ward: Ward) -> None:
    enroll(ward)
    ward.clock.set("2026-03-02 09:00")

    move(ward, "America/New_York")

    assert [each.kind for each in ward.deliver()] == [DeliveryKindName.LESSON]
    assert kinds(ward, "2026-03-02 14:00") == []


def test_learners_with_a_chosen_zone_are_not_moved(ward: Ward) -> None:
    enroll(ward, follows_zone=False)

    assert not move(ward, "America/New_York")

    assert ward.find(NURSE).preferences.tz == "Europe/London"


def test_a_zone_typed_in_settings_stays_until_following_is_turned_on_again(ward: Ward) -> None:
    """Slack sends the whole profile with every change: a new status must not move them to its time zone."""
    enroll(ward)
    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/Berlin", follows_zone=False), ward.clock())

    assert not move(ward, "Europe/London")

    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/Berlin"), ward.clock())
    assert move(ward, "Europe/London")


@pytest.mark.parametrize("tz", ["", "Mars/Olympus", "Europe/London"])
def test_an_invalid_or_unchanged_zone_changes_nothing(ward: Ward, tz: str) -> None:
    enroll(ward)

    assert not move(ward, tz)


def test_profiles_of_unregistered_people_are_ignored(ward: Ward) -> None:
    stranger = Person("T0HOSPITAL", "U0STRANGER")

    assert not ward.run(slack_profile.change_zone, stranger, "Europe/Berlin", ward.clock())
    assert not ward.run(slack_profile.follow_slack_status, stranger, until("2026-03-06 23:59"), ward.clock())


def test_a_vacation_pauses_until_the_day_after_and_nothing_piles_up(ward: Ward) -> None:
    enroll(ward)

    assert show(ward, until("2026-03-15 23:59"))

    paused = ward.find(NURSE)
    assert (paused.is_paused, paused.paused_until, paused.paused_by_status) == (True, date(2026, 3, 16), True)
    assert kinds(ward, "2026-03-15 23:00") == []
    assert kinds(ward, "2026-03-16 09:00") == [DeliveryKindName.LESSON]
    assert not ward.find(NURSE).paused_by_status


def test_a_status_without_an_end_pauses_until_it_is_cleared(ward: Ward) -> None:
    enroll(ward)

    show(ward, SlackStatus(":face_with_thermometer:", 0))

    assert ward.find(NURSE).state is LearnerState.PAUSED
    assert kinds(ward, "2026-03-09 12:00") == []
    assert show(ward, NOTHING)
    assert ward.find(NURSE).state is LearnerState.ACTIVE
    assert kinds(ward, "2026-03-10 09:00") == [DeliveryKindName.LESSON]


def test_lessons_resume_when_a_status_is_cleared_or_replaced(ward: Ward) -> None:
    enroll(ward)
    for other in (NOTHING, SlackStatus(":bus:", 0)):
        show(ward, until("2026-03-15 23:59"))

        assert show(ward, other)

        assert not ward.find(NURSE).is_paused


def test_changing_a_statuss_expiration_moves_the_end_of_the_pause(ward: Ward) -> None:
    enroll(ward)

    for ends, back in (
        ("2026-03-08 23:59", date(2026, 3, 9)),
        ("2026-03-15 23:59", date(2026, 3, 16)),
        ("2026-03-03 23:59", date(2026, 3, 4)),
    ):
        assert show(ward, until(ends))
        assert ward.find(NURSE).paused_until == back


def test_a_status_that_is_over_by_noon_pauses_nothing(ward: Ward) -> None:
    enroll(ward)

    assert not show(ward, until("2026-03-02 11:00"))


def test_other_statuses_pause_nothing(ward: Ward) -> None:
    enroll(ward)

    assert not show(ward, SlackStatus(":spiral_calendar_pad:", 0))


def test_a_status_is_followed_only_by_choice(ward: Ward) -> None:
    ward.enrol(NURSE)

    assert not show(ward, until("2026-03-15 23:59"))


@pytest.mark.parametrize("own", [date(2026, 3, 5), None])
def test_a_persons_own_pause_is_neither_shortened_nor_lifted(ward: Ward, own: date | None) -> None:
    enroll(ward)
    ward.run(enrollment.pause_lessons, NURSE, own, ward.clock())

    for status in (until("2026-03-03 23:59"), SlackStatus(HOLIDAY, 0), NOTHING):
        assert not show(ward, status)

    paused = ward.find(NURSE)
    assert (paused.is_paused, paused.paused_until, paused.paused_by_status) == (True, own, False)


def test_extending_a_status_pause_makes_it_a_chosen_pause(ward: Ward) -> None:
    enroll(ward)
    show(ward, until("2026-03-03 23:59"))
    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 9), ward.clock())

    assert not show(ward, NOTHING)

    assert ward.find(NURSE).paused_until == date(2026, 3, 9)


def test_resuming_during_a_vacation_lasts_until_the_next_one(ward: Ward) -> None:
    """Slack sends the whole profile with every change: the same status must not pause them again."""
    enroll(ward)
    holiday = until("2026-03-15 23:59")
    show(ward, holiday)
    ward.run(enrollment.resume_lessons, NURSE, ward.clock())

    assert not show(ward, holiday)
    assert not ward.find(NURSE).is_paused
    show(ward, NOTHING)
    assert show(ward, until("2026-04-12 23:59"))


def test_turning_following_off_lifts_a_status_pause(ward: Ward) -> None:
    enroll(ward)
    show(ward, SlackStatus(HOLIDAY, 0))

    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London"), ward.clock())

    assert not ward.find(NURSE).is_paused
    assert not show(ward, SlackStatus(HOLIDAY, 0))


def test_getting_sick_after_the_lesson_breaks_no_streak(ward: Ward) -> None:
    enroll(ward)
    kinds(ward, "2026-03-02 09:00")
    ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock())
    kinds(ward, "2026-03-03 09:00")
    show(ward, SlackStatus(":face_with_thermometer:", 0))
    assert kinds(ward, "2026-03-08 12:00") == []
    show(ward, NOTHING)

    kinds(ward, "2026-03-09 09:00")

    assert ward.run(streaks.read_streak, NURSE, ward.clock()).streak.current == 1


def test_a_status_enrolls_nobody(ward: Ward) -> None:
    ward.meet(CLERK)

    assert not ward.run(slack_profile.follow_slack_status, CLERK, until("2026-03-15 23:59"), ward.clock())


def test_a_status_does_not_resume_lessons_during_a_check_in_or_after_leaving(ward: Ward) -> None:
    enroll(ward)
    show(ward, until("2026-03-15 23:59"))
    for state in (LearnerState.WAITING, LearnerState.LEFT):
        ward.run(put, ward.find(NURSE).id, state)

        ward.run(slack_profile.follow_slack_status, NURSE, NOTHING, ward.clock())

        assert ward.find(NURSE).state is state


def put(session: Session, learner_id: int, state: LearnerState) -> None:
    session.get_one(Learner, learner_id).state = state


def test_a_night_shift_that_began_in_a_status_pause_stays_silent_past_midnight(ward: Ward) -> None:
    enroll(ward, NIGHTS)
    show(ward, until("2026-03-02 23:59"))

    assert kinds(ward, "2026-03-03 12:00") == []
    assert kinds(ward, "2026-03-03 22:00") == [DeliveryKindName.LESSON]


def test_a_pause_that_ends_within_a_rotation_goes_on_with_the_shift_of_that_day(ward: Ward) -> None:
    hours = {"D": ShiftHours(time(7), time(19, 30)), "N": ShiftHours(time(19), time(7, 30))}
    enroll(ward, RotatingSchedule(date(2026, 3, 2), tuple("DDNN----"), hours))
    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 5), ward.clock())  # the second night

    assert kinds(ward, "2026-03-05 19:19") == []
    assert kinds(ward, "2026-03-05 19:20") == [DeliveryKindName.LESSON]
    assert kinds(ward, "2026-03-06 07:05") == [DeliveryKindName.DAY_END]
    assert kinds(ward, "2026-03-10 07:19") == []
    assert kinds(ward, "2026-03-10 07:20") == [DeliveryKindName.LESSON]


def test_after_a_long_break_one_lesson_comes_and_no_more(ward: Ward) -> None:
    enroll(ward, NIGHTS)
    ward.run(enrollment.pause_lessons, NURSE, date(2026, 3, 2) + timedelta(weeks=6), ward.clock())

    assert kinds(ward, "2026-04-13 23:00") == [DeliveryKindName.LESSON]
    assert len(ward.deliveries(NURSE)) == 1


def test_dates_and_times_follow_the_locale_of_slack(ward: Ward) -> None:
    enroll(ward)
    assert ward.find(NURSE).formats.write_time(time(19, 5)) == "19:05"

    assert reads_in(ward, "en-US")
    assert not reads_in(ward, "en-US")

    assert ward.find(NURSE).formats.write_time(time(19, 5)) == "7:05 PM"


@pytest.mark.parametrize("unknown", ["", "xx-YY", "../../en", "en-GB" * 10])
def test_a_locale_that_nobody_knows_changes_nothing(ward: Ward, unknown: str) -> None:
    enroll(ward)

    assert not reads_in(ward, unknown)

    assert ward.find(NURSE).formats.locale == "en-GB"


def test_a_locale_of_somebody_who_isnt_registered_is_not_stored(ward: Ward) -> None:
    assert not ward.run(slack_profile.change_locale, CLERK, "en-GB")
    assert ward.run(enrollment.read_formats, CLERK).locale is None


def test_locale_and_time_zone_are_learned_at_first_contact_and_at_start(ward: Ward) -> None:
    now = ward.clock()

    met = ward.run(slack_profile.register, NURSE, SlackProfile("Europe/London", "en-GB"), now)
    started = ward.run(slack_profile.start, NURSE, SlackProfile("Europe/London", "de-DE"), now)

    assert met.formats.locale == "en-GB"
    assert (started.formats.locale, started.has_started) == ("de-DE", True)


def test_a_profile_that_says_no_locale_keeps_the_one_that_is_known(ward: Ward) -> None:
    ward.run(slack_profile.register, NURSE, SlackProfile("Europe/London", "en-GB"), ward.clock())

    again = ward.run(slack_profile.register, NURSE, SlackProfile(), ward.clock())

    assert again.formats.locale == "en-GB"
