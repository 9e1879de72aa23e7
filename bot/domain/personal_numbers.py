"""Finds numbers by which a state or an insurer knows somebody: national, social insurance, and health numbers.

Each has a form of its own, and most have check digits, which python-stdnum knows. A number counts if both fit, so an
invoice number is rarely taken for one. Forms that any nine or ten digits would fit count only after their name
(`ClueKind.RECORD_NUMBER` in `patient_patterns.py`).
"""

import re
from collections.abc import Callable, Iterator
from importlib import import_module

_DATED = r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
"""A date of birth as it begins many numbers: year, month, day."""

_DAY_FIRST = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d"

_CHECKED: dict[str, str] = {
    "ar.cuit": r"(?:20|2[3-7])-\d{8}-\d",
    "at.vnr": rf"\d{{4}} ?{_DAY_FIRST}",
    "be.nn": r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d",
    "bg.egn": r"\d{10}",
    "br.cpf": r"\d{3}\.\d{3}\.\d{3}-\d\d",
    "ca.bc_phn": r"9\d{3} \d{3} \d{3}",
    "ca.sin": r"\d{3}[ -]\d{3}[ -]\d{3}",
    "ch.ssn": r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d\d",
    "cl.rut": r"\d{1,2}\.\d{3}\.\d{3}-[\dkK]",
    "cn.ric": r"\d{17}[\dxX]",
    "cz.rc": r"\d{6}/\d{4}",
    "dk.cpr": rf"{_DAY_FIRST}-\d{{4}}",
    "ee.ik": rf"[1-6]{_DATED}\d{{4}}",
    "es.dni": r"\d{8}-?[A-Z]",
    "es.nie": r"[XYZ][ -]?\d{7}[ -]?[A-Z]",
    "fi.hetu": rf"{_DAY_FIRST}[-+A-FU-Y]\d{{3}}[0-9A-Z]",
    "fr.nir": r"[12] ?\d\d ?\d\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d",
    "gb.nhs": r"[4679]\d\d \d{3} \d{4}",
    "gr.amka": rf"{_DAY_FIRST}\d{{5}}",
    "ie.pps": r"\d{7}[A-W][A-IW]?",
    "in_.aadhaar": r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}",
    "is_.kennitala": rf"{_DAY_FIRST}-\d{{4}}",
    "it.codicefiscale": r"[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]",
    "kr.rrn": rf"{_DATED}-[0-9]\d{{6}}",
    "lt.asmens": rf"[3-6]{_DATED}\d{{4}}",
    "mx.curp": rf"[A-Z]{{4}}{_DATED}[HMX][A-Z]{{5}}[0-9A-Z]\d",
    "my.nric": rf"{_DATED}-\d\d-\d{{4}}",
    "no.fodselsnummer": rf"{_DAY_FIRST} ?\d{{5}}",
    "pl.pesel": r"\d{11}",
    "pk.cnic": r"\d{5}-\d{7}-\d",
    "ro.cnp": rf"[1-8]{_DATED}\d{{6}}",
    "se.personnummer": rf"(?:19|20)?{_DATED}[-+]\d{{4}}",
    "th.pin": r"\d-\d{4}-\d{5}-\d\d-\d",
    "za.idnr": rf"{_DATED}\d{{7}}",
    "luhn": r"\d{4}[ -]\d{3}[ -]\d{3}",  # Ontario's health number
}
"""Numbers with check digits: the module of python-stdnum, and their form."""

_BY_FORM: tuple[str, ...] = (
    r"[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d\d",
    r"[2-6]\d{3} \d{5} \d(?:[ /-]\d)?",
    r"(?-i:[A-Z]{4}) ?\d\d[0156]\d ?[0-7]\d\d\d",
    r"\d\d ?(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d ?[A-Z] ?\d{3}",
    r"\d\d-\d{4}-\d{4}-\d{4}",
    r"[STFGM]\d{7}[A-Z]",
    r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]",
    r"\d{4}[ -]?\d{3}[ -]?\d{3}[ -]?(?-i:[A-Z]{2})",
)
"""Numbers that their form alone tells from others: Medicare numbers of the US (MBI) and Australia, Quebec's health
insurance, Germany's pension insurance, India's health account (ABHA), Singapore's NRIC, the UK's national
insurance, and Ontario's health number with its version. Capitals count where a word could stand instead."""

_INSURED = r"[A-Z]\d{9}"
"""Germany's health insurance number."""


def find_personal_numbers(text: str) -> Iterator[str]:
    """Yield the numbers in a text, as they stand there, each form for itself."""
    for pattern, is_valid in _FORMS:
        for each in pattern.finditer(text):
            if is_valid(each.group()) and not _OF_A_THING.search(text, max(0, each.start() - 24), each.start()):
                yield each.group()


_OF_A_THING = re.compile(
    r"\b(?:serial|order|asset|tag|invoice|po|purchase|model|part|lot|batch|ticket|sku|item|catalog|tracking|licen[cs]e|"
    r"contract|quote|version|vendor|supplier)\b[^.!?]{0,12}$",
    re.IGNORECASE,
)
"""What stands before the number of a thing."""


def _of_form(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-])(?:{form})(?![\w-])", re.IGNORECASE | re.ASCII)


def _checked(module: str) -> Callable[[str], bool]:
    """Return python-stdnum's check of a kind of number, imported when one is found."""
    return lambda number: bool(import_module(f"stdnum.{module}").is_valid(number))


def _is_insurance_number(number: str) -> bool:
    """Return whether a letter and nine digits are a German health insurance number.

    The letter counts as two digits (A is 01), every second digit counts twice, and the sum of all their digits ends in
    the last one (guideline by § 290 SGB V, annex 1).
    """
    digits = [*map(int, f"{ord(number[0].upper()) - ord('A') + 1:02}{number[1:]}")]
    doubled = (digit * (1 + place % 2) for place, digit in enumerate(digits[:-1]))
    return sum(digit // 10 + digit % 10 for digit in doubled) % 10 == digits[-1]


_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    *((_of_form(form), _checked(module)) for module, form in _CHECKED.items()),
    *((_of_form(form), bool) for form in _BY_FORM),
    (_of_form(_INSURED), _is_insurance_number),
)
