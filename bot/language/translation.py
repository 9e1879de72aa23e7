"""Translates sentences into the language of the work at hand, which each task and thread has for itself."""

import contextlib
import functools
import io
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Concatenate, Literal, ParamSpec, TypeVar

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")

ENGLISH = "en"

LANGUAGES = (ENGLISH, "de")
"""The languages that Rounds speaks (ISO 639-1), that of the source first."""

CATALOGS = Path(__file__).parent
"""Where the catalogs are: `<language>/LC_MESSAGES/rounds.po`."""

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def find_language(locale: str | None) -> str:
    """Return the language that somebody with this locale (`de-AT`) reads: English if it is unknown or not spoken."""
    language = (locale or ENGLISH).replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else ENGLISH


def current_language() -> str:
    """Return the language of the work at hand."""
    return _language.get()


def speak(language: str) -> None:
    """Make every sentence in this language until the end of the present task. It must be one of `LANGUAGES`."""
    _language.set(_checked(language))


@contextlib.contextmanager
def use_language(language: str) -> Iterator[None]:
    """Make every sentence in this language until the end of the block. It must be one of `LANGUAGES`."""
    before = _language.set(_checked(language))
    try:
        yield
    finally:
        _language.reset(before)


def in_current_language(work: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Return `work` so that it speaks the present language in another thread, too."""
    language = current_language()
    if language == ENGLISH:
        return work

    @functools.wraps(work)
    def speaking(first: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with use_language(language):
            return work(first, *args, **kwargs)

    return speaking


def gettext(message: str, /, **values: object) -> str:
    """Return the translation of an English message, with values in place of `{name}`.

    Imported as `_`. The message must be a literal outside any f-string, as only those are found in the source. Values
    are inserted as they are: the caller escapes what others wrote.
    """
    # The catalog's entry for an empty text is its header.
    return _fill(_catalog().gettext(message), values) if message else message


def pgettext(context: str, message: str, /, **values: object) -> str:
    """Return the translation of a message that means something else elsewhere. `context`: what it is here."""
    return _fill(_catalog().pgettext(context, message), values)


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the translation of a message about `count` things, which is inserted as `{count}`."""
    return _fill(_catalog().ngettext(one, many, count), {"count": count, **values})


def mark(message: str) -> str:
    """Return an English message as it is, marked for the catalogs. It is translated where it is used: `_(CONSTANT)`."""
    return message


def join_words(words: Sequence[str], style: Literal["and", "or"] = "and") -> str:
    """List words as in a sentence: `a`, `a and b`, or `a, b, and c`."""
    from babel.lists import format_list  # imported on use, as Babel reads the language's rules

    return format_list(words, style="standard" if style == "and" else "or", locale=current_language())


def _checked(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"Rounds doesn't speak {language!r}")
    return language


def _fill(text: str, values: dict[str, object]) -> str:
    return text.format(**values) if values else text


def _catalog() -> NullTranslations:
    return _read_catalog(current_language())


@functools.cache
def _read_catalog(language: str) -> NullTranslations:
    """Return a language's catalog. The file that people edit is read and compiled in memory, 0.1 s and 5 MB, once."""
    if language == ENGLISH:
        return NullTranslations()
    from babel.messages.mofile import write_mo  # imported on use: nobody may need another language
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (CATALOGS / language / "LC_MESSAGES" / "rounds.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
