"""Removes from text what pasting adds: bullets, numbers of a list, and characters that nobody sees."""

import re
import unicodedata

from bot.content.rules.plain_text import BULLET, BULLETS, HIDDEN

# Zero-width space, word joiner, byte order mark, soft hyphen, and a separator that lost its width: none of them changes
# how any script reads.
_UNSEEN = re.compile("[\u00ad\u180e\u200b\u2060\ufeff]")
_BULLET = re.compile(BULLET, re.MULTILINE)
_ONLY_BULLETS = re.compile(rf"[{re.escape(BULLETS)}]+")
_NUMBERED = re.compile(r"\(?([0-9]{1,2})[.)]\s+(?=\S)")


def remove_unseen(text: str) -> str:
    """Return the text without characters that mean nothing in any script."""
    return _UNSEEN.sub("", text)


def remove_widthless(text: str) -> str:
    """Return the text without any character that has no width. Lessons may not contain one (rule L1003)."""
    return HIDDEN.sub("", text)


def remove_bullets(text: str) -> str:
    """Return the text without a bullet at the start of each line."""
    return _BULLET.sub("", text)


def split_lines(text: str) -> list[str]:
    """Return the lines that aren't empty, without bullets, and without numbers if they number all lines in order."""
    lines = [line.strip() for line in remove_bullets(text).split("\n") if line.strip()]
    numbers = [_NUMBERED.match(line) for line in lines]
    if all(found and int(found[1]) == number for number, found in enumerate(numbers, start=1)):
        return [_NUMBERED.sub("", line, count=1) for line in lines]
    return lines


def split_keys(text: str) -> list[str]:
    """Return the words, separated by spaces, lines, commas, or semicolons, without bullets."""
    words = text.replace(",", " ").replace(";", " ").split()
    return [word for word in words if not _ONLY_BULLETS.fullmatch(word)]


def fold_name(text: str) -> str:
    """Return a name or heading without what people and programs write differently: case, spaces, width, form."""
    return " ".join(unicodedata.normalize("NFKC", remove_widthless(text)).casefold().split())
