"""Scoring lessons by words: which words count as the same, when one word is enough, and that any text works."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.calibration import Confidence
from bot.retrieval.lesson_index import LessonIndex, SearchResult
from bot.retrieval.understanding import Understanding
from bot.retrieval.vocabulary import shipped_vocabulary
from bot.retrieval.word_index import MAX_TEXT_LENGTH
from tests.coaching.figures import situations, unanswerable
from tests.shipped import shipped_pack


@cache
def index() -> LessonIndex:
    """The search as it is before the sentence model is loaded."""
    return LessonIndex(shipped_pack().lessons, shipped_vocabulary())


def search(asked: str, limit: int = 3) -> SearchResult:
    return index().search(Understanding(asked), limit)


def skills_for(asked: str) -> list[str]:
    return [match.lesson.skill.slug for match in search(asked).matches]


def test_word_forms_and_synonyms_find_the_same_lessons():
    assert skills_for("two nurses are quarrelling")[:1] == skills_for("a quarrel between two nurses")[:1]
    assert skills_for("two receptionists argue")[:1] == skills_for("a dispute between two receptionists")[:1]


def test_a_single_word_counts_only_in_the_name_of_a_lesson_or_skill():
    assert skills_for("conflict")[:1] == ["conflict"]
    assert skills_for("thanks") == []


def test_the_best_match_comes_first_and_the_limit_holds():
    matches = search("two of my nurses are not speaking to each other", limit=2).matches

    assert len(matches) == 2
    assert matches[0].share >= matches[1].share


def test_most_situations_find_their_skill_by_words_alone():
    found = [skills_for(each.text)[:1] == [each.skill] for each in situations()]

    assert sum(found) >= 0.8 * len(found)


def test_concurrent_searches_find_the_same_as_single_ones():
    asked = [each.text for each in situations()[::5]] + list(unanswerable())
    alone = [search(said) for said in asked]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: [search(said) for said in asked], range(8)))

    assert all(found == alone for found in together)


def test_an_empty_index_finds_nothing():
    found = LessonIndex(()).search(Understanding("two of my nurses are not speaking"))

    assert found == SearchResult(Confidence.NONE, ())


@given(st.text(max_size=MAX_TEXT_LENGTH + 500))
def test_any_text_can_be_searched_with_repeatable_results(text: str):
    once = search(text)

    assert once == search(text)
    assert len(once.matches) <= 3
