"""What people ask for in ordinary words is told from what happened to them."""

import json
from pathlib import Path

import pytest

from bot.slack.plain_requests import PlainRequest, find_letter, find_request, find_request_in_thread, is_story
from tests.shipped import shipped_pack

ASKED = {
    PlainRequest.GREETING: ["hi", "Hello!", "hey there", "Good morning", "hi rounds"],
    PlainRequest.HELP: ["help", "Help please", "what can you do?", "how does this work?", "what is Rounds?"],
    PlainRequest.THANKS: ["thanks", "Thank you so much!", "ok, thx"],
    PlainRequest.STOP: ["stop", "STOP", "stop sending me messages", "unsubscribe", "please stop the lessons"],
    PlainRequest.PAUSE: ["pause", "Pause my lessons", "I need a break"],
    PlainRequest.RESUME: ["resume", "start again", "I'm back"],
    PlainRequest.SETTINGS: ["settings", "change my schedule", "open settings please"],
    PlainRequest.NEXT_LESSON: ["when is my next lesson?", "When's the next one", "when does my next lesson come?"],
    PlainRequest.LESSON: ["lesson", "today's lesson", "give me today's lesson", "send me a lesson"],
    PlainRequest.ONE_MORE: [
        "one more",
        "One more please!",
        "another lesson please",
        "can I have one more lesson today?",
    ],
    PlainRequest.STREAK: ["streak", "what's my streak?"],
    PlainRequest.JOURNAL: ["journal", "open my journal"],
    PlainRequest.PROGRESS: ["progress", "show me my progress", "What have I learned so far?", "my certificate please"],
}


ASKED_IN_GERMAN = {
    PlainRequest.GREETING: ["Hallo", "Moin!", "Guten Morgen", "Servus"],
    PlainRequest.HELP: ["Hilfe", "hilfe bitte", "Was kannst du?", "Wie funktioniert das?"],
    PlainRequest.THANKS: ["Danke", "vielen Dank!", "ok, danke dir", "Dankeschön"],
    PlainRequest.STOP: ["Stopp", "hör auf", "Bitte keine Nachrichten mehr", "abmelden"],
    PlainRequest.PAUSE: ["Pause bitte", "Ich brauche eine Pause", "pausieren"],
    PlainRequest.RESUME: ["weiter", "Ich bin wieder da", "fortsetzen"],
    PlainRequest.SETTINGS: ["Einstellungen", "meine Dienste ändern", "Dienstplan"],
    PlainRequest.NEXT_LESSON: ["Wann kommt die nächste Lektion?", "nächste Lektion"],
    PlainRequest.LESSON: ["Lektion", "die heutige Lektion bitte", "zeig mir die Lektion von heute"],
    PlainRequest.ONE_MORE: ["noch eine", "Noch eine Lektion bitte!", "ich möchte noch eine Lektion für heute"],
    PlainRequest.STREAK: ["Serie", "meine Serie"],
    PlainRequest.JOURNAL: ["mein Journal", "Tagebuch", "meine Reflexionen"],
    PlainRequest.PROGRESS: ["Fortschritt", "zeig mir meinen Fortschritt", "Was habe ich bisher gelernt?", "Zertifikat"],
}


@pytest.mark.parametrize(
    ("asked", "text"),
    [(each, text) for asked in (ASKED, ASKED_IN_GERMAN) for each, texts in asked.items() for text in texts],
)
def test_a_request_in_ordinary_words_is_understood(asked: PlainRequest, text: str) -> None:
    assert find_request(text) is asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("more like this", PlainRequest.ANOTHER),
        ("another lesson please", PlainRequest.ANOTHER),
        ("shorter", PlainRequest.SHORTER),
        ("go back", PlainRequest.BACK),
        ("what if they refuse?", PlainRequest.PUSHBACK),
        ("she said she would stop and then did it again", None),
        ("noch ein Tipp", PlainRequest.ANOTHER),
        ("das passt nicht", PlainRequest.ANOTHER),
        ("Danke!", PlainRequest.THANKS),
        ("kürzer bitte", PlainRequest.SHORTER),
        ("zurück", PlainRequest.BACK),
        ("und wenn sie nein sagt?", PlainRequest.PUSHBACK),
        ("sie sagte, sie hört auf, und machte dann weiter", None),
    ],
)
def test_a_request_in_a_thread_is_about_the_lesson_that_was_shown(text: str, asked: PlainRequest | None) -> None:
    assert find_request_in_thread(text) is asked
    assert is_story(text) is (asked in {None, PlainRequest.PUSHBACK})


@pytest.mark.parametrize(
    ("text", "letter"), [("B", "B"), ("b.", "B"), ("option c", "C"), ("My answer is D", "D"), ("Antwort ist A", "A")]
)
def test_a_bare_letter_is_an_answer(text: str, letter: str) -> None:
    assert find_letter(text) == letter


@pytest.mark.parametrize("text", ["a nurse cried", "E", "B or C", "plan b", "vitamin d"])
def test_a_letter_in_a_sentence_is_none(text: str) -> None:
    assert find_letter(text) is None


def test_no_situation_is_taken_for_a_request() -> None:
    situations = [each for lesson in shipped_pack().lessons for each in lesson.situations]
    situations += [
        json.loads(line)["text"]
        for file in sorted((Path(__file__).parents[2] / "training" / "data").glob("situations-days-*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]

    taken = [each for each in situations if find_request(each) or find_letter(each)]

    assert len(situations) > 6000
    assert taken == []
