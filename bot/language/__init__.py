"""The language in which Rounds speaks to a person: gettext catalogs, and the language of the work at hand.

A request or a delivery begins by saying its language (`speak`, `use_language`); every sentence that is made from then
on is in it. The source's sentences are English. `de/LC_MESSAGES/rounds.po` has the German ones; CONTRIBUTING.md says
how it is kept. Packs, the command line, the log, and what authors read about a pack's problems aren't translated.
"""

from bot.language.translation import (
    ENGLISH,
    LANGUAGES,
    current_language,
    find_language,
    gettext,
    in_current_language,
    join_words,
    mark,
    ngettext,
    pgettext,
    speak,
    use_language,
)

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "current_language",
    "find_language",
    "gettext",
    "in_current_language",
    "join_words",
    "mark",
    "ngettext",
    "pgettext",
    "speak",
    "use_language",
]
