"""`rounds keys` as an operator uses it: what it says, what it keeps, and never a key or a word that is private."""

from functools import partial
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.learning import reflections
from bot.storage.encryption import Cipher, get_key_name
from bot.storage.key_file import KeyFile
from tests.builders import NURSE
from tests.cli.conftest import Rounds
from tests.ward import Ward

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def cipher() -> Cipher:
    return Cipher([OLD])


@pytest.fixture
def written(ward: Ward) -> Ward:
    """One reflection, under the old key."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ward.run(reflections.save_reflection, ward.library, NURSE, ward.lesson_of(NURSE), "unmistakable", ward.clock())
    return ward


@pytest.fixture
def rounds(rounds: Rounds, written: Ward) -> Rounds:
    """Run `rounds keys` on that database."""
    return partial(rounds, "keys", DATABASE_URL=str(written.store.url))


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    """The key file, where it is by default."""
    made = KeyFile(tmp_path / "keys" / "reflections.key")
    made.path.parent.mkdir()
    made.path.write_text(f"{OLD}\n")
    made.path.chmod(0o600)
    return made


def test_a_key_file_gets_a_new_key_and_the_old_one_is_kept_beside(rounds, file: KeyFile):
    rotated = rounds("rotate")

    (new,) = file.read_keys()
    assert rotated.returncode == 0
    assert "1 were encrypted anew" in rotated.stdout
    assert get_key_name(OLD) in rotated.stdout
    assert f"moved to {file.retired_path.relative_to(file.path.parent.parent)}" in rotated.stdout
    assert not [secret for secret in (OLD, new, "unmistakable") if secret in rotated.stdout + rotated.stderr]


def test_with_keys_in_the_settings_it_says_which_may_go_and_when(rounds):
    rotated = rounds("rotate", ROUNDS_ENCRYPTION_KEYS=f"{NEW},{OLD}")

    assert rotated.returncode == 0
    assert f"Nothing needs these any more: {get_key_name(OLD)}." in rotated.stdout
    assert "every part of Rounds was started with the new key" in rotated.stdout
    assert rounds("check", ROUNDS_ENCRYPTION_KEYS=NEW).returncode == 0


def test_one_key_in_the_settings_is_nothing_to_rotate_to(rounds):
    rotated = rounds("rotate", ROUNDS_ENCRYPTION_KEYS=OLD)

    assert rotated.returncode == 0
    assert "0 were encrypted anew" in rotated.stdout
    assert "put a new one before it" in rotated.stdout


def test_check_counts_what_each_key_opens(rounds):
    checked = rounds("check", ROUNDS_ENCRYPTION_KEYS=f"{NEW},{OLD}")

    assert checked.returncode == 0
    assert checked.stdout.splitlines()[0].startswith(f"{get_key_name(NEW)}: 0 (the newest")
    assert checked.stdout.splitlines()[1] == f"{get_key_name(OLD)}: 1"


def test_words_of_a_key_that_is_missing_change_nothing(rounds):
    rotated = rounds("rotate", ROUNDS_ENCRYPTION_KEYS=NEW)

    assert rotated.returncode == 1
    assert "kept as it is" in rotated.stderr
    assert "Traceback" not in rotated.stderr


def test_check_counts_what_no_key_opens_and_exits_1(rounds):
    checked = rounds("check", ROUNDS_ENCRYPTION_KEYS=NEW)

    assert checked.returncode == 1
    assert "1 open with none of the keys" in checked.stdout


def test_a_folder_that_can_not_be_written_to_is_said_and_nothing_is_lost(rounds, file: KeyFile):
    (file.path.parent / "reflections.key.lock").mkdir()

    rotated = rounds("rotate")

    assert rotated.returncode == 1
    assert "Traceback" not in rotated.stderr
    assert file.read_keys() == [OLD]


def test_a_new_key_is_printed_and_kept_nowhere(rounds, tmp_path: Path):
    printed = rounds("new").stdout.strip()

    assert Cipher([printed]).decrypt(Cipher([printed]).encrypt("words")) == "words"
    assert not (tmp_path / "keys").exists()
