"""Recognizes what people ask for in ordinary words, instead of a command or a button.

A request is the whole message, or a few words of it in a thread about a lesson. Everything else is a situation. German
requests are understood like English ones, whoever writes them.
"""

import re
from enum import Enum, auto


class PlainRequest(Enum):
    """What a message asks for, if it isn't a situation."""

    THANKS = auto()
    BACK = auto()
    ANOTHER = auto()
    SHORTER = auto()
    PUSHBACK = auto()
    GREETING = auto()
    HELP = auto()
    STOP = auto()
    PAUSE = auto()
    RESUME = auto()
    SETTINGS = auto()
    NEXT_LESSON = auto()
    LESSON = auto()
    ONE_MORE = auto()
    STREAK = auto()
    JOURNAL = auto()
    PROGRAMS = auto()
    PROGRESS = auto()


MAX_REQUEST_WORDS = 8
"""The most words of a request such as "something shorter". More are part of the story."""

_PUSHBACK = re.compile(
    r"\b(?:(?:what|and|but) if|(?:what|how) (?:do|should|can) i (?:do|say|answer|reply) (?:if|when)"
    r"|(?:was|und|aber),? wenn|(?:was|wie) (?:sage?|antworte|mache?) ich,? wenn)\b",
    re.IGNORECASE,
)
_SHORTER = re.compile(
    r"\b(?:short(?:er)?|brief(?:ly)?|in (?:a|one) (?:line|sentence|word)|tl;?dr|quick(?:er)?|(?:just|only) the words"
    r"|words to say|(?:what|how) (?:exactly )?(?:do|should|can) i say(?: it| that)?(?=\W*$)"
    r"|kürzer|in einem (?:satz|wort)|nur die worte|(?:was|wie) sage? ich (?:das|es)(?: genau)?(?=\W*$))\b",
    re.IGNORECASE,
)


def _whole(words: str) -> re.Pattern[str]:
    """Make a pattern for a message that says this and nothing else, with or without "please"."""
    please = "please|pls|bitte"
    return re.compile(rf"\W*(?:(?:{please})\W+)?(?:{words})(?:\W+(?:{please}|now|jetzt|rounds))*\W*", re.IGNORECASE)


_IN_A_THREAD = {
    PlainRequest.THANKS: _whole(
        r"(?:(?:ok(?:ay)?|great|perfect)\W+)?(?:many )?(?:thanks|thank you|thx|ty)"
        r"(?: (?:a lot|so much|very much|again|that helped|that helps))?"
        r"|(?:(?:ok(?:ay)?|super|prima|gut)\W+)?(?:danke(?: ?schön| dir| sehr| vielmals)?)|(?:vielen|herzlichen) dank"
    ),
    PlainRequest.BACK: _whole(r"(?:go )?(?:back|previous(?: one| lesson)?)|zurück|(?:die )?vorige(?: lektion)?"),
    PlainRequest.ANOTHER: _whole(
        r"(?:(?:show|give|send|try)(?: me)? )?(?:another(?: (?:one|lesson|tip|idea))?|something else|more like this"
        r"|a different (?:one|lesson|tip)|(?:the )?next(?: one| lesson)?)"
        r"|(?:that'?s|this is|it'?s) not it|(?:that|this|it) (?:did|does)n'?t (?:help|fit)"
        r"|noch (?:ein(?:e[nrs]?)?)(?: (?:tipp|lektion|idee))?|(?:et)?was ander(?:e|es)|eine andere(?: lektion)?"
        r"|(?:die )?nächste(?: lektion)?|mehr davon|(?:das )?(?:passt|hilft|stimmt) (?:so )?(?:mir )?nicht"
    ),
}

_ANYWHERE = {
    PlainRequest.THANKS: _IN_A_THREAD[PlainRequest.THANKS],
    PlainRequest.GREETING: _whole(
        r"hi|hello|hey|hiya|howdy|(?:hi|hello|hey) (?:there|again)|good (?:morning|afternoon|evening|day|night)"
        r"|hallo|moin(?: moin)?|servus|grüezi|grü(?:ß|ss) (?:dich|gott|euch)|gute(?:n|r)? (?:morgen|tag|abend|nacht)"
    ),
    PlainRequest.HELP: _whole(
        r"help|commands|menu|(?:what|how) (?:can|do) (?:you|i|this|it)(?: (?:do|use|work))?(?: (?:you|this|it))?"
        r"|what is (?:this|rounds)|who are you|how does (?:this|it) work"
        r"|hilfe|befehle|menü|was (?:kannst du|ist (?:das|rounds))|wer bist du|wie (?:geht|funktioniert) (?:das|es)"
    ),
    PlainRequest.STOP: _whole(
        r"stop(?: it| this| (?:the )?(?:lessons?|messages)| sending(?: me)?(?: (?:messages|lessons?|these))?)?"
        r"|unsubscribe|cancel|opt out|(?:leave me alone|no more(?: (?:lessons?|messages))?)"
        r"|stopp|aufhören|hör auf|abmelden|abbestellen|lass mich in ruhe|keine (?:lektionen|nachrichten)(?: mehr)?"
    ),
    PlainRequest.PAUSE: _whole(
        r"(?:pause|take a break|i need a break|snooze)(?: (?:my |the )?lessons?)?"
        r"|pausieren|(?:ich brauche |mach(?:e)? )?eine pause|pause machen"
    ),
    PlainRequest.RESUME: _whole(
        r"(?:resume|unpause|continue|start)(?: again)?(?: (?:my |the )?lessons?)?(?: again)?|i(?:'m| am) back"
        r"|weiter(?:machen)?|fortsetzen|(?:es )?geht weiter|ich bin (?:wieder )?(?:da|zurück)"
    ),
    PlainRequest.SETTINGS: _whole(
        r"(?:(?:open|show|change|edit)(?: (?:my|the))? )?"
        r"(?:settings|preferences|options|(?:my )?(?:shifts?|schedule|times?))"
        r"|(?:(?:meine )?(?:einstellungen|dienste|dienstzeiten|zeiten)|(?:mein )?dienstplan)"
        r"(?: (?:öffnen|zeigen|ändern))?"
    ),
    PlainRequest.NEXT_LESSON: _whole(
        r"when(?:'s| is| will| does| do)? (?:is |i get )?(?:my|the) next (?:lesson|one|message)"
        r"(?: (?:come|be|due|sent))?"
        r"|when(?:'s| is) the next(?: one)?|next lesson"
        r"|wann (?:kommt|ist|bekomme ich) (?:die|meine) nächste(?: (?:lektion|nachricht))?|nächste lektion"
    ),
    PlainRequest.LESSON: _whole(
        r"(?:(?:give|send|show)(?: me)? |get )?(?:(?:my|the|today'?s|a) )?lesson(?: (?:of )?today)?|today'?s lesson"
        r"|(?:(?:zeig|gib|schick) mir )?(?:(?:die|meine) )?(?:heutige )?lektion(?: (?:von |für )?heute)?"
    ),
    PlainRequest.ONE_MORE: _whole(
        r"(?:(?:can|could|may) i (?:get|have) |i(?:'d| would) (?:like|love) |i want "
        r"|(?:give|send|show)(?: me)? )?(?:one more(?: lesson)?|another lesson|an extra lesson)(?: (?:for )?today)?"
        r"|(?:ich (?:möchte|will) |gib mir |schick mir |kann ich )?noch eine(?: lektion)?(?: (?:für )?heute)?"
        r"(?: haben)?"
    ),
    PlainRequest.STREAK: _whole(
        r"(?:(?:what(?:'s| is)|show(?: me)?) )?(?:my )?streak|(?:wie ist |zeig )?(?:meine )?serie"
    ),
    PlainRequest.PROGRAMS: _whole(
        r"(?:(?:open|show(?: me)?|see|choose|change|which|what) )?(?:(?:my|the|a|your) )?programs?"
        r"(?: (?:are there|do you have))?"
        r"|(?:(?:zeig(?:e)?(?: mir)?|welche) )?(?:(?:mein|die|ein) )?programme?(?: gibt es)?"
    ),
    PlainRequest.PROGRESS: _whole(
        r"(?:(?:what(?:'s| is)|show(?: me)?|see) )?(?:my )?progress|what have i learned(?: so far)?"
        r"|(?:(?:get|send|give me|i want|i(?:'d| would) like|can i have) )?(?:a|my) certificate|certificate"
        r"|(?:zeig(?:e)?(?: mir)? )?(?:(?:mein(?:en)?|der) )?(?:fortschritte?|lernstand)"
        r"|was (?:habe ich|hab ich) (?:bisher |schon )?gelernt"
        r"|(?:(?:ich (?:möchte|will)|gib mir) )?(?:(?:ein|mein|das) )?zertifikat"
    ),
    PlainRequest.JOURNAL: _whole(
        r"(?:(?:open|show(?: me)?|read) )?(?:my )?(?:journal|reflections|diary)"
        r"|(?:mein )?(?:journal|tagebuch)|meine reflexionen"
    ),
}

_LETTER = re.compile(
    r"\W*(?:(?:i (?:would )?(?:choose|pick|say|go (?:with|for))|my answer(?: is)?|answer|option|it'?s"
    r"|ich (?:nehme|wähle|sage)|(?:meine )?antwort(?: ist)?)\W+)?([a-d])\W*",
    re.IGNORECASE,
)


def find_request_in_thread(text: str) -> PlainRequest | None:
    """Return what a message in a thread asks for about the lesson that was shown; None if it goes on with the story."""
    for request, pattern in _IN_A_THREAD.items():
        if pattern.fullmatch(text):
            return request
    if _PUSHBACK.search(text):
        return PlainRequest.PUSHBACK
    return PlainRequest.SHORTER if _is_shorter(text) else None


def is_story(text: str) -> bool:
    """Return whether a text in a thread is part of the story: it doesn't ask for another answer, or thank for one."""
    return bool(text) and find_request_in_thread(text) in {None, PlainRequest.PUSHBACK}


def find_request(text: str) -> PlainRequest | None:
    """Return what a message outside a thread asks for; None if it is a situation."""
    return next((request for request, pattern in _ANYWHERE.items() if pattern.fullmatch(text)), None)


def find_letter(text: str) -> str | None:
    """Return the option that a message chooses, such as "B" or "answer: c"; None if it says more or something else."""
    found = _LETTER.fullmatch(text)
    return found[1].upper() if found else None


def _is_shorter(text: str) -> bool:
    """Return whether a text is short and asks for something shorter."""
    return len(text.split()) <= MAX_REQUEST_WORDS and bool(_SHORTER.search(text))
