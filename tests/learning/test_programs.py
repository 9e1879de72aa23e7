"""Programs: their lessons come first and in their order, once each, and whoever follows one can leave at any time."""

from datetime import time

import pytest

from bot.domain.learner import Person, Preferences
from bot.domain.lesson import Pack
from bot.domain.postponing import PostponeOption
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE
from bot.errors import NotFound, PackError, Refused
from bot.learning import (
    enrollment,
    extra_lessons,
    first_contact,
    lesson_state,
    pack_removal,
    packs,
    postponing,
    practice,
    programs,
)
from bot.learning.first_contact import FirstChoices
from bot.learning.home import read_home
from bot.learning.programs import ProgramChange
from bot.slack.blocks.programs import progress_text
from bot.storage.packs import EVERYONES_SCOPE
from tests.builders import CLERK, FINANCE, NURSE, TEAM, lesson, pack, program, six_lessons
from tests.engine_kinds import KINDS
from tests.ward import Ward

WEEKS = program("first-gap", "budget-lines", "one-page")
OTHER = program("two-colleagues", "one-page", "name-the-conflict", slug="conflict-weeks")


def with_programs(version: str = "2.0", without: str = "") -> Pack:
    """The six lessons, and two programs through them."""
    lessons = [each for each in six_lessons().lessons if each.id != without]
    return pack(*lessons, version=version, programs=(WEEKS, OTHER))


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward whose pack has two programs, and a nurse who has started."""
    load(ward, with_programs())
    ward.enrol(NURSE)
    return ward


def load(ward: Ward, loaded: Pack, scope: str = EVERYONES_SCOPE) -> None:
    ward.run(packs.load_pack, loaded, scope, "rounds", ward.clock())


def follow(ward: Ward, slug: str | None, person: Person = NURSE) -> ProgramChange:
    return ward.run(programs.follow_program, ward.library, person, slug, ward.clock())


def next_days(ward: Ward, count: int) -> list[str]:
    """The lessons of the next days (ids), one a day."""
    got = []
    for _ in range(count):
        got += [each.lesson.id for each in ward.deliver() if each.lesson and each.kind == "lesson"]
        ward.clock.advance(days=1)
    return got


def test_the_lessons_of_a_program_come_first_and_then_the_others(ward: Ward) -> None:
    ward.clock.set("2026-03-02 09:00")
    follow(ward, "first-weeks")

    got = next_days(ward, 5)

    assert got[:3] == ["first-gap", "budget-lines", "one-page"]
    assert set(got[3:]).isdisjoint(got[:3])


def test_a_lesson_that_somebody_had_before_is_not_repeated(ward: Ward) -> None:
    ward.clock.set("2026-03-02 09:00")
    (first,) = next_days(ward, 1)
    assert first == "budget-lines"

    follow(ward, "first-weeks")

    assert next_days(ward, 2) == ["first-gap", "one-page"]


def test_whoever_leaves_gets_what_everybody_gets(ward: Ward) -> None:
    ward.clock.set("2026-03-02 08:00")
    ward.enrol(CLERK)
    ward.clock.set("2026-03-02 09:00")
    follow(ward, "conflict-weeks", CLERK)

    left = follow(ward, None, CLERK)
    follow(ward, "first-weeks")
    follow(ward, None)

    assert (left.before is not None, left.now) == (True, None)
    assert [each.lesson.id for each in ward.deliver() if each.lesson] == ["budget-lines", "budget-lines"]


def test_a_postponed_lesson_comes_before_the_program_goes_on(ward: Ward) -> None:
    ward.clock.set("2026-03-02 09:00")
    follow(ward, "first-weeks")
    next_days(ward, 1)
    ward.clock.advance(days=-1)
    ref = ward.lesson_of(NURSE)
    ward.run(postponing.postpone_lesson, ward.library, NURSE, ref, PostponeOption.NEXT_SHIFT, ward.clock())
    ward.clock.advance(days=1)

    assert next_days(ward, 2) == ["first-gap", "budget-lines"]


def test_an_extra_lesson_is_the_programs_next(ward: Ward) -> None:
    ward.clock.set("2026-03-02 09:00")
    follow(ward, "first-weeks")
    ward.deliver()
    ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock())

    ward.run(extra_lessons.request_extra_lesson, ward.library, NURSE, None, ward.clock())

    (extra,) = ward.deliver()
    assert extra.lesson is not None
    assert extra.lesson.id == "budget-lines"


def test_the_lesson_says_where_in_the_program_it_stands_and_still_does_after_the_answer(ward: Ward) -> None:
    ward.clock.set("2026-03-02 09:00")
    follow(ward, "first-weeks")

    (sent,) = ward.deliver()
    assert sent.lesson is not None
    shown = KINDS["lesson"].build(sent.lesson, ward.clock().date(), sent.formats, sent.extras)
    ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock())
    state = ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ward.lesson_of(NURSE), ward.clock())
    answered = KINDS["lesson"].rebuild(state)

    assert "First weeks, lesson 1 of 3." in shown.text
    assert answered is not None
    assert "First weeks, lesson 1 of 3." in answered.text


def test_the_last_lesson_says_what_comes_after_it(ward: Ward) -> None:
    ward.clock.set("2026-03-02 09:00")
    follow(ward, "first-weeks")
    next_days(ward, 2)

    (sent,) = ward.deliver()
    assert sent.lesson is not None
    shown = KINDS["lesson"].build(sent.lesson, ward.clock().date(), sent.formats, sent.extras)

    assert "First weeks, lesson 3 of 3. It's the last one: after it all skills take turns." in shown.text


def test_a_lesson_of_the_time_before_the_program_is_not_called_a_part_of_it(ward: Ward) -> None:
    ward.clock.set("2026-03-02 09:00")
    next_days(ward, 1)
    follow(ward, "first-weeks")

    state = ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ward.lesson_of(NURSE), ward.clock())

    assert state.lesson.id == "budget-lines"
    assert state.program is None


def test_progress_counts_the_lessons_that_were_answered_beside_those_that_were_sent(ward: Ward) -> None:
    ward.clock.set("2026-03-02 09:00")
    follow(ward, "first-weeks")
    next_days(ward, 2)
    ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock())

    view = ward.run(programs.read_programs, ward.library, NURSE)
    home = ward.run(read_home, ward.library, NURSE, ward.clock())

    assert view.current is not None
    assert (view.current.had, view.current.answered, view.current.count) == (2, 1, 3)
    assert progress_text(view.current) == "First weeks: 1 of 3 lessons answered."
    assert home.program == view.current
    assert home.offers_programs
    assert [(each.program.slug, each.had) for each in view.offered] == [("first-weeks", 2), ("conflict-weeks", 0)]


def test_a_choice_that_changes_nothing_says_so(ward: Ward) -> None:
    follow(ward, "first-weeks")

    assert follow(ward, "first-weeks").is_none
    assert not follow(ward, "conflict-weeks").is_none


def test_a_program_that_is_gone_is_refused_and_the_old_choice_stays(ward: Ward) -> None:
    follow(ward, "first-weeks")

    with pytest.raises(NotFound, match="isn't offered anymore"):
        follow(ward, "night-weeks")

    view = ward.run(programs.read_programs, ward.library, NURSE)
    assert view.followed == "first-weeks"


def test_nobody_follows_a_program_before_start(ward: Ward) -> None:
    ward.meet(CLERK)

    with pytest.raises(Refused, match="Press Start"):
        follow(ward, "first-weeks", CLERK)


def test_a_program_whose_pack_was_removed_rests_and_comes_back_with_it(ward: Ward) -> None:
    ward.clock.set("2026-03-02 09:00")
    load(
        ward, pack(lesson("extra-01", FINANCE), slug="extra", programs=(program("extra-01", slug="extra-weeks"),)), TEAM
    )
    follow(ward, "extra-weeks")
    live = {each.slug: each for each in ward.run(packs.list_live_packs, TEAM)}["extra"]
    ward.run(pack_removal.remove_pack, live.version_id, TEAM, "U0ADMIN", ward.clock())

    assert next_days(ward, 1) == ["budget-lines"]
    assert ward.run(programs.read_programs, ward.library, NURSE).current is None
    ward.clock.set("2026-03-03 08:00")
    load(
        ward,
        pack(
            lesson("extra-01", FINANCE),
            slug="extra",
            version="1.1",
            programs=(program("extra-01", slug="extra-weeks"),),
        ),
        TEAM,
    )
    ward.clock.set("2026-03-03 09:00")
    assert next_days(ward, 1) == ["extra-01"]


def test_a_program_that_another_live_pack_has_is_refused(ward: Ward) -> None:
    with pytest.raises(PackError) as refused:
        load(ward, pack(lesson("extra-01", FINANCE), slug="extra", programs=(program("extra-01"),)), TEAM)

    assert [problem.code for problem in refused.value.problems] == ["P903"]


def test_a_program_without_any_lesson_that_is_taught_is_not_offered(ward: Ward) -> None:
    empty = program("gone-01", "gone-02", "gone-03", slug="gone")
    load(ward, pack(lesson("extra-01", FINANCE), slug="extra", programs=(empty,)), TEAM)

    offered = ward.run(programs.read_programs, ward.library, NURSE).offered

    assert [each.program.slug for each in offered] == ["first-weeks", "conflict-weeks"]


def test_first_contact_can_begin_a_program(ward: Ward) -> None:
    ward.clock.set("2026-03-02 08:00")
    questions = ward.run(first_contact.find_questions, ward.library, NURSE, ward.clock())
    assert questions is not None
    assert [each.slug for each in questions.programs] == ["first-weeks", "conflict-weeks"]

    choices = FirstChoices(time(9), None, "conflict-weeks")
    begun = ward.run(first_contact.begin_with_lesson, ward.library, NURSE, choices, None, ward.clock())

    (sent,) = ward.deliver()
    assert sent.lesson is not None
    assert sent.lesson.id == "two-colleagues"
    assert begun.program is not None
    assert begun.program.program.slug == "conflict-weeks"


def test_first_contact_ignores_a_program_that_is_gone(ward: Ward) -> None:
    begun = ward.run(
        first_contact.begin_with_lesson, ward.library, NURSE, FirstChoices(program="gone"), None, ward.clock()
    )

    assert begun.program is None


def test_settings_leave_the_program_alone(ward: Ward) -> None:
    follow(ward, "first-weeks")

    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", WORKDAY_SCHEDULE), ward.clock())

    assert ward.run(programs.read_programs, ward.library, NURSE).followed == "first-weeks"
