"""The short version of the chaos campaign (`make chaos`): real workers are killed on a real database."""

import secrets
from pathlib import Path

import pytest

from tests.bench.chaos.campaign import Leg, run

LEARNERS = 400

AT_MOST = 240.0
"""Seconds. A leg ends by itself when all is quiet, usually after twenty to thirty."""


@pytest.mark.long
async def test_each_lesson_arrives_once_though_workers_are_killed_and_slack_fails(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'rounds.db'}"
    if backend == "postgresql":
        server = request.getfixturevalue("postgres")
        url = server.url(server.create())
    leg = Leg(backend, url, LEARNERS, 2, AT_MOST, secrets.randbelow(10**6))

    verdict = await run(leg)

    assert verdict.passed, str(verdict)
