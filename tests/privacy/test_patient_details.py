"""What looks like a patient's details is noticed before it is kept; what doesn't is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.given_names import shipped_given_names
from bot.domain.patient_details import MAX_LENGTH, PatientDetail
from tests.coaching import figures as coaching
from tests.privacy.figures import by_kind, found, own, unseen
from tests.shipped import shipped_pack


def test_nine_in_ten_of_those_with_details_are_noticed_and_one_in_twenty_of_the_others_at_most() -> None:
    assert len(own().details) + len(own().others) >= 300
    assert own().noticed_share >= 0.9, own().missed
    assert own().stopped_share <= 0.05, own().stopped


def test_sentences_that_the_rules_were_widened_for_later_are_told_as_well() -> None:
    assert unseen().noticed_share >= 0.95, unseen().missed
    assert unseen().stopped_share <= 0.01, unseen().stopped


@pytest.mark.parametrize(
    "text",
    [
        "People with dementia wait longest",
        "Residents had flu all week",
        "Women with cancer are seen within two weeks",
        "Topics for May (sepsis, falls) are set",
        "Sepsis (septic shock) is the talk of the month",
        "Our town had measles in June",
        "little support in triage",
        "patients miss appointments when visitors are here",
        "baby friendly wards and family rooms",
    ],
)
def test_illnesses_without_anybody_are_no_details(text: str) -> None:
    assert found(text) == frozenset()


def test_what_managers_type_to_the_coach_is_left_alone() -> None:
    lessons = shipped_pack().lessons
    asked = [each.text for file in (coaching.OWN, coaching.INDEPENDENT) for each in coaching.situations(file)]

    stopped = [text for text in [*asked, *(each for lesson in lessons for each in lesson.situations)] if found(text)]

    assert stopped == []


def test_no_sentence_stands_twice() -> None:
    everything = [*own().details, *own().others, *unseen().details, *unseen().others]

    assert len(everything) == len(set(everything))
    assert set(by_kind()) == {str(detail) for detail in PatientDetail}


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("MRN 4471920", PatientDetail.RECORD_NUMBER),
        ("dob 12/03/1957", PatientDetail.BIRTH_DATE),
        ("rang 07700 900417", PatientDetail.PHONE),
        ("wrote to someone@gmail.com", PatientDetail.EMAIL),
        ("lives at 14 Alder Street", PatientDetail.ADDRESS),
        ("Mrs Abernathy has dementia", PatientDetail.NAME_AND_HEALTH),
        ("a 94-year-old fell", PatientDetail.AGE),
        ("medicare number 1EG4-TE5-MK73", PatientDetail.INSURANCE_NUMBER),
    ],
)
def test_each_kind_is_told_by_itself(text: str, detail: PatientDetail) -> None:
    assert found(text) == {detail}


@pytest.mark.parametrize("text", ["", "   ", "a" * 100_000, "1" * 100_000, "1 " * 50_000, "mr " * 30_000, "é😀" * 9000])
def test_odd_texts_are_read_in_no_time(text: str) -> None:
    assert found(text) <= set(PatientDetail)


def test_what_stands_behind_the_longest_text_is_not_read() -> None:
    assert found("x" * MAX_LENGTH + " MRN 4471920") == frozenset()


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert found(text) <= set(PatientDetail)


def test_names_are_in_lower_case_and_each_stands_once() -> None:
    assert len(shipped_given_names()) > 300
    assert all(name == name.lower() for name in shipped_given_names())
