"""What the sentence encoder learns from is well formed, and holds nothing that coaching is measured on."""

import json
import re
from pathlib import Path

from tests.coaching import figures
from tests.shipped import shipped_pack
from training.examples import read_danger, read_examples, read_unanswerable

UNSEEN = [Path(__file__).with_name(name) for name in ("unseen", "unseen_2", "unseen_3")]


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def test_no_text_of_an_evaluation_set_is_learned_from():
    measured = {
        plain(text)
        for file in (figures.OWN, figures.INDEPENDENT)
        for text in (*(each.text for each in figures.situations(file)), *figures.unanswerable(file))
    }
    for folder in UNSEEN:
        for file in folder.glob("*.jsonl"):
            measured |= {plain(json.loads(line)["text"]) for line in file.read_text(encoding="utf-8").splitlines()}
        measured |= set(map(plain, (folder / "unanswerable.txt").read_text(encoding="utf-8").splitlines()))
    learned = set(map(plain, read_unanswerable()))
    learned |= {plain(each.text) for each in read_examples()} | {plain(each.text) for each in read_danger()}

    assert measured & learned == set()


def test_every_lesson_is_learned_from_and_every_named_lesson_exists():
    known = {lesson.id for lesson in shipped_pack().lessons}
    examples = read_examples()

    assert {lesson_id for each in examples for lesson_id in (*each.fits, *each.misfits)} == known
    assert {each.fits[0] for each in examples if each.fits} == known
    assert {each.skill for each in examples if each.skill} == {lesson.skill.slug for lesson in shipped_pack().lessons}
    assert not any(set(each.fits) & set(each.misfits) for each in examples)
    assert len({plain(each.text) for each in examples}) == len(examples) > 5000


def test_danger_is_told_by_kind_and_plainness():
    examples = read_danger()

    assert {each.how for each in examples} == {"plain", "oblique", "lookalike"}
    assert all((each.kind == "none") is (each.how == "lookalike") for each in examples)
    assert len({plain(each.text) for each in examples}) == len(examples) > 2000
