"""An export's files: the same content in every form, and a page that Word and browsers open safely."""

import json
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from bot.domain.self_rating import RatingQuestion
from bot.domain.streak import Streak
from bot.learning.journal import JournalEntry
from bot.learning.privacy import ExportedAnswer, ExportedFeedback, LearnerExport
from bot.learning.self_ratings import ExportedSelfRating
from bot.slack.export_files import export_files, export_json, export_markdown, export_page
from tests.slack import builders as a

HOSTILE = '<script>alert("1")</script>\n<img src=x onerror=y> & "quotes" </p>'
DAY = date(2026, 11, 23)
EXPORT = LearnerExport(
    (JournalEntry(DAY, "Say <b>less</b>", "What did you & they hear?", f"{HOSTILE}\n\nThird line"),),
    (ExportedAnswer(DAY, "Say <b>less</b>", "B", correct=True),),
    Streak(12, 20, counted_today=True, freezes=1),
    recalls=(ExportedAnswer(DAY, "Ask first", "D", correct=False),),
    feedback=(ExportedFeedback(DAY, "Ask last", useful=False),),
    self_ratings=(ExportedSelfRating(DAY, 4, RatingQuestion.HARD_WEEK, 2),),
)


class Page(HTMLParser):
    """Reads a page as a browser does: its tags, its attributes' names, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.text += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_what_people_wrote_as_they_wrote_it_and_runs_none_of_it() -> None:
    page = Page(export_page(EXPORT))

    assert f"{HOSTILE}\n\nThird line" in page.text
    assert "November 23, 2026: Say <b>less</b>" in page.text
    assert page.tags.isdisjoint({"script", "img", "b", "link", "iframe", "a"})


def test_every_form_says_how_ready_they_felt() -> None:
    said = "Leading your team through a hard week: a little ready (2 of 5)"

    assert f"November 23, 2026: {said}" in Page(export_page(EXPORT)).text
    assert f"- 2026-11-23: {said}" in export_markdown(EXPORT)
    assert json.loads(export_json(EXPORT))["self_ratings"] == [
        {"learning_day": "2026-11-23", "weeks_since_start": 4, "question": "hard_week", "value": 2}
    ]


def test_the_page_needs_nothing_from_elsewhere() -> None:
    text = export_page(EXPORT)

    assert Page(text).attributes == {"lang", "charset", "http-equiv", "content", "class"}
    assert "url(" not in text
    assert "default-src 'none'" in text


@pytest.mark.parametrize("write", [export_page, export_markdown])
def test_every_form_for_reading_has_the_streak_the_words_and_the_answers(write) -> None:
    said = Page(write(EXPORT)).text

    for each in (
        "12 working days, 1 freeze ready",
        "What did you",
        "Third line",
        "B (best fit)",
        "Ask first",
        "Ask last: No",
    ):
        assert each in said


def test_the_same_is_in_the_form_for_programs() -> None:
    said = json.loads(export_json(EXPORT))

    assert said["reflections"][0]["words"] == f"{HOSTILE}\n\nThird line"
    assert [each["choice"] for each in said["answers"] + said["recalls"]] == ["B", "D"]
    assert [each["useful"] for each in said["feedback"]] == [False]


def test_the_form_for_reading_comes_first() -> None:
    assert [each.ending for each in export_files(EXPORT)] == ["html", "md", "json"]


def test_an_export_says_what_an_lms_was_let_know() -> None:
    consent = a.lms_consent("lms.hospital.example")
    ended = replace(consent, ended_at=consent.given_at + timedelta(days=7))

    now, before = replace(EXPORT, consent=consent), replace(EXPORT, consent=ended)

    said = "From 2026-11-23 on, lms.hospital.example is told what you complete, as U0AMARA at https://riverside.slack.com/."
    assert said in export_markdown(now)
    assert "From 2026-11-23 to 2026-11-30, lms.hospital.example was told" in export_markdown(before)
    assert json.loads(export_json(now))["learning_system"]["account"]["name"] == "U0AMARA"
    assert json.loads(export_json(EXPORT))["learning_system"] is None
