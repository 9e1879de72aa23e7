"""Coaching finds the right lesson: situations in managers' words, over all lessons that come with Rounds.

Every second situation of the own set was used to choose the weights of the words, the others were not: the halves are
counted apart. The independent set was written by somebody who had seen no lesson. The bounds lie below what was
measured, to notice a loss; what a manager may expect is in docs/benchmarks.md, from sets that were run once.
"""

import pytest

from tests.coaching import figures
from tests.shipped import shipped_pack


def test_a_situation_finds_a_lesson_of_its_skill(capsys: pytest.CaptureFixture[str]):
    answers = figures.answers()
    median, slow = figures.milliseconds(answers)

    with capsys.disabled():
        print(f"\ncoaching: {len(answers)} situations, {median:.1f} ms each (95 in 100 under {slow:.1f})")
        for name, some in (("all", answers), ("tuned on", answers[::2]), ("not tuned on", answers[1::2])):
            shares = figures.hit_at_1(some), figures.hit_at_3(some), figures.lesson_at_3(some)
            print("  {}: hit@1 {:.3f}, hit@3 {:.3f}, a fitting lesson among three {:.3f}".format(name, *shares))
    assert len(answers) >= 200
    assert figures.hit_at_1(answers) >= 0.93
    assert figures.hit_at_3(answers) >= 0.97


def test_so_do_most_situations_of_somebody_who_had_seen_no_lesson(capsys: pytest.CaptureFixture[str]):
    answers = figures.answers(figures.INDEPENDENT)
    shares = figures.hit_at_1(answers), figures.hit_at_3(answers), figures.lesson_at_3(answers)

    with capsys.disabled():
        said = "hit@1 {:.3f}, hit@3 {:.3f}, a fitting lesson among three {:.3f}".format(*shares)
        print(f"\ncoaching, {len(answers)} independent situations: {said}")
    assert len(answers) >= 200
    assert shares[0] >= 0.85
    assert shares[1] >= 0.95
    assert shares[2] >= 0.89


@pytest.mark.parametrize("file", [figures.OWN, figures.INDEPENDENT])
def test_what_no_lesson_answers_is_told_so(file: str):
    found = [asked for asked in figures.unanswerable(file) if figures.search(asked).matches]

    assert len(figures.unanswerable(file)) >= 40
    assert len(found) <= 0.03 * len(figures.unanswerable(file)), found


@pytest.mark.parametrize("file", [figures.OWN, figures.INDEPENDENT])
def test_no_situation_of_a_set_stands_in_a_lesson(file: str):
    written = {situation.casefold() for lesson in shipped_pack().lessons for situation in lesson.situations}

    assert not written & {each.text.casefold() for each in figures.situations(file)}


@pytest.mark.parametrize("file", [figures.OWN, figures.INDEPENDENT])
def test_every_lesson_named_as_fitting_is_one_of_the_pack(file: str):
    known = {lesson.id for lesson in shipped_pack().lessons}

    assert {lesson for each in figures.situations(file) for lesson in each.fits} <= known
    assert all(any(lesson.startswith(each.skill) for lesson in each.fits) for each in figures.situations(file))
