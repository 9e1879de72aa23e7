"""Whether coaching finds the right lesson among all, on the evaluation set, and how long it takes; and linting them."""

import time
from collections.abc import Sequence
from datetime import date

from bot.content.lint import lint_pack
from bot.content.pack_loading import load_folder
from bot.content.pack_templates import shipped_pack_folder
from tests.bench.report import Row
from tests.coaching import figures
from tests.shipped import shipped_pack

HIT_AT_1, HIT_AT_3, UNANSWERED, MILLISECONDS_MOST, LINT_SECONDS_MOST = 0.88, 0.96, 0.92, 30.0, 5.0


def measure() -> Sequence[Row]:
    """The shares of the set, the time a question takes, and the time that all lessons take to be linted."""
    answers = figures.answers()
    others = figures.answers(figures.INDEPENDENT)
    first, three = figures.hit_at_1(answers), figures.hit_at_3(answers)
    median, slow = figures.milliseconds(answers)
    refused = figures.unanswerable()
    said_so = sum(not figures.search(asked).matches for asked in refused) / len(refused)
    began = time.perf_counter()
    lint_pack(load_folder(shipped_pack_folder()), date(2026, 11, 23))
    linted = time.perf_counter() - began
    lessons = len(shipped_pack().lessons)
    return [
        Row(f"coaching: best lesson is of the right skill, {len(answers)} situations over {lessons} lessons", first, "",
            must="at least 0.88", met=first >= HIT_AT_1),
        Row("coaching: right skill among the best three", three, "", must="at least 0.96", met=three >= HIT_AT_3),
        Row("coaching: a lesson named as fitting among the best three", figures.lesson_at_3(answers), ""),
        Row("coaching: best lesson is of the right skill, in the half that no weight was chosen on",
            figures.hit_at_1(answers[1::2]), "",
            f"right skill among three: {figures.hit_at_3(answers[1::2]):.2f}"),
        Row(f"coaching: the same, {len(others)} situations by somebody who had seen no lesson",
            figures.hit_at_1(others), "",
            f"among three: skill {figures.hit_at_3(others):.2f}, fitting lesson {figures.lesson_at_3(others):.2f}",
            must="at least 0.88", met=figures.hit_at_1(others) >= HIT_AT_1),
        Row(f"coaching: says that no lesson fits, {len(refused)} such questions", said_so, "",
            must="at least 0.92", met=said_so >= UNANSWERED),
        Row("coaching: a question, 95 in 100", slow, "ms", f"median: {median:.1f} ms", must="under 30 ms",
            met=slow < MILLISECONDS_MOST),
        Row(f"lint of {lessons} lessons", linted, "s", must="under 5 s", met=linted < LINT_SECONDS_MOST),
    ]  # fmt: skip
