"""Every message and view writes its dates and times for the person who reads it."""

import re

import pytest

from bot.domain.formats import Formats
from tests.slack import builders as a
from tests.slack.builders import World
from tests.slack.catalogue import MESSAGES, VIEWS
from tests.slack.test_blocks_fit import texts

MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"

FOREIGN = {
    "en-US": re.compile(rf"\b\d\d?:\d\d(?! [AP]M)|\b\d\d? {MONTH}\b"),
    "en-GB": re.compile(rf"\d:\d\d [AaPp]\.?[Mm]|\b\d [AP]M\b|\b{MONTH} \d\d?\b|(?<!\d)\d:\d\d"),
}
"""What nobody with this locale should read."""

EXAMPLES = re.compile(r"https?://\S+")
"""What isn't a date or time of Rounds, although it may look so."""


@pytest.mark.parametrize("locale", FOREIGN)
@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_nobody_reads_the_dates_and_times_of_another_country(
    monkeypatch: pytest.MonkeyPatch, name: str, locale: str
) -> None:
    monkeypatch.setattr(a, "FORMATS", Formats(locale))
    world = World(a.plain)

    shown = MESSAGES[name](world).body if name in MESSAGES else VIEWS[name](world).to_dict()

    said = "\n".join([str(shown.get("text", "")), *texts(shown, "mrkdwn"), *texts(shown, "plain_text")])
    assert FOREIGN[locale].findall(EXAMPLES.sub("", said)) == []


@pytest.mark.parametrize(
    ("name", "locale", "said"),
    [
        ("enrollment.resumed_message", "en-US", "Your next lesson comes today at 10:00 AM."),
        ("enrollment.resumed_message", "en-GB", "Your next lesson comes today at 10:00."),
        ("enrollment.welcome_message", "en-US", "at 9:00 AM on workdays, with a quick check-in at 4:30 PM."),
        ("enrollment.welcome_message", "de-DE", "at 09:00 on workdays, with a quick check-in at 16:30."),
        ("enrollment.paused_message", "en-US", "Paused until Thursday, December 3."),
        ("enrollment.paused_message", "en-GB", "Paused until Thursday 3 December."),
        ("enrollment.welcome_message", "ja-JP", "at 9:00 on workdays, with a quick check-in at 16:30."),
        ("postponement.postponed_message", "en-US", "comes back at 8:00 AM."),
        ("postponement.postponed_message", "de-DE", "comes back at 08:00."),
        ("streak.streak_message", "en-GB", "Week of 30 November"),
        ("invitations.invited_message", "en-US", "between Friday, November 27, and Monday, November 30, at 9:00 AM"),
        ("invitations.invited_message", "en-GB", "between Friday 27 November, and Monday 30 November, at 09:00"),
        ("shift_calendar.problem_message", "en-GB", "Thursday 3 December 2026: "),
    ],
)
def test_messages_say_days_and_times_as_their_reader_does(
    monkeypatch: pytest.MonkeyPatch, name: str, locale: str, said: str
) -> None:
    monkeypatch.setattr(a, "FORMATS", Formats(locale))

    assert said in MESSAGES[name](World(a.plain)).text
