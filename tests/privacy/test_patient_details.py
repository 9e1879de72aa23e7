"""What looks like a patient's details is noticed before it is kept; what doesn't is left alone."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.content.names import shipped_names
from bot.domain.patient_details import LONGEST, Detail, find_details

READ = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8"))
DETAILS: list[tuple[str, str]] = [(text, kind) for kind, several in READ["details"].items() for text in several]
OTHERS: list[str] = READ["others"]


def found(text: str) -> frozenset[Detail]:
    return find_details(text, shipped_names())


def test_nine_in_ten_of_those_with_details_are_noticed_and_one_in_twenty_of_the_others_at_most(
    capsys: pytest.CaptureFixture[str],
) -> None:
    missed = [text for text, _ in DETAILS if not found(text)]
    stopped = [text for text in OTHERS if found(text)]

    with capsys.disabled():
        caught, wrongly = 1 - len(missed) / len(DETAILS), len(stopped) / len(OTHERS)
        print(
            f"\npatient details: {caught:.3f} of {len(DETAILS)} noticed, {wrongly:.3f} of {len(OTHERS)} others stopped"
        )
    assert len(DETAILS) + len(OTHERS) >= 300
    assert len(missed) <= 0.1 * len(DETAILS), missed
    assert len(stopped) <= 0.05 * len(OTHERS), stopped


def test_no_sentence_stands_twice() -> None:
    everything = [*(text for text, _ in DETAILS), *OTHERS]

    assert len(everything) == len(set(everything))
    assert {kind for _, kind in DETAILS} == {str(detail) for detail in Detail}


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("MRN 4471920", Detail.RECORD_NUMBER),
        ("dob 12/03/1957", Detail.BIRTH_DATE),
        ("rang 07700 900417", Detail.PHONE),
        ("wrote to someone@gmail.com", Detail.EMAIL),
        ("lives at 14 Alder Street", Detail.ADDRESS),
        ("Mrs Abernathy has dementia", Detail.NAME_AND_HEALTH),
        ("a 94-year-old fell", Detail.AGE),
        ("medicare number 1EG4-TE5-MK73", Detail.INSURANCE_NUMBER),
    ],
)
def test_each_kind_is_told_by_itself(text: str, detail: Detail) -> None:
    assert found(text) == {detail}


@pytest.mark.parametrize("text", ["", "   ", "a" * 100_000, "1" * 100_000, "1 " * 50_000, "mr " * 30_000, "é😀" * 9000])
def test_odd_texts_are_read_in_no_time(text: str) -> None:
    assert found(text) <= set(Detail)


def test_what_stands_behind_the_longest_text_is_not_read() -> None:
    assert found("x" * LONGEST + " MRN 4471920") == frozenset()


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert found(text) <= set(Detail)


def test_names_are_in_lower_case_and_each_stands_once() -> None:
    assert len(shipped_names()) > 300
    assert all(name == name.lower() for name in shipped_names())
