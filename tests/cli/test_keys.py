"""`rounds keys` as an operator uses it: its output, what it preserves, and that it prints no private key or text."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import typer
from cryptography.fernet import Fernet
from sqlmodel import select

from bot.learning import reflections
from bot.storage import workspace_leases
from bot.storage.encryption import Cipher, get_key_name
from bot.storage.key_file import KeyFile
from bot.storage.tables import Reflection
from tests.builders import NURSE
from tests.cli.conftest import Rounds
from tests.ward import Ward

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def cipher() -> Cipher:
    return Cipher([OLD])


@pytest.fixture
def written(ward: Ward) -> Ward:
    """Return a ward with one reflection, encrypted with the old key."""
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
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Type an answer to the command's question."""
    return lambda answer: monkeypatch.setattr(typer, "prompt", lambda *_, **__: answer)


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    """Return the key file in its default location."""
    made = KeyFile(tmp_path / "keys" / "reflections.key")
    made.path.parent.mkdir()
    made.path.write_text(f"{OLD}\n")
    made.path.chmod(0o600)
    return made


def test_rotate_adds_a_new_key_and_moves_the_old_one_to_a_second_file(rounds, file: KeyFile):
    rotated = rounds("rotate")

    (new,) = file.read_keys()
    assert rotated.returncode == 0
    assert "1 were reencrypted" in rotated.stdout
    assert get_key_name(OLD) in rotated.stdout
    assert f"Moved to {file.retired_path.relative_to(file.path.parent.parent)}" in rotated.stdout
    assert not [secret for secret in (OLD, new, "unmistakable") if secret in rotated.stdout + rotated.stderr]


def test_rotate_says_which_keys_in_the_settings_can_be_removed_and_when(rounds):
    rotated = rounds("rotate", ROUNDS_ENCRYPTION_KEYS=f"{NEW},{OLD}")

    assert rotated.returncode == 0
    assert f"Key {get_key_name(OLD)} is no longer needed." in rotated.stdout
    assert "every Rounds process was started\nwith the new key" in rotated.stdout
    assert rounds("check", ROUNDS_ENCRYPTION_KEYS=NEW).returncode == 0


def test_rotate_with_one_key_in_the_settings_explains_how_to_change_it(rounds):
    rotated = rounds("rotate", ROUNDS_ENCRYPTION_KEYS=OLD)

    assert rotated.returncode == 0
    assert "0 were reencrypted" in rotated.stdout
    assert "put the new key first in" in rotated.stdout


def test_check_counts_what_each_key_decrypts(rounds):
    checked = rounds("check", ROUNDS_ENCRYPTION_KEYS=f"{NEW},{OLD}")

    assert checked.returncode == 0
    assert checked.stdout.splitlines()[0].startswith(f"{get_key_name(NEW)}: 0 (the newest")
    assert checked.stdout.splitlines()[1] == f"{get_key_name(OLD)}: 1"


def test_rotate_changes_nothing_while_a_needed_key_is_missing(rounds):
    rotated = rounds("rotate", ROUNDS_ENCRYPTION_KEYS=NEW)

    assert rotated.returncode == 1
    assert "Nothing was changed. Restore it" in rotated.stderr
    assert "Traceback" not in rotated.stderr


def test_check_counts_what_no_key_decrypts_and_exits_1(rounds):
    checked = rounds("check", ROUNDS_ENCRYPTION_KEYS=NEW)

    assert checked.returncode == 1
    assert "None of the keys decrypts 1 of the texts." in checked.stdout


def test_rotate_loses_nothing_if_the_folder_is_not_writable(rounds, file: KeyFile):
    (file.path.parent / "reflections.key.lock").mkdir()

    rotated = rounds("rotate")

    assert rotated.returncode == 1
    assert "Traceback" not in rotated.stderr
    assert file.read_keys() == [OLD]


def test_rotate_without_the_key_makes_none(rounds, tmp_path: Path):
    assert rounds("rotate").returncode == 1
    assert not (tmp_path / "keys").exists()


def test_check_without_any_key_counts_everything_and_makes_none(rounds, tmp_path: Path):
    checked = rounds("check")

    assert checked.returncode == 1
    assert "There is no key" in checked.stdout
    assert "None of the keys decrypts 1 of the texts." in checked.stdout
    assert not (tmp_path / "keys").exists()


def test_abandon_asks_for_the_number_and_changes_nothing_without_it(rounds, typed, written: Ward):
    typed("2")

    refused = rounds("abandon", ROUNDS_ENCRYPTION_KEYS=NEW)

    assert refused.returncode == 1
    assert "None of the keys decrypts: 1 journal entry." in refused.stdout
    assert "Nothing was changed." in refused.stderr
    assert words_of(written, OLD) == "unmistakable"


def test_abandon_replaces_the_lost_words_with_a_sentence_that_says_so(rounds, typed, written: Ward):
    typed("1")

    done = rounds("abandon", ROUNDS_ENCRYPTION_KEYS=NEW)

    assert done.returncode == 0
    assert words_of(written, NEW) == "What you wrote here was lost, together with the key that it was encrypted with."
    assert rounds("rotate", ROUNDS_ENCRYPTION_KEYS=NEW).returncode == 0


def test_abandon_makes_a_key_where_there_is_none(rounds, typed, written: Ward, tmp_path: Path):
    typed("1")

    done = rounds("abandon")

    (key,) = KeyFile(tmp_path / "keys" / "reflections.key").read_keys()
    assert done.returncode == 0
    assert "was lost" in words_of(written, key)


def test_abandon_refuses_where_everything_can_be_read(rounds, file: KeyFile):
    refused = rounds("abandon")

    assert refused.returncode == 1
    assert "Every private text can be read. Nothing was changed." in refused.stderr


def test_abandon_refuses_while_rounds_runs_because_it_may_know_the_key(rounds, typed, written: Ward):
    written.run(workspace_leases.acquire_leases, "a worker", ["T0RIVER"], datetime.now(UTC))
    typed("1")

    refused = rounds("abandon")

    assert refused.returncode == 1
    assert "Stop every Rounds process" in refused.stderr
    assert words_of(written, OLD) == "unmistakable"


def words_of(ward: Ward, key: str) -> str:
    """The one reflection, as this key decrypts it."""
    return Cipher([key]).decrypt(ward.run(lambda session: session.exec(select(Reflection.words)).one()))


def test_a_new_key_is_printed_and_not_stored(rounds, tmp_path: Path):
    printed = rounds("new").stdout.strip()

    assert Cipher([printed]).decrypt(Cipher([printed]).encrypt("words")) == "words"
    assert not (tmp_path / "keys").exists()
