"""Notices what looks like a patient's details in what somebody is about to keep, so that they can take it out.

It warns and never forbids, and nothing of what was looked at is kept or logged. Numbers, dates and addresses are told
by their shape and the word before them; a name only in the same clause as an illness, a treatment or a bed, for
colleagues have names too. tests/privacy counts how often both go right.
"""

import re
from collections.abc import Collection
from enum import StrEnum

LONGEST = 4000
"""Characters that are looked at: more than a modal takes."""


class Detail(StrEnum):
    """What it looks like."""

    RECORD_NUMBER = "record_number"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    NAME_AND_HEALTH = "name_and_health"
    AGE = "age"
    INSURANCE_NUMBER = "insurance_number"


def find_details(text: str, names: Collection[str]) -> frozenset[Detail]:
    """The kinds of patients' details that a text seems to hold; none for most.

    `names`: given names in lower case. Every repeat in the patterns is bounded, so that no text makes this slow.
    """
    plain = re.sub(r"\s+", " ", text[:LONGEST]).replace("’", "'").strip()
    found = {detail for detail, looks in _BY_SHAPE.items() if looks.search(plain)}
    for clause in _CLAUSES.split(_TITLE_DOTS.sub(r"\1", plain)):
        if _PHONE.search(clause) and not _DEPARTMENT.search(clause):
            found.add(Detail.PHONE)
        if _names_a_patient(clause, names):
            found.add(Detail.NAME_AND_HEALTH)
    return frozenset(found)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


# --- told by their shape, and the word before them -----------------------------------------------------------------

_NUMBER_OF = r"(?: (?:no|number|num|nr|id|card)\b)?\.?(?: (?:is|was))?\s?[:#]{0,2}\s?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d"
    rf"|{_DAY} (?:of )?{_MONTH},? (?:19|20)?\d\d|{_MONTH} {_DAY},? (?:19|20)?\d\d)\b"
)
_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|close|court|crescent|terrace|place|blvd|boulevard|gardens|grove|drive|way)"
)
_NO_STREET = r"(?:minutes?|hours?|days?|weeks?|months?|years?|percent|people|staff|nurses?|beds?|of|in|more|new|other)"
_NINETY = r"(?:9\d|1[01]\d|ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"

_BY_SHAPE = {
    Detail.RECORD_NUMBER: _any(
        r"\b(?:mrn|chi|nhs|ssn|accession|encounter|chart|record|hospital|patient|pt|visit)"
        rf"{_NUMBER_OF}[a-z]{{0,3}}\d[\d -]{{3,18}}\d",
        r"\b\d{3}-\d{2}-\d{4}\b",
    ),
    Detail.BIRTH_DATE: _any(
        rf"\b(?:dob|d\.o\.b|date of birth|birth ?date|birthday|born)\b.{{0,16}}?\b{_DATE}",
        rf"\b(?:admitted|readmitted|discharged|died)(?: on)? {_DATE}",
        r"\b\d{1,2}[/.-]\d{1,2}[/.-]19[2-9]\d\b",
    ),
    Detail.EMAIL: _any(
        r"\b[\w.+-]{1,64}@(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|aol|gmx|web|proton|protonmail|"
        r"btinternet|"
        r"comcast|me|msn)\.[a-z.]{2,6}\b"
    ),
    Detail.ADDRESS: _any(
        rf"\b\d{{1,5}}[a-z]? (?!{_NO_STREET}\b)[a-z']{{2,20}} (?:[a-z']{{2,20}} )?{_STREET}\b",
        r"\blives at (?:flat |number |no )?\d",
    ),
    Detail.AGE: _any(
        rf"\b{_NINETY}[ -]?(?:year|yr)s?[ -]old\b",
        rf"\b{_NINETY} ?(?:yo|y/o|yrs?)\b",
        rf"\baged? {_NINETY}\b(?! ?(?:%|percent|minutes|days|hours))",
        rf"\b(?:she|he|who|lady|man|woman|gentleman) (?:is|was|turned) {_NINETY}\b(?! ?(?:%|percent|minutes))",
    ),
    Detail.INSURANCE_NUMBER: _any(
        r"\b(?:member|subscriber|insurance|policy|medicare|medicaid|health card|aetna|bcbs|cigna|humana|blue cross)"
        r"(?: (?:policy|member|subscriber))?"
        rf"{_NUMBER_OF}(?:[a-z]{{0,3}}\d[\d -]{{5,16}}\d|\d[a-z0-9]{{2,3}}-[a-z0-9]{{3}}-[a-z0-9]{{4}})\b"
    ),
}

_PHONE = _any(
    r"\(?\b[2-9]\d{2}\)?[-. ]\d{3}[-. ]\d{4}\b",
    r"\b555[-.]\d{4}\b",
    r"\b07\d{3} ?\d{3} ?\d{3}\b",
    r"\b0\d{3,4} \d{3} ?\d{3,4}\b",
    r"\+\d{1,3} ?\d{3,4} ?\d{3} ?\d{3,4}\b",
)
_DEPARTMENT = _any(
    r"\b(?:switchboard|helpline|hotline|crisis line|main line|main desk|fax|ext|extension|pager|"
    r"reception|clinic's|poster)\b"
)

# --- a name beside an illness, a treatment or a bed ------------------------------------------------------------------

_CLAUSES = re.compile(r"[.!?;]+ ")
_TITLE_DOTS = re.compile(r"\b(mr|mrs|ms|dr|st|no|[a-z])\.(?=[ a-z])", re.IGNORECASE)

_WORK = (
    r"(?:centre|center|clinic|unit|ward|pathway|course|training|teaching|drill|audit|project|data|trial|nurses?|team|"
    r"pump|list|service|chairs|leads?|policy|module|day|champion|board|poster|week|budget|protocol|workshop|"
    r"guideline|rates?|scores?|numbers|figures|bundle|screening|near miss|work|care|post|waiting|trolley|room|in staff|"
    r"among staff)"
)
_HEALTH = _any(
    r"\b(?:cancer|tumou?r|leuka?emia|lymphoma|chemo(?:therapy)?|radiotherapy|dialysis|kidney failure|renal failure|"
    r"heart failure|heart attack|stroke|seizure|epilep\w{2,4}|parkinson'?s?|alzheimer'?s?|dementia|delirium|sepsis|"
    r"septic|"
    r"pneumonia|covid|mrsa|c diff|infected|infection|hiv|aids|hepatitis|tb|diabet\w{2,5}|insulin|warfarin|copd|asthma|"
    r"(?:has|with) ms|psychosis|psychotic|schizophreni\w{1,3}|bipolar|depression|anorexia|overdose\w?|suicid\w{1,3}|"
    r"self harm\w{0,3}|"
    r"withdraw(?:al|ing)|addict\w{0,4}|alcoholic|down syndrome|syndrome|autis\w{1,4}|fracture\w?|hip|amputat\w{2,4}|"
    r"biopsy|colonoscopy|hysterectomy|hernia|scan shows|abortion|miscarr\w{2,6}|catheter|pressure ulcer|bed ?sore|"
    rf"allergic reaction|choked|bled|the op|diagnos\w{{2,4}}|palliative|dying|died|passed away|nicu|"
    rf"icu)\b(?!'? {_WORK}\b)",
    r"\b(?:re)?admitted\b|\b(?:fell|falls) (?:again|on|in|out|and)\b|\blost (?=m(?:r|rs|s|iss) )",
    r"\b(?:bed|room|bay|cubicle|side room) ?\d{1,3}\b",
)
_TITLED = _any(r"\b(?<!near )(?:mr|mrs|ms|miss|mx|baby|master)(?: and (?:mr|mrs|ms))? (?!and\b)[a-z][a-z'-]{0,20}\b")
_PLACED_INITIALS = re.compile(
    r"\b[A-Z]\.? ?[A-Z]\b\.?,? (?:is )?(?:in|from|at)? ?\(?(?:bed|room|bay|cubicle|side room) ?\d", re.ASCII
)
_ROLE = (
    r"(?:nurse|sister|matron|hca|dr|doctor|prof|professor|consultant|registrar|physio|pharmacist|porter|chaplain|clerk|"
    r"deputy|student|receptionist|manager|director|midwife|colleague|from it|from estates|from finance|our)"
)
_DOES = (
    r"(?:leads?|led|runs?|ran|trains?|trained|present(?:s|ed)?|report(?:s|ed)|covers?|covered|wants|does|did|teaches|"
    r"taught|chairs?|promised|handed|argues?|checks|reminded|showed|noticed|shares)"
)
_AT_WORK = re.compile(
    r"\b(?:thanked|praised|rota|handover|sick leave|her shift|his shift|cover(?:s|ed)? for|showed us|feedback)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[a-z][a-z'-]{1,20}", re.IGNORECASE)


def _names_a_patient(clause: str, names: Collection[str]) -> bool:
    if _PLACED_INITIALS.search(clause):
        return True
    if not _HEALTH.search(clause):
        return False
    if any(not _is_at_work(clause, title.start(), title.end()) for title in _TITLED.finditer(clause)):
        return True
    if _AT_WORK.search(clause):
        return False
    return any(
        word.group().lower().removesuffix("'s") in names and not _is_at_work(clause, word.start(), word.end())
        for word in _WORDS.finditer(clause)
    )


def _is_at_work(clause: str, begin: int, end: int) -> bool:
    """Whether the words beside a name tell a colleague: their role, or what colleagues do."""
    before, after = clause[max(0, begin - 24) : begin], clause[end : end + 24]
    return bool(
        re.search(rf"\b{_ROLE} (?:\w+ )?$", before, re.IGNORECASE)
        or re.match(rf"(?: \w+)? {_DOES}\b|,? (?:the |our |from )*(?:\w+ )?{_ROLE}\b", after, re.IGNORECASE)
    )
