"""Text that may be about harm gets its card first; text that only sounds like it gets none."""

from importlib import resources
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.content.safety_rules import (
    CARDS_FILE,
    PATTERNS_FILE,
    parse_safety_rules,
    safety_rules_for,
    shipped_help_lines,
    shipped_safety_rules_with_german,
)
from bot.content.time_zone_countries import country_of_time_zone
from bot.domain.safety import (
    HELP_LINES,
    Concern,
    SafetyCard,
    SafetyRules,
    find_concerns,
    may_be_german,
    name_help_lines,
    normalize_text,
)
from bot.errors import PackError
from tests.shipped import shipped_pack

RULES = shipped_safety_rules_with_german()
SENTENCES = [
    yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
    for name in ("safety_sentences.yaml", "safety_sentences_german.yaml")
]
CONCERNING = [
    (concern, said) for each in SENTENCES for concern, several in each["concerning"].items() for said in several
]
HARMLESS = [said for each in SENTENCES for said in each["harmless"]]
PRIORITY = list(Concern)
SAFETY_PATTERNS = [*(pattern for rule in RULES.rules for pattern in rule.patterns), *RULES.harmless_sayings]
CONTENT = resources.files("bot.content")
PATTERNS = CONTENT.joinpath(PATTERNS_FILE).read_text(encoding="utf-8")
CARDS = CONTENT.joinpath(CARDS_FILE).read_text(encoding="utf-8")


def concerns(said: str) -> list[Concern]:
    return [card.concern for card in find_concerns(said, RULES).shown]


def test_there_are_at_least_sixty_sentences_of_each_kind():
    for each in SENTENCES:
        assert sum(map(len, each["concerning"].values())) >= 60
        assert len(each["harmless"]) >= 60


@pytest.mark.parametrize(("concern", "said"), CONCERNING)
def test_a_sentence_about_harm_gets_its_card_first_or_a_more_urgent_one(concern: str, said: str):
    found = concerns(said)

    assert Concern(concern) in found
    assert PRIORITY.index(found[0]) <= PRIORITY.index(Concern(concern))


def test_german_is_looked_for_where_somebody_may_write_it_and_nowhere_else():
    english, german = ([said for several in each["concerning"].values() for said in several] for each in SENTENCES)

    assert [said for said in german if safety_rules_for(said) is not shipped_safety_rules_with_german()] == []
    assert sum(safety_rules_for(said) is shipped_safety_rules_with_german() for said in english) == 0
    situations = [text for lesson in shipped_pack().lessons for text in lesson.situations]
    assert sum(map(may_be_german, situations)) < 0.001 * len(situations)


@pytest.mark.parametrize("said", HARMLESS)
def test_a_sentence_that_only_sounds_like_it_gets_none(said: str):
    assert concerns(said) == []


@pytest.mark.parametrize(("concern", "said"), CONCERNING[::7])
def test_capitals_curly_apostrophes_and_surrounding_text_change_nothing(concern: str, said: str):
    shouted = f"Hello.\n{said.replace(chr(39), chr(0x2019)).upper()}!! What do I do?"

    assert Concern(concern) in concerns(shouted)


def test_concerns_are_found_at_the_end_of_a_long_text():
    assert concerns("The rota is late again. " * 400 + "One of my nurses says she wants to end it all.")


def test_every_concern_has_a_card_that_says_what_to_do():
    for rule in RULES.rules:
        assert 0 < len(rule.card.title) <= 150
        assert rule.card.lines
        assert all(len(line) <= 2900 for line in rule.card.lines)


def card_of(concern: Concern) -> SafetyCard:
    return next(rule.card for rule in RULES.rules if rule.card.concern is concern)


@pytest.mark.parametrize(
    ("country", "numbers", "foreign"),
    [
        ("US", ["988", "911"], "Samaritans"),
        ("GB", ["116 123", "999"], "988 Suicide"),
        (None, ["988", "116 123", "13 11 14"], "143"),
    ],
)
def test_the_card_for_self_harm_names_the_help_lines_of_the_readers_country(
    country: str | None, numbers: list[str], foreign: str
):
    said = " ".join(name_help_lines(card_of(Concern.SELF_HARM), shipped_help_lines(), country).lines)

    assert all(number in said for number in [*numbers, "findahelpline.com"])
    assert foreign not in said
    assert HELP_LINES not in said


@pytest.mark.parametrize(
    ("zone", "country"), [("America/Chicago", "US"), ("Europe/Dublin", "IE"), ("Australia/Sydney", "AU"), ("UTC", None)]
)
def test_a_time_zone_tells_the_country(zone: str, country: str | None):
    assert country_of_time_zone(zone) == country


def test_every_card_awaits_a_review_until_somebody_is_named():
    with pytest.raises(PackError, match="belong together"):
        parse_safety_rules(PATTERNS, CARDS.replace("reviewed_by:", "reviewed_by: Dr. Vance", 1))


def test_the_encoder_brings_up_the_card_of_what_is_only_hinted_at():
    hint = "He gave me his stethoscope and said I would get more use out of it."

    assert find_concerns(hint, RULES, {"self_harm": 0.7, "none": 0.3}).shown == (card_of(Concern.SELF_HARM),)
    assert find_concerns(hint, RULES, {"self_harm": 0.1, "none": 0.9}).shown == ()


def test_where_danger_is_only_possible_its_cards_are_offered():
    dangers = {"diversion": 0.15, "privacy": 0.1, "harassment": 0.02, "none": 0.73}

    assert find_concerns("hello", RULES, dangers).shown == ()
    offered = find_concerns("hello", RULES, dangers).offered
    assert [card.concern for card in offered] == [Concern.DIVERSION, Concern.PRIVACY]
    assert find_concerns("hello", RULES, {"none": 0.99, "threats": 0.01}).offered == ()
    assert find_concerns("hello", RULES, {}).offered == ()


def test_danger_to_life_that_is_said_plainly_gets_its_card_whatever_the_encoder_says():
    said = "she wants to end her life"

    assert Concern.SELF_HARM in {card.concern for card in find_concerns(said, RULES, {"none": 1.0}).shown}


def test_other_patterns_count_only_where_the_encoder_sees_some_danger():
    said = "someone is stealing morphine"

    assert find_concerns(said, RULES, {"none": 1.0}).shown == ()
    assert find_concerns(said, RULES, {"none": 1.0}).offered == (card_of(Concern.DIVERSION),)
    assert find_concerns(said, RULES, {"diversion": 0.2, "none": 0.8}).shown == (card_of(Concern.DIVERSION),)


def test_at_most_two_cards_are_shown_the_most_urgent_first():
    dangers = {"harassment": 0.3, "violence": 0.3, "threats": 0.3}

    found = [card.concern for card in find_concerns("hello", RULES, dangers).shown]

    assert found == [Concern.VIOLENCE, Concern.THREATS]


def test_a_broken_file_names_its_problems():
    with pytest.raises(PackError) as refused:
        parse_safety_rules("version: 1\npatterns: {}\n", "cards: {}")

    assert refused.value.problems


def rules_with(pattern: str) -> SafetyRules:
    """Return rules in which only `pattern` triggers the card for threats."""
    file = {
        "version": 1,
        "terms": {"pet": ["cats?", "dogs?"], "owner": ["my <pet>"]},
        "sayings": ["raining cats and dogs"],
        "patterns": {concern.value: ["never said"] for concern in Concern} | {"threats": [pattern]},
    }
    return parse_safety_rules(yaml.safe_dump(file, sort_keys=False), CARDS)


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

    assert find_concerns("My dog bit cats.", rules).shown
    assert not find_concerns("My dog bit catsup.", rules).shown


def test_a_gap_stays_within_five_words_and_one_sentence():
    rules = rules_with("he ... shouts")

    assert find_concerns("He always and very loudly shouts", rules).shown
    assert not find_concerns("He is here. Somebody shouts", rules).shown
    assert not find_concerns("he one two three four five six shouts", rules).shown


def test_both_parts_are_found_in_either_order_but_not_in_two_sentences():
    rules = rules_with("cats? && milk")

    assert find_concerns("the cat drank the milk", rules).shown
    assert find_concerns("the milk was for the cat", rules).shown
    assert not find_concerns("The cat sleeps. The milk is cold.", rules).shown


def test_a_harmless_saying_is_ignored_but_not_the_text_around_it():
    rules = rules_with("<pet>")

    assert not find_concerns("It's raining cats and dogs!", rules).shown
    assert find_concerns("It's raining cats and dogs, and my cat is out.", rules).shown


def test_the_situations_of_shipped_lessons_get_their_lesson_without_a_card():
    situations = [situation for lesson in shipped_pack().lessons for situation in lesson.situations]

    carded = [situation for situation in situations if concerns(situation)]

    # A pack may teach a formal route itself. More than a few matches would mean that a pattern is too broad.
    assert len(carded) <= 0.02 * len(situations), carded


def test_looking_for_required_texts_first_changes_no_result():
    texts = [normalize_text(said) for said in [*(said for _, said in CONCERNING), *HARMLESS]]

    found = [(pattern, text) for pattern in SAFETY_PATTERNS for text in texts if pattern.expression.search(text)]

    assert len(found) > 60
    assert all(pattern.matches(text) for pattern, text in found)
    assert sum(not pattern.required_texts for pattern in SAFETY_PATTERNS) < 5, "or every text takes long"


@given(st.data())
def test_whatever_a_pattern_matches_contains_a_text_that_it_requires(data: st.DataObject):
    pattern = data.draw(st.sampled_from(SAFETY_PATTERNS))

    assert pattern.matches(data.draw(st.from_regex(pattern.expression, fullmatch=True)))


@given(st.text(max_size=3000))
def test_any_text_can_be_checked(text: str):
    assert concerns(text) == concerns(text)
