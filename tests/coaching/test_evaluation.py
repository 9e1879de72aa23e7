"""Coaching finds the right lesson: situations in managers' words, over all lessons that come with Rounds.

Every second situation was used to choose the weights of the search, the others were not: the halves are counted apart.
"""

import pytest

from tests.coaching import figures


def test_a_situation_finds_a_lesson_of_its_skill(capsys: pytest.CaptureFixture[str]):
    answers = figures.answers()
    median, slow = figures.milliseconds(answers)

    with capsys.disabled():
        print(f"\ncoaching: {len(answers)} situations, {median:.1f} ms each (95 in 100 under {slow:.1f})")
        for name, some in (("all", answers), ("tuned on", answers[::2]), ("not tuned on", answers[1::2])):
            shares = figures.hit_at_1(some), figures.hit_at_3(some), figures.lesson_at_3(some)
            print("  {}: hit@1 {:.3f}, hit@3 {:.3f}, a fitting lesson among three {:.3f}".format(name, *shares))
    assert len(answers) >= 200
    assert figures.hit_at_1(answers) >= 0.80
    assert figures.hit_at_3(answers) >= 0.93
    assert median < 5


def test_what_no_lesson_answers_is_told_so():
    found = [asked for asked in figures.unanswerable() if figures.index().search(asked)]

    assert len(figures.unanswerable()) >= 40
    assert len(found) <= 0.1 * len(figures.unanswerable()), found


def test_no_situation_of_the_set_stands_in_a_lesson():
    written = {situation.casefold() for lesson in figures.shipped_pack().lessons for situation in lesson.situations}

    assert not written & {each.text.casefold() for each in figures.situations()}


def test_every_lesson_named_as_fitting_is_one_of_the_pack():
    known = {lesson.id for lesson in figures.shipped_pack().lessons}

    assert {lesson for each in figures.situations() for lesson in each.fits} <= known
    assert all(any(lesson.startswith(each.skill) for lesson in each.fits) for each in figures.situations())
