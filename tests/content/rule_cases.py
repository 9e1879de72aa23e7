"""For each lint rule a pack that breaks it, and a pack that comes close and doesn't. Made when asked for."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from bot.content.pack_files import PackFiles
from tests.content.examples import (
    LESSON,
    PROGRAM,
    RULE_LESSON,
    dumped,
    lesson,
    pack,
    program,
    rule_lesson,
    with_file,
    with_option,
    with_question,
)


class Case(NamedTuple):
    """What breaks a rule, and what only seems to."""

    code: str
    broken: Callable[[], PackFiles]
    fine: Callable[[], PackFiles]


def one(**changes: Any) -> PackFiles:
    """A pack of one lesson with changes in its fields."""
    return pack((LESSON, lesson(**changes)))


def with_program(**changes: Any) -> PackFiles:
    """A pack of three lessons and a program through them, with changes in its fields."""
    return with_file(telling("tip", "Ask.", "Say.", "Write."), PROGRAM, dumped(program(**changes)))


def question(**changes: Any) -> PackFiles:
    """A pack of one lesson with changes in its question."""
    return pack((LESSON, with_question(**changes)))


def option(number: int, **changes: Any) -> PackFiles:
    """A pack of one lesson with changes in one option."""
    return pack((LESSON, with_option(number, **changes)))


def rule(**changes: Any) -> PackFiles:
    """A pack of one lesson about a rule of law."""
    return pack((RULE_LESSON, rule_lesson(**changes)))


def right_at(letters: str) -> PackFiles:
    """A pack of lessons whose right answers are these; tips and scenarios differ."""
    lessons = []
    for number, letter in enumerate(letters, 1):
        fields = lesson(id=f"handoff-{number:02}", tip=unlike(number), question=lesson()["question"])
        fields["question"]["scenario"] = unlike(number)
        for choice in fields["question"]["options"]:
            choice["correct"] = choice["key"] == letter
        lessons.append((f"handoff/{number:02}-lesson.yaml", fields))
    return pack(*lessons)


def unlike(number: int) -> str:
    """A text that shares no word with those of other numbers."""
    return f"Word{number}a word{number}b. Word{number}c word{number}d."


def telling(field: str, *texts: str) -> PackFiles:
    """A pack of lessons with these tips or scenarios."""
    lessons = []
    for number, text in enumerate(texts, 1):
        fields = lesson(id=f"handoff-{number:02}", tip=unlike(number), question=lesson()["question"])
        fields["question"]["scenario"] = unlike(number)
        (fields if field == "tip" else fields["question"])[field] = text
        lessons.append((f"handoff/{number:02}-lesson.yaml", fields))
    return pack(*lessons)


def words(count: int) -> str:
    """So many short words, in sentences of ten."""
    return " ".join("Tell." if number % 10 == 9 else "tell" for number in range(count))


def explained(count: int) -> PackFiles:
    """A pack of one lesson that is long because its explanations are."""
    options = [choice | {"explanation": words(count)} for choice in lesson()["question"]["options"]]
    options.append({"key": "D", "text": "Ask your manager what to do, and go home.", "correct": False})
    options[-1]["explanation"] = words(count)
    filled = {"tip": words(60), "why": words(75), "words": words(30), "notice": words(35), "elsewhere": words(35)}
    return pack((LESSON, with_question(options=options, scenario=words(80)) | filled))


HARD = "Organisational accountability necessitates interdisciplinary communication regarding institutional priorities."
COHORT = {"sources": ["cohort"], "evidence": "observational"}

CASES = (
    Case("L201", lambda: one(words=words(31)), lambda: one(words=words(30))),
    Case("L201", lambda: one(situations=["a b c", "d e", "f g", words(17)]), lambda: one(situations=list("abcd"))),
    Case("L202", lambda: explained(45), lambda: explained(15)),
    Case(
        "L203", lambda: one(tip="Say " + "so " * 25 + "now."), lambda: one(tip="Say " + "so " * 23 + "now. Then stop.")
    ),
    Case("L204", lambda: option(0, explanation=words(14)), lambda: option(0, explanation=words(15))),
    Case("L301", lambda: option(1, key="C"), lambda: option(1, key="B")),
    Case("L302", lambda: option(0, correct=True), lambda: option(0, correct=False)),
    Case("L302", lambda: option(1, correct=False), lambda: option(1, correct=True)),
    Case(
        "L303",
        lambda: option(2, text="Go home."),
        lambda: option(2, text="Call the engineer tonight, to ask about the part."),
    ),
    Case(
        "L304",
        lambda: option(1, text="Leave one line at the desk on the part and the call, and who is to take it."),
        lambda: option(1, text="Leave one line at the desk on the part, the call and who takes it."),
    ),
    Case("L305", lambda: option(2, text="Do all of the above, then go home for the night."), lambda: one()),
    Case(
        "L306",
        lambda: option(1, text="First leave one line on the part, then one for who takes the call, if it comes."),
        lambda: one(),
    ),
    Case(
        "L307",
        lambda: option(1, text="Write one line on what is open, and put it where the next person looks."),
        lambda: one(),
    ),
    Case("L401", lambda: right_at("ABABA"), lambda: right_at("ABCAB")),
    Case("L401", lambda: right_at("AACBAACB"), lambda: right_at("AAB")),
    Case("L402", lambda: right_at("AAAAB"), lambda: right_at("AAABA")),
    Case(
        "L501",
        lambda: one(sources=["unseen"], evidence="guideline"),
        lambda: one(sources=["unseen"], evidence="practice"),
    ),
    Case(
        "L501",
        lambda: one(sources=["unseen"], evidence="practice", why="It helped 12 wards."),
        lambda: one(sources=["unseen", "lee-2018-handoff"], evidence="practice", why="It helped 12 hospitals."),
    ),
    Case("L502", lambda: one(tip="Look at www.example.org today."), lambda: one(tip="Look at the ward's own page.")),
    Case("L502", lambda: one(why="See 10.1136/bmjqs-2016."), lambda: one(why="See the 2018 paper.")),
    Case(
        "L601",
        lambda: one(why="Lee and others (2018) asked 1,300 people."),
        lambda: one(
            why="Lee and others (2018) read 1,204 surveys from 12 hospitals; calls fell by 3.5%. See 45 CFR 164.502(b)."
        ),
    ),
    Case(
        "L601",
        lambda: one(sources=["unseen"], why="It was 12."),
        lambda: one(why="In 2018 Article 33 and COVID-19 mattered."),
    ),
    Case("L602", lambda: one(why="About 70% of change projects fail."), lambda: one(why="Some changes fail.")),
    Case(
        "L602",
        lambda: one(tip="Match the talk to their learning style."),
        lambda: one(tip="Ask how they like to learn."),
    ),
    Case(
        "L603",
        lambda: one(**COHORT, why="Written lines reduced repeated calls."),
        lambda: one(**COHORT, why="Written lines were linked with fewer calls. It does not show that they caused it."),
    ),
    Case("L603", lambda: one(**COHORT, why="This leads to calm."), lambda: one(why="This leads to calm.")),
    Case("L701", lambda: rule(notice=None), lambda: rule()),
    Case("L701", lambda: rule(notice="Ask a lawyer."), lambda: one(notice="Ask a lawyer.")),
    Case("L701", lambda: one(sources=["ward-rule"]), lambda: one()),
    Case("L702", lambda: rule(review_by=None), lambda: one()),
    Case("L703", lambda: rule(review_by=date(2027, 5, 24)), lambda: rule(review_by=date(2027, 5, 23))),
    Case("L704", lambda: rule(review_by=date(2026, 11, 23)), lambda: rule(review_by=date(2026, 11, 24))),
    Case("L707", lambda: rule(applies_to=None), lambda: rule(applies_to="California")),
    Case("L705", lambda: one(checked_on=date(2026, 12, 2)), lambda: one(checked_on=date(2026, 12, 1))),
    Case(
        "L801", lambda: one(tip="Ask Dr. Patel before noon."), lambda: one(tip="Ask the doctor. Miss Monday's meeting.")
    ),
    Case("L802", lambda: one(words="Write to ward.7@example.net."), lambda: one(words="Meet me @ the desk.")),
    Case("L803", lambda: one(tip="Call +44 20 7946 0000."), lambda: one(tip="Call 988, or 116 123, or 13 11 14.")),
    Case("L803", lambda: one(tip="Call (555) 010-9999."), lambda: one(tip="Read 45 CFR 164.400-414 by 2026-11-23.")),
    Case(
        "L804", lambda: one(words="The MRN 44871 is wrong."), lambda: one(words="Check the MRN, and the date of birth.")
    ),
    Case(
        "L805",
        lambda: question(scenario="It is 4 March."),
        lambda: question(scenario="It is March, and you work 24/7."),
    ),
    Case("L805", lambda: question(stem="What by 03/04/26?"), lambda: question(stem="What by Friday?")),
    Case("L806", lambda: one(words="Thanks @here and all."), lambda: one(words="Thanks to all who are here.")),
    Case("L901", lambda: one(tip=HARD, try_today=f"Ask. {HARD}"), lambda: one()),
    Case(
        "L902",
        lambda: one(why=HARD),
        lambda: one(why="The rule asks hospitals for a free interpreter."),
    ),
    Case(
        "L903", lambda: one(tip="Foster trust and unlock talent."), lambda: one(tip="Ask the foster parents to sign.")
    ),
    Case("L903", lambda: one(tip="It is not just talk, it's care."), lambda: one(tip="It is not just talk.")),
    Case("L904", lambda: one(words="Well done!"), lambda: one(words="Well done.")),
    Case("L905", lambda: one(tip="Ask — then wait — then write."), lambda: one(tip="Ask — then wait for 3–5 days.")),
    Case("L906", lambda: one(try_today="Maybe open the book."), lambda: one(try_today="“Open” the book.")),
    Case("L907", lambda: one(reflection="Think of your week."), lambda: one(reflection="What did you see?")),
    Case(
        "L907", lambda: one(reflection="Think. Did you see it?"), lambda: one(reflection="Do think back. What was it?")
    ),
    Case("L1001", lambda: one(tip="Say *this* today."), lambda: one(tip="Say this: at 09:00, 10:00 and 5 * 3.")),
    Case("L1001", lambda: one(situations=["a", "b", "c", "see [this](x)"]), lambda: one(tip="Use the a_b_c form.")),
    Case("L1001", lambda: one(tip="Well done :tada: all."), lambda: one(tip="Say: go.")),
    Case("L1002", lambda: one(tip="Tea & talk."), lambda: one(tip="Tea and talk.")),
    Case("L1002", lambda: one(tip="If it is <5, wait."), lambda: one(tip="If it is under 5, wait.")),
    Case("L1003", lambda: one(tip="Ask \u202enow."), lambda: one(tip="Ask the café’s team now.")),
    Case(
        "L1004",
        lambda: telling("tip", "Ask one open question.", "Ask one short question."),
        lambda: telling("tip", "Ask.", "Say."),
    ),
    Case(
        "L1005",
        lambda: telling("scenario", "You run it.", "You run it!"),
        lambda: telling("scenario", "You run it.", "I do."),
    ),
    Case("L1001", lambda: one(tip="• Ask once.\n• Ask again."), lambda: one(tip="Ask once – or twice.")),
    Case("L1006", lambda: one(title="42"), lambda: one(title="Ask 42 people")),
    Case("L1006", lambda: one(situations=["a", "b", "c", "2"]), lambda: option(0, text="42")),
    Case("L1007", lambda: one(title="Ask\nonce"), lambda: one(tip="Ask once.\nAsk again.")),
    Case("L1101", lambda: with_program(weeks=2), lambda: with_program(weeks=1)),
    Case("L1007", lambda: option(1, text="Ask\nonce"), lambda: option(1, explanation="Ask once.\nAsk again.")),
)
