"""Tells from the words beside a name whether somebody is at work there: by a role, or by what colleagues do."""

import re

_ROLE = (
    r"(?:nurses?|rn|lpn|cnas?|aides?|mas?|techs?|technician|dr|doctors?|docs?|physicians?|surgeons?|attending|"
    r"fellow|intern|nps?|pas?|crna|therapists?|physio|pharmacists?|porter|transporter|chaplain|clerk|receptionist|"
    r"front desk|manager|director|supervisor|charge|midwife|colleagues?|co-?workers?|chief|c[efnomi]o|cmo|vp|"
    r"president|chair|inspector|surveyor|auditor|architect|lawyer|attorney|supplier|vendor|rep|recruiter|"
    r"contractor|trainer|educator|preceptor|orientee|new hire|new grad|traveler|float|scheduler|biller|coder|"
    r"housekeeper|evs|dietary|cook|security|guard|officer|deputy|medic|it|hr|finance|payroll|billing|union|agency|"
    r"board|facilities|maintenance|biomed|boss|administrator|owner|lead|team|staff|volunteer|secretary|assistant|"
    r"analyst|consultant|employee|champion|mentor|friend|lab|pharmacy|radiology|imaging|reception|quality|legal|"
    r"supply|purchasing|scheduling|informatics|corporate|regional|sister|matron|hca|prof|professor|registrar|"
    r"student|chairman|mayor|estates|procurement|council|ministry|county|press|kitchen)"
)
_DOES = (
    r"(?:leads?|led|runs?|ran|trains?|trained|reports? to|covers?|covered|teaches|taught|chairs?|promised|"
    r"reminded|showed|noticed|shares|quit|resigned|retires?|retired|picked up|swapped|texted|emailed|approved|"
    r"denied|scheduled|charted|precepts?|oriented|clocked|applied|interviewed|presented|is late|was late|"
    r"late again|owns|fixed|built|updated|sent|volunteered|handed off|relieved|called (?:in|out|off)|"
    r"calls (?:in|out|off)|wrote|drew|stepped|snapped|offered|from|present(?:s|ed)?|report(?:s|ed)|wants|does|did|"
    r"handed|argues?|checks)"
)
_ROLE_BEFORE = re.compile(rf"\b{_ROLE},? (?:\w{{1,12}} )?$", re.IGNORECASE)
_WORK_AFTER = re.compile(
    rf"(?: \w{{1,12}})? {_DOES}\b|(?:'s)?,? (?:in |from |at |the |our |my |is |and )*(?:\w{{1,12}} )?{_ROLE}\b",
    re.IGNORECASE,
)
_CHARACTERS_BEFORE, _CHARACTERS_AFTER = 30, 40


def is_at_work(text: str, begin: int, end: int) -> bool:
    """Return whether the words beside a name, which stands between these places, mark a colleague."""
    before, after = text[max(0, begin - _CHARACTERS_BEFORE) : begin], text[end : end + _CHARACTERS_AFTER]
    return bool(_ROLE_BEFORE.search(before) or _WORK_AFTER.match(after))
