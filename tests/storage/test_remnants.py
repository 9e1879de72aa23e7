"""What was deleted can't be found in any file of the database, while it is open and afterward."""

import stat
from pathlib import Path

import pytest
from sqlmodel import select

from bot.learning import journal, privacy, reflections
from bot.storage import engines
from bot.storage.database_url import find_sqlite_file
from bot.storage.engines import make_engine
from bot.storage.tables import Reflection
from tests.builders import CLERK, NURSE
from tests.ward import Ward

pytestmark = pytest.mark.sqlite


@pytest.fixture
def written(ward: Ward) -> Ward:
    """Two learners, each with a reflection."""
    for person in (NURSE, CLERK):
        ward.enrol(person)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    for person in (NURSE, CLERK):
        ward.run(
            reflections.save_reflection, ward.library, person, ward.lesson_of(person), f"By {person}", ward.clock()
        )
    return ward


def ciphertext_of(ward: Ward, user_id: str) -> bytes:
    learner_id = ward.find(NURSE if user_id == NURSE.user_id else CLERK).id
    return ward.run(lambda s: s.exec(select(Reflection.words).where(Reflection.learner_id == learner_id)).one())


def files_with(ward: Ward, secret: bytes) -> list[str]:
    """Return the names of the database's files that hold these bytes."""
    file = find_sqlite_file(ward.store.url)
    assert file is not None
    return [each.name for each in file.parent.iterdir() if secret in each.read_bytes()]


def test_nothing_of_an_erased_person_is_left_in_any_file(written: Ward) -> None:
    words, other = ciphertext_of(written, NURSE.user_id), ciphertext_of(written, CLERK.user_id)
    assert files_with(written, words)
    assert files_with(written, NURSE.user_id.encode())

    written.run(privacy.erase_learner, NURSE, written.clock())

    assert files_with(written, words) == []
    assert files_with(written, NURSE.user_id.encode()) == []
    assert files_with(written, other), "the search can find what is there"


def test_a_removed_or_changed_entry_leaves_no_words_in_any_file(written: Ward) -> None:
    words = ciphertext_of(written, NURSE.user_id)
    (entry,) = written.run(journal.read_page, written.library, NURSE).entries

    written.run(journal.edit_entry, NURSE, entry.id, "Something else", written.clock())
    changed = ciphertext_of(written, NURSE.user_id)
    assert files_with(written, words) == []

    written.run(journal.remove_entry, written.library, NURSE, entry.id, written.clock())
    assert files_with(written, changed) == []


def test_a_reflection_written_again_leaves_no_words_in_any_file(written: Ward) -> None:
    words = ciphertext_of(written, NURSE.user_id)

    written.run(reflections.save_reflection, written.library, NURSE, written.lesson_of(NURSE), "Again", written.clock())

    assert files_with(written, words) == []


def test_while_somebody_still_reads_the_log_stays_and_is_emptied_with_the_next_transaction(
    written: Ward,
) -> None:
    words = ciphertext_of(written, NURSE.user_id)
    other = make_engine(written.store.url, writer=False)
    with other.connect() as reading:
        reading.exec_driver_sql("SELECT count(*) FROM reflection").all()
        written.run(privacy.erase_learner, NURSE, written.clock())
        written.run(lambda session: session.exec(select(Reflection.id)).all())
        assert files_with(written, words), "SQLite keeps what a reader may still need"

    written.run(lambda session: session.exec(select(Reflection.id)).all())

    assert files_with(written, words) == []
    other.dispose()


def test_only_its_owner_can_read_a_database_and_its_log(written: Ward) -> None:
    file = find_sqlite_file(written.store.url)
    assert file is not None

    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()}

    assert set(modes.values()) == {0o600}
    assert f"{file.name}-wal" in modes


def test_files_that_others_could_read_are_closed_to_them_when_the_database_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    for name in ("rounds.db", "rounds.db-wal", "rounds.db.bak"):
        (folder / name).touch(0o644)
        (folder / name).chmod(0o644)

    engines.make_private(folder / "rounds.db")

    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_with_other_files_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch(0o644)
    tmp_path.chmod(0o755)

    engines.make_private(tmp_path / "rounds.db")

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "notes.txt").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "rounds.db").stat().st_mode) == 0o600
