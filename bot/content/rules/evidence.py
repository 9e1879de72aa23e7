"""Sections 5 and 6: what a lesson claims, and whether its sources support it."""

import re
from collections.abc import Iterator

from bot.content.pack_draft import DraftTexts, LessonDraft
from bot.content.rules import Finding
from bot.content.rules.figures import find_figures, find_figures_in_source
from bot.content.text import split_sentences

_WEB = re.compile(r"https?://|www\.|\bdoi\b|\b10\.\d{4,9}/|\b[\w-]+\.(?:com|org|gov|net|edu|uk)\b", re.IGNORECASE)
_CAUSE = re.compile(r"\b(?:caus(?:es?|ed)|reduc(?:es?|ed)|prevent(?:s|ed)?|leads? to|led to)\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|no|never|nor|cannot|without|whether|if)\b|n['’]t\b", re.IGNORECASE)

# Figures and ideas that people often repeat without proof, with what is wrong with each.
_MYTHS = {
    r"\b70 ?(?:%|per ?cent)[^.]*\b(?:chang|transform|initiativ)[^.]*\bfail": "no study supports this failure rate",
    r"\bpremortem[^.]*\b30 ?(?:%|per ?cent)|\b30 ?(?:%|per ?cent)[^.]*\bpremortem": "that study counted reasons",
    r"\b(?:93|55|38|7) ?(?:%|per ?cent)[^.]*\b(?:non-?verbal|body language|tone)": "the figure is about something else",
    r"\b21 days[^.]*\bhabit|\bhabit[^.]*\b21 days": "habits take very different times to form",
    r"\b80 ?(?:%|per ?cent)[^.]*\berrors?[^.]*\bcommunicat": "no study supports this share",
    r"\bthird[ -]leading cause of death": "the estimate doesn't hold",
    r"\blearning styles?\b": "teaching to them has shown no effect",
    r"\b(?:Myers[ -]Briggs|MBTI)\b|\bpersonality types?\b": "personality types aren't facts about people",
}
_MYTH_PATTERNS = {re.compile(pattern, re.IGNORECASE): reason for pattern, reason in _MYTHS.items()}


def weak_sources_support_only_practice(lesson: LessonDraft) -> Iterator[Finding]:
    """Level C means that nobody has seen this edition. Cite it for an idea, never for a fact or a figure."""
    if not lesson.cited_sources or any(work.level != "C" for work in lesson.cited_sources):
        return
    if lesson.parsed.evidence != "practice":
        yield ("evidence",), "All sources are level C. Write `evidence: practice`, or cite a source of level A or B."
    if figures := find_figures(lesson.parsed.why):
        yield ("why",), f"All sources are level C, too weak for a figure ({figures[0]}). Remove it."


def no_web_addresses_in_text(draft: DraftTexts) -> Iterator[Finding]:
    """Slack turns an address into a link and a preview. Rounds shows sources and links from the bibliography."""
    for place, text in draft.visible_texts():
        if found := _WEB.search(text):
            yield place, f"“{found[0]}” is a web address. Put it in the bibliography, and cite its key."


def figures_come_from_a_source(lesson: LessonDraft) -> Iterator[Finding]:
    """A figure without a source is a rumor. It must be in `supports` of a cited source of level A or B."""
    known = {figure for work in lesson.cited_sources if work.level != "C" for figure in find_figures_in_source(work)}
    for figure in find_figures(lesson.parsed.why):
        if figure not in known:
            yield ("why",), f"{figure} is not in `supports` of a cited level A or B source. Check it, or remove it."


def no_myths(lesson: LessonDraft) -> Iterator[Finding]:
    """Readers trust what they learn here, and these claims are well known and wrong."""
    for place, text in lesson.visible_texts():
        for pattern, reason in _MYTH_PATTERNS.items():
            if found := pattern.search(text):
                yield place, f"“{found[0][:60]}”: {reason}. Leave it out."


def observational_evidence_claims_no_cause(lesson: LessonDraft) -> Iterator[Finding]:
    """A survey or a cohort study shows only that things go together: one "was linked with" the other."""
    only_observed = lesson.cited_sources and all(work.kind == "observational study" for work in lesson.cited_sources)
    if not only_observed and lesson.parsed.evidence != "observational":
        return
    for sentence in split_sentences(lesson.parsed.why):
        for found in _CAUSE.finditer(sentence):
            if not _NEGATION.search(sentence, 0, found.start()):
                yield ("why",), f"The evidence is observational: say “was linked with”, not “{found[0]}”."
