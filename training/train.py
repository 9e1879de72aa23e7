"""Fine-tunes the sentence encoder on pairs of a situation and a text of its lesson. Needs torch; minutes on two cores.

Usage: python -m training.train BASE OUT [--without WRITER ...] [--steps N]

BASE is a folder with all-MiniLM-L6-v2 (`training/README.md` says where it comes from). The loss is InfoNCE in both
directions (van den Oord, Li, and Vinyals, 2018) over batches of different lessons, where a lesson that also fits isn't
a negative and one that is known not to fit is an additional one, plus half the cross-entropy of a head that names the
skill. The embeddings and the three lowest layers stay as they are.
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from sentence_transformers import SentenceTransformer

from bot.domain.lesson import Lesson
from training.examples import Example, read_examples, read_lessons

BATCH = 64
STEPS = 220
LEARNING_RATE = 7e-5
HEAD_LEARNING_RATE = 5e-3
WARM_UP_SHARE = 0.1
TEMPERATURE = 0.05
SKILL_LOSS_WEIGHT = 0.5
FROZEN_LAYERS = 3
MAX_TOKENS = 64
SEED = 20261129


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a batch: the situation, a text of its lesson, lessons that also fit, and a misfit's tip."""

    situation: str
    text: str
    lesson: int
    fits: frozenset[int]
    misfit: str | None


class PairSampler:
    """Draws batches of pairs from different lessons."""

    def __init__(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> None:
        self._lessons = lessons
        self._random = random.Random(SEED)  # noqa: S311 - nothing here is secret
        self._numbers = {lesson.id: number for number, lesson in enumerate(lessons)}
        self._examples: list[list[tuple[Example, float]]] = [[] for _ in lessons]
        for example in examples:
            for rank, lesson_id in enumerate(example.fits):
                self._examples[self._numbers[lesson_id]].append((example, 1.0 / (1 + 2 * rank)))

    def draw(self) -> list[Pair]:
        """Return `BATCH` pairs."""
        return [self._pair(number) for number in self._random.sample(range(len(self._lessons)), BATCH)]

    def _pair(self, number: int) -> Pair:
        lesson, choose = self._lessons[number], self._random
        known = self._examples[number]
        if known and choose.random() < 0.75:
            example = choose.choices([each for each, _ in known], [weight for _, weight in known])[0]
            situation, fits = example.text, frozenset(self._numbers[each] for each in example.fits)
            misfit = self._numbers[choose.choice(example.misfits)] if example.misfits else None
        else:
            situation, fits, misfit = choose.choice(lesson.situations), frozenset({number}), None
        return Pair(
            situation,
            self._text(lesson, known, situation),
            number,
            fits,
            None if misfit is None else describe(self._lessons[misfit]),
        )

    def _text(self, lesson: Lesson, known: Sequence[tuple[Example, float]], situation: str) -> str:
        drawn = self._random.random()
        if drawn < 0.35:
            return describe(lesson)
        if drawn < 0.45:
            return lesson.title
        if drawn < 0.6:
            return lesson.question.scenario
        others = [each.text for each, weight in known if weight == 1.0 and each.text != situation]
        return self._random.choice([*others, *(each for each in lesson.situations if each != situation)])


def describe(lesson: Lesson) -> str:
    """Return title and tip: what a lesson says of itself."""
    return f"{lesson.title}. {lesson.tip}"


def train(base: Path, out: Path, examples: Sequence[Example], steps: int) -> None:
    """Fine-tune the model in `base`, and save it to `out`."""
    torch.manual_seed(SEED)
    lessons = read_lessons()
    skills = list(dict.fromkeys(lesson.skill.slug for lesson in lessons))
    skill_of = torch.tensor([skills.index(lesson.skill.slug) for lesson in lessons])
    model = SentenceTransformer(str(base), device="cpu")
    model.max_seq_length = MAX_TOKENS
    encoder = model[0].auto_model
    for part in (encoder.embeddings, *encoder.encoder.layer[:FROZEN_LAYERS]):
        part.requires_grad_(False)
    head = torch.nn.Linear(encoder.config.hidden_size, len(skills))
    tuned = [each for each in encoder.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": tuned, "lr": LEARNING_RATE, "weight_decay": 0.01},
            {"params": head.parameters(), "lr": HEAD_LEARNING_RATE, "weight_decay": 0.0},
        ]
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [LEARNING_RATE, HEAD_LEARNING_RATE], total_steps=steps, pct_start=WARM_UP_SHARE
    )
    sampler = PairSampler(lessons, examples)
    model.train()
    began, losses = time.monotonic(), []
    for step in range(1, steps + 1):
        batch = sampler.draw()
        misfits = [pair.misfit for pair in batch if pair.misfit]
        situations = _embed(model, [pair.situation for pair in batch])
        texts = _embed(model, [*(pair.text for pair in batch), *misfits])
        numbers = torch.tensor([pair.lesson for pair in batch])
        loss = _contrast(situations, texts, batch) + SKILL_LOSS_WEIGHT * F.cross_entropy(
            head(torch.cat([situations, texts[: len(batch)]]) * 10), skill_of[numbers].repeat(2)
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tuned, 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % 20 == 0:
            mean, seconds = sum(losses[-20:]) / 20, time.monotonic() - began
            print(f"{step} of {steps}: loss {mean:.3f}, {seconds:.0f} s", flush=True)  # noqa: T201
    model.eval()
    model.save(str(out))


def _embed(model: SentenceTransformer, texts: Sequence[str]) -> torch.Tensor:
    """Return the unit vectors of these texts; shape (texts, 384). Sorted by length, so that little is padding."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    parts = []
    for half in (order[: len(order) // 2], order[len(order) // 2 :]):
        tokens = model.tokenize([texts[place] for place in half])
        parts.append(F.normalize(model(tokens)["sentence_embedding"], dim=-1))
    back = torch.tensor(order).argsort()
    return torch.cat(parts)[back]


def _contrast(situations: torch.Tensor, texts: torch.Tensor, batch: Sequence[Pair]) -> torch.Tensor:
    """Return the mean InfoNCE loss of both directions."""
    scores = situations @ texts.T / TEMPERATURE
    misfits = texts.shape[0] - len(batch)
    also = torch.tensor(
        [[other.lesson in pair.fits and other is not pair for other in batch] + [False] * misfits for pair in batch]
    )
    scores = scores.masked_fill(also, -1e4)
    right = torch.arange(len(batch))
    return (F.cross_entropy(scores, right) + F.cross_entropy(scores[:, : len(batch)].T, right)) / 2


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fine-tune the coach's sentence encoder.")
    parser.add_argument("base", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--steps", type=int, default=STEPS)
    given = parser.parse_args()
    train(given.base, given.out, read_examples(given.without), given.steps)
