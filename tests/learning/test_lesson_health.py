"""Which lessons need another look is told once a week, of the questions as they read now, and never of few people."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from bot.domain.audience import Audience
from bot.domain.cohort import CohortDraft
from bot.domain.learner import Person
from bot.domain.lesson import Pack, Skill
from bot.domain.lesson_health import Few, HealthProblem
from bot.domain.schedule import DeliveryKindName
from bot.learning import (
    cohorts,
    lesson_figures,
    lesson_health,
    pack_pilots,
    packs,
    privacy,
    running_pilots,
    weekly_figures,
)
from bot.learning.cohorts import CohortView
from bot.learning.invitations import Guest
from bot.learning.lesson_figures import LessonFigure, PeopleCount
from bot.learning.lesson_health import HealthReport
from bot.storage import Session, deliveries, learners, lesson_use, pack_audiences
from bot.storage import lesson_health as queries
from bot.storage import packs as pack_queries
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Answer, Delivery, LessonFeedback, PackAudienceMember, SavedLesson, SendState
from tests.builders import TEAM, lesson
from tests.builders import pack as make_pack
from tests.ward import Ward

ADMIN = Person(TEAM, "U0ADMIN")
PEOPLE = [Person(TEAM, f"U0CROWD{number:02}") for number in range(40)]
MONDAY = date(2026, 3, 2)
HARD, OTHER = "two-colleagues", "first-gap"


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """Forty people whom Rounds has met, on the Sunday before the week."""
    ward.clock.set("2026-03-01 12:00")
    for person in PEOPLE:
        ward.meet(person)
    return ward


def revision_of(ward: Ward, lesson_id: str) -> int:
    return ward.run(ward.library.get_workspace_curriculum, TEAM).revision_ids[lesson_id]


def get(
    session: Session,
    person: Person,
    revision_id: int,
    day: date,
    choice: str | None,
    carried_over: bool = False,
) -> None:
    """What getting a lesson leaves behind, and answering it: B is right."""
    learner = learners.find(session, person)
    assert learner is not None
    while deliveries.find(session, learner.id, day, DeliveryKindName.LESSON) is not None:
        day += timedelta(days=1)
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    row = Delivery(
        id=uuid4(), learner_id=learner.id, team_id=TEAM, learning_day=day, kind="lesson", due_at=at, expires_at=at,
        state=SendState.SENT, revision_id=revision_id, carried_over=carried_over,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if choice is not None:
        session.add(
            Answer(
                delivery_id=row.id, learner_id=learner.id, revision_id=revision_id, choice=choice,
                correct=choice == "B", learning_day=day, at=at,
            )
        )  # fmt: skip


def answer(ward: Ward, people: Collection[Person], lesson_id: str, right: int, day: date = MONDAY) -> None:
    """Each of these people answers; the first ones right (B), the others A."""
    revision_id = revision_of(ward, lesson_id)
    for place, person in enumerate(people):
        ward.run(get, person, revision_id, day, "B" if place < right else "A")


def write(ward: Ward, when: str = "2026-03-10 13:00") -> None:
    """What the housekeeping does."""
    ward.clock.set(when)
    ward.run(lesson_figures.record_lesson_figures, ward.library, ward.clock())


def read(ward: Ward, team_id: str = TEAM) -> HealthReport:
    return ward.run(lesson_health.read_health, ward.library, team_id)


def figure_of(ward: Ward, lesson_id: str) -> LessonFigure:
    (found,) = [each.figure for each in read(ward).to_check if each.lesson.id == lesson_id]
    return found


def test_what_few_find_comes_first_and_says_no_more_than_that(ward: Ward) -> None:
    answer(ward, PEOPLE[:18], HARD, right=2)
    answer(ward, PEOPLE[:20], OTHER, right=5)
    write(ward)

    report = read(ward)

    assert [each.lesson.id for each in report.to_check] == [HARD, OTHER]
    assert (report.assessed, report.taught, report.as_of) == (2, 6, date(2026, 3, 9))
    hard, other = (each.figure.health for each in report.to_check)
    assert hard is not None
    assert other is not None
    assert (hard.people, hard.percent, hard.few, hard.wrong_letter, hard.chose) == (15, None, Few.RIGHT, "A", 10)
    assert (other.people, other.percent, other.few, other.chose) == (20, 25, None, 15)


def test_a_clinic_of_twelve_in_which_all_are_wrong_is_told_nothing(ward: Ward) -> None:
    for person in PEOPLE[12:]:
        ward.run(privacy.erase_learner, person, ward.clock())
    answer(ward, PEOPLE[:12], HARD, right=0)
    write(ward)

    assert read(ward) == HealthReport((), 0, 6, date(2026, 3, 9))


def test_nothing_is_told_before_the_week_is_over_and_nothing_changes_until_the_next(ward: Ward) -> None:
    answer(ward, PEOPLE[:18], HARD, right=2)
    write(ward, "2026-03-09 12:00")
    assert read(ward).assessed == 0

    write(ward)
    before = read(ward)
    answer(ward, PEOPLE[18:40], HARD, right=22)
    for person in PEOPLE[:4]:
        ward.run(privacy.erase_learner, person, ward.clock())
    write(ward, "2026-03-11 13:00")

    assert read(ward) == before
    assert before.assessed == 1


def test_the_next_share_is_of_other_people_once_they_are_as_many(ward: Ward) -> None:
    """So what two weeks say can't be subtracted from each other."""
    answer(ward, PEOPLE[:16], HARD, right=2)
    write(ward)
    answer(ward, PEOPLE[16:31], HARD, right=15, day=MONDAY + timedelta(weeks=1))
    write(ward, "2026-03-17 13:00")
    waiting = figure_of(ward, HARD)
    answer(ward, PEOPLE[31:35], HARD, right=0, day=MONDAY + timedelta(weeks=2))
    for number in range(20):
        ward.meet(Person(TEAM, f"U0NEW{number:02}"))
    write(ward, "2026-03-24 13:00")

    assert waiting.counted == 16
    assert waiting.health is not None
    assert waiting.health.few is Few.RIGHT
    assert read(ward).to_check == ()  # 15 of 19 were right; that four were wrong is no problem of so few
    (newest,) = lesson_figures.read_figures(ward.run(queries.find_newest, TEAM)).values()
    assert newest.counted == 35
    assert newest.health is not None
    assert (newest.health.people, newest.health.few) == (15, Few.WRONG)


def test_somebody_who_answers_a_lesson_again_is_counted_once(ward: Ward) -> None:
    answer(ward, PEOPLE[:18], HARD, right=2)
    answer(ward, PEOPLE[:18], HARD, right=18)
    write(ward)

    assert figure_of(ward, HARD).counted == 18


def test_a_lesson_that_was_reworded_has_no_figures_yet(ward: Ward) -> None:
    answer(ward, PEOPLE[:18], HARD, right=2)
    write(ward)

    changed = make_pack(lesson(HARD, title="Worded in another way"), version="2.0")
    ward.run(packs.load_pack, changed, EVERYONES_SCOPE, "U0ADMIN", ward.clock())

    assert read(ward) == HealthReport((), 0, 1, date(2026, 3, 9))


def test_a_lesson_that_is_taught_again_goes_on_where_it_was(ward: Ward) -> None:
    """Otherwise an admin could have the same people counted again, with one more."""
    answer(ward, PEOPLE[:18], HARD, right=2)
    write(ward)
    before = read(ward).to_check[0].figure
    first = ward.run(packs.list_live_packs, TEAM)[0]
    other = make_pack(lesson(OTHER), version="2.0")
    ward.run(packs.load_pack, other, EVERYONES_SCOPE, "U0ADMIN", ward.clock())
    write(ward, "2026-03-17 13:00")
    assert read(ward).taught == 1

    (newer,) = ward.run(packs.list_live_packs, TEAM)
    ward.run(packs.roll_back_pack, newer.version_id, EVERYONES_SCOPE, "U0ADMIN", ward.clock())
    answer(ward, PEOPLE[18:19], HARD, right=1, day=MONDAY + timedelta(weeks=2))
    write(ward, "2026-03-24 13:00")

    assert ward.run(packs.list_live_packs, TEAM)[0].version == first.version
    assert figure_of(ward, HARD) == before


def test_another_workspace_is_told_nothing_of_it(ward: Ward) -> None:
    answer(ward, PEOPLE[:18], HARD, right=2)
    write(ward)

    assert read(ward, "T0OTHER") == HealthReport((), 0, 6, None)


def test_nothing_is_said_of_a_pack_for_chosen_people(ward: Ward) -> None:
    """Whoever chose them knows who may have answered."""
    own = make_pack(lesson("own-lesson"), slug="own")
    ward.run(packs.load_pack, own, TEAM, "U0ADMIN", ward.clock())
    ward.run(pack_audiences.set_audience, TEAM, "own", Audience.CHOSEN, "U0ADMIN", ward.clock())
    ward.run(pack_audiences.add_members, TEAM, "own", [each.user_id for each in PEOPLE[:18]])
    answer(ward, PEOPLE[:18], "own-lesson", right=0)
    write(ward)

    assert read(ward).assessed == 0


def start_cohort(ward: Ward, people: Collection[Person]) -> CohortView:
    draft = CohortDraft("Spring managers", MONDAY)
    cohort = ward.run(cohorts.start_cohort, ward.library, ADMIN, draft, ward.clock())
    guests = [Guest(each.user_id, "Europe/London") for each in people]
    ward.run(cohorts.add_people, ADMIN, cohort.id, guests, None, True, ward.clock())
    return cohort


def skills_of(ward: Ward, cohort_id: int) -> set[str]:
    """The skills that a cohort's week has shares of."""
    ward.clock.set("2026-03-10 13:00")
    weeks = ward.run(weekly_figures.measure_weekly_figures, ward.library, ward.clock())
    return next(set(week.skills) for week in weeks if week.cohort_id == cohort_id)


def test_a_skill_of_a_pack_for_chosen_people_is_in_no_report_and_hides_no_other(ward: Ward) -> None:
    """Otherwise, that it has too few answers, or another skill is missing beside it, tells on whom it was for."""
    dispensing = replace(lesson("own-lesson"), skill=Skill("dispensing", "Dispensing", "dispensing-tip", "Medicines"))
    ward.run(packs.load_pack, make_pack(dispensing, slug="own"), TEAM, "U0ADMIN", ward.clock())
    cohort = start_cohort(ward, PEOPLE[:30])
    for person in PEOPLE[:25]:
        ward.enrol(person)
    for lesson_id in (HARD, OTHER):
        answer(ward, PEOPLE[:25], lesson_id, right=10)
    answer(ward, PEOPLE[:1], "own-lesson", right=1)
    with_one_answer = skills_of(ward, cohort.id)

    ward.run(pack_audiences.set_audience, TEAM, "own", Audience.CHOSEN, "U0ADMIN", ward.clock())

    assert len(with_one_answer) == 1
    assert skills_of(ward, cohort.id) == {"change", "conflict"}


def try_with_cohort(ward: Ward, people: Collection[Person], pack: Pack) -> int:
    """Have a cohort of these people try a pack; return the id of the version."""
    cohort = start_cohort(ward, people)
    staged = ward.run(packs.stage_pack, pack, TEAM, ADMIN.user_id, ward.clock())
    compared = (staged.version_id, staged.before_version_id)
    ward.run(pack_pilots.start_pilot, *compared, cohort.id, ADMIN, ward.clock())
    return staged.version_id


def test_nothing_is_said_of_a_pack_that_a_cohort_tried_before_everyone_got_it(ward: Ward) -> None:
    """Whoever started the pilot knows that nobody else can have answered before it went live."""
    own = make_pack(lesson("own-lesson"), slug="own")
    tried = try_with_cohort(ward, PEOPLE[:15], own)
    revisions = ward.run(lambda session: [row.id for row in pack_queries.list_revisions_of_version(session, tried)])
    for place, person in enumerate(PEOPLE[:15]):
        ward.run(get, person, revisions[0], MONDAY, "B" if place < 8 else "A")
    for person in PEOPLE[:5]:
        ward.run(save, person, revisions[0])
    ward.clock.set("2026-03-09 12:00")
    ward.run(packs.load_pack, own, TEAM, ADMIN.user_id, ward.clock())
    write(ward)

    assert revision_of(ward, "own-lesson") == revisions[0]
    assert lesson_figures.read_figures(ward.run(queries.find_newest, TEAM)) == {}


def test_nothing_is_said_of_everyones_version_while_a_cohort_tries_another_and_afterwards(ward: Ward) -> None:
    """Its members, whom the admin knows, can't have answered everyone's version meanwhile."""
    everyones = ward.run(packs.list_live_packs, TEAM)[0]
    try_with_cohort(ward, PEOPLE[:20], make_pack(lesson("own-lesson"), slug=everyones.slug, version="9.0"))
    answer(ward, PEOPLE[20:], HARD, right=2)
    write(ward)
    assert read(ward).assessed == 0

    [pilot] = ward.run(running_pilots.list_pilots, TEAM)
    ward.run(pack_pilots.end_pilot, pilot.id, ADMIN, ward.clock())
    write(ward, "2026-03-17 13:00")

    assert read(ward).assessed == 0


def say(session: Session, person: Person, revision_id: int, useful: bool) -> None:
    learner = learners.find(session, person)
    assert learner is not None
    session.add(LessonFeedback(learner_id=learner.id, revision_id=revision_id, useful=useful, learning_day=MONDAY))


def save(session: Session, person: Person, revision_id: int) -> None:
    learner = learners.find(session, person)
    assert learner is not None
    session.add(SavedLesson(learner_id=learner.id, revision_id=revision_id, at=datetime(2026, 3, 2, 9, tzinfo=UTC)))


def ask(ward: Ward, people: Collection[Person], lesson_id: str) -> None:
    """These people answer nine lessons, and then this one."""
    other = revision_of(ward, "one-page")
    for person in people:
        for _number in range(9):
            ward.run(get, person, other, MONDAY - timedelta(weeks=8), "B")
        ward.run(get, person, revision_of(ward, lesson_id), MONDAY, "B")


def count_asked(ward: Ward) -> dict[int, int]:
    return ward.run(lesson_use.count_asked, TEAM, 10, MONDAY + timedelta(days=6))


def test_only_those_whose_tenth_answer_is_their_first_to_the_lesson_are_asked_of_it(ward: Ward) -> None:
    hard, other = revision_of(ward, HARD), revision_of(ward, OTHER)
    ask(ward, PEOPLE[:2], HARD)
    for _number in range(9):
        ward.run(get, PEOPLE[0], other, MONDAY + timedelta(days=1), "B")
    ward.run(get, PEOPLE[0], hard, MONDAY + timedelta(days=1), "B")
    for _number in range(10):
        ward.run(get, PEOPLE[2], hard, MONDAY - timedelta(weeks=8), "B")

    assert count_asked(ward) == {hard: 2}


def test_a_reworded_lesson_asks_nobody_who_answered_it_before(ward: Ward) -> None:
    before = revision_of(ward, HARD)
    changed = make_pack(lesson(HARD, title="Worded in another way"), lesson("one-page"), version="2.0")
    ward.run(packs.load_pack, changed, EVERYONES_SCOPE, "U0ADMIN", ward.clock())
    ward.run(get, PEOPLE[0], before, MONDAY - timedelta(weeks=9), "B")
    for _number in range(8):
        ward.run(get, PEOPLE[0], revision_of(ward, "one-page"), MONDAY - timedelta(weeks=8), "B")
    ward.run(get, PEOPLE[0], revision_of(ward, HARD), MONDAY, "B")
    ask(ward, PEOPLE[1:2], HARD)

    assert count_asked(ward) == {revision_of(ward, HARD): 1}


@pytest.mark.parametrize(
    ("no", "yes", "asked", "told"),
    [
        (5, 4, 10, (5, True)),
        (5, 5, 10, (5, False)),
        (5, 0, 9, (0, False)),
        (4, 0, 12, (0, False)),
        (9, 3, 12, (5, True)),
    ],
)
def test_a_lesson_that_most_do_not_find_useful_is_listed(
    ward: Ward, no: int, yes: int, asked: int, told: tuple[int, bool]
) -> None:
    ask(ward, PEOPLE[:asked], HARD)
    for place, person in enumerate(PEOPLE[: no + yes]):
        ward.run(say, person, revision_of(ward, HARD), place >= no)
    write(ward)

    figures = lesson_figures.read_figures(ward.run(queries.find_newest, TEAM))
    figure = figures.get(revision_of(ward, HARD), lesson_figures.NOTHING)
    assert (figure.not_useful.shown, figure.is_useless) == told
    assert (HealthProblem.NOT_USEFUL in figure.problems) == told[1]


def test_how_many_postponed_it_left_it_open_and_saved_it_is_said_in_fives(ward: Ward) -> None:
    answer(ward, PEOPLE[:18], HARD, right=2)
    revision_id = revision_of(ward, HARD)
    for place, person in enumerate(PEOPLE[18:34]):
        ward.run(get, person, revision_id, MONDAY, None, place < 9)
    for person in PEOPLE[:4]:
        ward.run(save, person, revision_id)
    write(ward)

    figure = figure_of(ward, HARD)

    assert (figure.postponed, figure.unanswered, figure.saved) == (
        PeopleCount(5, 9),
        PeopleCount(5, 7),
        PeopleCount(0, 0),
    )


def test_what_is_said_of_a_lessons_use_stays_until_it_differs_by_five(ward: Ward) -> None:
    revision_id = revision_of(ward, HARD)
    answer(ward, PEOPLE[:18], HARD, right=2)
    for person in PEOPLE[:8]:
        ward.run(save, person, revision_id)
    write(ward)
    for person in PEOPLE[8:12]:
        ward.run(save, person, revision_id)
    write(ward, "2026-03-17 13:00")

    assert figure_of(ward, HARD).saved == PeopleCount(5, 8)


@pytest.mark.parametrize("way", ["taken out", "for everyone again"])
def test_whoever_was_chosen_in_a_part_of_the_week_is_known_from_the_next_whole_one_on(ward: Ward, way: str) -> None:
    """They couldn't have answered while they got one pack alone, and whoever chose them knows it."""
    chosen = [each.user_id for each in PEOPLE[:21]]
    ward.run(pack_audiences.set_audience, TEAM, "own", Audience.CHOSEN_ALONE, "U0ADMIN", ward.clock())
    ward.run(pack_audiences.add_members, TEAM, "own", chosen)
    ward.clock.set("2026-03-08 18:00")
    if way == "taken out":
        ward.run(pack_audiences.remove_members, TEAM, "own", chosen, ward.clock())
    else:
        ward.run(pack_audiences.set_audience, TEAM, "own", Audience.EVERYONE, "U0ADMIN", ward.clock())
    answer(ward, PEOPLE[21:39], HARD, right=2)

    write(ward)
    assert read(ward).assessed == 0

    write(ward, "2026-03-17 13:00")
    assert read(ward).assessed == 1
    assert ward.run(lambda session: session.exec(select(PackAudienceMember)).all()) == []


def test_whoever_is_met_during_the_week_is_known_from_the_next_whole_one_on(ward: Ward) -> None:
    for person in PEOPLE[19:]:
        ward.run(privacy.erase_learner, person, ward.clock())
    ward.clock.set("2026-03-08 18:00")
    ward.meet(Person(TEAM, "U0NEW"))
    answer(ward, PEOPLE[:18], HARD, right=2)

    write(ward)
    assert read(ward).assessed == 0

    write(ward, "2026-03-17 13:00")
    assert read(ward).assessed == 1
