"""Measures how often a pack's answers can be guessed without its cases, by rules of thumb and by two small models."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.content.answer_cues import (
    CUES,
    TIP_WORDS,
    AnswerCue,
    count_absolutes,
    count_clauses,
    count_hedges,
    count_numbers,
    cues_to_answer,
    gives_reason,
    has_quotation,
    overlap_with_others,
    shared_words,
)
from bot.content.pack_draft import LessonDraft, PackDraft
from bot.content.schema import LessonSchema, OptionSchema
from bot.content.text import split_words
from bot.domain.lesson import OPTION_LETTERS

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Floats = NDArray[Any]

MIN_CUE_SHARE, MAX_CUE_SHARE = 0.17, 0.40
MAX_TIP_WORDS_SHARE = 0.50
"""Lowest and highest share of questions in which a rule of thumb may find the right option. Chance is about 0.25."""
MAX_SHARE_FROM_OPTIONS, MAX_SHARE_WITH_TIP = 0.38, 0.50
"""Highest share that the models may find, from the options alone, and with tip, title, and words to say."""

MIN_QUESTIONS = 40
"""Fewer decided questions than this prove nothing: at 0.25, the share of 40 varies by 0.07 (one standard error)."""
WORST_LESSONS = 3

_STEPS, _RATE, _RIDGE = 600, 0.05, 0.02


@dataclass(frozen=True, slots=True)
class Guessing:
    """How often one way of guessing finds the right option. Ties count in part: one of two tied options is half.

    `decided` is the number of questions in which it prefers any option; `worst` are the lessons that it gives away most
    clearly. `limits` are the lowest and the highest share allowed.
    """

    name: str
    share: float
    decided: int
    limits: tuple[float, float]
    worst: tuple[str, ...]
    remedy: str

    @property
    def is_judged(self) -> bool:
        """Whether there are enough questions to say anything."""
        return self.decided >= MIN_QUESTIONS

    @property
    def is_within_limits(self) -> bool:
        """Whether the share is within its limits, or there are too few questions to tell."""
        low, high = self.limits
        return not self.is_judged or low <= self.share <= high


@dataclass(frozen=True, slots=True)
class LessonCues:
    """The rules of thumb that each find a lesson's right option."""

    path: str
    cues: tuple[AnswerCue, ...]


@dataclass(frozen=True, slots=True)
class PackAudit:
    """How a pack's questions can be guessed. `chance` is the share that blind choice finds."""

    questions: int
    chance: float
    guessing: tuple[Guessing, ...]
    lessons: tuple[LessonCues, ...]

    @property
    def breaches(self) -> tuple[Guessing, ...]:
        """The ways of guessing outside their limits."""
        return tuple(way for way in self.guessing if not way.is_within_limits)


def audit_pack(draft: PackDraft) -> PackAudit:
    """Try every way of guessing on the pack's readable questions with exactly one right option.

    The models are conditional logits (McFadden, 1974). Each skill is guessed by a model that learned from the others,
    so a pack with one skill has no models.
    """
    lessons = [lesson for lesson in draft.lessons if lesson.can_read("question", "tip") and lesson.correct_option]
    if not lessons:
        return PackAudit(0, 0.0, (), ())
    chance = sum(1 / len(lesson.parsed.question.options) for lesson in lessons) / len(lessons)
    ways = [way for cue in CUES if (way := _try_cue(cue, lessons))]
    if len({lesson.parsed.skill for lesson in lessons}) > 1:
        ways.append(_try_model("a model, from the options", lessons, MAX_SHARE_FROM_OPTIONS, with_tip=False))
        ways.append(_try_model("a model, with tip and title", lessons, MAX_SHARE_WITH_TIP, with_tip=True))
    per_lesson = [LessonCues(lesson.path, cues_to_answer(lesson.parsed)) for lesson in lessons]
    return PackAudit(len(lessons), chance, tuple(ways), tuple(sorted(per_lesson, key=lambda each: -len(each.cues))))


def format_audit(audit: PackAudit, *, lessons: bool = False) -> Iterator[str]:
    """Yield the audit's lines: each way of guessing with the lessons it gives away most clearly, and what to change.

    `lessons` adds a line for each lesson in which a rule of thumb works, those with the most first.
    """
    yield f"{audit.questions} questions. Blind choice finds the right answer in {audit.chance:.2f} of them."
    yield f"{'rule of thumb':32} share  limits     decides"
    for way in audit.guessing:
        low, high = way.limits
        mark = "" if way.is_within_limits else "  outside"
        yield f"{way.name:32} {way.share:.2f}   {low:.2f}-{high:.2f}  {way.decided:5}{mark}"
        if not way.is_within_limits:
            yield f"    {way.remedy}"
        if way.worst:
            yield f"    clearest in: {', '.join(way.worst)}"
        if not way.is_judged:
            yield f"    It decides fewer than {MIN_QUESTIONS} questions, so its share proves nothing."
    if lessons:
        for each in audit.lessons:
            if each.cues:
                yield f"{each.path}: {', '.join(cue.name for cue in each.cues)}"


def _try_cue(cue: AnswerCue, lessons: Sequence[LessonDraft]) -> Guessing | None:
    """Try a rule of thumb. Return None if it prefers nothing anywhere."""
    shares = []
    for lesson in lessons:
        found = cue.favorites(lesson.parsed)
        if len(found) < len(lesson.parsed.question.options):
            shares.append(sum(option.correct for option in found) / len(found))
    if not shares:
        return None
    given_away = sorted(
        (lesson for lesson in lessons if cue.points_to_answer(lesson.parsed)), key=lambda each: -cue.lead(each.parsed)
    )
    high = MAX_TIP_WORDS_SHARE if cue is TIP_WORDS else MAX_CUE_SHARE
    worst = tuple(lesson.path for lesson in given_away[:WORST_LESSONS])
    return Guessing(cue.name, sum(shares) / len(shares), len(shares), (MIN_CUE_SHARE, high), worst, cue.remedy)


def _try_model(name: str, lessons: Sequence[LessonDraft], high: float, *, with_tip: bool) -> Guessing:
    probabilities = _probabilities([lesson.parsed for lesson in lessons], with_tip=with_tip)
    found: list[tuple[float, LessonDraft]] = []
    for lesson, row in zip(lessons, probabilities, strict=True):
        right = [option.correct for option in lesson.parsed.question.options].index(True)
        if row.index(max(row)) == right:
            found.append((row[right], lesson))
    found.sort(key=lambda each: -each[0])
    worst = tuple(lesson.path for _, lesson in found[:WORST_LESSONS])
    remedy = "Make the options of these lessons more alike in length, detail, reasons, and words."
    return Guessing(name, len(found) / len(lessons), len(lessons), (0.0, high), worst, remedy)


def _features(option: OptionSchema, lesson: LessonSchema, *, with_tip: bool) -> list[float]:
    text = option.text
    lengths = [len(split_words(other.text)) for other in lesson.question.options]
    found: list[float] = [
        len(split_words(text)) - sum(lengths) / len(lengths),
        count_clauses(text),
        gives_reason(text),
        count_absolutes(text),
        count_hedges(text),
        count_numbers(text),
        has_quotation(text),
        "?" in text,
        text.lower().startswith("ask"),
        overlap_with_others(option, lesson),
    ]
    if with_tip:
        found += [shared_words(text, each) for each in (lesson.tip, lesson.title, lesson.words)]
    return found


def _probabilities(lessons: Sequence[LessonSchema], *, with_tip: bool) -> list[list[float]]:
    """Return, for each lesson, each option's probability by the model that learned from the other skills."""
    import numpy as np

    most = len(OPTION_LETTERS)
    rows = [[_features(option, each, with_tip=with_tip) for option in each.question.options] for each in lessons]
    width = len(rows[0][0])
    values = np.array([row + [[0.0] * width] * (most - len(row)) for row in rows])
    exists = np.array([[number < len(row) for number in range(most)] for row in rows])
    right = np.array([[option.correct for option in each.question.options].index(True) for each in lessons])
    skills = np.array([each.skill for each in lessons])
    given = values[exists]
    values = (values - given.mean(axis=0)) / (given.std(axis=0) + 1e-9)
    result = np.zeros(exists.shape)
    for skill in np.unique(skills):
        others = skills != skill
        weights = _fit(values[others], exists[others], right[others])
        result[~others] = _softmax(values[~others] @ weights, exists[~others])
    return [row[: len(each.question.options)].tolist() for row, each in zip(result, lessons, strict=True)]


def _fit(values: "Floats", exists: "Floats", right: "Floats") -> "Floats":
    """Fit a conditional logit by gradient ascent with a ridge penalty. `values`: questions x options x features."""
    import numpy as np

    chosen = values[np.arange(len(right)), right]
    weights = np.zeros(values.shape[2])
    for _ in range(_STEPS):
        expected = (_softmax(values @ weights, exists)[:, :, None] * values).sum(axis=1)
        weights += _RATE * ((chosen - expected).mean(axis=0) - _RIDGE * weights)
    return weights


def _softmax(scores: "Floats", exists: "Floats") -> "Floats":
    import numpy as np

    raised: Floats = np.where(exists, np.exp(scores - scores.max(axis=1, keepdims=True)), 0.0)
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares
