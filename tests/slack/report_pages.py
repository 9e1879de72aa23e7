"""What the template of a report's page gets."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.formats import Formats
from bot.learning.reports import Report
from bot.slack import report_files
from tests.slack import builders as a

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


async def page_values(report: Report, formats: Formats = a.FORMATS) -> dict[str, Any]:
    """What the template gets."""
    given: dict[str, Any] = {}

    async def note(_template: str, values: Mapping[str, Any], _now: datetime) -> bytes:
        given.update(values)
        return b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_files, "render_pdf", note)
        await report_files.report_page(report, report.weeks, formats, NOW)
    return given
