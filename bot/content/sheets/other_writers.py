"""Rewrites workbooks that openpyxl can't read, although they are right: Strict Open XML, and unusual names of parts."""

import io
import zipfile

STRICT_MARK = b"http://purl.oclc.org/ooxml/"
"""The beginning of every namespace and relationship in a Strict Open XML file, and in no other."""

_NAMESPACES = {
    STRICT_MARK + b"officeDocument/": b"http://schemas.openxmlformats.org/officeDocument/2006/",
    STRICT_MARK + b"spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    STRICT_MARK + b"drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}
"""The strict names and the usual ones (ISO/IEC 29500, parts 1 and 4). The elements of cells and styles are the same."""

WORKBOOK_TYPE = b"spreadsheetml.sheet.main+xml"
"""How a workbook's list of parts calls the part with its sheets, whatever its name."""

_OTHER_FORMATS = {
    "xl/workbook.bin": "is an Excel Binary Workbook (.xlsb)",
    "word/document.xml": "is a Word document",
    "ppt/presentation.xml": "is a PowerPoint presentation",
    "Index/Document.iwa": "is an Apple Numbers file",
    "Index.zip": "is an Apple Numbers file",
    "pack.yaml": "is a zip file with a pack",
}


def plain_part_name(name: str) -> str:
    """Return a part's name in its usual form: some programs write `xl\\workbook.xml` or `/xl/workbook.xml`."""
    return name.replace("\\", "/").lstrip("/")


def find_other_format(archive: zipfile.ZipFile) -> str | None:
    """Return what a zip file is instead of a workbook: "is a Word document". None if it is a workbook."""
    names = {plain_part_name(entry.filename): entry for entry in archive.infolist()}
    if "xl/workbook.xml" in names:
        return None
    if (parts := names.get("[Content_Types].xml")) and WORKBOOK_TYPE in _start_of(archive, parts):
        return None
    if (kind := names.get("mimetype")) and b"opendocument.spreadsheet" in _start_of(archive, kind):
        return "is an OpenDocument spreadsheet (.ods)"
    return next((words for name, words in _OTHER_FORMATS.items() if name in names), "isn't an Excel workbook")


def rewrite_workbook(content: bytes, *, strict: bool) -> bytes:
    """Return a workbook as openpyxl reads it, or as it is if openpyxl can. `strict`: it is Strict Open XML.

    Unpacks the whole file, so its size must have been checked.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if not strict and all(name == plain_part_name(name) for name in names):
            return content
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as rewritten:
            for name in names:
                part = archive.read(name)
                for before, after in _NAMESPACES.items() if strict else ():
                    part = part.replace(before, after)
                rewritten.writestr(plain_part_name(name), part)
        return memory.getvalue()


def _start_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as part:
        return part.read(64 * 1024)
