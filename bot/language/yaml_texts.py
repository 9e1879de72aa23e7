"""Finds the sentences in the coach's data files, for the catalogs: an extraction method of Babel (`pyproject.toml`)."""

from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

import yaml


def extract(
    file: IO[bytes], _keywords: object, _comment_tags: object, options: Mapping[str, str]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield line, function, text, and comments of each text in a YAML file, as Babel's extraction asks for.

    `options["fields"]`: the names of the fields whose texts people read, with spaces between. `options["where"]`: what
    others must hold, as `about=crisis verified=true`; what has these fields with other values isn't shown.
    """
    fields = options["fields"].split()
    where = dict(each.split("=") for each in options.get("where", "").split())
    for text in _texts(yaml.safe_load(file.read()), fields, where):
        yield 1, "", text, []


def _texts(value: Any, fields: Collection[str], where: Mapping[str, str]) -> Iterator[str]:  # noqa: ANN401  (YAML's)
    if isinstance(value, list):
        for each in value:
            yield from _texts(each, fields, where)
    elif isinstance(value, dict):
        if any(name in value and str(value[name]).lower() != needed for name, needed in where.items()):
            return
        for name, each in value.items():
            if name in fields:
                yield from (text for text in (each if isinstance(each, list) else [each]) if _is_sentence(text))
            else:
                yield from _texts(each, fields, where)


def _is_sentence(text: object) -> bool:
    """Return whether a text is more than a placeholder that something else replaces."""
    return isinstance(text, str) and not (text.startswith("{") and text.endswith("}"))
