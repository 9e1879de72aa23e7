"""Section 10, continued: lessons that say the same."""

from collections.abc import Iterator

from bot.content.pack_draft import PackDraft
from bot.content.rules import PackFinding
from bot.content.text import normalized_words

MAX_WORD_OVERLAP = 0.5


def tips_differ(draft: PackDraft) -> Iterator[PackFinding]:
    """Two tips that share half of their words are one tip."""
    texts = [
        (lesson.path, lesson.line_of("tip"), lesson.parsed.tip) for lesson in draft.lessons if lesson.can_read("tip")
    ]
    yield from _overlapping(texts, "tip")


def scenarios_differ(draft: PackDraft) -> Iterator[PackFinding]:
    """Someone who has seen a scenario remembers its answer, not the reason for it."""
    texts = [
        (lesson.path, lesson.line_of("question", "scenario"), lesson.parsed.question.scenario)
        for lesson in draft.lessons
        if lesson.can_read("question")
    ]
    yield from _overlapping(texts, "scenario")


def _overlapping(texts: list[tuple[str, int, str]], name: str) -> Iterator[PackFinding]:
    """Compare every two texts by Jaccard overlap. Bit sets of words make this fast: 2,000 lessons take a second."""
    vocabulary: dict[str, int] = {}
    seen: list[tuple[str, int, int]] = []
    for path, line, text in texts:
        bits = 0
        for word in normalized_words(text):
            bits |= 1 << vocabulary.setdefault(word, len(vocabulary))
        size = bits.bit_count()
        for other, other_bits, other_size in seen:
            shared = (bits & other_bits).bit_count()
            if shared >= MAX_WORD_OVERLAP * (size + other_size - shared) > 0:
                share = shared / (size + other_size - shared)
                yield path, line, f"This {name} shares {share:.0%} of its words with {other}. Change one of them."
                break  # one overlap is enough to know that the text isn't new
        seen.append((path, bits, size))
