"""Group 10: what Slack would read as more than text."""

import re
from collections.abc import Iterator

from bot.content.pack_draft import LessonDraft
from bot.content.rules import Finding

_MARKS = re.compile(
    r"`|\*\*|__|(?<!\w)\*[^\s*][^*]*\*(?!\w)|(?<!\w)_[^\s_][^_]*_(?!\w)|(?<!\w)~[^\s~][^~]*~(?!\w)"
    r"|\[[^\]]*\]\(|^#{1,6} |^ *[-*•>] |(?<!\w):[a-z0-9_+-]+:(?!\w)",
    re.MULTILINE,
)
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\U000e0000-\U000e0fff]")


def no_markdown(lesson: LessonDraft) -> Iterator[Finding]:
    """Slack reads some Markdown, its own way; the rest shows as stray signs. Rounds does the formatting."""
    for place, text in lesson.all_texts():
        if found := _MARKS.search(text):
            yield place, f"“{found[0].strip()}” is formatting. Write plain text."


def no_angle_brackets(lesson: LessonDraft) -> Iterator[Finding]:
    """In Slack `<`, `>` and `&` begin links, mentions and codes; a screen reader stumbles over all three."""
    for place, text in lesson.all_texts():
        if found := re.search("[<>&]", text):
            yield place, f"There is a `{found[0]}` here. Write it in words: under, over, and."


def no_hidden_characters(lesson: LessonDraft) -> Iterator[Finding]:
    """Characters that nobody sees can turn text round, or hide something else from a reviewer."""
    for place, text in lesson.all_texts():
        if _HIDDEN.search(text):
            yield place, "There is an invisible character here, perhaps pasted. Retype the line."
