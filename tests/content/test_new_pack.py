"""A new pack is clean from the first moment, and never written over anything."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.content.lint import lint_pack
from bot.content.pack_loading import load_folder
from bot.content.pack_reader import read_pack
from bot.content.pack_templates import create_pack, shipped_lessons_folder, shipped_pack_folder
from bot.errors import NotFound, Refused
from tests.content.examples import TODAY


@pytest.mark.parametrize("name", ["Ward 7", 'Été: "two" & more', "病棟の学び", "- x: {y}", "#1 'team'"])
def test_new_pack_lints_clean_and_loads_under_its_name(tmp_path, name):
    files = create_pack(tmp_path / "new" / "pack", name)

    source = load_folder(tmp_path / "new" / "pack")
    read = read_pack(source)
    assert all(file.is_file() for file in files)
    assert lint_pack(source, TODAY, release=True) == ()
    assert read.pack is not None
    assert read.pack.name == name
    assert len(read.pack.lessons) == 1


@given(st.text(max_size=70))
def test_any_name_gives_a_pack_or_is_refused(tmp_path_factory, name):
    path = tmp_path_factory.mktemp("pack")

    try:
        create_pack(path, name)
    except Refused:
        assert not list(path.iterdir())
    else:
        assert read_pack(load_folder(path)).problems == ()


def test_folder_with_anything_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")

    with pytest.raises(Refused, match="isn't an empty folder"):
        create_pack(tmp_path, "Ward 7")

    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_file_in_the_place_of_the_folder_is_left_alone(tmp_path):
    (tmp_path / "pack").write_text("keep me")

    with pytest.raises(Refused):
        create_pack(tmp_path / "pack", "Ward 7")

    assert (tmp_path / "pack").read_text() == "keep me"


def test_empty_folder_is_used(tmp_path):
    assert len(create_pack(tmp_path, "Ward 7")) == 3


def test_shipped_lessons_are_found_in_a_checkout_and_in_an_installed_package(tmp_path, monkeypatch):
    assert (shipped_pack_folder() / "pack.yaml").is_file()
    installed = tmp_path / "bot" / "shipped_lessons" / "management-essentials"
    installed.mkdir(parents=True)
    (installed / "pack.yaml").write_text("")

    monkeypatch.setattr("bot.__file__", str(tmp_path / "bot" / "__init__.py"))

    assert shipped_pack_folder() == installed
    (installed / "pack.yaml").unlink()
    with pytest.raises(NotFound):
        shipped_pack_folder()


def test_template_is_a_whole_lesson_with_a_word_on_every_field():
    text = (shipped_lessons_folder() / "TEMPLATE.yaml").read_text()
    fields = yaml.safe_load(text)

    assert text.count("\n# ") >= len(fields) - 3
    assert {"review_by", "notice", "elsewhere"}.isdisjoint(fields)
