"""Packs that people upload are read apart, and every limit they meet is told in words."""

import pytest

from bot.content.parsing_process import ParsingLimits
from bot.content.uploaded_packs import check_pack_file, check_uploaded_pack
from tests.content.examples import TODAY, pack
from tests.content.hostile_files import lists_of_values, zipped
from tests.content.sheets.books import template

LITTLE = ParsingLimits(cpu_seconds=1, memory_bytes=100 * 2**20)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(zipped(dict(pack().files)), "ward.zip", id="zip"),
        pytest.param(template(), "ward.xlsx", id="workbook"),
        pytest.param(zipped({"pack.yaml": b"name: Ward\n"}), "ward.zip", id="broken zip"),
        pytest.param(b"Skill,Number\r\n", "ward.csv", id="broken sheet"),
    ],
)
async def test_a_pack_read_apart_is_the_same_pack_with_the_same_problems(content: bytes, name: str):
    apart, here = await check_uploaded_pack(content, name, TODAY), check_pack_file(content, name, TODAY)

    assert apart.pack == here.pack
    assert apart.blocking_problems == here.blocking_problems
    assert apart.advice == here.advice


async def test_a_zip_that_unfolds_to_gigabytes_of_values_is_refused_in_words():
    (problem,) = (await check_uploaded_pack(lists_of_values(), "ward.zip", TODAY, LITTLE)).problems

    assert (problem.path, problem.code, problem.blocking) == ("ward.zip", "F111", True)
    assert problem.message in {
        "Reading this file took more than 100 MB of memory, so I stopped. "
        "Remove everything that isn't a lesson, or split the pack in two.",
        "Reading this file took more than 1 seconds, so I stopped. "
        "Remove everything that isn't a lesson, or split the pack in two.",
    }


async def test_a_file_with_more_values_than_any_pack_is_located():
    found = await check_uploaded_pack(zipped({"pack.yaml": b"a: [" + b"x," * 120_000 + b"]"}), "ward.zip", TODAY)

    assert "pack.yaml:1: Y110 This file has more than 100,000 values." in "\n".join(map(str, found.problems))
