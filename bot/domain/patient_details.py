"""Detects what looks like patient details in a text that somebody is about to save, so that they can remove them.

It warns and never forbids, and nothing of the text is stored or logged. Numbers, dates, and addresses are recognized by
their form and the word before them. A name counts only in the same clause as an illness, a treatment, or a bed, because
colleagues have names, too. A title (Mrs) says more than a given name, so it needs less context. tests/privacy measures
how often both are right.
"""

import re
from collections.abc import Collection
from enum import StrEnum

MAX_LENGTH = 4000
"""Characters that are checked: more than a modal accepts."""


class PatientDetail(StrEnum):
    """The kind of detail that a text seems to contain."""

    RECORD_NUMBER = "record_number"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    NAME_AND_HEALTH = "name_and_health"
    AGE = "age"
    INSURANCE_NUMBER = "insurance_number"


def find_patient_details(text: str, names: Collection[str]) -> frozenset[PatientDetail]:
    """Return the kinds of patient details that a text seems to contain. Most texts have none.

    `names`: given names in lower case. Every repetition in the patterns is bounded, so no text makes this slow.
    """
    plain = re.sub(r"\s+", " ", text[:MAX_LENGTH]).replace("’", "'").strip()
    found = {detail for detail, pattern in _PATTERNS_BY_DETAIL.items() if pattern.search(plain)}
    for clause in _CLAUSES.split(_TITLE_DOTS.sub(r"\1", plain)):
        if _PHONE.search(clause) and not _DEPARTMENT.search(clause):
            found.add(PatientDetail.PHONE)
        if _names_a_patient(clause, names):
            found.add(PatientDetail.NAME_AND_HEALTH)
    return frozenset(found)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


# --- recognized by their form and the word before them --------------------------------------------------------------

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

_PATTERNS_BY_DETAIL = {
    PatientDetail.RECORD_NUMBER: _any(
        r"\b(?:u?mrn|urn|chi|nhs|ssn|accession|encounter|chart|record|hosp(?:ital)?\.?|patient|pt|visit|episode)"
        rf"{_NUMBER_OF}[a-z]{{0,3}}\d[\d -]{{3,18}}\d",
        r"\b(?:account|acct|case|unit|file|folder|admission|referral) (?:no|number|num|nr|id)\b\.?(?: (?:is|was))?"
        r"\s?[:#]{0,2}\s?[a-z]{0,3}\d[\d /-]{3,18}\d",
        r"\bmrn\b.{0,30}?\b\d{5,12}\b",
        r"\b\d{3}-\d{2}-\d{4}\b",
    ),
    PatientDetail.BIRTH_DATE: _any(
        rf"\b(?:dob|d\.o\.b|date of birth|birth ?date|birthday|born)\b.{{0,16}}?\b{_DATE}",
        rf"\b(?:admitted|readmitted|discharged|died)(?: on)? {_DATE}",
        r"\b\d{1,2}[/.-]\d{1,2}[/.-]19[2-9]\d\b",
    ),
    PatientDetail.EMAIL: _any(
        r"\b[\w.+-]{1,64}@(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|aol|gmx|web|proton|protonmail|"
        r"btinternet|"
        r"comcast|me|msn)\.[a-z.]{2,6}\b",
        r"\b(?:patient|family|daughter|son|wife|husband|mother|father|mum|dad|mom|partner|sister|brother|carer)(?:'s)?\b"
        r"[^.!?]{0,40}?[\w.+-]{1,64}@[\w-]{1,63}\.[a-z.]{2,12}\b",
    ),
    PatientDetail.ADDRESS: _any(
        rf"\b\d{{1,5}}[a-z]? (?!{_NO_STREET}\b)[a-z']{{2,20}} (?:[a-z']{{2,20}} )?{_STREET}\b",
        r"\blives at (?:flat |number |no )?\d",
    ),
    PatientDetail.AGE: _any(
        rf"\b{_NINETY}[ -]?(?:year|yr)s?[ -]old\b",
        rf"\b{_NINETY} ?(?:yo|y/o|yrs?)\b",
        rf"\baged? {_NINETY}\b(?! ?(?:%|percent|minutes|days|hours))",
        rf"\b(?:she|he|who|lady|man|woman|gentleman) (?:is|was|turned) {_NINETY}\b(?! ?(?:%|percent|minutes))",
    ),
    PatientDetail.INSURANCE_NUMBER: _any(
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
    r"\(0\d{2,4}\) ?\d{3,4} ?\d{3,4}\b",
    r"\+\d{1,3}[ -]?\(?\d{1,4}\)?(?:[ -]?\d{2,4}){2,4}\b",
    r"\b(?:phone|tel|telephone|mobile|cell|whatsapp|rang|ring|call|call back|back) (?:on |at |is |no |number )?"
    r"\d[\d -]{6,14}\d\b",
)
_DEPARTMENT = _any(
    r"\b(?:switchboard|helpline|hotline|crisis line|main line|main desk|fax|ext|extension|pager|"
    r"reception|clinic's|poster)\b"
)

# --- a name near an illness, a treatment, or a bed ------------------------------------------------------------------

_CLAUSES = re.compile(r"[.!?;]+ ")
_TITLE_DOTS = re.compile(r"\b(mr|mrs|ms|dr|st|no|[a-z])\.(?=[ a-z])", re.IGNORECASE)

_WORK = (
    r"(?:centre|center|clinic|unit|ward|pathway|course|training|teaching|drill|audit|project|data|trial|nurses?|team|"
    r"pump|list|service|chairs|leads?|policy|module|day|champion|board|poster|week|budget|protocol|workshop|"
    r"guideline|targets?|inhalers?|stock|supplies|awareness|specialist|research|study|referrals|patients|cases|admissions|"
    r"clinics|society|charity|group|"
    r"rates?|scores?|numbers|figures|bundle|screening|near miss|work|care|post|waiting|trolley|room|in staff|"
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
    r"\b(?:\d{1,2} weeks pregnant|preterm|stillb\w{2,4}|ectopic|in labou?r|caesarean|c-section|jaundice\w?|dnacpr|dnar|"
    r"dnr|hospice|end of life|terminally ill|adhd|ocd|ptsd|panic attacks?|self-harm\w{0,3}|overdos\w{1,3}|"
    r"cardiac arrest|arrested|heart condition|angina|arrhythmia|atrial fibrillation|embolism|blood clot|dvt|"
    r"anaemi[ac]|anemi[ac]|haemorrhage|hemorrhage|transfusion|transplant|stent|bypass|pacemaker|bloods|potassium|"
    r"troponin|prostate|penicillin|morphine|methadone|fentanyl|antibiotics|steroids|"
    r"chest drain|feeding tube|stoma|colostomy|"
    r"ulcer|cellulitis|gangrene|scabies|shingles|measles|meningitis|malaria|uti|urine infection|incontinen\w{1,3}|"
    r"hallucinat\w{2,4}|sectioned|restrained|detox|intoxicated|collapsed|unconscious|resuscitat\w{2,4}|"
    r"(?:knee|hip) replacement|appendix|appendicitis|gall ?bladder|gallstones|kidney stones?|pancreatitis|cirrhosis|"
    r"melanoma|myeloma|metasta\w{2,4}|lupus|crohn'?s|colitis|arthritis|multiple sclerosis|motor neurone|"
    r"(?:hang|kill|drown) (?:himself|herself|themselves)|\w{1,12}(?:parin|cillin|mycin|prazole|statin|zepam|tinib)|"
    r"had a (?:bad |small )?(?:fit|fall|bleed)|lost (?:her|the|their) (?:baby|babies|pregnancy)|swallowed a|"
    rf"broken (?:wrist|arm|leg|ankle|hip|rib|ribs|neck))\b(?!'? {_WORK}\b)",
    r"\b(?:re)?admitted\b|\b(?:fell|falls) (?:again|on|in|out|and)\b|\blost (?=m(?:r|rs|s|iss) )",
    r"\b(?:bed|room|bay|cubicle|side room) ?\d{1,3}\b",
)
_CARE = _any(
    r"\b(?:pregnan\w{1,3}|discharge[ds]?|transferred|sedated|scan|x-?ray|mri|blood results?|blood pressure|"
    r"test results?|surgery|operation|theatre|appointment|allerg\w{1,4}|medication|meds|tablets|dose|drip|"
    r"dressing|wound|dentures|walker|wheelchair|oxygen|monitor|resus|ambulance|a&e|the er|knee|wrist|ankle|"
    r"shoulder|chest|kidneys?|liver|lungs?|surgeon|next of kin|ward round|visitors?|family|daughter|son|wife|"
    r"husband|widow|funeral|found (?:him|her)|falls?|fell|the floor|bathroom|toilet|mother|bed|waiting room|"
    r"triage|corridor|cot|cried|in pain|confused|agitated|lonely|consent|ventilator|file|notes|chart|"
    r"waited (?:for )?(?:\w+ ){1,2}hours?)\b"
)
"""Marks somebody with a title as a patient. Near a given name, these words may describe a colleague's work."""
_THEIR_CARE = re.compile(
    r"\b(?P<name>[A-Z][a-z'-]{1,20})(?:'s|s') (?:\w+ )?"
    r"(?:bloods|scan|x-?ray|biopsy|surgery|operation|discharge|meds|medication|insulin|chemo|wound|dentures|drip|oxygen|"
    rf"allerg\w{{1,4}}|next of kin)\b(?! (?:care )?{_WORK}\b)",
    re.ASCII,
)
_FAMILY = re.compile(r"\b[Tt]he [A-Z][a-z'-]{2,20} (?:boy|girl|baby|twins|child|lady|family)\b", re.ASCII)
_IN_BED = re.compile(r"\b(?P<name>[A-Z][a-z]{2,20})(?:,| in| from) (?:bed|bay|cubicle) ?\d", re.ASCII)
_AGED = re.compile(r"\b(?P<name>[A-Z][a-z]{2,20}),? (?:aged )?\d{1,3}(?:,| ?yo\b| years old\b)", re.ASCII)
_HAS = re.compile(
    r"\b(?P<name>[A-Z][a-z]{2,20}(?<!s)),? (?:still |also )?(?:has|had|is on|was on|died of|went into|treated for|"
    r"came in with|diagnosed with) (?:a |an |bad |severe )?",
    re.ASCII,
)
"""A name can't end in "s": such words are often plurals ("Residents have flu")."""
_NOBODY = frozenset(
    """after all also and another any anybody anyone april audit august autumn before board both but cardiology case
    catering child children city clinic community country county day december department each emergency estates
    europe evening everybody everyone fall family february few finance floor friday group half he her here his home
    honestly hospital housekeeping icu it its january july june last leadership legal london management many march
    maternity maybe medicine men monday morning most much next night nobody none november nurses october oncology
    one our outpatients overall paediatrics patients pediatrics people pharmacy practice procurement psychiatry
    public radiology reception region rehab report saturday school security september she shift society somebody
    someone somewhere spring staff summer sunday surgery survey system team that the theatre theatres their there
    these they this those three thursday today tomorrow town triage tuesday two unit urology ward wards we wednesday
    which who wing winter women work yesterday you""".split()  # noqa: SIM905
)
"""Words that begin a sentence and aren't names."""
_TITLED = _any(r"\b(?<!near )(?:mr|mrs|ms|miss|mx|baby|master)(?: and (?:mr|mrs|ms))? (?!and\b)[a-z][a-z'-]{0,20}\b")
_ADDRESSED = re.compile(
    r"\b(?:(?:[Mm]rs?|[Mm]s|Miss|Mx) (?:and (?:[Mm]rs?|[Mm]s) )?[A-Za-z][a-z'-]{0,20}|[Ll]ittle [A-Z][a-z]{2,20})\b",
    re.ASCII,
)
"""Titles with no other meaning: one can "miss" appointments, and "baby units" exist."""
_PLACED_INITIALS = re.compile(
    r"\b[A-Z]\.? ?[A-Z]\b\.?,? (?:is )?(?:in|from|at)? ?\(?(?:bed|room|bay|cubicle|side room) ?\d", re.ASCII
)
_BABY = re.compile(r"\b[Bb]aby (?!(?:Unit|Friendly|Clinic|Boom|Jesus)\b)[A-Z][a-z]{2,20}\b", re.ASCII)
_ROLE = (
    r"(?:nurse|sister|matron|hca|dr|doctor|prof|professor|consultant|registrar|physio|pharmacist|porter|chaplain|clerk|"
    r"deputy|student|receptionist|manager|director|midwife|colleague|chief|chair|chairman|mayor|inspector|auditor|"
    r"architect|lawyer|supplier|from (?:the )?(?:it|hr|estates|finance|procurement|payroll|board|council|union|agency|"
    r"ministry|county|press|pharmacy|lab|kitchen|security|quality|legal)|our)"
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
    if _PLACED_INITIALS.search(clause) or _BABY.search(clause) or _has_an_illness(clause):
        return True
    ill = bool(_HEALTH.search(clause))
    if ill and _FAMILY.search(clause):
        return True
    titles = [
        *(_TITLED.finditer(clause) if ill else ()),
        *(_ADDRESSED.finditer(clause) if ill or _CARE.search(clause) else ()),
    ]
    if any(not _is_at_work(clause, title.start(), title.end()) for title in titles):
        return True
    if _AT_WORK.search(clause):
        return False
    theirs = [*_THEIR_CARE.finditer(clause), *_AGED.finditer(clause)]
    if any(each["name"].lower() in names for each in theirs):
        return True
    return ill and any(
        word.group().lower().removesuffix("'s") in names and not _is_at_work(clause, word.start(), word.end())
        for word in _WORDS.finditer(clause)
    )


def _has_an_illness(clause: str) -> bool:
    """Return whether a capitalized word outside the list of names has an illness or a bed.

    Examples: "Grace has HIV", "Rose in bed 3".
    """
    return any(each["name"].lower() not in _NOBODY for each in _IN_BED.finditer(clause)) or any(
        each["name"].lower() not in _NOBODY
        and (illness := _HEALTH.match(clause, each.end())) is not None
        and not _is_at_work(clause, each.start(), illness.end())
        for each in _HAS.finditer(clause)
    )


def _is_at_work(clause: str, begin: int, end: int) -> bool:
    """Return whether the words next to a name mark a colleague: a role, or something that colleagues do."""
    before, after = clause[max(0, begin - 24) : begin], clause[end : end + 24]
    return bool(
        re.search(rf"\b{_ROLE} (?:\w+ )?$", before, re.IGNORECASE)
        or re.match(rf"(?: \w+)? {_DOES}\b|,? (?:the |our |from )*(?:\w+ )?{_ROLE}\b", after, re.IGNORECASE)
    )
