"""The key file: where it may be, who can read it, and that no key is ever lost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import KeyFileError
from bot.storage.encryption import Cipher
from bot.storage.key_file import KeyFile


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    """A key file with one key."""
    made = KeyFile(tmp_path / "keys" / "reflections.key")
    made.read_or_create_keys(None)
    return made


def test_a_new_key_goes_before_the_old_ones(file: KeyFile) -> None:
    (first,) = file.read_keys()

    file.add_newest_key()

    assert len(file.read_keys()) == 2
    assert file.read_keys()[1] == first
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_older_keys_move_to_a_file_beside_and_stay_there(file: KeyFile) -> None:
    file.add_newest_key()
    second, first = file.read_keys()
    file.move_older_keys_to_retired_file()
    file.add_newest_key()
    third = file.read_keys()[0]
    file.move_older_keys_to_retired_file()

    assert file.read_keys() == [third]
    assert KeyFile(file.retired_path).read_keys() == [second, first]
    assert file.retired_path.stat().st_mode & 0o777 == 0o600


def test_retiring_that_was_cut_short_is_repeated_without_a_second_copy(file: KeyFile) -> None:
    file.add_newest_key()
    both = file.path.read_text()
    (first,) = file.move_older_keys_to_retired_file()

    file.path.write_text(both)  # as if the second file hadn't been written
    file.move_older_keys_to_retired_file()

    assert KeyFile(file.retired_path).read_keys() == [first]


def test_only_one_command_changes_keys_at_a_time(file: KeyFile) -> None:
    with file.lock(), pytest.raises(KeyFileError, match="Another command"), KeyFile(file.path).lock():
        pass
    with file.lock():
        pass


def test_a_file_behind_a_link_is_changed_where_it_lies(file: KeyFile, tmp_path: Path) -> None:
    link = tmp_path / "link.key"
    link.symlink_to(file.path)

    KeyFile(link).add_newest_key()

    assert link.is_symlink()
    assert len(file.read_keys()) == 2


def test_a_key_is_made_on_first_use_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "reflections.key"

    first = KeyFile(file).read_or_create_keys(None)

    assert KeyFile(file).read_or_create_keys(None) == first
    assert Cipher(first).decrypt(Cipher(first).encrypt("words")) == "words"


def test_the_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "reflections.key"

    KeyFile(file).read_or_create_keys(None)

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(
            pool.map(lambda _: KeyFile(tmp_path / "keys" / "reflections.key").read_or_create_keys(None)[0], range(32))
        )

    assert len(set(keys)) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["reflections.key"]


def test_a_key_beside_the_database_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="one backup would contain both"):
        KeyFile(tmp_path / "reflections.key").read_or_create_keys(tmp_path / "rounds.db")
    assert list(tmp_path.iterdir()) == []


def test_a_key_beside_the_database_is_noticed_through_links(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "keys").symlink_to(tmp_path / "data")

    with pytest.raises(KeyFileError, match="in the database's folder"):
        KeyFile(tmp_path / "keys" / "reflections.key").read_or_create_keys(tmp_path / "data" / "rounds.db")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "reflections.key"
    KeyFile(file).read_or_create_keys(None)
    file.chmod(mode)

    with pytest.raises(KeyFileError, match="chmod 600"):
        KeyFile(file).read_or_create_keys(None)
