"""Section 10: text that Slack would treat as formatting, and characters that nobody can see."""

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
    """Slack has its own version of Markdown; anything else shows up as stray characters. Rounds does the formatting."""
    for place, text in lesson.all_texts():
        if found := _MARKS.search(text):
            yield place, f"“{found[0].strip()}” is formatting. Write plain text."


def no_angle_brackets(lesson: LessonDraft) -> Iterator[Finding]:
    """In Slack, `<`, `>`, and `&` start links, mentions, and codes, and screen readers stumble over all three."""
    for place, text in lesson.all_texts():
        if found := re.search("[<>&]", text):
            yield place, f"This text has a `{found[0]}`. Use a word instead: under, over, or and."


def no_hidden_characters(lesson: LessonDraft) -> Iterator[Finding]:
    """Invisible characters can reverse text or hide something from a reviewer."""
    for place, text in lesson.all_texts():
        if _HIDDEN.search(text):
            yield place, "This text has an invisible character, perhaps from pasting. Retype the line."
