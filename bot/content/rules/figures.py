"""Finds figures in text: numbers that readers take for results, not years of citations or sections of laws."""

import re

from bot.content.schema import SourceSchema

_YEAR = r"(?:1[89]|20)\d\d"
# (2018), (1999, 2004), and (Klein, 2007) cite a work.
_CITATION = re.compile(rf"\((?:[^()]*?\b)?{_YEAR}[a-z]?(?:[,;] ?{_YEAR})*\)")
_LAW = re.compile(
    r"\b\d+ (?:CFR|C\.F\.R\.|USC|U\.S\.C\.?)(?: (?:part|§+))? ?[\d.()a-z-]+[\da-z)]"
    r"|\b(?:[Aa]rticles?|[Ss]ections?|[Pp]arts?|[Rr]egulations?|[Tt]itle|[Cc]hapter|[Rr]ule|[Ff]orm|[Aa]nnex|[Ss]chedule"
    r"|[Pp]aragraph|Directive|Public Law|Act|§+) (?:[A-Z]-?)?\d[\d./()a-z-]*(?:(?:,| and| or| to) \d[\d./()a-z-]*)*"
    r"|\b\d+\([a-z0-9]\)(?:\([a-z0-9]+\))*"
)
# HTI-1, COVID-19, TeamSTEPPS 3.0, Schedule II: the number is part of a name.
_NAME = re.compile(r"\b[A-Z][A-Za-z]*-\d+\b|\b[A-Za-z]*[a-z][A-Z]{2,}[A-Za-z]* \d+(?:\.\d+)*|\b(?:ISO|IEC) [\d-]+")
_FIGURE = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?")
_NUMBER_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "half": "50",
}  # fmt: skip
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)


def find_figures(text: str) -> list[str]:
    """Return the figures in `text` in order, without commas or percent signs: "16797", "3.3"."""
    text = _NAME.sub(" ", _CITATION.sub(" ", remove_legal_references(text)))
    return [found.replace(",", "") for found in _FIGURE.findall(text)]


def find_figures_in_source(work: SourceSchema) -> set[str]:
    """Return every figure, in digits or in words, in a source's `supports`, title, and year."""
    text = f"{work.supports} {work.title}"
    written = {_NUMBER_WORDS[word.lower()] for word in _NUMBER_WORD.findall(text)}
    return {str(work.year)} | written | {found.replace(",", "") for found in _FIGURE.findall(text)}


def remove_legal_references(text: str) -> str:
    """Return `text` without references to laws and regulations: their numbers are part of their names."""
    return _LAW.sub(" ", text)
