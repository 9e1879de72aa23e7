"""Pages are set in a process of their own, read by screen readers, and made of text alone."""

import re
from datetime import UTC, datetime

import pytest

from bot.content.parsing_process import ParsingLimits
from bot.documents import rendering
from bot.documents.rendering import DocumentFailed, render_pdf
from bot.domain.formats import Formats
from bot.language import use_language
from tests.slack import builders as a
from tests.slack.report_pages import page_values

NOW = datetime(2026, 3, 10, 9, 30, 15, 123456, UTC)


async def test_a_page_is_a_tagged_pdf_with_a_title_and_a_language() -> None:
    page = await render_pdf("report", await page_values(a.report()), NOW)

    assert page.startswith(b"%PDF-1.")
    for part in (b"/Lang", b"/MarkInfo", b"/StructTreeRoot", b"pdfuaid"):
        assert part in page, part


async def test_the_same_values_give_the_same_file() -> None:
    values = await page_values(a.report())

    assert await render_pdf("report", values, NOW) == await render_pdf("report", values, NOW)


async def test_what_people_typed_is_text_and_never_markup() -> None:
    values = await page_values(
        a.report(lambda _length: '#panic("no") *bold* $x$ `raw` <label> @ref \\ [x] // "', "cohort")
    )

    assert (await render_pdf("report", values, NOW)).startswith(b"%PDF")


async def test_a_page_that_cant_be_set_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DocumentFailed, match="couldn't be made"):
        await render_pdf("report", {"nothing": "here"}, NOW)
    monkeypatch.setattr(rendering, "LIMITS", ParsingLimits(memory_bytes=2**20))
    with pytest.raises(DocumentFailed):
        await render_pdf("report", await page_values(a.report()), NOW)


@pytest.mark.parametrize("weeks", [1, 8, 26, 52])
@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_report_fits_on_one_page(language: str, weeks: int) -> None:
    with use_language(language):
        values = await page_values(a.report(lambda length: "W" * length, "cohort", weeks), Formats(language))

    assert len(re.findall(rb"/Type\s*/Page\b", await render_pdf("report", values, NOW))) == 1
