"""Finds a patient's name by what stands in the same clause: an illness, a treatment, a bed, and nobody's work.

Colleagues have names, too, so a name alone doesn't count. A title (Mrs) says more than a given name, so it needs less
context.
"""

import re

from bot.domain.colleagues import is_at_work
from bot.domain.given_names import GivenNames


def find_named_patient(text: str, names: GivenNames) -> str | None:
    """Return the first clause that names a patient, or None. Every repetition in the patterns is bounded."""
    clauses = _CLAUSES.split(_TITLE_DOTS.sub(r"\1", text))
    return next((clause for clause in clauses if _names_a_patient(clause, names)), None)


def without_possessive(name: str) -> str:
    """Return a name without the ending of its possessive: "James'" and "James's" are "James"."""
    return name.removesuffix("'s").removesuffix("'")


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_CLAUSES = re.compile(r"[.!?;]+ ")
_TITLE_DOTS = re.compile(r"\b(mr|mrs|ms|dr|st|no|[a-z])\.(?=[ a-z])", re.IGNORECASE)

_WORK = (
    r"(?:centre|center|clinic|unit|ward|pathway|course|training|teaching|drill|audit|project|data|trial|nurses?|team|"
    r"pump|list|service|chairs|leads?|policy|module|day|champion|board|poster|week|budget|protocol|workshop|"
    r"guideline|targets?|inhalers?|stock|supplies|awareness|specialist|research|study|referrals|patients|cases|"
    r"admissions|clinics|society|charity|group|rates?|scores?|numbers|figures|bundle|screening|near miss|work|care|"
    r"post|waiting|trolley|room|in staff|among staff)"
)
_HEALTH = _any(
    r"\b(?:cancer|tumou?r|leuka?emia|lymphoma|chemo(?:therapy)?|radiotherapy|dialysis|kidney failure|renal failure|"
    r"heart failure|heart attack|stroke|seizure|epilep\w{2,4}|parkinson'?s?|alzheimer'?s?|dementia|delirium|sepsis|"
    r"septic|pneumonia|covid|mrsa|c diff|infected|infection|hiv|aids|hepatitis|tb|diabet\w{2,5}|insulin|warfarin|"
    r"copd|chf|esrd|hep [abc]|trach|amputee|mastectomy|asthma|"
    r"(?:has|with) ms|psychosis|psychotic|schizophreni\w{1,3}|bipolar|depression|anorexia|overdose\w?|"
    r"suicid\w{1,3}|self harm\w{0,3}|withdraw(?:al|ing)|addict\w{0,4}|alcoholic|down syndrome|syndrome|autis\w{1,4}|"
    r"fracture\w?|hip|amputat\w{2,4}|biopsy|colonoscopy|hysterectomy|hernia|scan shows|abortion|miscarr\w{2,6}|"
    r"catheter|pressure ulcer|bed ?sore|"
    rf"allergic reaction|choked|bled|the op|diagnos\w{{2,4}}|palliative|dying|died|passed away|nicu|"
    rf"icu)\b(?!'? {_WORK}\b)",
    r"\b(?:\d{1,2} weeks pregnant|preterm|stillb\w{2,4}|ectopic|in labou?r|caesarean|c-section|jaundice\w?|dnacpr|"
    r"dnar|dnr|hospice|end of life|terminally ill|adhd|ocd|ptsd|panic attacks?|self-harm\w{0,3}|overdos\w{1,3}|"
    r"cardiac arrest|arrested|heart condition|angina|arrhythmia|atrial fibrillation|embolism|blood clot|dvt|"
    r"anaemi[ac]|anemi[ac]|haemorrhage|hemorrhage|transfusion|transplant|stent|bypass|pacemaker|bloods|potassium|"
    r"troponin|prostate|penicillin|morphine|methadone|fentanyl|antibiotics|steroids|chest drain|feeding tube|stoma|"
    r"colostomy|ulcer|cellulitis|gangrene|scabies|shingles|measles|meningitis|malaria|uti|urine infection|"
    r"incontinen\w{1,3}|hallucinat\w{2,4}|sectioned|restrained|detox|intoxicated|collapsed|unconscious|"
    r"resuscitat\w{2,4}|(?:knee|hip) replacement|appendix|appendicitis|gall ?bladder|gallstones|kidney stones?|"
    r"pancreatitis|cirrhosis|melanoma|myeloma|metasta\w{2,4}|lupus|crohn'?s|colitis|arthritis|multiple sclerosis|"
    r"motor neurone|(?:hang|kill|drown) (?:himself|herself|themselves)|\w{1,12}(?:parin|cillin|mycin|prazole|statin|"
    r"zepam|tinib)|had a (?:bad |small )?(?:fit|fall|bleed)|lost (?:her|the|their) (?:baby|babies|pregnancy)|"
    r"swallowed a|"
    rf"broken (?:wrist|arm|leg|ankle|hip|rib|ribs|neck))\b(?!'? {_WORK}\b)",
    r"\b(?:re)?admitted\b|\b(?:fell|falls) (?:again|on|in|out|and)\b|\blost (?=m(?:r|rs|s|iss) )",
    r"\b(?:bed|room|bay|cubicle|side room) ?\d{1,3}\b",
)
_CARE = _any(
    r"\b(?:pregnan\w{1,3}|discharge[ds]?|transferred|sedated|scan|x-?ray|mri|blood results?|blood pressure|"
    r"test results?|surgery|operation|theatre|appointment|allerg\w{1,4}|medication|meds|tablets|dose|drip|dressing|"
    r"wound|dentures|walker|wheelchair|oxygen|monitor|resus|ambulance|a&e|the er|knee|wrist|ankle|shoulder|chest|"
    r"kidneys?|liver|lungs?|surgeon|next of kin|ward round|visitors?|family|daughter|son|wife|husband|widow|funeral|"
    r"found (?:him|her)|falls?|fell|the floor|bathroom|toilet|mother|bed|waiting room|triage|corridor|cot|cried|"
    r"in pain|confused|agitated|lonely|consent|ventilator|file|notes|chart|waited (?:for )?(?:\w+ ){1,2}hours?)\b"
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

_LABELED = re.compile(
    r"\b(?P<name>[A-Z][A-Za-z'-]{2,20})(?:,? [A-Z]\.?(?:[-:]| [-:(])| ?[(/])(?P<label>[^()/]{3,30})", re.ASCII
)
"""A name before an illness, as on a list: "Smith (dementia)", "Okafor/stroke", "Garcia, M. - CHF"."""

_LABEL = re.compile(
    r"\b(?:pt|patient|resident|client|lady|man|woman|gentleman|boy|girl|baby) "
    r"\((?P<name>[A-Z][A-Za-z'-]{2,20})(?:, ?[A-Z]\.?)?\)",
    re.ASCII,
)
"""A name after whose it is: "the dementia patient (Smith)"."""

_SHORT_LABEL = re.compile(
    r"\b[Pp]t[.:]? (?!(?:Safety|Care|Experience|Access|Portal|Advoca|Relation|Service|Educat|Satisfact|Flow|Transport|"
    r"Right|Survey|Voice|Feedback|Engage|Place|Identif|Record|Complain))(?P<name>[A-Z][a-z'-]{2,20})\b",
    re.ASCII,
)
"""A name after "pt", which in capitals is physical therapy."""

_NO_NAME = _any(
    _WORK,
    r"topics?|themes?|updates?|questions?|reminders?|goals?|plans?|posts?|ideas?|lessons?|notes?|slides?|handouts?|"
    r"talks?|tools?|kits?|carts?|forms?|orders?|rounds?|huddles?|residents|families|relatives|elders|inpatients|"
    r"beds|wards|units|teams|results|falls|deaths|drills|audits|alerts|codes?|levels?|grades?|stages?|types?|"
    r"conditions?|symptoms?|risks?|events?|incidents?|complaints?|metrics?|charts?|labs?|nursing|medical|surgical|"
    r"may|rapid|emergency|outreach|liaison|education|orientation|skills?|competenc\w{1,4}|simulations?|scenarios?",
)
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
    r"\b(?!(?:A\.?M|P\.?M|[PO]\.?T|IT|HR|E[DR]|OR|RN|MD|DO|PA|NP|CT|US|IV)\b)[A-Z]\.? ?[A-Z]\b\.?,? "
    r"(?:is )?(?:in|from|at)? ?\(?(?:bed|room|bay|cubicle|side room) ?\d",
    re.ASCII,
)
_BABY = re.compile(r"\b[Bb]aby (?!(?:Unit|Friendly|Clinic|Boom|Jesus)\b)[A-Z][a-z]{2,20}\b", re.ASCII)
_AT_WORK = re.compile(
    r"\b(?:thanked|praised|rota|handover|sick leave|her shift|his shift|cover(?:s|ed)? for|showed us|feedback)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[a-z][a-z'-]{1,20}", re.IGNORECASE)


def _names_a_patient(clause: str, names: GivenNames) -> bool:
    if _PLACED_INITIALS.search(clause) or _BABY.search(clause) or _has_an_illness(clause):
        return True
    ill = bool(_HEALTH.search(clause))
    if ill and _FAMILY.search(clause):
        return True
    titles = [
        *(_TITLED.finditer(clause) if ill else ()),
        *(_ADDRESSED.finditer(clause) if ill or _CARE.search(clause) else ()),
    ]
    if any(not is_at_work(clause, title.start(), title.end()) for title in titles):
        return True
    if _AT_WORK.search(clause):
        return False
    theirs = [*_THEIR_CARE.finditer(clause), *_AGED.finditer(clause)]
    if any(names.has(each["name"]) for each in theirs):
        return True
    return ill and any(
        names.has(without_possessive(word.group())) and not is_at_work(clause, word.start(), word.end())
        for word in _WORDS.finditer(clause)
    )


def _has_an_illness(clause: str) -> bool:
    """Return whether a capitalized word outside the list of names has an illness or a bed.

    Examples: "Grace has HIV", "Rose in bed 3", "Smith (dementia)", "the stroke patient (Jones)".
    """
    if any(_may_be_named(each["name"]) for form in (_IN_BED, _LABEL, _SHORT_LABEL) for each in form.finditer(clause)):
        return True
    ill = [each for each in _HAS.finditer(clause) if _HEALTH.match(clause, each.end())]
    ill += [each for each in _LABELED.finditer(clause) if _HEALTH.search(each["label"])]
    return any(_may_be_named(each["name"]) and not is_at_work(clause, each.start("name"), each.end()) for each in ill)


def _may_be_named(name: str) -> bool:
    """Return whether somebody may have this name: it is no word of what is talked about here."""
    return not (name.lower() in _NOBODY or _NO_NAME.fullmatch(name) or _HEALTH.search(name) or _CARE.search(name))
