"""YAML is read with its lines, and what packs have no use for is refused at its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.yaml_reader import MAX_PROBLEMS, read_yaml
from tests.content.hostile_files import alias_bomb, nested_lists


def problems(text: str | bytes) -> list[tuple[int, str]]:
    _, found = read_yaml("lesson.yaml", text if isinstance(text, bytes) else text.encode())
    return [(problem.line, problem.code) for problem in found]


def test_values_are_text_whatever_they_look_like_and_know_their_lines():
    tree, found = read_yaml(
        "a.yaml", b"title: No\n\nyear: 2018\nwhy: >-\n  two\n  lines\noptions:\n  - key: A\n  - key: B\n"
    )

    assert found == ()
    assert tree is not None
    assert tree.root == {"title": "No", "year": "2018", "why": "two lines", "options": [{"key": "A"}, {"key": "B"}]}
    assert [tree.line_of(place) for place in (("title",), ("why",), ("options", 1, "key"))] == [1, 4, 9]
    assert tree.line_of(("options", 1, "explanation")) == 9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "Y102")]),
        ("# only a comment\n", [(1, "Y102")]),
        ("a: 1\nb: 2\na: 3\n", [(3, "Y104")]),
        ("a: &x 1\n", [(1, "Y103")]),
        ("a: 1\nb: *x\n", [(2, "Y103")]),
        ("a: !!python/object:os.system x\n", [(1, "Y107")]),
        ("a: ! x\n", [(1, "Y107")]),
        ("%YAML 1.1\n---\na: 1\n", [(1, "Y107")]),
        ("a: 1\n---\nb: 2\n", [(2, "Y106")]),
        ("? [a]\n: 1\n", [(1, "Y108")]),
        ("a:\tb\n", [(1, "Y109")]),
        ("a:\n\tb: 1\n", [(2, "Y109")]),
        ("a: 1\nb: c: d\n", [(2, "Y100")]),
        ("a: 1\nb: 'never closed\n", [(2, "Y100")]),
        ("a: [1, 2\n", [(1, "Y100")]),
        ("a: @b\n", [(1, "Y100")]),
        ("[" * 11 + "]" * 11, [(1, "Y105")]),
        (b"a: 1\nb: \xff\n", [(2, "Y101")]),
        (b"a: 1\nb: \x00\n", [(2, "Y101")]),
        ("a: 1\nb: \u2028\n", [(2, "Y101")]),
        ("name: x\n".encode("utf-16"), [(1, "Y101")]),
    ],
)
def test_form_that_packs_have_no_use_for_is_refused_at_its_line(text, expected):
    assert problems(text) == expected


def test_windows_line_ends_and_byte_order_mark_are_fine():
    assert problems(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  text\r\n") == []


def test_ten_levels_are_fine():
    assert problems("[" * 10 + "]" * 10) == []


def test_alias_bomb_is_stopped_at_its_first_alias():
    assert problems(alias_bomb()) == [(1, "Y103"), (2, "Y103"), (2, "Y103")]


def test_ten_thousand_levels_are_stopped_at_the_eleventh():
    assert problems(nested_lists(10_000)) == [(1, "Y105")]


def test_problems_of_one_file_are_told_up_to_a_bound():
    assert len(problems("a: 1\n" * 5000)) == MAX_PROBLEMS


@given(st.text() | st.text(alphabet="ab:-&*!?[]{}'\">|%@#,\n \t"))
def test_any_text_is_read_or_refused_at_a_line_that_it_has(text):
    tree, found = read_yaml("a.yaml", text.encode("utf-8", "surrogatepass"))

    assert tree is not None or found
    lines = max(1, len(text.splitlines()))
    assert all(1 <= problem.line <= lines for problem in found)
    assert tree is None or all(1 <= line <= lines for line in tree.lines.values())


@given(st.binary())
def test_any_bytes_are_read_or_refused(content):
    tree, found = read_yaml("a.yaml", content)

    assert tree is not None or found
