"""Payloads that Slack would never sign, to be signed: as if its secret were known, or Slack itself were wrong."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from bot.slack import action_ids as ids
from tests.bench.attack.payloads import FORM, JSON, command, message, pressed, submitted

ANOTHER_TEAM, FOREIGNER = "T0ELSEWHERE", "U0FOREIGN"
SOMEBODYS_NUMBER = 800
SOMEBODY, ADMIN = f"U{SOMEBODYS_NUMBER:06}", "U0TOMAS"
NOT_PEOPLE = ("U0ROUNDS", "USLACKBOT", "U0RUTH")
"""The bot itself, Slack's own, and somebody who has left."""

WORDS = "unmistakable words"

BROKEN_JSON = (
    *(b"{", b'{"type": ', b"[1, 2]", b"null", b'"text"', b"12", b"{}", b"\xef\xbb\xbf{}"),
    *(b'{"user": "\\ud800"}', b'{"event": {"type": "message"}}', b'{"type": "event_callback"}'),
)
BROKEN_FORMS = (b"&&&", b"%zz=%", b"payload=", b"command=", b"command=%2Fstreak&user_id=%00", b"\x00\x01")

FIELDS = ("user", "team", "enterprise", "event", "view", "actions", "container", "authorizations", "channel", "message")
WRONG: tuple[Any, ...] = (7, "text", [], [7], {}, None, True, "\ud800", "\x00", "x" * 1000)
"""Fields of payloads, and what may be there in place of what the bot expects."""

NO_IDS = ("0", "-1", "999999999", "9" * 40, "1 OR 1=1", "١", "")
"""Values of buttons that are no row's id."""


@dataclass(frozen=True, slots=True)
class Forgery:
    """What it is, and how its body is made: anew each time, as the bot ignores what it has seen before."""

    name: str
    content_type: str
    make: Callable[[], bytes]


def all_forgeries(revision: int, version: int) -> list[Forgery]:
    """Every forgery. `revision` and `version`: ids of rows of another workspace's pack."""
    return [*_from_others(), *_ids_of_others(revision, version), *_malformed(), *_of_wrong_types(), *_huge()]


def _from_others() -> Iterator[Forgery]:
    """Requests of people who don't belong here."""
    elsewhere = {"team_id": ANOTHER_TEAM, "authorizations": [{"team_id": ANOTHER_TEAM}]}
    foreigner = {"id": FOREIGNER, "team_id": ANOTHER_TEAM}
    of_bot = {"type": "message", "channel_type": "im", "bot_id": "B1", "text": WORDS}
    yield Forgery("another team's command", FORM, partial(command, FOREIGNER, "/streak", team_id=ANOTHER_TEAM))
    yield Forgery("another team's press", FORM, partial(pressed, FOREIGNER, ids.OPEN_SETTINGS, user=foreigner))
    yield Forgery("another team's event", JSON, partial(message, FOREIGNER, WORDS, **elsewhere))
    yield Forgery("a bot's event", JSON, partial(message, FOREIGNER, WORDS, event=of_bot))
    for user in NOT_PEOPLE:
        yield Forgery(f"a command of {user}", FORM, partial(command, user, "/coach", WORDS))
        yield Forgery(f"a press of {user}", FORM, partial(pressed, user, ids.OPEN_SETTINGS))
        yield Forgery(f"a message of {user}", JSON, partial(message, user, WORDS))


def _ids_of_others(revision: int, version: int) -> Iterator[Forgery]:
    """Presses on rows of another workspace, and on what is no row."""
    for value in (str(revision), *NO_IDS):
        for action in (ids.SAVE_TIP, ids.SAVE_LESSON, ids.OPEN_SHARE_TIP):
            yield Forgery(f"{action} of {value}", FORM, partial(pressed, SOMEBODY, action, value))
    for user in (SOMEBODY, ADMIN):
        for action in (ids.LOAD_PACK, ids.ROLL_BACK_PACK, ids.PREVIEW_PACK, ids.SEND_PACK_CHANGES):
            yield Forgery(f"{action} by {user}", FORM, partial(pressed, user, action, str(version)))
        for action in (f"{ids.SHOW_PREVIEW}.next", ids.in_preview(ids.OPEN_WHY), ids.in_preview(ids.OPEN_ANSWERS)):
            for value in (f"{version}.0", *NO_IDS):
                yield Forgery(f"{action} of {value} by {user}", FORM, partial(pressed, user, action, value))


def _malformed() -> Iterator[Forgery]:
    """Bodies that aren't what their content type says, or that lack nearly everything."""
    for body in BROKEN_JSON:
        yield Forgery(f"JSON {body!r}", JSON, partial(bytes, body))
        yield Forgery(f"payload {body!r}", FORM, partial(bytes, _as_payload(body)))
    for body in BROKEN_FORMS:
        yield Forgery(f"form {body!r}", FORM, partial(bytes, body))


def _of_wrong_types() -> Iterator[Forgery]:
    """Fields that are there and are something else."""
    for field in FIELDS:
        for value in WRONG:
            changes, name = {field: value}, f"{field} {value!r:.20}"
            yield Forgery(f"{name} in a press", FORM, partial(pressed, SOMEBODY, ids.SAVE_TIP, "0", **changes))
            yield Forgery(f"{name} in a modal", FORM, partial(submitted, SOMEBODY, ids.SETTINGS_MODAL, {}, **changes))
            yield Forgery(f"{name} in an event", JSON, partial(message, SOMEBODY, WORDS, **changes))


def _huge() -> Iterator[Forgery]:
    """Nested deeply, or with very many keys."""
    for levels in (900, 10_000):
        for opening, closing in (("[", "]"), ('{"event":', "}"), ('{"user":', "}")):
            body = f"{opening * levels}1{closing * levels}".encode()
            inside = f'{{"a": {body.decode()}}}'.encode()
            for each, name in ((body, f"{levels} levels"), (inside, f"{levels} levels inside")):
                yield Forgery(f"{name} of {opening}", JSON, partial(bytes, each))
                yield Forgery(f"{name} of {opening} as payload", FORM, partial(bytes, _as_payload(each)))
    keys = [f"k{number}" for number in range(100_000)]
    yield Forgery("100,000 keys of a form", FORM, partial(bytes, "=&".join(keys).encode()))
    yield Forgery("60,000 keys of JSON", JSON, partial(bytes, json.dumps(dict.fromkeys(keys[:60_000], 1)).encode()))


def _as_payload(body: bytes) -> bytes:
    return b"payload=" + quote(body).encode()
