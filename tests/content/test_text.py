"""Words, sentences, syllables and grades, as a careful reader would count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.rules.figures import find_figures
from bot.content.text import count_syllables, reading_grade, split_sentences, split_words


@pytest.mark.parametrize(
    ("text", "count"),
    [("Same-day visits don't wait.", 4), ("45 CFR 164.502(b)", 3), ("Ask — then wait – or write—now.", 6), ("...", 0)],
)
def test_words_are_counted_as_a_word_processor_does(text, count):
    assert len(split_words(text)) == count


def test_sentences_end_at_full_stops_that_end_sentences():
    text = 'Say: "It failed. Why?" Give two minutes, e.g. now. See 45 CFR 164.502. It is 4 pm.'

    assert len(split_sentences(text)) == 5


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "use role done asked moved fire while staff"),
        (2, "able people patient nurses changes safety wanted quiet create union handled"),
        (3, "manager area idea behaviour decision radio compliance reviewing"),
        (4, "situation experience"),
        (5, "communication"),
    ],
)
def test_syllables_are_counted_as_spoken(count, words):
    assert {word: count_syllables(word) for word in words.split()} == dict.fromkeys(words.split(), count)


def test_grade_follows_the_formula_of_flesch_and_kincaid():
    # 11 words, 2 sentences, 14 syllables.
    text = "Ask each nurse one question. Then write the answer down today."

    assert reading_grade(text) == pytest.approx(0.39 * 11 / 2 + 11.8 * 14 / 11 - 15.59)


def test_long_words_in_long_sentences_read_harder():
    easy = "Ask one nurse. Write it down."
    hard = (
        "Organisational accountability necessitates interdisciplinary communication regarding institutional priorities."
    )

    assert reading_grade(easy) < 4 < 12 < reading_grade(hard)


@given(st.text())
def test_any_text_has_a_grade(text):
    assert isinstance(reading_grade(text), float)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("16,797 surveys from 829 settings, 3.3% lower", ["16797", "829", "3.3"]),
        ("Sexton and colleagues (2018), and others (Klein, 2007; 2009)", []),
        ("HIPAA (45 CFR 164.400-414) and Article 33, Section 1557, 501(r), Part 2", []),
        ("Use TeamSTEPPS 3.0 for COVID-19 and ISO 9001", []),
        ("within 60 calendar days of 2026", ["60", "2026"]),
    ],
)
def test_figures_are_results_and_not_citations_or_laws(text, figures):
    assert find_figures(text) == figures
