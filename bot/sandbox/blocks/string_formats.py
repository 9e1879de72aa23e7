"""The formats that Slack requires of some strings: addresses, dates, times, time zones, and numbers."""

import re
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.sandbox.blocks.value_rules import String, StringFormat

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def _is_url(text: str) -> bool:
    try:
        components = urlsplit(text)
    except ValueError:
        return False
    return bool(components.scheme and (components.netloc or components.path)) and not re.search(r"\s", text)


def _is_web_url(text: str) -> bool:
    return _is_url(text) and text.lower().startswith(("http://", "https://"))


def _is_https_url(text: str) -> bool:
    return _is_url(text) and text.lower().startswith("https://")


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    return _TIME.fullmatch(text) is not None


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown; not a valid key ("../UTC"); a folder of zones ("America")
        return False
    return True


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


MAX_URL_LENGTH = 3000
URL = String(MAX_URL_LENGTH, string_format=StringFormat(_is_url, "invalid url"))
WEB_URL = String(MAX_URL_LENGTH, string_format=StringFormat(_is_web_url, "invalid url"))
HTTPS_URL = String(MAX_URL_LENGTH, string_format=StringFormat(_is_https_url, "invalid url"))
DATE = String(string_format=StringFormat(_is_date, "must be a valid date in the format YYYY-MM-DD"))
TIME = String(string_format=StringFormat(_is_time, "must be a valid time in the format HH:mm"))
ZONE = String(string_format=StringFormat(_is_zone, "must be a valid timezone"))
NUMBER = String(string_format=StringFormat(_is_number, "must be a valid number"))
