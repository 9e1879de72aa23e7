"""What a text's words and meaning add to the odds that it tells of a patient."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.patient_clues import ClueKind
from bot.retrieval.patient_model import (
    LINE_BIAS,
    LINE_TENSOR,
    MEANING_TENSOR,
    OUT_TENSOR,
    PLACES,
    QUERIES_TENSOR,
    RARITY_TENSOR,
    TELLING_BIAS,
    TELLING_TENSOR,
    UNITS_BIAS,
    UNITS_TENSOR,
    WINDOW_LENGTH,
    WORDS_TENSOR,
    PatientModel,
    find_places,
    load_patient_model,
    split_windows,
)
from bot.retrieval.sentence_encoder import EncodedText

if TYPE_CHECKING:
    from bot.retrieval.sentence_encoder import Floats, Tensors

SIZE = 768
AGREED = Path(__file__).with_name("patient_heads.npz")
"""States of one text's tokens, its clues, and what torch makes of them with the released heads."""


def make_tensors(others: "Tensors") -> "Tensors":
    """Return a model's tensors, to which nothing tells of anybody, with others in their places."""
    seen = SIZE * 2 + 1 + len(ClueKind)
    shapes = {
        MEANING_TENSOR: (384,),
        WORDS_TENSOR: (PLACES,),
        RARITY_TENSOR: (PLACES,),
        QUERIES_TENSOR: (1, 1, SIZE),
        TELLING_TENSOR: (1, 1, SIZE),
        TELLING_BIAS: (1, 1),
        UNITS_TENSOR: (1, 2, seen),
        UNITS_BIAS: (1, 2),
        OUT_TENSOR: (1, 2),
        LINE_TENSOR: (1, seen),
        LINE_BIAS: (1, 1),
    }
    return {**{name: np.zeros(shape, np.float32) for name, shape in shapes.items()}, **others}


def encode(windows: "Floats | None" = None, *states: "Floats") -> EncodedText:
    """Return an encoded text with these windows' vectors and states; without them, of one window that says nothing."""
    vectors = np.zeros((1, 384), np.float32) if windows is None else windows
    return EncodedText(vectors[0], vectors, states or (np.zeros((3, SIZE), np.float32),), 0, {}, 1)


@pytest.fixture
def names_old_tom() -> PatientModel:
    """A model to which nothing tells of anybody but the words "old Tom"."""
    words = np.zeros(PLACES, np.float16)
    words[find_places("old Tom")] = 1
    words[find_places("the roster is done")] = 0
    return PatientModel(
        make_tensors({RARITY_TENSOR: np.ones(PLACES), WORDS_TENSOR: words, MEANING_TENSOR: np.ones(384, np.float32)})
    )


def test_what_tells_of_somebody_adds_to_the_odds(names_old_tom: PatientModel) -> None:
    told, not_told = (names_old_tom.weigh(text, encode(), ()) for text in ("old Tom is back", "the roster is done"))

    assert told > not_told


def test_in_a_long_text_it_counts_as_much_as_in_a_short_one(names_old_tom: PatientModel) -> None:
    filler = "we moved desks again " * 100

    assert names_old_tom.weigh(f"{filler}{'x' * WINDOW_LENGTH} old Tom is back", encode(), ()) == pytest.approx(
        names_old_tom.weigh("old Tom is back", encode(), ()), rel=0.2
    )


def test_of_the_meaning_the_window_counts_that_tells_most(names_old_tom: PatientModel) -> None:
    windows = np.stack([np.zeros(384), np.full(384, 0.01)]).astype(np.float32)

    assert names_old_tom.weigh("", encode(windows), ()) == pytest.approx(3.84)


def test_one_token_is_enough_to_tell_of_somebody_in_whichever_window_it_is() -> None:
    line = np.zeros((1, SIZE * 2 + 1 + len(ClueKind)), np.float32)
    line[0, SIZE * 2] = 1
    model = PatientModel(make_tensors({TELLING_TENSOR: np.ones((1, 1, SIZE)), LINE_TENSOR: line}))
    plain, telling = np.zeros((20, SIZE), np.float32), np.zeros((20, SIZE), np.float32)
    telling[7, 5] = 2

    assert model.weigh("", encode(None, plain, telling, plain), ()) == 2


def test_what_tokens_tell_depends_on_the_clues_beside_them() -> None:
    line = np.zeros((1, SIZE * 2 + 1 + len(ClueKind)), np.float32)
    line[0, SIZE * 2 + 1 + list(ClueKind).index(ClueKind.ROOM)] = 3
    model = PatientModel(make_tensors({LINE_TENSOR: line}))

    assert model.weigh("", encode(), {ClueKind.ROOM}) == 3
    assert model.weigh("", encode(), {ClueKind.HEALTH}) == 0


def test_the_released_heads_say_what_torch_says_that_they_say() -> None:
    agreed = np.load(AGREED)
    kinds = {kind for kind, has in zip(ClueKind, agreed["clues"], strict=True) if has}

    said = load_patient_model().weigh_states(agreed["states"].astype(np.float32), kinds)

    assert said == pytest.approx(float(agreed["said"]), abs=1e-3)


def test_an_n_gram_that_is_too_rare_to_count_adds_nothing() -> None:
    model = PatientModel(make_tensors({WORDS_TENSOR: np.ones(PLACES)}))

    assert model.weigh("old Tom is back", encode(), ()) == 0


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
