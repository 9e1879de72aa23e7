"""Loads a pack's files from a folder or a zip file, within the limits of `pack_files`.

It trusts nothing that a zip says about itself, and counts sizes while unpacking.
"""

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.content.pack_files import MAX_FILE_BYTES, MAX_TOTAL_BYTES, PackFileCollector, PackFiles, is_system_file
from bot.content.zip_errors import BROKEN_ZIP_ERRORS
from bot.errors import PackProblem

PACK_FILE = "pack.yaml"
MAX_UPLOAD_BYTES = MAX_TOTAL_BYTES
"""Largest zip, in bytes; a larger one is refused unopened."""

MAX_NAMED = 10
"""Most packs in one zip that are named."""

# zipfile supports more methods, but their decoders return a whole block at once, too late to stop a zip bomb.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1


def load_folder(path: Path) -> PackFiles:
    """Load a pack from a folder. Skips hidden and system files, and refuses links."""
    collector = PackFileCollector(path.name or str(path))
    if not path.is_dir():
        collector.add_problem(collector.name, "F101", "This isn't a folder. Check the path.")
        return collector.result()
    for found in _files_in(path):
        if collector.is_full:
            break
        inside = found.relative_to(path).as_posix()
        if found.is_symlink() or not found.is_file():
            collector.add_problem(inside, "F106", "This is a link or a special file. Replace it with the file itself.")
        elif collector.should_read(inside):
            collector.add(inside, _start_of(found))
    return collector.result()


def load_zip_bytes(content: bytes, name: str) -> PackFiles:
    """Load a pack from a zip that somebody uploaded as `name`. The pack may be at the top or in a folder."""
    collector = PackFileCollector(name)
    if len(content) > MAX_TOTAL_BYTES:
        collector.add_problem(name, "F104", f"This file is larger than {MAX_TOTAL_BYTES // 2**20} MB. Split the pack.")
        return collector.result()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _unpack(archive, collector)
    except BROKEN_ZIP_ERRORS:
        collector.add_problem(name, "F101", "This zip file can't be opened. Zip the pack's folder again.")
    return _from_pack_folder(collector.result())


def _unpack(archive: zipfile.ZipFile, collector: PackFileCollector) -> None:
    for entry in archive.infolist():
        if collector.is_full:
            return
        path = entry.orig_filename.replace("\\", "/")  # as some Windows programs write it
        if is_system_file(path.rstrip("/")):
            continue
        if problem := find_entry_problem(entry):
            collector.add_problem(path, "F106", problem)
        elif not path.endswith("/") and collector.should_read(path):
            _add_entry(archive, entry, path, collector)


def find_entry_problem(entry: zipfile.ZipInfo) -> str | None:
    """Return why a file in a zip can't be read, or None if it can."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "This is a link or a special file. Put the file itself in the zip."
    if entry.flag_bits & _ENCRYPTED:
        return "This file is encrypted. Zip the pack without a password."
    if entry.compress_type not in _METHODS:
        return "This file uses an unusual compression method. Zip the pack with your system's own command."
    return None


def _add_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, collector: PackFileCollector) -> None:
    try:
        with archive.open(entry) as packed:
            collector.add(path, packed.read(MAX_FILE_BYTES + 1))
    except BROKEN_ZIP_ERRORS:
        collector.add_problem(path, "F109", "This file is damaged. Zip the pack again.")


def _from_pack_folder(source: PackFiles) -> PackFiles:
    """Return the files of the only folder with a pack.yaml, with paths from there."""
    folders = sorted(path.removesuffix(PACK_FILE) for path in source.files if path.endswith(f"/{PACK_FILE}"))
    if PACK_FILE in source.files or not folders:
        return source
    if len(folders) > 1:
        named = ", ".join(folder.rstrip("/") for folder in folders[:MAX_NAMED])
        message = f"This zip has {len(folders)} packs: {named}. Zip and send each by itself."
        return PackFiles(source.name, {}, (PackProblem(source.name, 1, "F112", message),))
    (top,) = folders
    files = {path.removeprefix(top): content for path, content in source.files.items()}
    problems = (replace(problem, path=problem.path.removeprefix(top)) for problem in source.problems)
    return PackFiles(source.name, files, tuple(sorted(problems)))


def _files_in(path: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(path):
        linked = [name for name in folders if (Path(parent) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in linked and not is_system_file(name))
        yield from (Path(parent) / name for name in sorted([*names, *linked]) if not is_system_file(name))


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)
