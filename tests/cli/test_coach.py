"""`rounds coach` prints one line of JSON per situation and explains what is wrong with its input."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import app


def lines(printed: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_a_situation_gets_one_line_with_the_best_three():
    (answer,) = lines(CliRunner().invoke(app, ["coach", "two nurses are not", "talking to each other"]).stdout)

    assert answer["query"] == "two nurses are not talking to each other"
    assert answer["safety"] == []
    assert answer["confidence"] == "sure"
    best = answer["best"]
    assert isinstance(best, list)
    assert len(best) == 3
    assert best[0]["skill"] == "conflict"
    assert set(best[0]) == {"lesson", "skill", "share"}


def test_a_batch_gets_one_line_each_in_order(tmp_path: Path):
    file = tmp_path / "questions.txt"
    file.write_text("\ufeffmy budget is overspent\n\nwhat is the wifi password\n", encoding="utf-8")

    answers = lines(CliRunner().invoke(app, ["coach", "--batch", str(file)]).stdout)

    assert [answer["query"] for answer in answers] == ["my budget is overspent", "what is the wifi password"]
    assert answers[1]["best"] == []


def test_a_batch_can_be_piped_in():
    result = CliRunner().invoke(app, ["coach", "--batch", "-"], input="she says she wants to end her life\n")

    (answer,) = lines(result.stdout)
    assert answer["safety"] == ["self_harm"]


@pytest.mark.parametrize("arguments", [[], ["text", "--batch", "-"]])
def test_both_or_neither_of_text_and_batch_are_refused(arguments: list[str]):
    result = CliRunner().invoke(app, ["coach", *arguments])

    assert "Give either a situation or --batch FILE." in str(result.exception)


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path):
    file = tmp_path / "questions.txt"
    file.write_bytes(b"fine\ncaf\xe9\n")

    result = CliRunner().invoke(app, ["coach", "--batch", str(file)])

    assert f"{file}:2 is not UTF-8." in str(result.exception)
    assert result.stdout == ""


def test_a_file_that_is_missing_or_too_large_is_refused(tmp_path: Path):
    missing = CliRunner().invoke(app, ["coach", "--batch", str(tmp_path / "none")])
    large = tmp_path / "large"
    large.write_bytes(b"a\n" * 2_500_001)

    assert "can't be read" in str(missing.exception)
    assert "is over 5 MB" in str(CliRunner().invoke(app, ["coach", "--batch", str(large)]).exception)
