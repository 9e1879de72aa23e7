"""What the files of the page promise without a browser: no HTML is parsed, every block drawn, every color readable."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.sandbox import page
from bot.sandbox.blocks.elements import ELEMENTS
from bot.sandbox.blocks.layout import BLOCKS
from bot.sandbox.blocks.rich_text import INLINE_ELEMENTS, RICH_TEXT_ELEMENTS

MODULES = sorted(page.STATIC_FOLDER.glob("*.js"))
STYLES = sorted(page.STATIC_FOLDER.glob("*.css"))
READABLE = 4.5
"""Contrast of text that WCAG 2.2 asks for at level AA."""

TEXT_ON = [
    ("ink", "paper"),
    ("ink", "paper-quiet"),
    ("ink", "paper-raised"),
    ("ink", "paper-pressed"),
    ("ink", "warning-wash"),
    ("ink", "info-wash"),
    ("ink", "success-wash"),
    ("ink", "mark-wash"),
    ("ink-soft", "paper"),
    ("ink-soft", "paper-hover"),
    ("ink-soft", "paper-raised"),
    ("ink-soft", "paper-pressed"),
    ("ink-soft", "only-you"),
    ("link", "paper"),
    ("link", "only-you"),
    ("link", "info-wash"),
    ("danger", "paper-raised"),
    ("danger", "danger-wash"),
    ("mention", "mention-wash"),
    ("code", "code-wash"),
    ("accent-ink", "accent"),
    ("accent-ink", "danger-full"),
    ("frame-ink", "frame"),
    ("frame-soft", "frame"),
    ("frame-soft", "frame-hover"),
    ("frame-here-ink", "frame-here"),
    ("frame-badge-ink", "frame-badge"),
]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags() -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed((page.STATIC_FOLDER / "index.html").read_text(encoding="utf-8"))
    return parser.found


def source(name: str) -> str:
    return (page.STATIC_FOLDER / name).read_text(encoding="utf-8")


def keys_of(name: str, table: str) -> set[str]:
    """The keys of an object literal that stands at the top of a module."""
    body = re.search(rf"const {table} = \{{\n(.*?)\n\}};", source(name), re.DOTALL)
    assert body is not None, f"{name} has no table {table}"
    return set(re.findall(r"^  (\w+)[:,(]", body[1], re.MULTILINE))


def colors(theme: int) -> dict[str, str]:
    """Every color by name, in the light theme (0) or the dark one (1)."""
    pairs = re.findall(r"--([\w-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));", source("theme.css"))
    return {name: both or (light, dark)[theme] for name, light, dark, both in pairs}


def luminance(color: str) -> float:
    components = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in components)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_module_turns_text_into_markup_or_code(module: Path):
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML|\beval\(|new Function"

    assert re.findall(ways, module.read_text(encoding="utf-8")) == []


def test_the_page_holds_no_script_style_or_listener_of_its_own():
    inline = [tag for tag, attrs in tags() if tag == "style" or (tag == "script" and not attrs.get("src"))]
    attributes = [name for _, attrs in tags() for name in attrs if name == "style" or name.startswith("on")]

    assert inline == []
    assert attributes == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_module_writes_a_style_attribute(module: Path):
    assert re.findall(r"\bstyle: ?[\"'`]|cssText|setAttribute\(\"style\"", module.read_text(encoding="utf-8")) == []


def test_every_file_of_the_page_is_used_and_every_file_used_is_there():
    asked = {value for _, attrs in tags() for value in (attrs.get("src"), attrs.get("href")) if value}
    asked |= {path for module in MODULES for path in re.findall(r"\"(/static/[\w.]+)\"", source(module.name))}
    imported = {name for module in MODULES for name in re.findall(r"from \"\./([\w.]+)\"", source(module.name))}
    used = {path.removeprefix("/static/") for path in asked if path.startswith("/static/")} | imported

    assert used == {path.name for path in page.STATIC_FOLDER.iterdir()} - {"index.html"}


def test_every_file_of_the_page_has_a_type_that_the_server_sends():
    assert {path.suffix for path in page.STATIC_FOLDER.iterdir()} <= set(page.CONTENT_TYPES)


@pytest.mark.parametrize("file", [*MODULES, *STYLES, page.STATIC_FOLDER / "index.html"], ids=lambda file: file.name)
def test_nothing_is_loaded_from_elsewhere(file: Path):
    loaded = re.findall(r"(?:from |import\(|url\(|src=|href=)[\"']?(https?:)?//", file.read_text(encoding="utf-8"))

    assert loaded == []


def test_every_block_that_the_sandbox_takes_has_a_renderer():
    assert set(BLOCKS) - keys_of("blocks.js", "BLOCKS") == set()


def test_every_element_that_the_sandbox_takes_has_a_renderer():
    assert set(ELEMENTS) - keys_of("elements.js", "ELEMENTS") == set()


def test_every_part_of_rich_text_has_a_renderer():
    components = keys_of("richtext.js", "PARTS") | {"rich_text_list"}

    assert set(RICH_TEXT_ELEMENTS) - components == set()
    assert set(INLINE_ELEMENTS) - keys_of("richtext.js", "INLINE") == set()


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT_ON)
def test_text_can_be_read_on_its_ground(ink: str, paper: str, theme: int):
    known = colors(theme)

    assert contrast(known[ink], known[paper]) >= READABLE


def test_initials_can_be_read_on_the_color_of_every_person():
    grounds = re.findall(r"\.color-\d \{ background: (#\w{6}); \}", source("theme.css"))

    assert len(grounds) == 8
    assert [ground for ground in grounds if contrast("#ffffff", ground) < READABLE] == []


def test_every_color_and_measure_that_a_rule_names_is_defined():
    named = {name for style in STYLES for name in re.findall(r"var\(--([\w-]+)", source(style.name))}

    assert named - set(re.findall(r"--([\w-]+):", source("theme.css"))) == set()


@pytest.mark.parametrize(
    "testid",
    [
        "nav-home",
        "nav-dm",
        "nav-${",
        "person-${",
        "message-${",
        "composer",
        "send",
        "modal",
        "modal-submit",
        "modal-close",
        "action-${",
        "input-${",
    ],
)
def test_tests_find_their_way_by_names_that_stay(testid: str):
    assert any(f'"{testid}' in source(module.name) or f"`{testid}" in source(module.name) for module in MODULES)
