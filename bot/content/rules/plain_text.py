"""Section 10: text that Slack would treat as formatting, characters that nobody can see, and text that isn't words."""

import re
from collections.abc import Iterator

from bot.content.pack_draft import DraftTexts, LessonDraft
from bot.content.rules import Finding

BULLETS = "-*•·‣⁃∙◦○●▪▫■□◆◇►▸➢➤✓✔–—\uf0a7\uf0b7\uf0d8"
"""Marks before an item of a list. Word's own symbol fonts leave the last three."""
BULLET = rf"^[ \t\u00a0]*[{re.escape(BULLETS)}][ \t\u00a0]+"

_MARKS = re.compile(
    r"`|\*\*|__|(?<!\w)\*[^\s*][^*]*\*(?!\w)|(?<!\w)_[^\s_][^_]*_(?!\w)|(?<!\w)~[^\s~][^~]*~(?!\w)"
    r"|\[[^\]]*\]\(|^#{1,6} |^ *> |(?<!\w):[a-z0-9_+-]+:(?!\w)"
    rf"|{BULLET}",
    re.MULTILINE,
)
HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""Characters without width, and those that only choose how another one looks."""

_ONE_LINE = frozenset({"title", "stem", "text", "they", "fits_when", "applies_to"})


def no_markdown(draft: DraftTexts) -> Iterator[Finding]:
    """Slack has its own version of Markdown; anything else shows up as stray characters. Rounds does the formatting."""
    for place, text in draft.all_texts():
        if found := _MARKS.search(text):
            yield place, f"“{found[0].strip()}” is formatting. Write plain text."


def no_angle_brackets(draft: DraftTexts) -> Iterator[Finding]:
    """In Slack, `<`, `>`, and `&` start links, mentions, and codes, and screen readers stumble over all three."""
    for place, text in draft.all_texts():
        if found := re.search("[<>&]", text):
            yield place, f"This text has a `{found[0]}`. Use a word instead: under, over, or and."


def no_hidden_characters(draft: DraftTexts) -> Iterator[Finding]:
    """Invisible characters can reverse text or hide something from a reviewer."""
    for place, text in draft.all_texts():
        if HIDDEN.search(text):
            yield place, "This text has an invisible character, perhaps from pasting. Retype the line."


def texts_have_words(draft: DraftTexts) -> Iterator[Finding]:
    """A title `42` or a tip `-` is a slip, or a cell that a spreadsheet program filled. Only options may be numbers."""
    for place, text in draft.all_texts():
        if place[-1] != "text" and not any(map(str.isalpha, text)):
            yield place, f"“{text[:40]}” has no words. Write it out."


def short_texts_are_one_line(lesson: LessonDraft) -> Iterator[Finding]:
    """Titles, options, and half sentences stand in lists, on buttons, and within sentences. Situations are lines."""
    for place, text in lesson.all_texts():
        if (place[-1] in _ONE_LINE or place[0] == "situations") and "\n" in text:
            yield place, "This has a line break. Write it on one line."
