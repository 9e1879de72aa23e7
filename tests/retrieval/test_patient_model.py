"""What a text's words and meaning add to the odds that it tells of a patient."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.patient_model import (
    MEANING_TENSOR,
    PLACES,
    RARITY_TENSOR,
    WINDOW_LENGTH,
    WORDS_TENSOR,
    PatientModel,
    find_places,
    split_windows,
)

NO_MEANING = np.zeros((1, 384), np.float32)


@pytest.fixture
def names_old_tom() -> PatientModel:
    """A model to which nothing tells of anybody but the words "old Tom"."""
    words = np.zeros(PLACES, np.float16)
    words[find_places("old Tom")] = 1
    words[find_places("the roster is done")] = 0
    return PatientModel(
        {RARITY_TENSOR: np.ones(PLACES, np.float16), WORDS_TENSOR: words, MEANING_TENSOR: np.ones(384, np.float32)}
    )


def test_what_tells_of_somebody_adds_to_the_odds(names_old_tom: PatientModel) -> None:
    assert names_old_tom.weigh("old Tom is back", NO_MEANING) > names_old_tom.weigh("the roster is done", NO_MEANING)


def test_in_a_long_text_it_counts_as_much_as_in_a_short_one(names_old_tom: PatientModel) -> None:
    filler = "we moved desks again " * 100

    assert names_old_tom.weigh(f"{filler}{'x' * WINDOW_LENGTH} old Tom is back", NO_MEANING) == pytest.approx(
        names_old_tom.weigh("old Tom is back", NO_MEANING), rel=0.2
    )


def test_of_the_meaning_the_window_counts_that_tells_most(names_old_tom: PatientModel) -> None:
    windows = np.stack([np.zeros(384), np.full(384, 0.01)]).astype(np.float32)

    assert names_old_tom.weigh("", windows) == pytest.approx(3.84)


def test_an_n_gram_that_is_too_rare_to_count_adds_nothing() -> None:
    model = PatientModel(
        {
            RARITY_TENSOR: np.zeros(PLACES, np.float16),
            WORDS_TENSOR: np.ones(PLACES, np.float16),
            MEANING_TENSOR: np.zeros(384, np.float32),
        }
    )

    assert model.weigh("old Tom is back", NO_MEANING) == 0


@given(st.text(st.characters(), max_size=1000))
def test_windows_hold_the_whole_text(text: str) -> None:
    windows = split_windows(text)

    assert "".join(windows) == text
    assert all(len(window) <= WINDOW_LENGTH for window in windows)


@given(st.text(st.characters(), max_size=200))
def test_any_text_has_places_within_the_table(text: str) -> None:
    places = find_places(text)

    assert len(set(places.tolist())) == len(places)
    assert all(0 <= place < PLACES for place in places)
