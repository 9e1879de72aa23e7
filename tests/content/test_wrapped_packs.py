"""A pack that somebody zipped once more, or in an unusual way, is found, or it is said what is in the way."""

import pytest

from bot.content.pack_loading import load_zip_bytes
from bot.content.uploaded_packs import check_pack_file
from tests.content.examples import TODAY, pack
from tests.content.hostile_files import zipped
from tests.content.sheets.books import template

FILES = dict(pack().files)
PACK = zipped(FILES)


def said(content: bytes, name: str = "ward.zip") -> list[str]:
    """What is said of a file."""
    return list(map(str, check_pack_file(content, name, TODAY).problems))


@pytest.mark.parametrize(
    ("content", "slug"),
    [
        pytest.param(zipped({"ward.zip": PACK}), "ward-lessons", id="a zip in a zip"),
        pytest.param(
            zipped({"README.md": b"x", "a/ward.zip": PACK, "__MACOSX/a": b"x"}), "ward-lessons", id="with notes"
        ),
        pytest.param(zipped({"a.zip": zipped({"b.zip": PACK})}), "ward-lessons", id="a zip in a zip in a zip"),
        pytest.param(zipped({f"a/b/c/{path}": text for path, text in FILES.items()}), "ward-lessons", id="deep folder"),
        pytest.param(
            zipped({f"ward\\{path}".replace("/", "\\"): text for path, text in FILES.items()} | {"ward\\": b""}),
            "ward-lessons",
            id="backslashes in paths",
        ),
        pytest.param(zipped({"ward.xlsx": template()}), "our-lessons", id="a workbook in a zip"),
        pytest.param(
            zipped({"a/ward.xlsx": template(), "a/~$ward.xlsx": b"x", "a/.~lock.ward.xlsx#": b"x"}),
            "our-lessons",
            id="a workbook that is open",
        ),
        pytest.param(template(), "our-lessons", id="a workbook called zip"),
    ],
)
def test_a_pack_is_found_wherever_it_is_in_a_zip(content: bytes, slug: str):
    checked = check_pack_file(content, "ward.zip", TODAY)

    assert checked.problems == ()
    assert checked.pack is not None
    assert checked.pack.slug == slug


def test_problems_of_a_workbook_in_a_zip_are_placed_in_its_cells():
    (problem,) = check_pack_file(zipped({"ward.xlsx": b"PK"}), "ward.zip", TODAY).problems

    assert problem.path == "ward.xlsx"


def test_several_archives_are_each_named_and_nothing_else_is_said():
    assert said(zipped({"a.zip": PACK, "b.zip": PACK})) == [
        "a.zip:1: F108 A pack can't contain another archive. Unpack it first.",
        "b.zip:1: F108 A pack can't contain another archive. Unpack it first.",
    ]


def test_an_archive_beside_a_pack_is_named():
    assert said(zipped(FILES | {"old.zip": PACK})) == [
        "old.zip:1: F108 A pack can't contain another archive. Unpack it first."
    ]


def test_two_packs_in_one_zip_are_told_apart():
    two = {f"{name}/{path}": text for name in ("north", "south") for path, text in FILES.items()}

    assert said(zipped(two)) == ["ward.zip:1: F112 This zip has 2 packs: north, south. Zip and send each by itself."]


def test_a_workbook_beside_a_pack_is_named():
    (problem,) = said(zipped(FILES | {"ward.xlsx": template()}))

    assert (
        problem == "ward.xlsx:1: F108 A pack can't contain a spreadsheet. Send the spreadsheet by itself, or remove it."
    )


def test_two_workbooks_in_a_zip_are_named():
    assert [each.partition(":")[0] for each in said(zipped({"a.xlsx": template(), "b.xlsx": template()}))] == [
        "a.xlsx",
        "b.xlsx",
    ]


def test_zips_in_zips_come_to_an_end():
    content = PACK
    for _ in range(10):
        content = zipped({"ward.zip": content})

    assert said(content) == ["ward.zip:1: F108 A pack can't contain another archive. Unpack it first."]


def test_a_zip_in_a_zip_is_unpacked_by_counted_bytes():
    bomb = zipped({"ward.zip": zipped({"pack.yaml": b"0" * (30 * 2**20)})})
    stored = zipped({"ward.zip": b"0" * (30 * 2**20)})

    assert ["F102" in each for each in said(bomb)] == [True]
    assert ["F108" in each for each in said(stored)] == [True]


def test_files_outside_the_packs_folder_are_named_with_their_place():
    files = {f"ward/{path}": text for path, text in FILES.items()} | {"notes.docx": b"x"}

    assert [(each.path, each.code) for each in load_zip_bytes(zipped(files), "ward.zip").problems] == [
        ("notes.docx", "F108")
    ]
