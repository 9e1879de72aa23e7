"""Fits heads that look at a note's tokens in their places, for what tells that a patient could be recognized.

The encoder stays as it is; `training.patient_details` calls this. Each head differs by its seed alone, and
`bot/retrieval/patient_model.py` takes their mean. Needs torch; 20 s a head on one core.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own abbreviation
from numpy.typing import NDArray

from bot.retrieval.patient_model import HEAD_TENSORS, LINE_TENSOR, OUT_TENSOR

QUERIES, TELLING, UNITS = 4, 4, 64
"""Queries that tokens are pooled with, scores of which the highest token's counts, and units of the layer above."""

EPOCHS, BATCH, LEARNING_RATE, WEIGHT_DECAY = 5, 32, 1.5e-3, 0.01
WARM_UP_SHARE = 0.1
DROPOUT = 0.3
BATCHES_SORTED = 16
"""Batches whose notes are sorted by length together, so that little of a batch is padding."""

Tensors = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Notes:
    """The states of each note's tokens, shape (tokens, size), its clues as 0 or 1, and whether it has details."""

    states: Sequence[NDArray[np.float16]]
    clues: NDArray[np.float32]
    has_details: NDArray[np.bool_]


class Head(torch.nn.Module):
    """Attention pooling, the mean, and the most telling tokens; a line and a layer of units over these and clues."""

    def __init__(self, size: int, clues: int) -> None:
        super().__init__()
        seen = size * (QUERIES + 1) + TELLING + clues
        self.queries = torch.nn.Linear(size, QUERIES, bias=False)
        torch.nn.init.normal_(self.queries.weight, std=0.02)
        self.telling = torch.nn.Linear(size, TELLING)
        self.units = torch.nn.Linear(seen, UNITS)
        self.out = torch.nn.Linear(UNITS, 1, bias=False)
        self.line = torch.nn.Linear(seen, 1)
        self.dropout = torch.nn.Dropout(DROPOUT)

    def forward(self, states: torch.Tensor, mask: torch.Tensor, clues: torch.Tensor) -> torch.Tensor:
        """Return the log odds of notes: states (notes, tokens, size), mask (notes, tokens), clues (notes, kinds)."""
        padding = ((1 - mask) * -1e9)[:, :, None]
        attention = (self.queries(states) + padding).softmax(1)
        pooled = (attention.transpose(1, 2) @ states).flatten(1)
        mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        telling = (self.telling(states) + padding).amax(1)
        seen = torch.cat([self.dropout(torch.cat([pooled, mean], 1)), telling, clues], 1)
        units = self.dropout(F.gelu(self.units(seen), approximate="tanh"))
        return (self.line(seen) + self.out(units)).squeeze(1)


def fit_heads(notes: Notes, seen: NDArray[np.bool_], seeds: Sequence[int]) -> Tensors:
    """Return the tensors (`HEAD_TENSORS`) of one head a seed, fitted to the notes of a mask."""
    torch.set_num_threads(1)  # another number of threads would add in another order, and give other weights
    heads = [_fit_head(notes, np.flatnonzero(seen), seed) for seed in seeds]
    return {name: np.stack([head[name] for head in heads]).astype(np.float16) for name in HEAD_TENSORS}


def say(tensors: Tensors, states: NDArray[np.float16], clues: NDArray[np.float32]) -> float:
    """Return the mean of what heads make of one note, computed by torch."""
    said = []
    for place in range(len(tensors[LINE_TENSOR])):
        head = Head(states.shape[1], len(clues))
        shaped = {name: each[None] if name in {OUT_TENSOR, LINE_TENSOR} else each for name, each in _of(tensors, place)}
        head.load_state_dict({name: torch.from_numpy(each.astype(np.float32)) for name, each in shaped.items()})
        rows = torch.from_numpy(states.astype(np.float32))[None]
        said.append(head.eval()(rows, torch.ones(rows.shape[:2]), torch.from_numpy(clues)[None]).item())
    return float(np.mean(said))


def _of(tensors: Tensors, place: int) -> list[tuple[str, NDArray[Any]]]:
    return [(name, tensors[name][place]) for name in HEAD_TENSORS]


def _fit_head(notes: Notes, places: NDArray[np.int64], seed: int) -> Tensors:
    torch.manual_seed(seed)
    choose = np.random.default_rng(seed)
    head = Head(notes.states[0].shape[1], notes.clues.shape[1])
    optimizer = torch.optim.AdamW(head.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    steps = EPOCHS * -(-len(places) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps, pct_start=WARM_UP_SHARE)
    head.train()
    for _ in range(EPOCHS):
        for batch in _draw_batches(notes, places, choose):
            loss = F.binary_cross_entropy_with_logits(
                head(*_pad(notes, batch)), torch.from_numpy(notes.has_details[batch].astype(np.float32))
            )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    weights = {name: parameter.detach().numpy() for name, parameter in head.named_parameters()}
    return {name: each.squeeze(0) if name in {OUT_TENSOR, LINE_TENSOR} else each for name, each in weights.items()}


def _draw_batches(notes: Notes, places: NDArray[np.int64], choose: np.random.Generator) -> list[NDArray[np.int64]]:
    """Return all places once, in batches of notes of about the same length, in random order."""
    lengths = np.array([len(each) for each in notes.states])
    drawn, batches = choose.permutation(places), []
    for first in range(0, len(drawn), BATCH * BATCHES_SORTED):
        some = drawn[first : first + BATCH * BATCHES_SORTED]
        ordered = some[np.argsort(lengths[some], kind="stable")]
        batches += [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    return [batches[place] for place in choose.permutation(len(batches))]


def _pad(notes: Notes, places: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    longest = max(len(notes.states[place]) for place in places)
    states = np.zeros((len(places), longest, notes.states[0].shape[1]), np.float32)
    mask = np.zeros((len(places), longest), np.float32)
    for row, place in enumerate(places):
        count = len(notes.states[place])
        states[row, :count], mask[row, :count] = notes.states[place], 1
    return torch.from_numpy(states), torch.from_numpy(mask), torch.from_numpy(notes.clues[places])
