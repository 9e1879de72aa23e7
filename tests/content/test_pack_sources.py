"""Folders and zips: what is taken, what is refused, and that nothing hostile is ever unpacked whole."""

import io
import os
import stat
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.opened_packs import open_pack
from bot.content.pack_files import MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES, PackFiles
from bot.content.pack_loading import load_folder, load_zip_bytes
from bot.content.pack_reader import read_pack
from tests.content.examples import pack


def zipped(files: dict[str, bytes], **settings: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)
            entry.compress_type = settings.get("method", zipfile.ZIP_DEFLATED)
            entry.external_attr = settings.get("mode", stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def codes(source: PackFiles) -> list[str]:
    return [problem.code for problem in source.problems]


def test_pack_reads_the_same_from_folder_zip_and_zip_with_one_top_folder(tmp_path):
    files = pack().files
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)

    from_folder = read_pack(load_folder(tmp_path)).pack
    from_zip = read_pack(load_zip_bytes(zipped(dict(files)), "ward.zip")).pack
    from_nested = read_pack(load_zip_bytes(zipped({f"ward/{path}": files[path] for path in files}), "ward.zip")).pack

    assert from_folder is not None
    assert from_folder == from_zip == from_nested


def test_problems_in_a_zip_with_a_top_folder_are_named_as_seen_from_the_pack():
    files = {f"ward/{path}": content for path, content in pack().files.items()} | {"ward/notes.docx": b"x"}

    source = load_zip_bytes(zipped(files), "ward.zip")

    assert [(problem.path, problem.code) for problem in source.problems] == [("notes.docx", "F108")]


def test_what_systems_leave_behind_is_passed_over(tmp_path):
    litter = {".DS_Store": b"x", "__MACOSX/._pack.yaml": b"x", "handoff/._01.yaml": b"x", "Thumbs.db": b"x"}
    for path, content in litter.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)

    assert load_folder(tmp_path) == PackFiles(tmp_path.name, {})
    assert load_zip_bytes(zipped(litter), "ward.zip") == PackFiles("ward.zip", {})


def test_readme_and_licence_may_lie_beside_the_lessons():
    source = load_zip_bytes(zipped({"README.md": b"\xff", "LICENSE": b"x"}), "ward.zip")

    assert source == PackFiles("ward.zip", {})


@pytest.mark.parametrize("path", ["lesson.yml", "inner.zip", "a/lessons.tar.gz", "notes.docx", "run.py", "pack"])
def test_other_kinds_of_file_are_refused(path):
    assert codes(load_zip_bytes(zipped({path: b"x"}), "ward.zip")) == ["F108"]


@pytest.mark.parametrize(
    "path", ["../pack.yaml", "/etc/pack.yaml", "C:/pack.yaml", "a\\..\\pack.yaml", "a//pack.yaml", "a/./pack.yaml"]
)
def test_paths_that_lead_out_of_the_pack_are_refused(path):
    source = load_zip_bytes(zipped({path: b"name: x"}), "ward.zip")

    assert codes(source) == ["F105"]
    assert not source.files


def test_file_name_with_control_characters_is_refused_and_shown_harmlessly():
    source = load_zip_bytes(zipped({"a\nb\x1b[31m.yaml": b"x"}), "ward.zip")

    assert [(problem.path, problem.code) for problem in source.problems] == [("a?b?[31m.yaml", "F105")]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_special_files_in_a_zip_are_refused(kind):
    assert codes(load_zip_bytes(zipped({"pack.yaml": b"/etc/passwd"}, mode=kind | 0o644), "ward.zip")) == ["F106"]


def test_links_in_a_folder_are_refused_and_not_followed(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "pack.yaml").write_text("name: secret")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack.yaml").symlink_to(tmp_path / "secret" / "pack.yaml")
    (tmp_path / "pack" / "handoff").symlink_to(tmp_path / "secret")

    source = load_folder(tmp_path / "pack")

    assert not source.files
    assert codes(source) == ["F106", "F106"]


def test_pipe_in_a_folder_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pack.yaml")

    assert codes(load_folder(tmp_path)) == ["F106"]


def test_encrypted_entry_is_refused():
    content = bytearray(zipped({"pack.yaml": b"name: x"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1

    assert codes(load_zip_bytes(bytes(content), "ward.zip")) == ["F106"]


def test_unusual_packing_is_refused_because_it_cannot_be_stopped_halfway():
    assert codes(load_zip_bytes(zipped({"pack.yaml": b"0" * 10**6}, method=zipfile.ZIP_LZMA), "ward.zip")) == ["F106"]


def test_damaged_entry_is_named_and_the_others_are_read():
    content = bytearray(zipped({"a.yaml": b"first " * 50, "b.yaml": b"second"}))
    content[content.index(b"a.yaml") + 8] ^= 0xFF

    source = load_zip_bytes(bytes(content), "ward.zip")

    assert [(problem.path, problem.code) for problem in source.problems] == [("a.yaml", "F109")]
    assert list(source.files) == ["b.yaml"]


def test_same_file_twice_in_a_zip_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("pack.yaml", "name: a")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("pack.yaml", "name: b")

    assert codes(load_zip_bytes(buffer.getvalue(), "ward.zip")) == ["F110"]


def test_bomb_is_stopped_by_what_comes_out_of_it_whatever_its_header_says():
    content = bytearray(zipped({"pack.yaml": b"0" * (100 * 2**20)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.index(signature) + offset
        content[start : start + 4] = (2**30).to_bytes(4, "little")

    tracemalloc.start()
    source = load_zip_bytes(bytes(content), "ward.zip")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert codes(source) == ["F102"]
    assert peak < 8 * 2**20


def test_header_that_understates_a_size_gets_nobody_further():
    content = bytearray(zipped({"pack.yaml": b"0" * (MAX_FILE_BYTES * 4)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.index(signature) + offset
        content[start : start + 4] = (10).to_bytes(4, "little")

    assert not load_zip_bytes(bytes(content), "ward.zip").files


def test_many_files_that_are_each_allowed_stop_at_the_limit_of_all():
    one = b"0" * (MAX_FILE_BYTES - 1)

    source = load_zip_bytes(zipped({f"{number}.yaml": one for number in range(100)}), "ward.zip")

    assert codes(source) == ["F104"]
    assert sum(map(len, source.files.values())) <= MAX_TOTAL_BYTES + MAX_FILE_BYTES


def test_too_many_files_stop_at_the_limit():
    source = load_zip_bytes(zipped({f"{number}.yaml": b"" for number in range(MAX_FILES + 5)}), "ward.zip")

    assert codes(source) == ["F103"]
    assert len(source.files) == MAX_FILES


def test_archive_of_rubbish_is_given_up_after_a_hundred_refusals():
    source = load_zip_bytes(zipped({f"{number}.exe": b"" for number in range(500)}), "ward.zip")

    assert len(source.problems) == 100


def test_fifty_megabytes_are_refused_without_being_read_whole(tmp_path):
    with (tmp_path / "pack.yaml").open("wb") as file:
        file.truncate(50 * 2**20)
    with (tmp_path / "ward.zip").open("wb") as file:
        file.truncate(50 * 2**20)

    tracemalloc.start()
    from_zip = open_pack(tmp_path / "ward.zip").source
    (tmp_path / "ward.zip").unlink()
    from_folder = load_folder(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert codes(from_zip) == ["F104"]
    assert codes(from_folder) == ["F102"]
    assert peak < MAX_TOTAL_BYTES * 1.2


def test_missing_folder_and_missing_zip_are_problems_too(tmp_path):
    assert codes(load_folder(tmp_path / "none")) == ["F101"]
    assert codes(open_pack(tmp_path / "none.zip").source) == ["F101"]


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, zlib.compress(b"x")])
def test_what_is_no_zip_gives_no_files(content):
    assert not load_zip_bytes(content, "ward.zip").files


@given(st.binary(max_size=40), st.integers(0, 400), st.integers(0, 20))
def test_zip_damaged_anywhere_never_crashes_the_reader(noise, start, cut):
    content = zipped({path: text[:200] for path, text in pack().files.items()})

    source = load_zip_bytes(content[:start] + noise + content[start + cut :], "ward.zip")

    assert all(problem.line == 1 for problem in source.problems)
