"""How each kind of clue to a patient is recognized in a text.

Numbers, dates, rooms, and ages are recognized by their form and the words beside them, names by a list, a title, or a
relative. Next to a colleague's role or work a name counts separately (`ClueKind.NAME_AT_WORK`), because colleagues have
names, too. Compiling the patterns takes 2 MB, so this module is imported when somebody first saves something.
"""

import re
from collections.abc import Iterator

from bot.domain.colleagues import is_at_work
from bot.domain.given_names import GivenNames
from bot.domain.patient_clues import ClueKind, PatientClue
from bot.domain.patient_names import find_named_patient, without_possessive
from bot.domain.personal_numbers import find_personal_numbers


def list_clues(text: str, plain: str, names: GivenNames) -> Iterator[PatientClue]:
    """Yield the clues in a text, with white space already made single spaces. `plain`: the same without accents."""
    for kind, pattern in _PATTERNS.items():
        yield from (PatientClue(kind, text[each.start() : each.end()].strip(" ,.")) for each in pattern.finditer(plain))
    yield from (PatientClue(ClueKind.RECORD_NUMBER, number) for number in find_personal_numbers(plain))
    if clause := find_named_patient(plain, names):
        start = plain.find(clause)
        yield PatientClue(ClueKind.NAME_AND_HEALTH, clause if start < 0 else text[start : start + len(clause)])
    yield from _list_names(text, plain, names)


def _list_names(text: str, plain: str, names: GivenNames) -> Iterator[PatientClue]:
    for word in _NAME.finditer(plain):
        name = without_possessive(word.group())
        end = word.start() + len(name)
        if not names.has(name) or (_begins_sentence(plain, word.start()) and name.lower() in _ALSO_WORDS):
            continue
        if is_at_work(plain, word.start(), word.end()):
            yield PatientClue(ClueKind.NAME_AT_WORK, text[word.start() : end])
        elif surname := _SURNAME.match(plain, word.end()):
            yield PatientClue(ClueKind.FULL_NAME, text[word.start() : surname.end()])
        else:
            yield PatientClue(ClueKind.NAME, text[word.start() : end])
    for entry in _AS_IN_A_LIST.finditer(plain):
        if names.has(entry["given"].capitalize()) and not is_at_work(plain, entry.start(), entry.end()):
            yield PatientClue(ClueKind.FULL_NAME, text[entry.start() : entry.end()])


def _begins_sentence(text: str, start: int) -> bool:
    return start == 0 or text[max(0, start - 2) : start].strip() in {"", ".", "!", "?"}


def _any(*patterns: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags)


_PHONE_NUMBER = (
    r"(?:\(?\b[2-9]\d{2}\)?[-. ]\d{3}[-. ]\d{4}\b|\b555[-.]\d{4}\b|\b07\d{3} ?\d{3} ?\d{3}\b|"
    r"\b0\d{3,4} \d{3} ?\d{3,4}\b|\(0\d{2,4}\) ?\d{3,4} ?\d{3,4}\b|"
    r"\+\d{1,3}[ -]?\(?\d{1,4}\)?(?:[ -]?\d{2,4}){2,4}\b)"
)
_NINETY = r"(?:9\d|1[01]\d|ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"

_THING = r"(?:building|hospital|house|home|wing|tower|ward|boiler|pump|bed|cart|machine|scanner|policy|law|brand|firm)"
"""What may be old, too."""

_AS_TYPED = re.RegexFlag(0)
"""For patterns in which capitals matter."""

_NUMBER_OF = r"(?: (?:no|number|num|nr|id|card)\b)?\.?(?: (?:is|was|ending|ending in))?\s?[:#]{0,2}\s?"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ober|tember|ember)?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_GAP = r"[ ./-]{0,2}"
"""What stands between a day, a month, and a year: "12-Mar-1950", "Mar.12", "07MAR"."""

_DATE = (
    r"(?:(?:19|20)\d\d[/.-]?\d\d[/.-]?\d\d|\d{1,2}[/.-]\d{1,2}(?:[/.-](?:19|20)?\d\d)?"
    rf"|{_DAY}{_GAP}(?:of )?{_MONTH}(?![a-z])(?:,?{_GAP}(?:19|20)?\d\d\b)?"
    rf"|{_MONTH}{_GAP}{_DAY}\b(?:,?{_GAP}(?:19|20)\d\d)?)"
)
_STREET = r"(?:street|st|road|rd|avenue|ave|lane|ln|close|court|ct|terrace|place|blvd|boulevard|grove|drive|dr|way)"
_STREET_ENDING = r"stras+e|str\.|weg|gasse|platz|straat|laan|plein|gracht|kade|gatan|vagen|gade|vej|gata|veien|katu"
"""How names of streets end in German, Dutch, and the languages of the north, without accents."""

_NO_STREET = (
    r"(?:minutes?|hours?|days?|weeks?|months?|years?|percent|people|staff|nurses?|beds?|of|in|more|new|to|and|on)"
)
_COUNTRY_NUMBERS = (
    r"nhi|ihi|ppsn?|nino|national insurance|ohip|phn|ramq|sin|tfn|dva|bsn|kvnr|svnr|versichertennummer|nir|"
    r"carte vitale|dni|nie|nif|cip|codice fiscale|cpf|cns|curp|nss|rut|aadhaa?r|abha|nric|pesel|hetu|cpr|"
    r"personnummer|f[oø]dselsnummer|kennitala|ahv|avs|niss|insz|rijksregister\w{0,8}|cnp|egn|oib|amka|"
    r"passport|personal id|national id"
)
"""What people elsewhere call the number of an insured person, a patient, or a citizen."""

_PERSON = (
    r"(?:patient|pt|resident|client|inmate|man|woman|lady|gentleman|guy|boy|girl|kid|baby|teen|mom|mother|dad|father|"
    r"daughter|son|wife|husband|family|couple|newborn|preemie|toddler)"
)
_KIN = (
    r"(?:(?:grand)?(?:son|daughter|mother|father|ma|pa|mom|dad|kids?|parents)|mama|papa|wife|husband|brother|sister|"
    r"aunt|uncle|niece|nephew|cousin|spouse|partner|girlfriend|boyfriend|fianc[eé]e?|widow|family|twins?|guardian|ex|"
    r"baby|boy|girl|(?:mother|father|son|daughter|brother|sister)-in-law)"
)
_EVENT = (
    r"(?:admit\w{0,4}|admission|adm|d/?c'?e?d|d/c|rip|readmit\w{0,4}|discharg\w{1,3}|died|passed|expired|death|surgery|procedure|seen|"
    r"came in|fell|fall|delivered|delivery|coded|appointment|appt|transfer\w{0,4}|biopsy|funeral|intake|visit|booked|"
    r"moved in|chemo|dialysis|infusion|scan|mri)"
)
_ROOM = r"(?:room|rm|bed|bay|cubicle|pod|chair|stretcher|isolette|crib|cell|trailer|unit|suite|cottage|ldr|slot)"
_NO_ROOM = (
    r"(?:%|percent|minutes|hours|days|beds|nurses|people|meeting|is (?:the|our|now|broken|out|down|cold|hot|leaking)|"
    r"key|door|lights?|tv|thermostat|sink|ceiling|smells|conference|frame|rail|alarm|thru|through|to \d|- ?\d{2})"
)
_COLLEAGUE = (
    r"(?:nurse|rn|lpn|cna|aide|ma|tech|technician|doctor|physician|surgeon|therapist|pharmacist|receptionist|clerk|"
    r"secretary|housekeeper|janitor|cook|chef|guard|manager|director|administrator|ceo|cfo|board member|employee|"
    r"colleague|co-?worker|staff member|volunteer|chaplain|boss|supervisor|phlebotomist|paramedic|medic|emt|biller|"
    r"intern|scheduler|hygienist|assistant|maintenance guy|custodian)"
)

_PATTERNS: dict[ClueKind, re.Pattern[str]] = {
    ClueKind.RECORD_NUMBER: _any(
        r"\b(?:u?mrn|urn|chi|nhs|ssn|social security|accession|encounter|chart|record|hosp(?:ital)?\.?|patient|pt|"
        r"visit|"
        rf"episode|csn|inmate){_NUMBER_OF}[a-z]{{0,3}}\d[\d -]{{2,18}}\d",
        r"\b(?:account|acct|case|unit|file|folder|admission|referral|claim|rx|prescription|run)(?: (?:no|number|num|"
        r"nr|id|#))"
        r"\.?(?: (?:is|was))?\s?[:#]{0,2}\s?[a-z]{0,3}\d[\d /-]{3,18}\d",
        r"\b(?:mrn|ssn|social|chart)\b[^.!?]{0,24}\b\d{4,12}\b",
        r"\b\d{3}-\d{2}-\d{4}\b",
        rf"\b(?:{_COUNTRY_NUMBERS})\b{_NUMBER_OF}(?:[a-z]{{0,4}}[ ./-]?\d){{4,18}}[ -]?[a-z]{{0,2}}\b",
    ),
    ClueKind.INSURANCE_NUMBER: _any(
        r"\b(?:member|subscriber|insurance|policy|medicare|medicaid|health card|aetna|bcbs|cigna|humana|blue cross)"
        rf"(?: (?:policy|member|subscriber))?{_NUMBER_OF}"
        r"(?:[a-z]{0,3}\d[\d -]{5,16}\d|\d[a-z0-9]{2,3}-[a-z0-9]{3}-[a-z0-9]{4})\b"
    ),
    ClueKind.PERSONAL_PHONE: _any(rf"\b(?:her|his|their|{_PERSON}|{_KIN})(?:'s)?\b[^.!?]{{0,40}}?{_PHONE_NUMBER}"),
    ClueKind.PERSONAL_EMAIL: _any(
        r"\b[\w.+-]{1,64}@(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|aol|gmx|proton|protonmail|comcast|me|msn)"
        r"\.[a-z.]{2,6}\b"
    ),
    ClueKind.PHONE: _any(_PHONE_NUMBER),
    ClueKind.EMAIL: _any(r"\b[\w.+-]{1,64}@[\w-]{1,63}\.[a-z.]{2,12}\b"),
    ClueKind.ADDRESS: _any(
        rf"\b\d{{1,5}}[a-z]? (?:[nsew]\.? )?(?!{_NO_STREET}\b)[a-z']{{2,20}} (?:[a-z']{{2,20}} )?{_STREET}\b",
        r"\b(?:apt|apartment|lot) ?#? ?\d{1,4}[a-z]?\b",
        rf"\b[a-z-]{{2,20}}(?:{_STREET_ENDING}) ?\d{{1,4}}[a-z]?\b",
        r"\b\d{1,4},? (?:bis )?(?:rue|allee|impasse|quai|chemin) (?:de |du |des |d'|la |le ){0,3}[a-z]{2,20}",
        r"\b(?:calle|c/|avenida|via|viale|piazza|plaza|rua|carrer) (?:[a-z']{1,20} ){0,3}[a-z']{2,20},? \d{1,4}\b",
    ),
    ClueKind.BIRTH_DATE: _any(
        rf"\b(?:dob|d\.o\.b|date of birth|birth ?date|birth ?day|born|b(?=\.? ?\d))\b[^!?]{{0,20}}?\b{_DATE}",
        r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19[2-9]\d|200\d)\b",
        r"\b(?:19[2-9]\d|200\d)[/.-]\d\d[/.-]\d\d\b",
        rf"\b{_DAY}[ .-]?{_MONTH}[ .-]{{1,2}}(?:19[2-9]\d|200\d)\b",
        r"\bborn (?:in )?(?:19|20)\d\d\b",
    ),
    ClueKind.EVENT_DATE: _any(
        rf"\b{_EVENT}\b[^.!?]{{0,24}}?\b{_DATE}", rf"\b(?:on )?{_DATE}\b[^.!?]{{0,24}}?\b{_EVENT}\b"
    ),
    ClueKind.ROOM: _any(
        rf"\b{_ROOM}\.? ?(?:#|no\.? ?|number )?\d{{1,4}}(?: ?-?[a-d])?\b(?! ?{_NO_ROOM})",
        rf"\b{_PERSON}(?:'s)? (?:in|from|of) (?:the )?(?:\d{{1,4}}[a-d]?|corner room|end room|last room)\b",
        r"\b(?:in|to|from) \d{3,4}[ab]?\b(?! ?(?:%|percent|minutes|hours|days|words|pages|degrees))",
        r"\b\d{3}-[12ab]\b|\b\d{1,4}[ab]\b(?= (?:fell|died|coded|passed|was|is|has|had|wants|needs?|got))",
    ),
    ClueKind.AGE_AND_SEX: _any(r"\b\d{1,3} ?(?:yo|y/o )?[mf]\b(?= (?:with|w/|s/p|who|came|pt|patient|post|hx|found))"),
    ClueKind.OVER_89: _any(
        rf"\b{_NINETY}[ -]?(?:years?|yrs?)?[ -]?(?:old|yo|y/o|y\.o)\b(?! {_THING})",
        rf"\baged? {_NINETY}\b(?! ?(?:%|percent|minutes|days|hours))",
        rf"\b(?:she|he|who|lady|man|woman|gentleman) (?:is|was|turned) {_NINETY}\b(?! ?(?:%|percent|minutes))",
    ),
    ClueKind.AGE: _any(
        r"\b\d{1,3} ?(?:[- ]?(?:years?|yrs?|months?|mos?|weeks?|wks?|days?)[- ]?olds?|y/?o|y\.o\.|yo[mf]|yrs?|[mf])\b"
        r"(?! (?:of experience|in|ago|tenure|here))",
        r"\baged? (?:of )?\d{1,3}\b",
        r"\b(?:she|he|who|lady|man|woman|gentleman|turned|only|actually)(?: is| was| turned|'s)? \d{2,3}\b"
        r"(?! ?(?:%|percent|minutes|hours|days))",
        r"\b(?:[a-z]{3,7}teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|ten|eleven|twelve|six|seven|"
        r"eight|nine)"
        r"(?:[- ][a-z]{3,5})?[- ](?:year|yr|month|week|day)s?[- ]olds?\b",
    ),
    ClueKind.INITIALS: _any(
        r"\b(?:[Pp]t|[Pp]atient|[Rr]esident|[Cc]lient|[Ii]nmate|[Mm]r|[Mm]rs|[Mm]s|[Ss]tudent|[Bb]aby)\.? "
        r"[A-Z]\.?(?:[ -]?[A-Z]\.?){0,2}(?![a-z0-9'])",
        r"(?<![A-Z.])(?!U\.S|D\.O|R\.N|M\.D|P\.A|P\.M|A\.M|I\.T|H\.R|E\.R|O\.R|I\.V|E\.D)[A-Z]\.[A-Z]\.",
        r"^[A-Z]{2}(?= (?:refused|left|fell|died|was|has|wants|is|got|came|asked|told|cried|missed|needs))",
        r"\b[Mm]rs?\.? [a-z]\b(?![a-z'])|\b[a-z]{3,12} [a-z]\.?(?= (?:was|is|has|had) my \d)",
        flags=_AS_TYPED,
    ),
    ClueKind.TITLE: _any(
        r"\b(?:[Mm]rs|[Mm]r|MRS?|[Mm]s|[Mm]iss|Mx|[Ss]e[nñ]ora?|Do[nñ]a?|[Pp]ani|[Gg]ranny|[Gg]randma|[Gg]randpa|"
        r"[Ll]ittle|[Ll]il|[Pp]oor|[Bb]aby|[Oo]ld)\.? (?:and (?:[Mm]rs?|[Mm]s)\.? )?[A-Z][A-Za-zé'-]{1,20}",
        r"\b(?:mr|mrs|ms)\.? [a-z][a-z'-]{2,20}",
        flags=_AS_TYPED,
    ),
    ClueKind.RELATIVE: _any(
        rf"\b(?!(?:who|what|that|it|he|she|let|there|here|how|one|today|my|our)'s)[a-z][a-z'é-]{{1,20}}'s? {_KIN}\b",
        rf"\b{_PERSON}(?:'?s)? {_KIN}\b",
        rf"\b(?:{_KIN}|family) (?:of|to) [A-Z][a-z]{{1,20}}",
    ),
    ClueKind.PART_IN_TOWN: _any(
        r"\b(?:mayor|sheriff|(?:fire|police) chief|principal|pastor|priest|rabbi|imam|minister|preacher|"
        r"choir director|(?:\w{1,12} )?coach|(?:\w{1,12}[- ]grade |music |school |kindergarten )?teacher|librarian|"
        r"postmaster|mail ?man|judge|senator|congress(?:man|woman)|council(?:man|woman|member)|commissioner|"
        r"news ?anchor|weather(?:man|girl)|quarterback|superintendent|barber|baker(?:y)?|butcher|florist|flower shop|"
        r"bus driver|lunch lady|crossing guard|game warden|banker|undertaker|dairy farmer|rancher|veterinarian|"
        r"radio host|bishop|nun|trooper|firefighter|medalist|(?:homecoming|prom|beauty) queen|lottery winner|"
        r"hardware store|diner|gas station|feed store|donut shop|santa|plow driver|tribal (?:chair|elder|leader))\b"
    ),
    ClueKind.RARE_EVENT: _any(
        r"\b(?:triplets|quadruplets|quads|conjoined|(?:the )?only (?:set|case|one|patient|resident|person|kid|family|"
        r"man|woman|survivor|triplets|amish|hmong|somali|deaf|blind)|first (?:case|baby|patient|transplant)|"
        r"in the (?:paper|news)|on the (?:local )?news|made (?:the )?(?:news|tv|papers?)|(?:every\w{3,4}|"
        r"whole (?:town|county)) knows|house fire|plane crash|bus crash|grain (?:bin|elevator|auger)|combine|"
        r"bear attack|lightning|shooting|explosion|snowmobile|rodeo|impaled|oldest resident|youngest of)\b"
    ),
    ClueKind.PLACE: _any(
        r"\b(?:goes to|attends|student at|teaches at|taught at|worked at|drives for|coaches at|plays for|preaches at|"
        r"lives (?:in|on|off|by|near|at|next to|above|behind)|from) (?:the )?[A-Z][a-z]{2,20}",
        r"\b(?:[Aa]mish|[Hh]mong|[Ss]omali|[Mm]ennonite|Navajo|Lakota|Haitian|Sikh) "
        r"(?:man|woman|lady|family|baby|boy|girl|couple|patient|kid|teen|grandmother|elder)\b",
        r"\b[A-Z][a-z]{2,20} (?:High|Elementary|Middle School|Academy|Baptist|Lutheran|Methodist|Church|volleyball|"
        r"football)",
        flags=_AS_TYPED,
    ),
    ClueKind.COLLEAGUE_AS_PATIENT: _any(
        rf"\b(?:our|my|own|a|former|old|retired|the) (?:\w{{1,12}} ){{0,2}}{_COLLEAGUE}\b[^.!?]{{0,50}}\b(?:admitted|"
        r"inpatient|diagnos\w{2,4}|miscarr\w{2,6}|overdos\w{1,3}|chemo|biopsy|mammogram|rehab|dialysis|in (?:our|"
        r"the) (?:ed|er|icu|ward|unit)|(?:her|his|their) (?:own )?(?:chart|labs?|results?|records?|cancer)|"
        r"as a patient|our patient|had (?:her|his) (?:surgery|baby|stroke))\b"
    ),
    ClueKind.PATIENT: _any(
        r"\b(?:patient|pt|resident|client|inmate|the (?:man|woman|lady|gentleman|guy|kid|boy|girl|baby|teen|couple)|"
        r"kid who|guy who|lady who|man who|woman who|next of kin|bedside|call light|dentures|roommate)\b"
    ),
    ClueKind.HEALTH: _any(
        r"\b(?:cancer|leuka?emia|lymphoma|tumou?r|chemo(?:therapy)?|radiation|dialysis|fistula|chf|heart attack|"
        r"stroke|seiz\w{2,5}|epilep\w{2,4}|parkinson'?s|alzheimer'?s|dementia|delirium|sepsis|septic|pneumonia|covid|"
        r"mrsa|c\.? ?diff|hiv|hep(?:atitis)?|tb|diabet\w{2,5}|insulin|dka|a1c|copd|asthma|psycho\w{2,5}|"
        r"schizo\w{2,9}|bipolar|overdos\w{1,3}|narcan|suicid\w{1,3}|self[- ]harm\w{0,3}|detox\w{0,4}|withdraw\w{0,4}|"
        r"relapsed?|autis\w{1,4}|down syndrome|fractur\w{1,3}|hip|amputat\w{2,4}|biopsy|hernia|abortion|"
        r"miscarr\w{2,6}|stillb\w{2,4}|labor|c-section|preterm|n?icu|catheter|pressure (?:ulcer|injury)|bed ?sores?|"
        r"wound|allerg\w{1,4}|chok\w{2,3}|aspirat\w{2,4}|bled|bleed\w{0,3}|hemorrhag\w{1,3}|coded|arrest(?:ed)?|"
        r"diagnos\w{2,4}|palliative|hospice|dying|died|passed|expired|dnr|stent|pacemaker|transplant|clot(?:s|ted)?|"
        r"dvt|cellulitis|scabies|lice|shingles|measles|uti|incontinen\w{1,3}|hallucinat\w{2,4}|restrain\w{2,4}|"
        r"intubat\w{2,4}|trach|ostomy|unresponsive|collapsed|fell|lupus|crohn'?s|als|pregnan\w{1,3}|std|eloped|ama|"
        r"discharged|admitted|readmitted|triage[ds]?|sedat\w{2,4}|surgery|pre-?op|post-?op|x-?ray|mri|ct|labs|meds|"
        r"dose|morphine|methadone|antibiotics?|oxygen|walker|wheelchair|hoyer|bath|brief|thin liquids|refused|"
        r"withdrew)\b"
    ),
    ClueKind.OWN: _any(
        r"\bmy (?:own )?(?:mom|mother|dad|father|son|daughter|kid|wife|husband|brother|sister|doctor|therapist|boss|"
        r"team|"
        r"charge|manager|director|ceo|staff|aide|nurse|tech)\b",
        r"\b(?:survey(?:or)?|vendor|meeting|budget|schedule|payroll|overtime|invoice|policy|inservice|drill|audit|"
        r"dashboard)\b",
    ),
}

_NAME = re.compile(r"\b[A-Za-z][a-z'é-]{2,20}\b")
_AS_IN_A_LIST = re.compile(r"\b[A-Z][A-Z'-]{2,20}, ?(?P<given>[A-Z]{3,20})\b")
"""A surname before a given name, as lists have it."""

_SURNAME = re.compile(r" (?:[A-Z]\. )?[A-Z][a-zé'-]{2,20}\b", re.ASCII)
_ALSO_WORDS = frozenset(
    """april art august bill chance charity chase christian cliff crystal dawn dean drew earl ed faith frank gene grace
    grant holly honey hope hunter iris ivy jack joy june junior king lance lane love major mark max may melody mercy
    miles miss nick olive page patience pat penny porter queen ray rich rob robin rose ruby rusty sage sandy skip
    star sue summer sunny temple van violet ward will wren young""".split()  # noqa: SIM905
)
"""Names that are words, too: they don't count at a sentence's beginning."""
