"""Searching lessons: which words count as the same, when one word is enough, and that any text works."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lesson_search import MAX_TEXT_LENGTH, LessonIndex
from tests.coaching.figures import index, situations, unanswerable


def skills_for(asked: str) -> list[str]:
    return [match.lesson.skill.slug for match in index().search(asked)]


def test_word_forms_and_synonyms_find_the_same_lessons():
    assert skills_for("two nurses are quarrelling")[:1] == skills_for("a quarrel between two nurses")[:1]
    assert skills_for("two receptionists argue")[:1] == skills_for("a dispute between two receptionists")[:1]


def test_a_single_word_counts_only_in_the_name_of_a_lesson_or_skill():
    assert skills_for("conflict")[:1] == ["conflict"]
    assert skills_for("thanks") == []


def test_the_best_match_comes_first_and_the_limit_holds():
    matches = index().search("two of my nurses are not speaking to each other", limit=2)

    assert len(matches) == 2
    assert matches[0].score >= matches[1].score


def test_concurrent_searches_find_the_same_as_single_ones():
    asked = [each.text for each in situations()[::5]] + list(unanswerable())
    alone = [index().search(said) for said in asked]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: [index().search(said) for said in asked], range(8)))

    assert all(found == alone for found in together)


def test_an_empty_index_finds_nothing():
    assert LessonIndex(()).search("two of my nurses are not speaking") == []


@given(st.text(max_size=MAX_TEXT_LENGTH + 500))
def test_any_text_can_be_searched_with_repeatable_results(text: str):
    once = index().search(text)

    assert once == index().search(text)
    assert len(once) <= 3
