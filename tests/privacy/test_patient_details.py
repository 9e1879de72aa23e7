"""What looks like a patient's details is noticed before it is kept; what doesn't is left alone."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.given_names import shipped_given_names
from bot.domain.patient_clues import ClueKind
from bot.domain.patient_details import MAX_LENGTH, find_clues, find_patient_details
from tests.coaching import figures as coaching
from tests.privacy.figures import by_kind, by_other_hands, found, own, unseen
from tests.shipped import shipped_pack

AS_TYPED = Path(__file__).with_name("as_typed.jsonl")
"""Notes in unusual forms, and others that look like them, by somebody who had seen no pattern."""


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
    assert found(text) == ()


@pytest.mark.long
def test_what_managers_type_to_the_coach_is_left_alone() -> None:
    asked = [each.text for file in (coaching.OWN, coaching.INDEPENDENT) for each in coaching.situations(file)]
    texts = [*asked, *(each for lesson in shipped_pack().lessons for each in lesson.situations)]

    stopped = [text for text in texts if found(text)]

    assert len(texts) > 3000
    # This one does tell of somebody, and who keeps it is right to be asked.
    assert [text for text in stopped if "the lady in bay 3" not in text] == []


def test_no_sentence_stands_twice() -> None:
    everything = [*own().details, *own().others, *unseen().details, *unseen().others]

    assert len(everything) == len(set(everything))
    assert len(by_kind()) == 8


@pytest.mark.parametrize(
    ("text", "kind", "quoted"),
    [
        ("MRN 4471920", ClueKind.RECORD_NUMBER, "MRN 4471920"),
        ("dob 12/03/1957", ClueKind.BIRTH_DATE, "dob 12/03/1957"),
        ("rang her daughter on 07700 900417", ClueKind.PERSONAL_PHONE, "her daughter on 07700 900417"),
        ("wrote to someone@gmail.com", ClueKind.PERSONAL_EMAIL, "someone@gmail.com"),
        ("a 94-year-old fell", ClueKind.OVER_89, "94-year-old"),
        ("medicare number 1EG4-TE5-MK73", ClueKind.INSURANCE_NUMBER, "medicare number 1EG4-TE5-MK73"),
    ],
)
def test_what_identifies_by_itself_is_found_without_the_encoder(text: str, kind: ClueKind, quoted: str) -> None:
    clues = {each.kind: each.words for each in find_patient_details(text, shipped_given_names())}

    assert clues[kind] == quoted


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("the patient in room 12 died while I was in a meeting", "room 12"),
        ("81F with hip fx sat on a gurney for nine hours", "81F"),
        ("Pt J.S. left AMA and I was too busy to sit down with him", "Pt J.S"),
        ("the fire chief's wife was on our hospice side", "fire chief"),
        ("Mrs. Okerlund's dentures got thrown out with the tray", "Mrs. Okerlund's"),
        ("Roy Stubblefield died waiting on a bed", "Roy Stubblefield"),
    ],
)
def test_a_warning_can_quote_what_points_to_a_patient(text: str, quoted: str) -> None:
    assert quoted in {each.words for each in found(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Marcus charts late again and I sounded like my mother",
        "bed 4 is broken, biomed says three weeks",
        "The Parkinson's inservice had four people",
        "I'm 58 and I still shake before giving bad evaluations",
        "Told Priya that her idea for the supply cart was better than mine",
    ],
)
def test_colleagues_and_things_are_left_alone(text: str) -> None:
    assert found(text) == ()


def test_characters_that_show_nothing_hide_nothing() -> None:
    assert found("MR\u200bN 4471\u00ad920")
    assert found("Mr\u3164s Smith fell and broke her hip")
    assert found("\uff2d\uff32\uff2e \uff14\uff14\uff17\uff11\uff19\uff12\uff10")


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("dob 12-Mar-1950, no wristband on", "dob 12-Mar-1950"),
        ("dob 07MAR1938, sent home without meds", "dob 07MAR1938"),
        ("born 1950/03/12 and nobody told the family", "born 1950/03/12"),
        ("discharged 3rd.Feb and back two days later", "discharged 3rd.Feb"),
        ("Mrs Jones' hip fracture was missed twice", "Mrs Jones"),
        ("Thomas' insulin was given twice", "Thomas"),
        ("Zoë's chemo was late again", "Zoë"),
        ("José Muñoz died alone", "José Muñoz"),
        ("Mr.Smith fell out of bed and broke his hip", "Mr. Smith"),
        ("MRS.LEE fell again, hip fracture", "MRS. LEE"),
        ("Pt:Garcia fell, hip fracture", "Garcia"),
        ("Smith (dementia) hit an aide", "Smith (dementia)"),
        ("Okafor/stroke waited four hours", "Okafor/stroke"),
        ("Garcia, M. - CHF - back again", "Garcia, M"),
        ("the dementia patient (Smith) got out", "(Smith)"),
        ("SMITH, JOHN fell in the shower", "SMITH, JOHN"),
        ("sent home to Hauptstraße 12 by taxi", "Hauptstraße 12"),
        ("she lives at 12 rue des Lilas now", "12 rue des Lilas"),
        ("a 91 y.o. with two falls", "91 y.o"),
    ],
)
def test_details_are_found_as_people_type_them_and_quoted_in_their_letters(text: str, quoted: str) -> None:
    assert any(quoted in each.words for each in found(text)), found(text)


@pytest.mark.parametrize(
    "number",
    [
        "943 476 5919",  # the United Kingdom's NHS
        "1EG4-TE5-MK73",  # Medicare
        "9876-543-217-AB",  # Ontario
        "2123 45670 1",  # Australia's Medicare
        "1234567T",  # Ireland
        "A123456780",  # Germany, health
        "65 170839 J 003",  # Germany, pension
        "1 85 05 78 006 084 91",  # France
        "12345678Z",  # Spain
        "X1234567L",
        "RSSMRA85T10A562S",  # Italy
        "811228-9874",  # Sweden
        "131052-308T",  # Finland
        "85.07.30-033.28",  # Belgium
        "756.9217.0769.85",  # Switzerland
        "44051401359",  # Poland
        "2341 2341 2346",  # India
        "390.533.447-05",  # Brazil
        "S1234567D",  # Singapore
    ],
)
def test_numbers_that_states_and_insurers_give_people_are_found(number: str) -> None:
    assert number in {each.words for each in found(f"her {number} was on the whiteboard")}
    assert number not in {each.words for each in found(f"order number {number} is late")}


@pytest.mark.parametrize(
    "text",
    [
        "Best result since 2023, 94% on med scanning",
        "the ninety-two-year-old building floods every spring",
        "Training (dementia) is on Friday",
        "call 212 555 0199 for the copier",
        "invoice 20260312 is open",
        "survey on 12-Mar-2026",
        "Pt Safety week starts Monday",
        "We meet Tuesday at 2 PM in room 4.",
        "IT in room 12 fixed the printer",
        "2125550199 is the copier's number",
        "the logs from 2016 2000 copies of them",
        "Residents (dementia) need a quieter dining room",
    ],
)
def test_what_looks_like_that_and_is_of_no_patient_is_left_alone(text: str) -> None:
    assert found(text) == ()


def test_most_details_of_a_writer_who_types_as_people_do_are_noticed_without_the_encoder() -> None:
    written = [json.loads(line) for line in AS_TYPED.read_text(encoding="utf-8").splitlines()]
    details = [each["text"] for each in written if each["detail"]]
    others = [each["text"] for each in written if not each["detail"]]

    assert (len(details), len(others)) == (200, 100)
    assert sum(bool(found(text)) for text in details) >= 165
    assert sum(bool(found(text)) for text in others) <= 10


@pytest.mark.long
def test_seven_in_ten_details_of_other_hands_are_noticed_and_three_in_a_hundred_of_the_others_stopped_at_most() -> None:
    notes = by_other_hands()

    assert (len(notes.details), len(notes.others)) == (1200, 1200)
    assert notes.noticed_share >= 0.70
    assert notes.stopped_share <= 0.03


@pytest.mark.parametrize("text", ["", "   ", "a" * 100_000, "1" * 100_000, "1 " * 50_000, "mr " * 30_000, "é😀" * 9000])
def test_odd_texts_are_read_in_no_time(text: str) -> None:
    assert all(each.words in " ".join(text.split()) for each in find_clues(text, shipped_given_names()))


def test_what_stands_behind_the_longest_text_is_not_read() -> None:
    assert find_patient_details("x" * MAX_LENGTH + " MRN 4471920", shipped_given_names()) == ()


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    find_patient_details(text, shipped_given_names(), lambda _kinds: 5.0)


def test_names_are_in_lower_case_and_each_stands_once() -> None:
    names = shipped_given_names()

    assert len(names.however_typed) > 1000
    assert not names.however_typed & names.capitalized
    assert all(name == name.lower() for name in names.however_typed | names.capitalized)
