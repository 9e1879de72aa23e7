"""A certificate as a page: one page in any language, whatever its name, with all the letters that it promises."""

import json
from dataclasses import replace
from unicodedata import category

import pytest
import typst

from bot.documents.rendering import TEMPLATES, render_pdf
from bot.domain.certificate import MAX_NAME_LENGTH, PRINTABLE, Certificate
from bot.domain.formats import Formats
from bot.language import LANGUAGES, use_language
from bot.slack.certificate_files import TEMPLATE, certificate_files, page_values
from tests.domain.test_open_badge import ADDRESS, CERTIFICATE
from tests.slack.builders import NOW

LONG = replace(
    CERTIFICATE,
    name=("Dr. med. Wilhelmína Łukaszewska-Núñez y Señorita von Hohenlohe-Österreicher " * 2)[:MAX_NAME_LENGTH],
    program="New responsibilities for heads of interdisciplinary departments"[:60],
    lessons=1000,
    minutes=1995,
    skills=tuple(f"Financial proficiency and the law {number:02}" for number in range(10)),
)


def pictures(certificate: Certificate, formats: Formats, url: str | None) -> int:
    """Return how many pages a certificate takes."""
    values = json.dumps(page_values(certificate, formats, url))
    made = typst.compile(
        TEMPLATES / f"{TEMPLATE}.typ",
        root=TEMPLATES,
        format="svg",
        ignore_system_fonts=True,
        sys_inputs={"values": values},
    )
    return len(made) if isinstance(made, list) else 1


@pytest.mark.parametrize("certificate", [CERTIFICATE, LONG, replace(CERTIFICATE, program=None, skills=())])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("locale", ["en-US", "de-AT"])
def test_a_certificate_is_one_page(certificate: Certificate, language: str, locale: str) -> None:
    with use_language(language):
        assert pictures(certificate, Formats(locale), f"{ADDRESS}/a/long/path/that/somebody/chose") == 1


def test_paper_is_that_of_the_reader() -> None:
    assert page_values(CERTIFICATE, Formats("en-US"), None)["paper"] == "us-letter"
    assert page_values(CERTIFICATE, Formats("de-AT"), None)["paper"] == "a4"


def test_the_page_says_what_it_is_and_what_it_is_not() -> None:
    said = str(page_values(CERTIFICATE, Formats("en-US"), ADDRESS))

    assert "isn't accreditation or continuing education credit (CME, CNE)" in said
    assert "two minutes a lesson" in said
    assert f"{ADDRESS}/certificates/K7M2Q-X9PTB" in said
    assert "ask whoever runs Rounds" in str(page_values(CERTIFICATE, Formats("en-US"), None))


async def test_the_files_are_a_page_and_a_badge() -> None:
    page, badge = await certificate_files(CERTIFICATE, Formats("en-US"), None, NOW)

    assert page.content.startswith(b"%PDF-")
    assert (page.name, badge.name) == ("rounds-certificate-K7M2Q-X9PTB.pdf", "rounds-certificate-K7M2Q-X9PTB.json")
    assert b"OpenBadgeCredential" in badge.content


async def test_a_name_is_text_and_never_markup() -> None:
    hostile = replace(CERTIFICATE, name='#panic("x") *bold* $x$ <label> @ref \\ "]')

    page, _badge = await certificate_files(hostile, Formats("en-US"), None, NOW)

    assert page.content.startswith(b"%PDF-")


async def test_each_letter_that_is_accepted_can_be_printed() -> None:
    letters = [chr(code) for first, last in PRINTABLE for code in range(first, last + 1)]
    shown = [each for each in letters if not category(each).startswith("C")]
    values = page_values(CERTIFICATE, Formats("en-US"), None)

    page = await render_pdf(TEMPLATE, {**values, "name": " ".join(shown)}, NOW)

    assert page.startswith(b"%PDF-")


async def test_a_packs_texts_in_other_letters_do_not_stop_the_page() -> None:
    foreign = replace(CERTIFICATE, program="管理 basics", skills=("管理", "Leadership"))
    values = page_values(foreign, Formats("en-US"), None)

    page, _badge = await certificate_files(foreign, Formats("en-US"), None, NOW)

    assert (values["program"], values["skills"]) == ("?? basics", ["Leadership"])
    assert page.content.startswith(b"%PDF-")
