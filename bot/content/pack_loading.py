"""Loads a pack's files from a folder or a zip file, within the limits of `pack_files`.

It trusts nothing that a zip says about itself, and counts sizes while unpacking.
"""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from bot.content.pack_files import MAX_FILE_BYTES, MAX_TOTAL_BYTES, PackFileCollector, PackFiles, is_system_file
from bot.errors import PackProblem

PACK_FILE = "pack.yaml"
MAX_UPLOAD_BYTES = MAX_TOTAL_BYTES
"""Largest zip, in bytes; a larger one is refused unopened."""

# zipfile supports more methods, but their decoders return a whole block at once, too late to stop a zip bomb.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def load_pack_files(path: Path) -> PackFiles:
    """Load a pack from a folder or a zip file."""
    return load_folder(path) if path.is_dir() else load_zip_file(path)


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
    except _BROKEN:
        collector.add_problem(name, "F101", "This zip file can't be opened. Zip the pack's folder again.")
    return _without_top_folder(collector.result())


def load_zip_file(path: Path) -> PackFiles:
    """Load a pack from a zip file on disk. Reads at most one byte more than the size limit."""
    if not path.is_file():
        return PackFiles(path.name, {}, (PackProblem(path.name, 1, "F101", "There is no such file. Check the path."),))
    with path.open("rb") as file:
        return load_zip_bytes(file.read(MAX_TOTAL_BYTES + 1), path.name)


def _unpack(archive: zipfile.ZipFile, collector: PackFileCollector) -> None:
    for entry in archive.infolist():
        if collector.is_full:
            return
        path = entry.orig_filename
        if is_system_file(path.rstrip("/")):
            continue
        if problem := _find_entry_problem(entry):
            collector.add_problem(path, "F106", problem)
        elif not entry.is_dir() and collector.should_read(path):
            _add_entry(archive, entry, collector)


def _find_entry_problem(entry: zipfile.ZipInfo) -> str | None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "This is a link or a special file. Put the file itself in the zip."
    if entry.flag_bits & _ENCRYPTED:
        return "This file is encrypted. Zip the pack without a password."
    if entry.compress_type not in _METHODS:
        return "This file uses an unusual compression method. Zip the pack with your system's own command."
    return None


def _add_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, collector: PackFileCollector) -> None:
    try:
        with archive.open(entry) as packed:
            collector.add(entry.orig_filename, packed.read(MAX_FILE_BYTES + 1))
    except _BROKEN:
        collector.add_problem(entry.orig_filename, "F109", "This file is damaged. Zip the pack again.")


def _without_top_folder(source: PackFiles) -> PackFiles:
    tops = {path.partition("/")[0] for path in source.files}
    if PACK_FILE in source.files or len(tops) != 1 or f"{(top := tops.pop())}/{PACK_FILE}" not in source.files:
        return source
    files = {path.removeprefix(f"{top}/"): content for path, content in source.files.items()}
    problems = (
        PackProblem(problem.path.removeprefix(f"{top}/"), problem.line, problem.code, problem.message)
        for problem in source.problems
    )
    return PackFiles(source.name, files, tuple(sorted(problems)))


def _files_in(path: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(path):
        linked = [name for name in folders if (Path(parent) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in linked and not is_system_file(name))
        yield from (Path(parent) / name for name in sorted([*names, *linked]) if not is_system_file(name))


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)
