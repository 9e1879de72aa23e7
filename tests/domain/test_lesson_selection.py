"""Which lesson comes next, over weeks of history, growing packs, and changing choices."""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lesson import Lesson
from bot.domain.lesson_selection import LessonSelector, SentLesson
from tests.domain.builders import lesson

SKILLS = ("leadership", "strategy", "finance", "change", "conflict")


def pack(*sizes: int) -> list[Lesson]:
    """Return a pack with this many lessons per skill, one skill after the other."""
    return [
        lesson(f"{skill}-{number:02}", skill)
        for skill, size in zip(SKILLS, sizes, strict=False)
        for number in range(size)
    ]


def give(
    lessons: Sequence[Lesson], days: int, seen: Sequence[str] = (), focus: Collection[str] = frozenset()
) -> list[Lesson]:
    """Return the lessons of the next days."""
    history, given = list(seen), []
    for _ in range(days):
        chosen = next_lesson(lessons, history, focus)
        assert chosen is not None
        history.append(chosen.id)
        given.append(chosen)
    return given


def next_lesson(
    lessons: Sequence[Lesson],
    seen: Sequence[str],
    focus: Collection[str],
    weak: Collection[str] = frozenset(),
    forgotten: Sequence[str] = (),
) -> Lesson | None:
    """Return the next lesson among these live lessons."""
    return LessonSelector(lessons).choose_next(seen, focus, weak, forgotten)


def ids(lessons: Sequence[Lesson]) -> list[str]:
    return [each.id for each in lessons]


def skills(lessons: Sequence[Lesson]) -> list[str]:
    return [each.skill.slug for each in lessons]


packs = st.lists(st.integers(1, 6), min_size=1, max_size=5).map(lambda sizes: pack(*sizes))
wishes = st.frozensets(st.sampled_from(SKILLS), max_size=3)
known_ids = st.sampled_from([*ids(pack(6, 6, 6, 6, 6)), "no-longer-taught"])
histories = st.lists(known_ids, max_size=60)


def test_nothing_taught_gives_nothing() -> None:
    assert next_lesson([], [], frozenset()) is None
    assert next_lesson([], ["finance-00"], {"finance"}) is None


def test_first_lesson_is_the_packs_first() -> None:
    assert ids(give(pack(2, 2), 1)) == ["leadership-00"]


def test_the_only_lesson_is_repeated() -> None:
    assert ids(give(pack(1), 3)) == ["leadership-00"] * 3


def test_skills_take_turns_in_the_packs_order() -> None:
    assert ids(give(pack(2, 2, 2), 6)) == [
        "leadership-00",
        "strategy-00",
        "finance-00",
        "leadership-01",
        "strategy-01",
        "finance-01",
    ]


def test_focus_skill_comes_every_other_day_among_three() -> None:
    assert skills(give(pack(6, 6, 6), 8, focus={"leadership"})) == [
        "leadership",
        "strategy",
        "leadership",
        "finance",
        "leadership",
        "strategy",
        "leadership",
        "finance",
    ]


def test_a_new_focus_applies_from_the_next_lesson_on() -> None:
    before = give(pack(6, 6, 6), 3)

    after = give(pack(6, 6, 6), 4, ids(before), focus={"strategy"})

    assert skills(after)[0] == "strategy"
    assert Counter(skills(after))["strategy"] == 2


def test_skill_with_the_most_lessons_is_alone_at_the_end_of_a_round() -> None:
    assert skills(give(pack(4, 1), 5)) == ["leadership", "strategy", "leadership", "leadership", "leadership"]


def test_second_round_repeats_the_first() -> None:
    twice = ids(give(pack(3, 3, 3), 18))

    assert twice[9:] == twice[:9]


def test_new_lesson_of_a_grown_pack_comes_before_any_repeat() -> None:
    old = pack(2, 2)
    seen = ids(give(old, 8))

    grown = [*old, lesson("finance-00", "finance")]

    assert ids(give(grown, 1, seen)) == ["finance-00"]


def test_new_lesson_after_five_rounds_is_sent_once_not_five_times() -> None:
    old = pack(2, 2)
    seen = ids(give(old, 5 * len(old)))

    grown = [*old, lesson("finance-00", "finance")]

    assert ids(give(grown, 6, seen)) == ["finance-00", *ids(give(grown, 5))]


def test_new_lesson_at_a_packs_front_is_not_repeated_on_the_next_day() -> None:
    grown = [lesson("leadership-new", "leadership"), *pack(2)]

    assert ids(give(grown, 3, ["leadership-00", "leadership-01"])) == [
        "leadership-new",
        "leadership-00",
        "leadership-01",
    ]


def test_removed_lesson_is_not_sent_and_blocks_nothing() -> None:
    removed, *left = pack(2, 2)

    assert removed.id not in ids(give(left, 6))
    assert ids(give(left, 3, [removed.id])) == ids(give(left, 3))


@given(packs, wishes)
def test_every_round_has_each_lesson_once(lessons: list[Lesson], focus: frozenset[str]) -> None:
    given_in_three_rounds = ids(give(lessons, 3 * len(lessons), focus=focus))

    for start in range(0, 3 * len(lessons), len(lessons)):
        assert sorted(given_in_three_rounds[start : start + len(lessons)]) == sorted(ids(lessons))


@given(packs, wishes)
def test_no_skill_comes_twice_in_a_row_while_another_has_lessons_left(
    lessons: list[Lesson], focus: frozenset[str]
) -> None:
    given_lessons = give(lessons, 2 * len(lessons), focus=focus)

    for day, (yesterday, today) in enumerate(pairwise(given_lessons), start=1):
        if yesterday.skill == today.skill:
            this_round = given_lessons[day - day % len(lessons) : day]
            left = [each for each in lessons if each not in this_round]
            assert {each.skill for each in left} == {today.skill}


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 30))
def test_no_skill_is_more_than_a_turn_ahead_of_another(number: int, size: int, days: int) -> None:
    turns = Counter(skills(give(pack(*[size] * number), min(days, number * size))))

    counted = [turns[skill] for skill in SKILLS[:number]]
    assert max(counted) - min(counted) <= 1


@given(st.sets(st.sampled_from(SKILLS), min_size=1, max_size=4), st.integers(20, 100))
def test_focus_skills_come_twice_as_often_in_the_long_run(focus: set[str], days: int) -> None:
    turns = Counter(skills(give(pack(*[60] * len(SKILLS)), days, focus=focus)))

    fair_share = days / (len(SKILLS) + len(focus))
    assert all(abs(turns[skill] - fair_share * (2 if skill in focus else 1)) <= 2 for skill in SKILLS)


@given(st.data(), packs, histories, wishes)
def test_unseen_lesson_always_comes_before_a_seen_one(
    data: st.DataObject, lessons: list[Lesson], history: list[str], focus: frozenset[str]
) -> None:
    unseen = data.draw(st.sampled_from(lessons))
    seen = [each for each in history if each != unseen.id]

    chosen = next_lesson(lessons, seen, focus)

    assert chosen is not None
    assert chosen.id not in seen


@given(packs, histories, wishes)
def test_all_lessons_are_sent_within_two_rounds_for_any_history(
    lessons: list[Lesson], seen: list[str], focus: frozenset[str]
) -> None:
    assert set(ids(give(lessons, 2 * len(lessons), seen, focus))) == set(ids(lessons))


@given(st.data(), packs, wishes)
def test_among_a_skills_lessons_the_one_seen_longest_ago_comes_first(
    data: st.DataObject, lessons: list[Lesson], focus: frozenset[str]
) -> None:
    last_round = data.draw(st.permutations(lessons))

    this_round = give(lessons, len(lessons), ids(last_round), focus)

    for skill in skills(lessons):
        assert [each for each in this_round if each.skill.slug == skill] == [
            each for each in last_round if each.skill.slug == skill
        ]


@given(st.data(), packs, histories, wishes)
def test_removed_lessons_in_the_history_change_nothing(
    data: st.DataObject, lessons: list[Lesson], history: list[str], focus: frozenset[str]
) -> None:
    seen = [*history, data.draw(st.sampled_from(lessons)).id]

    still_taught = [each for each in seen if each in ids(lessons)]

    assert next_lesson(lessons, seen, focus) == next_lesson(lessons, still_taught, focus)


@given(packs, histories, st.permutations(SKILLS[:3]))
def test_order_of_focus_skills_does_not_matter(lessons: list[Lesson], seen: list[str], focus: list[str]) -> None:
    chosen = next_lesson(tuple(lessons), tuple(seen), frozenset(focus))

    assert next_lesson(lessons, seen, focus) == chosen
    assert next_lesson(lessons, seen, set(focus)) == chosen


def choose(lessons: Sequence[Lesson], history: Sequence[SentLesson]) -> Lesson | None:
    """The postponed lesson, or else the next one; a postponed lesson counts as seen once it was sent again."""
    selector = LessonSelector(lessons)
    return selector.find_postponed(history) or selector.choose_next(
        [each.lesson_id for each in history if not each.is_postponed]
    )


def chosen(lessons: Sequence[Lesson], *given: SentLesson) -> str | None:
    found = choose(lessons, given)
    return found.id if found else None


def test_a_postponed_lesson_comes_next() -> None:
    assert chosen(pack(2, 2), SentLesson("leadership-00", is_postponed=True)) == "leadership-00"


def test_of_several_postponed_lessons_the_longest_waiting_comes_first() -> None:
    waiting = SentLesson("leadership-00", is_postponed=True), SentLesson("strategy-00", is_postponed=True)

    assert chosen(pack(2, 2), *waiting) == "leadership-00"
    assert chosen(pack(2, 2), *waiting, SentLesson("leadership-00")) == "strategy-00"


def test_a_lesson_that_was_sent_again_is_no_longer_postponed() -> None:
    brought = SentLesson("leadership-00", is_postponed=True), SentLesson("leadership-00")

    assert chosen(pack(2, 2), *brought) == "strategy-00"


def test_a_lesson_can_be_postponed_repeatedly() -> None:
    assert chosen(pack(2, 2), *[SentLesson("leadership-00", is_postponed=True)] * 5) == "leadership-00"


def test_a_postponed_lesson_that_is_no_longer_taught_is_skipped() -> None:
    assert chosen(pack(2, 2), SentLesson("no-longer-taught", is_postponed=True)) == "leadership-00"


@given(lessons=packs, history=histories)
def test_with_nothing_postponed_the_next_lesson_is_chosen(lessons: list[Lesson], history: list[str]) -> None:
    assert choose(lessons, [SentLesson(each) for each in history]) == next_lesson(lessons, history, frozenset())


@given(lessons=packs, put_off=st.data())
def test_postponing_loses_no_lesson_of_a_round(lessons: list[Lesson], put_off: st.DataObject) -> None:
    """Each lesson is postponed at most twice; in the end each was sent once without being postponed."""
    history: list[SentLesson] = []
    left = dict.fromkeys(ids(lessons), 2)
    while len([each for each in history if not each.is_postponed]) < len(lessons):
        found = choose(lessons, history)
        assert found is not None
        waits = left[found.id] > 0 and put_off.draw(st.booleans())
        left[found.id] -= waits
        history.append(SentLesson(found.id, waits))

    assert sorted(each.lesson_id for each in history if not each.is_postponed) == sorted(ids(lessons))
