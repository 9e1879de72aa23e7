"""What may be about harm gets its card first; what only sounds like it gets none."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.content.safety import read_rules, shipped_rules
from bot.domain.safety import Concern, find_concerns
from bot.errors import PackError

SENTENCES = yaml.safe_load((Path(__file__).parent / "safety_sentences.yaml").read_text(encoding="utf-8"))
CONCERNING = [(concern, said) for concern, several in SENTENCES["concerning"].items() for said in several]
PRIORITY = list(Concern)


def concerns(said: str) -> list[Concern]:
    return [card.concern for card in find_concerns(said, shipped_rules())]


def test_there_are_at_least_sixty_sentences_of_each_side():
    assert len(CONCERNING) >= 60
    assert len(SENTENCES["harmless"]) >= 60


@pytest.mark.parametrize(("concern", "said"), CONCERNING)
def test_a_sentence_about_harm_gets_its_card_first_or_a_more_urgent_one(concern: str, said: str):
    found = concerns(said)

    assert Concern(concern) in found
    assert PRIORITY.index(found[0]) <= PRIORITY.index(Concern(concern))


@pytest.mark.parametrize("said", SENTENCES["harmless"])
def test_a_sentence_that_only_sounds_like_it_gets_none(said: str):
    assert concerns(said) == []


@pytest.mark.parametrize(("concern", "said"), CONCERNING[::7])
def test_capitals_curly_apostrophes_and_what_stands_around_change_nothing(concern: str, said: str):
    shouted = f"Hello.\n{said.replace(chr(39), chr(0x2019)).upper()}!! What do I do?"

    assert Concern(concern) in concerns(shouted)


def test_what_matters_is_found_at_the_end_of_a_long_text():
    assert concerns("The rota is late again. " * 400 + "One of my nurses says she wants to end it all.")


def test_every_concern_has_a_card_that_says_what_to_do():
    for rule in shipped_rules().rules:
        assert 0 < len(rule.card.title) <= 150
        assert rule.card.lines
        assert all(len(line) <= 2900 for line in rule.card.lines)


def test_the_card_for_self_harm_names_help_in_more_than_one_country():
    card = next(rule.card for rule in shipped_rules().rules if rule.card.concern is Concern.SELF_HARM)
    said = " ".join(card.lines)

    assert "988" in said
    assert "116 123" in said
    assert "13 11 14" in said


def test_a_broken_file_names_its_problems():
    with pytest.raises(PackError) as refused:
        read_rules("version: 1\nconcerns: {}\n")

    assert refused.value.problems


@given(st.text(max_size=3000))
def test_any_text_can_be_read(text: str):
    assert concerns(text) == concerns(text)
