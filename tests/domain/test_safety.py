"""Text that may be about harm gets its card first; text that only sounds like it gets none."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.content.safety_rules import parse_safety_rules, shipped_safety_rules
from bot.domain.safety import Concern, SafetyRules, find_concerns
from bot.errors import PackError
from tests.shipped import shipped_pack

SENTENCES = yaml.safe_load((Path(__file__).parent / "safety_sentences.yaml").read_text(encoding="utf-8"))
CONCERNING = [(concern, said) for concern, several in SENTENCES["concerning"].items() for said in several]
PRIORITY = list(Concern)


def concerns(said: str) -> list[Concern]:
    return [card.concern for card in find_concerns(said, shipped_safety_rules())]


def test_there_are_at_least_sixty_sentences_of_each_kind():
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
def test_capitals_curly_apostrophes_and_surrounding_text_change_nothing(concern: str, said: str):
    shouted = f"Hello.\n{said.replace(chr(39), chr(0x2019)).upper()}!! What do I do?"

    assert Concern(concern) in concerns(shouted)


def test_concerns_are_found_at_the_end_of_a_long_text():
    assert concerns("The rota is late again. " * 400 + "One of my nurses says she wants to end it all.")


def test_every_concern_has_a_card_that_says_what_to_do():
    for rule in shipped_safety_rules().rules:
        assert 0 < len(rule.card.title) <= 150
        assert rule.card.lines
        assert all(len(line) <= 2900 for line in rule.card.lines)


def test_the_card_for_self_harm_names_help_in_more_than_one_country():
    card = next(rule.card for rule in shipped_safety_rules().rules if rule.card.concern is Concern.SELF_HARM)
    said = " ".join(card.lines)

    assert "988" in said
    assert "116 123" in said
    assert "13 11 14" in said


def test_a_broken_file_names_its_problems():
    with pytest.raises(PackError) as refused:
        parse_safety_rules("version: 1\nconcerns: {}\n")

    assert refused.value.problems


def rules_with(pattern: str) -> SafetyRules:
    """Return rules in which only `pattern` triggers the card for threats."""
    card = {"title": "A card", "lines": ["Call security.", "Tell HR."], "patterns": ["never said"]}
    file = {
        "version": 1,
        "checked_on": date(2026, 11, 23),
        "terms": {"pet": ["cats?", "dogs?"], "owner": ["my <pet>"]},
        "sayings": ["raining cats and dogs"],
        "concerns": {concern.value: card for concern in Concern} | {"threats": {**card, "patterns": [pattern]}},
    }
    return parse_safety_rules(yaml.safe_dump(file, sort_keys=False))


@pytest.mark.parametrize("pattern", [r"(?:ha ?)*", r"ha+", r"(?:\w+){0,5}", r"h{2,}"])
def test_a_pattern_that_could_take_forever_is_refused(pattern: str):
    with pytest.raises(PackError, match="without a limit"):
        rules_with(pattern)


def test_unknown_terms_and_broken_patterns_are_named_at_once():
    with pytest.raises(PackError) as refused:
        rules_with("<fish> (bites")

    assert len(refused.value.problems) == 2


def test_a_pattern_matches_whole_words_and_uses_terms():
    rules = rules_with("<owner> bit <pet>")

    assert find_concerns("My dog bit cats.", rules)
    assert not find_concerns("My dog bit catsup.", rules)


def test_a_gap_stays_within_five_words_and_one_sentence():
    rules = rules_with("he ... shouts")

    assert find_concerns("He always and very loudly shouts", rules)
    assert not find_concerns("He is here. Somebody shouts", rules)
    assert not find_concerns("he one two three four five six shouts", rules)


def test_both_parts_are_found_in_either_order_but_not_in_two_sentences():
    rules = rules_with("cats? && milk")

    assert find_concerns("the cat drank the milk", rules)
    assert find_concerns("the milk was for the cat", rules)
    assert not find_concerns("The cat sleeps. The milk is cold.", rules)


def test_a_harmless_saying_is_ignored_but_not_the_text_around_it():
    rules = rules_with("<pet>")

    assert not find_concerns("It's raining cats and dogs!", rules)
    assert find_concerns("It's raining cats and dogs, and my cat is out.", rules)


def test_the_situations_of_shipped_lessons_get_their_lesson_without_a_card():
    situations = [situation for lesson in shipped_pack().lessons for situation in lesson.situations]

    carded = [situation for situation in situations if concerns(situation)]

    # A pack may teach a formal route itself. More than a few matches would mean that a pattern is too broad.
    assert len(carded) <= 0.02 * len(situations), carded


@given(st.text(max_size=3000))
def test_any_text_can_be_checked(text: str):
    assert concerns(text) == concerns(text)
