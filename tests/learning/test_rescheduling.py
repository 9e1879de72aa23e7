"""When the times of messages change: what was due is still sent, and postponed lessons get a new time."""

import ast
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path

import pytest

import bot
from bot.content.roster_reader import ParsedRoster
from bot.domain.learner import Person, Preferences
from bot.domain.postponing import PostponeOption
from bot.domain.schedule import DeliveryKindName
from bot.domain.schedule_kinds import ShiftHours, WeeklySchedule
from bot.learning import (
    calendar_refresh,
    deactivation,
    enrollment,
    postponing,
    roster_settings,
    slack_profile,
    workspace_lifecycle,
)
from bot.learning.enrollment import UNKNOWN_TIME_ZONE
from bot.learning.slack_profile import SlackStatus
from bot.storage import Session
from bot.storage.tables import CalendarSource
from tests.builders import NURSE, TEAM, at
from tests.ward import Ward

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
IN_A_WEEK = SlackStatus(":palm_tree:", int(at("2026-03-10 00:00").timestamp()))


def day_shifts(**ends: str) -> ParsedRoster:
    """Return shifts in the first days of March 2026 from 7:00 London time, by day number (`d3="19:00"`)."""
    return ParsedRoster(
        tuple((at(f"2026-03-0{day[1:]} 07:00"), at(f"2026-03-0{day[1:]} {end}")) for day, end in ends.items()), 0
    )


@pytest.fixture
def postponed_to_1805(ward: Ward) -> Ward:
    """Tuesday, 7:20: a nurse with a calendar shift until 19:00 postponed the lesson to 18:05."""
    ward.enrol(NURSE)
    ward.run(
        roster_settings.save_roster,
        NURSE,
        day_shifts(d3="19:00", d5="19:00"),
        None,
        "https://rota.example/a.ics",
        ward.clock(),
    )
    ward.clock.set("2026-03-03 07:20")
    ward.deliver()
    ward.run(
        postponing.postpone_lesson, ward.library, NURSE, ward.lesson_of(NURSE), PostponeOption.BEFORE_END, ward.clock()
    )
    return ward


def kinds(ward: Ward, when: str) -> list[str]:
    """Return the kinds of messages that are delivered at a time."""
    ward.clock.set(when)
    return [each.kind for each in ward.deliver()]


def fetch(ward: Ward, read: ParsedRoster) -> None:
    """Fetch the calendar now, whether or not it is due."""
    ward.run(_fetch_now, ward)
    (claimed,) = ward.run(calendar_refresh.claim_due_calendars, ward.clock(), 10)
    ward.run(calendar_refresh.refresh_roster, claimed, read, ward.clock())


def _fetch_now(session: Session, ward: Ward) -> None:
    source = session.get_one(CalendarSource, enrollment.get_learner(session, NURSE).id)
    source.next_fetch_at = ward.clock()


def test_a_postponed_lesson_waits_for_the_next_shift_if_a_calendar_shortens_its_own(
    postponed_to_1805: Ward,
) -> None:
    ward = postponed_to_1805
    ward.clock.set("2026-03-03 10:00")

    fetch(ward, day_shifts(d3="12:00", d5="19:00"))

    assert kinds(ward, "2026-03-03 18:30") == []
    assert (TUESDAY, "later", "carried") in ward.days(NURSE)
    assert kinds(ward, "2026-03-05 07:20") == [DeliveryKindName.LESSON]


def test_a_postponed_lesson_still_comes_if_a_calendar_keeps_its_shift(postponed_to_1805: Ward) -> None:
    ward = postponed_to_1805
    ward.clock.set("2026-03-03 10:00")

    fetch(ward, day_shifts(d3="19:00", d5="12:00"))

    assert kinds(ward, "2026-03-03 18:05") == [DeliveryKindName.POSTPONED_LESSON]


def move_to_new_york(ward: Ward) -> None:
    ward.run(slack_profile.change_zone, NURSE, "America/New_York", ward.clock())


def work_nights(ward: Ward) -> None:
    preferences = Preferences("Europe/London", WeeklySchedule(dict.fromkeys(range(5), ShiftHours(time(22), time(6)))))
    ward.run(enrollment.change_preferences, NURSE, preferences, ward.clock())


def pause(ward: Ward) -> None:
    ward.run(enrollment.pause_lessons, NURSE, None, ward.clock())


def go_on_vacation(ward: Ward) -> None:
    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", follows_status=True), ward.clock())
    ward.run(slack_profile.follow_slack_status, NURSE, IN_A_WEEK, ward.clock())


def want_one_lesson_a_week(ward: Ward) -> None:
    ward.run(enrollment.switch_to_weekly, NURSE, ward.clock())


def leave(ward: Ward) -> None:
    ward.run(deactivation.deactivate_learner, ward.find(NURSE).id, ward.clock())


CHANGES = [move_to_new_york, work_nights, pause, go_on_vacation, want_one_lesson_a_week, leave]


@pytest.mark.parametrize("change", CHANGES)
def test_a_lesson_due_just_before_a_change_gets_a_row(ward: Ward, change: Callable[[Ward], None]) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00:01")

    change(ward)

    assert [day[:2] for day in ward.days(NURSE)] == [(MONDAY, "lesson")]


@pytest.mark.parametrize("change", [move_to_new_york, work_nights, pause, go_on_vacation])
def test_a_lesson_postponed_to_a_time_that_no_longer_exists_waits_for_the_next_shift(
    ward: Ward, change: Callable[[Ward], None]
) -> None:
    ward.enrol(NURSE)
    assert kinds(ward, "2026-03-02 09:00") == [DeliveryKindName.LESSON]
    ward.run(postponing.postpone_lesson, ward.library, NURSE, ward.lesson_of(NURSE), PostponeOption.HOUR, ward.clock())

    change(ward)

    assert (MONDAY, "later", "carried") in ward.days(NURSE)


def test_a_lesson_due_just_before_a_pause_comes_when_the_pause_is_undone(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00:01")

    pause(ward)
    ward.run(enrollment.resume_lessons, NURSE, ward.clock())

    assert [each.kind for each in ward.deliver()] == [DeliveryKindName.LESSON]


def test_a_time_zone_that_arrives_after_the_start_moves_the_next_lesson(ward: Ward) -> None:
    ward.clock.set("2026-03-02 05:00")
    ward.enrol(NURSE, tz=UNKNOWN_TIME_ZONE)

    ward.meet(NURSE, "Europe/Helsinki")

    assert kinds(ward, "2026-03-02 07:00") == [DeliveryKindName.LESSON]


def test_starting_in_another_workspace_brings_nothing_that_the_old_one_planned(ward: Ward) -> None:
    person, elsewhere = Person(TEAM, "U0GRID", "E0HEALTH"), Person("T0OTHER", "U0GRID", "E0HEALTH")
    ward.run(workspace_lifecycle.register_workspace, elsewhere.team_id, "E0HEALTH", "Lakeside", "U0BOT", ward.clock())
    ward.enrol(person)
    ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())
    ward.clock.set("2026-03-02 12:00")

    ward.run(enrollment.start_lessons, elsewhere, None, ward.clock())

    assert ward.days(person) == []


def _sources() -> Iterator[tuple[str, ast.Module]]:
    folder = Path(bot.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


DECIDES_WHEN = {"tz", "schedule", "cadence", "paused_until", "next_due_at"}
"""Columns of a learner that decide when messages come, in addition to `state`."""


def _is_reschedule(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any("reschedule(" in ast.unparse(item.context_expr) for item in node.items)


def _outside(node: ast.AST, function: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Return what is outside of every `with reschedule(…)`, with the function that contains it."""
    for child in ast.iter_child_nodes(node):
        if not _is_reschedule(child):
            inside = child.name if isinstance(child, ast.FunctionDef) else function
            yield inside, child
            yield from _outside(child, inside)


def _changes_times(node: ast.AST) -> bool:
    if not isinstance(node, ast.Assign):
        return False
    targets = [each for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Attribute)]
    names = {each.attr for each in targets}
    return bool(names & DECIDES_WHEN) or ("state" in names and "LearnerState" in ast.unparse(node.value))


def test_what_decides_when_messages_come_changes_only_inside_the_context_manager() -> None:
    loose = []
    for name, tree in _sources():
        if not name.startswith("learning/") or name == "learning/rescheduling.py":
            continue
        outside = list(_outside(tree))
        changing = {function for function, node in outside if _changes_times(node)}
        calls = {node.func.id for _, node in outside if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        # A private function may change them if it is called only inside a block.
        loose += [f"{name}: {each}" for each in changing if not each.startswith("_") or each in calls]

    assert loose == []
