"""How ready people feel: asked in a day-end message now and then, and told to themselves."""

from datetime import date, timedelta

import pytest

from bot.domain.schedule import DeliveryKindName
from bot.domain.self_rating import GivenRating, RatingQuestion
from bot.errors import NotFound, Refused
from bot.kinds.day_end import DayEnd
from bot.learning import enrollment, practice, privacy, progress, reflections, self_rating_answers, self_ratings
from bot.learning.lesson_state import LessonState, get_lesson_state
from bot.learning.message_deliveries import MessageRef
from bot.learning.self_ratings import ExportedSelfRating, SelfRatingCourse, SelfRatingForm
from bot.storage import Session, Store, learners
from bot.storage.tables import SelfRating
from tests.builders import CLERK, NURSE
from tests.statements import statements
from tests.ward import Ward, day_end_of

WORDS, WEEK = RatingQuestion.HARD_WORDS, RatingQuestion.HARD_WEEK
FIRST = date(2026, 3, 2)


@pytest.fixture
def at_work(ward: Ward) -> Ward:
    """A nurse who started on Monday morning."""
    ward.enrol(NURSE)
    return ward


def day_end(ward: Ward, day: date) -> DayEnd | None:
    """Bring a day's messages, answer its lesson, and return what the day end brings; None if there is none."""
    ward.clock.set(f"{day} 09:00")
    if any(each.kind == DeliveryKindName.LESSON for each in ward.deliver()):
        ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "A", ward.clock())
    ward.clock.set(f"{day} 16:30")
    return next((day_end_of(each) for each in ward.deliver() if each.kind == DeliveryKindName.DAY_END), None)


def asked(ward: Ward, day: date) -> int | None:
    """After how many weeks a day's message asks; None if it doesn't."""
    end = day_end(ward, day)
    return end.self_rating.weeks if end and end.self_rating else None


def end(ward: Ward) -> MessageRef:
    return ward.message_of(NURSE, DeliveryKindName.DAY_END)


def press(ward: Ward, question: RatingQuestion, value: int, ref: MessageRef | None = None) -> LessonState:
    given = GivenRating(question, value)
    return ward.run(self_rating_answers.record_self_rating, ward.library, NURSE, ref or end(ward), given, ward.clock())


def courses(ward: Ward) -> tuple[SelfRatingCourse, ...]:
    return ward.run(progress.read_progress, ward.library, NURSE, ward.clock()).self_ratings


def test_the_first_day_end_asks_and_so_does_one_after_4_and_one_after_12_weeks(at_work: Ward) -> None:
    days = [FIRST + timedelta(days=number) for number in range(0, 100, 4)]

    told = {day: weeks for day in days if (weeks := asked(at_work, day)) is not None}

    assert told == {FIRST: 0, FIRST + timedelta(weeks=4): 4, FIRST + timedelta(weeks=12): 12}


def test_an_answer_is_shown_in_the_message_and_another_one_replaces_it_on_that_day(at_work: Ward) -> None:
    day_end(at_work, FIRST)

    press(at_work, WORDS, 2)
    press(at_work, WEEK, 3)
    state = press(at_work, WORDS, 4)

    assert state.self_rating == SelfRatingForm(0, {WORDS: 4, WEEK: 3})


def test_on_a_later_day_an_answer_stays_and_a_missing_one_can_still_be_given(at_work: Ward) -> None:
    day_end(at_work, FIRST)
    ref = end(at_work)
    press(at_work, WORDS, 2)
    day_end(at_work, FIRST + timedelta(days=1))

    with pytest.raises(Refused, match="that answer stays"):
        press(at_work, WORDS, 5, ref)
    state = press(at_work, WEEK, 1, ref)

    assert state.self_rating == SelfRatingForm(0, {WORDS: 2, WEEK: 1})


def test_after_two_weeks_no_answer_is_saved(at_work: Ward) -> None:
    day_end(at_work, FIRST)
    at_work.clock.set("2026-03-17 10:00")

    with pytest.raises(Refused, match="more than two weeks old"):
        press(at_work, WORDS, 5)

    assert courses(at_work) == tuple(SelfRatingCourse(each) for each in RatingQuestion)


def test_a_message_that_doesnt_ask_takes_no_answer(at_work: Ward) -> None:
    day_end(at_work, FIRST)
    day_end(at_work, FIRST + timedelta(days=1))

    with pytest.raises(NotFound):
        press(at_work, WORDS, 5)
    with pytest.raises(NotFound):
        press(at_work, WORDS, 5, at_work.lesson_of(NURSE))


def test_the_questions_are_no_reason_for_a_message_and_come_with_the_next_one(at_work: Ward) -> None:
    at_work.clock.set(f"{FIRST} 09:00")
    at_work.deliver()
    ref = at_work.lesson_of(NURSE)
    at_work.run(reflections.save_reflection, at_work.library, NURSE, ref, "A line", at_work.clock())

    assert day_end(at_work, FIRST) is None
    assert asked(at_work, FIRST + timedelta(days=1)) == 0


def test_who_is_away_is_asked_within_two_weeks_or_never(at_work: Ward) -> None:
    at_work.run(enrollment.pause_lessons, NURSE, date(2026, 3, 12), at_work.clock())
    assert day_end(at_work, date(2026, 3, 11)) is None
    assert asked(at_work, date(2026, 3, 12)) == 0

    at_work.run(enrollment.pause_lessons, NURSE, date(2026, 4, 14), at_work.clock())
    assert asked(at_work, date(2026, 4, 14)) is None


def test_who_starts_again_isnt_asked_for_the_same_a_second_time(at_work: Ward) -> None:
    day_end(at_work, FIRST)
    press(at_work, WORDS, 2)
    at_work.clock.set("2026-03-04 08:00")
    at_work.run(start_again)

    assert asked(at_work, date(2026, 3, 4)) is None


def start_again(session: Session) -> None:
    learner = learners.find(session, NURSE)
    assert learner is not None
    learner.started_at = learner.created_at + timedelta(days=2)


def test_retrying_a_message_asks_the_same(at_work: Ward) -> None:
    at_work.clock.set(f"{FIRST} 09:00")
    at_work.deliver()
    at_work.clock.set(f"{FIRST} 16:30")
    at_work.plan()

    (outgoing,) = at_work.claim()

    assert day_end_of(outgoing).self_rating == SelfRatingForm(0)


def test_the_message_shows_the_questions_again_whatever_is_done_in_it(at_work: Ward) -> None:
    day_end(at_work, FIRST)

    state = at_work.run(get_lesson_state, at_work.library, NURSE, end(at_work), at_work.clock())

    assert state.self_rating == SelfRatingForm(0)


def test_the_statements_dont_grow_with_the_learners(at_work: Ward, store: Store) -> None:
    at_work.enrol(CLERK)
    one = {(at_work.find(NURSE).id, FIRST)}
    both = one | {(at_work.find(CLERK).id, FIRST)}

    with statements(store) as for_one:
        assert len(at_work.run(self_ratings.find_forms, one)) == 1
    with statements(store) as for_both:
        assert len(at_work.run(self_ratings.find_forms, both)) == 2

    assert len(for_both) == len(for_one)


def test_the_export_has_the_answers_and_deleting_everything_deletes_them(at_work: Ward) -> None:
    day_end(at_work, FIRST)
    press(at_work, WEEK, 3)

    export = at_work.run(privacy.export_learner, at_work.library, NURSE, at_work.clock())
    at_work.run(privacy.erase_learner, NURSE, at_work.clock())

    assert export.self_ratings == (ExportedSelfRating(FIRST, 0, WEEK, 3),)
    assert at_work.run(lambda session: session.get(SelfRating, (1, 0, WEEK))) is None


def test_progress_has_the_answers_of_each_time(at_work: Ward) -> None:
    day_end(at_work, FIRST)
    press(at_work, WORDS, 2)
    day_end(at_work, FIRST + timedelta(weeks=4))
    press(at_work, WORDS, 4)

    assert courses(at_work) == (SelfRatingCourse(WORDS, {0: 2, 4: 4}), SelfRatingCourse(WEEK))


@pytest.mark.parametrize("tz", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
def test_the_first_day_end_asks_in_every_time_zone(ward: Ward, tz: str) -> None:
    ward.clock.set("2026-03-03 00:30")
    ward.enrol(NURSE, tz=tz)
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())
    forms = []
    for hours in range(48):
        ward.clock.set(f"2026-03-0{3 + hours // 24} {hours % 24:02}:35")
        forms += [day_end_of(each).self_rating for each in ward.deliver() if each.kind == DeliveryKindName.DAY_END]

    assert forms[0] == SelfRatingForm(0)
    assert set(forms[1:]) <= {None}
