"""`rounds verify` says whether a certificate is valid, to people and to programs."""

import json
from functools import partial
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.domain.certificate import Certificate, write_code
from bot.learning import certificates, packs
from bot.storage.encryption import Cipher
from bot.storage.packs import EVERYONES_SCOPE
from tests.answered import answer_in_the_past
from tests.builders import NURSE, pack, program, six_lessons
from tests.cli.conftest import Rounds
from tests.ward import Ward

KEY = Fernet.generate_key().decode()


@pytest.fixture
def cipher() -> Cipher:
    return Cipher([KEY])


@pytest.fixture
def issued(ward: Ward) -> Certificate:
    ids = [each.id for each in six_lessons().lessons]
    made = pack(*six_lessons().lessons, version="2.0", programs=(program(*ids[:3]),))
    ward.run(packs.load_pack, made, EVERYONES_SCOPE, "rounds", ward.clock())
    ward.clock.set("2026-03-02 09:00")
    ward.enrol(NURSE)
    ward.run(answer_in_the_past, NURSE, ids)
    return ward.run(certificates.issue_certificate, ward.library, NURSE, "first-weeks", "Zoë Łukaszewska", ward.clock())


@pytest.fixture
def verify(rounds: Rounds, ward: Ward) -> Rounds:
    return partial(rounds, "verify", DATABASE_URL=str(ward.store.url), ROUNDS_ENCRYPTION_KEYS=KEY)


def test_a_code_is_valid_in_any_case_and_says_what_is_certified(verify: Rounds, issued: Certificate) -> None:
    shown = verify(write_code(issued.code).lower())

    assert shown.returncode == 0
    assert shown.stdout.startswith(f"Valid: {write_code(issued.code)}\n")
    assert "Zoë Łukaszewska" in shown.stdout
    assert "First weeks" in shown.stdout
    assert "2025-03-03 to 2025-03-05" in shown.stdout
    assert "Lessons:  3\n  Time:     15 minutes\n" in shown.stdout


def test_programs_get_json(verify: Rounds, issued: Certificate) -> None:
    said = json.loads(verify(issued.code, "--json").stdout)

    assert said["valid"] is True
    assert (said["name"], said["program"], said["last_day"]) == ("Zoë Łukaszewska", "First weeks", "2025-03-05")


@pytest.mark.parametrize("typed", ["K7M2Q-X9PTB", "nonsense"])
def test_another_code_is_unknown_and_the_exit_code_says_so(verify: Rounds, issued: Certificate, typed: str) -> None:
    assert verify(typed).returncode == 1
    assert verify(typed).stdout == "Unknown: no certificate has this code.\n"
    assert json.loads(verify(typed, "--json").stdout) == {"valid": False}


def test_without_the_key_the_name_is_not_shown_and_no_key_is_made(
    rounds: Rounds, ward: Ward, issued: Certificate, tmp_path: Path
) -> None:
    shown = rounds("verify", issued.code, DATABASE_URL=str(ward.store.url))

    assert "unreadable: its encryption key is missing" in shown.stdout
    assert "First weeks" in shown.stdout
    assert not (tmp_path / "keys").exists()
