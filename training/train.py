"""Fine-tunes the sentence encoder on pairs of a situation and a text of its lesson. Needs torch; an hour on two cores.

Usage: python -m training.train BASE OUT [--without WRITER ...] [--fold N] [--steps N]

BASE is a folder with all-MiniLM-L6-v2 (`training/README.md` says where it comes from). The loss is InfoNCE in both
directions (van den Oord, Li, and Vinyals, 2018) over batches of different lessons, where a lesson that also fits isn't
a negative, and one that is known not to fit is an additional one, as is what no lesson answers for the lessons' texts.
Four heads are trained with it: the skill, whether a lesson answers at all, the kind of danger, and whether details
could tell who a patient is (`training.patient_details` fits that one again, with the clues). The embeddings and
the two lowest layers stay as they are.
"""

import argparse
import hashlib
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from sentence_transformers import SentenceTransformer

from bot.content.shipped_pack import shipped_pack
from bot.domain.lesson import Lesson
from training.examples import (
    FOLDS,
    DangerExample,
    Example,
    PatientExample,
    read_danger,
    read_examples,
    read_patients,
    read_unanswerable,
)

BATCH = 64
STEPS = 400
LEARNING_RATE = 7e-5
HEAD_LEARNING_RATE = 5e-3
WARM_UP_SHARE = 0.1
TEMPERATURE = 0.05
SKILL_LOSS_WEIGHT = 0.5
ANSWERABLE_LOSS_WEIGHT = 0.3
DANGER_LOSS_WEIGHT = 0.5
PATIENT_LOSS_WEIGHT = 0.5
UNANSWERABLE_PER_STEP = 16
DANGER_PER_STEP = 48
PATIENT_PER_STEP = 48
HEAD_SCALE = 10.0
"""What a unit vector is multiplied by before a head, so that its weights needn't grow large."""
FILED_PER_STEP = 32
"""Situations per step whose writer filed them under a skill before reading a lesson: for the skill head alone."""
OTHER_SKILL_WEIGHT = 0.3
"""How much a skill that can be argued for counts beside the one it was filed under."""
FROM_DAYS_WEIGHT = 2.0
"""How often a situation that was written before any lesson was read is drawn, compared with one written from a lesson:
what people type is like the former."""
FROZEN_LAYERS = 2
MAX_TOKENS = 64
SEED = 20261129
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a batch: the situation, a text of its lesson, lessons that also fit, and a misfit's tip."""

    situation: str
    text: str
    lesson: int
    fits: frozenset[int]
    misfit: str | None
    filed_under: Mapping[str, float]
    """The skills (slugs) its writer filed it under, with weights that add up to 1; empty if a lesson came first."""


def weigh_skills(example: Example) -> dict[str, float]:
    """Return the skills that a situation was filed under, with weights that add up to 1; empty if there are none."""
    if example.skill is None:
        return {}
    total = 1 + OTHER_SKILL_WEIGHT * len(example.other_skills)
    return {example.skill: 1 / total, **dict.fromkeys(example.other_skills, OTHER_SKILL_WEIGHT / total)}


class PairSampler:
    """Draws batches of pairs from different lessons."""

    def __init__(self, lessons: Sequence[Lesson], examples: Sequence[Example]) -> None:
        self._lessons = lessons
        self._random = random.Random(SEED)  # noqa: S311 - nothing here is secret
        self._numbers = {lesson.id: number for number, lesson in enumerate(lessons)}
        self._examples: list[list[tuple[Example, float]]] = [[] for _ in lessons]
        for example in examples:
            for rank, lesson_id in enumerate(example.fits):
                weight = (FROM_DAYS_WEIGHT if example.skill else 1.0) / (1 + 2 * rank)
                self._examples[self._numbers[lesson_id]].append((example, weight))

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
            filed_under = weigh_skills(example)
        else:
            situation, fits, misfit = choose.choice(lesson.situations), frozenset({number}), None
            filed_under = {}
        return Pair(
            situation,
            self._text(lesson, known, situation),
            number,
            fits,
            None if misfit is None else describe(self._lessons[misfit]),
            filed_under,
        )

    def _text(self, lesson: Lesson, known: Sequence[tuple[Example, float]], situation: str) -> str:
        drawn = self._random.random()
        if drawn < 0.35:
            return describe(lesson)
        if drawn < 0.45:
            return lesson.title
        if drawn < 0.6:
            return lesson.question.scenario
        others = [each.text for each, weight in known if weight >= 1.0 and each.text != situation]
        return self._random.choice([*others, *(each for each in lesson.situations if each != situation)])


def describe(lesson: Lesson) -> str:
    """Return title and tip: what a lesson says of itself."""
    return f"{lesson.title}. {lesson.tip}"


def check_base(base: Path) -> None:
    """Raise SystemExit if the weights in `base` aren't those of all-MiniLM-L6-v2."""
    found = hashlib.sha256((base / "model.safetensors").read_bytes()).hexdigest()
    if found != BASE_SHA256:
        raise SystemExit(f"{base}/model.safetensors has the SHA-256 {found}, not {BASE_SHA256}. Nothing was trained.")


class Heads(torch.nn.Module):
    """Linear heads on a unit vector: skill, whether any lesson answers, kind of danger, and details of a patient."""

    def __init__(self, size: int, skills: int, dangers: int) -> None:
        super().__init__()
        self.skill = torch.nn.Linear(size, skills)
        self.answerable = torch.nn.Linear(size, 1)
        self.danger = torch.nn.Linear(size, dangers)
        self.patient = torch.nn.Linear(size, 1)


def train(base: Path, out: Path, data: "TrainingData", steps: int) -> None:
    """Fine-tune the model in `base`, and save it and its heads to `out`."""
    check_base(base)
    torch.manual_seed(SEED)
    lessons = shipped_pack().lessons
    skills = list(dict.fromkeys(lesson.skill.slug for lesson in lessons))
    dangers = sorted({each.kind for each in read_danger()})
    skill_of = torch.tensor([skills.index(lesson.skill.slug) for lesson in lessons])
    model = SentenceTransformer(str(base), device="cpu")
    model.max_seq_length = MAX_TOKENS
    encoder = model[0].auto_model
    for part in (encoder.embeddings, *encoder.encoder.layer[:FROZEN_LAYERS]):
        part.requires_grad_(False)
    heads = Heads(encoder.config.hidden_size, len(skills), len(dangers))
    tuned = [each for each in encoder.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": tuned, "lr": LEARNING_RATE, "weight_decay": 0.01},
            {"params": heads.parameters(), "lr": HEAD_LEARNING_RATE, "weight_decay": 0.0},
        ]
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [LEARNING_RATE, HEAD_LEARNING_RATE], total_steps=steps, pct_start=WARM_UP_SHARE
    )
    sampler = PairSampler(lessons, data.situations)
    filed_examples = [each for each in data.situations if each.skill]

    def row(weights: Mapping[str, float]) -> list[float]:
        return [weights.get(skill, 0.0) for skill in skills]

    def skill_targets(pairs: Sequence[Pair]) -> torch.Tensor:
        return torch.tensor([row(each.filed_under or {lessons[each.lesson].skill.slug: 1.0}) for each in pairs])

    def weights_of(examples: Sequence[Example]) -> torch.Tensor:
        return torch.tensor([row(weigh_skills(each)) for each in examples])

    choose = random.Random(SEED + 1)  # noqa: S311 - nothing here is secret
    model.train()
    began, losses = time.monotonic(), []
    for step in range(1, steps + 1):
        batch = sampler.draw()
        misfits = [pair.misfit for pair in batch if pair.misfit]
        foreign = choose.sample(data.unanswerable, UNANSWERABLE_PER_STEP)
        dangerous = choose.sample(data.danger, DANGER_PER_STEP)
        filed = choose.sample(filed_examples, FILED_PER_STEP)
        patients = choose.sample(data.patients, PATIENT_PER_STEP)
        situations = _embed(
            model,
            [
                *(pair.situation for pair in batch),
                *foreign,
                *(each.text for each in dangerous),
                *(each.text for each in filed),
                *(each.text for each in patients),
            ],
        )
        asked, elsewhere, danger, filed_vectors, patient = situations.split(
            [len(batch), len(foreign), len(dangerous), len(filed), len(patients)]
        )
        texts = _embed(model, [*(pair.text for pair in batch), *misfits])
        numbers = torch.tensor([pair.lesson for pair in batch])
        loss = (
            _contrast(asked, texts, elsewhere, batch)
            + SKILL_LOSS_WEIGHT
            * F.cross_entropy(
                heads.skill(torch.cat([asked, texts[: len(batch)], filed_vectors]) * HEAD_SCALE),
                torch.cat([skill_targets(batch), F.one_hot(skill_of[numbers], len(skills)).float(), weights_of(filed)]),
            )
            + ANSWERABLE_LOSS_WEIGHT
            * F.binary_cross_entropy_with_logits(
                heads.answerable(torch.cat([asked, elsewhere]) * HEAD_SCALE).squeeze(1),
                torch.tensor([1.0] * len(asked) + [0.0] * len(elsewhere)),
            )
            + DANGER_LOSS_WEIGHT
            * F.cross_entropy(
                heads.danger(torch.cat([danger, asked, elsewhere]) * HEAD_SCALE),
                torch.tensor(
                    [dangers.index(each.kind) for each in dangerous]
                    + [dangers.index("none")] * (len(asked) + len(elsewhere))
                ),
            )
            + PATIENT_LOSS_WEIGHT
            * F.binary_cross_entropy_with_logits(
                heads.patient(torch.cat([patient, asked, elsewhere]) * HEAD_SCALE).squeeze(1),
                torch.tensor([float(each.has_details) for each in patients] + [0.0] * (len(asked) + len(elsewhere))),
            )
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*tuned, *heads.parameters()], 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % 20 == 0:
            mean, seconds = sum(losses[-20:]) / 20, time.monotonic() - began
            print(f"{step} of {steps}: loss {mean:.3f}, {seconds:.0f} s", flush=True)  # noqa: T201
    model.eval()
    model.save(str(out))
    torch.save({"skills": skills, "dangers": dangers, "heads": heads.state_dict()}, out / "heads.pt")


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What one training learns from."""

    situations: Sequence[Example]
    unanswerable: Sequence[str]
    danger: Sequence[DangerExample]
    patients: Sequence[PatientExample]


def read_training_data(without: Sequence[str], fold: int | None) -> TrainingData:
    """Return the data, except situations by the writers in `without` and, of the rest, every fifth of this `fold`."""

    def keep(texts: Sequence[Any]) -> list[Any]:
        return [text for number, text in enumerate(texts) if fold is None or number % FOLDS != fold]

    return TrainingData(read_examples(without), keep(read_unanswerable()), keep(read_danger()), keep(read_patients()))


def _embed(model: SentenceTransformer, texts: Sequence[str]) -> torch.Tensor:
    """Return the unit vectors of these texts; shape (texts, 384). Sorted by length, so that little is padding."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    parts = []
    for half in (order[: len(order) // 2], order[len(order) // 2 :]):
        tokens = model.tokenize([texts[place] for place in half])
        parts.append(F.normalize(model(tokens)["sentence_embedding"], dim=-1))
    back = torch.tensor(order).argsort()
    return torch.cat(parts)[back]


def _contrast(
    situations: torch.Tensor, texts: torch.Tensor, elsewhere: torch.Tensor, batch: Sequence[Pair]
) -> torch.Tensor:
    """Return the mean InfoNCE loss of both directions. `elsewhere` are vectors of what no lesson answers."""
    scores = situations @ texts.T / TEMPERATURE
    also = torch.tensor([[other.lesson in pair.fits and other is not pair for other in batch] for pair in batch])
    scores = scores.masked_fill(F.pad(also, (0, texts.shape[0] - len(batch))), -1e4)
    back = torch.cat([scores[:, : len(batch)], elsewhere @ texts[: len(batch)].T / TEMPERATURE])
    right = torch.arange(len(batch))
    return (F.cross_entropy(scores, right) + F.cross_entropy(back.T, right)) / 2


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fine-tune the coach's sentence encoder.")
    parser.add_argument("base", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--fold", type=int)
    parser.add_argument("--steps", type=int, default=STEPS)
    given = parser.parse_args()
    train(given.base, given.out, read_training_data(given.without, given.fold), given.steps)
