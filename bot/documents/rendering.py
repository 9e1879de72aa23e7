"""Sets a page as a PDF file (Typst), in a process of its own with limits: what setting takes, the bot doesn't hold.

A template is code and comes with Rounds. Whatever varies (names, figures, and every sentence, in the reader's language)
reaches it as JSON, so it is text to the template and never markup.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.content.parsing_process import ParsingLimits, ParsingStopped, parse_in_process
from bot.errors import RoundsError
from bot.language import gettext as _

TEMPLATES = Path(__file__).parent / "templates"

LIMITS = ParsingLimits(output_bytes=8 * 2**20)
"""Setting a page takes about 50 MB and a second."""

PDF_STANDARD: Final = "ua-1"
"""PDF/UA-1: tagged, so that a screen reader reads it in its order. Typst refuses a page without title or language."""


class DocumentFailed(RoundsError):
    """A page couldn't be set."""


async def render_pdf(template: str, values: Mapping[str, Any], written_at: datetime) -> bytes:
    """Return a PDF file of the template `templates/<template>.typ`, which reads the values as JSON.

    `written_at`: the aware time, to the second, that stands in the file's properties; the same values and time give
    the same file. Raises DocumentFailed, in words for whoever asked.
    """
    content = json.dumps(values).encode()
    try:
        return await parse_in_process(
            set_page, content, limits=LIMITS, template=template, written_at=written_at.isoformat(timespec="seconds")
        )
    except ParsingStopped:
        raise DocumentFailed(_("The PDF file couldn't be made. Try again in a while.")) from None


def set_page(content: bytes, template: str, written_at: str) -> bytes:
    """Return the PDF file. Runs in the process of its own; Typst is imported nowhere else."""
    import typst

    compiled = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        format="pdf",
        # The fonts in the library, so that a page looks alike on every machine.
        ignore_system_fonts=True,
        sys_inputs={"values": content.decode()},
        pdf_standards=PDF_STANDARD,
        timestamp=datetime.fromisoformat(written_at),
    )
    if not isinstance(compiled, bytes):
        raise TypeError("a PDF file is one file")
    return compiled
