"""Everything encrypted goes under the newest key, killed and run again as often as it may be; no key goes too early."""

from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from sqlmodel import col, select

from bot.domain.schedule import Kind
from bot.errors import KeyFileError
from bot.storage import Session, Store, rotation
from bot.storage.encryption import Cipher, name_of
from bot.storage.key_file import KeyFile
from bot.storage.rotation import Count
from bot.storage.tables import Delivery, Reflection, RosterSource, SendState
from tests.builders import NURSE
from tests.ward import Ward

ROWS = 2 * rotation.BATCH + 10


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    made = KeyFile(tmp_path / "keys" / "reflections.key")
    made.read_or_make(None)
    return made


@pytest.fixture
def cipher(file: KeyFile) -> Cipher:
    """What the ward's words are written with: the key of the file, as a running bot has it."""
    return Cipher(file.keys(), file.keys)


@pytest.fixture
def written(ward: Ward) -> Ward:
    """A learner with many reflections, and a roster's address."""
    learner = ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    revision = ward.deliveries(NURSE)[0].revision_id
    assert revision is not None
    ward.run(write, learner.id, revision, ward)
    return ward


def write(session: Session, learner_id: int, revision_id: int, ward: Ward) -> None:
    now = ward.clock()
    rows = [
        Delivery(
            id=uuid4(),
            team_id=NURSE.team_id,
            learning_day=now.date().replace(year=1000 + number),
            kind=Kind.LESSON,
            due_at=now,
            expires_at=now,
            learner_id=learner_id,
            revision_id=revision_id,
            state=SendState.SENT,
        )
        for number in range(ROWS)
    ]
    session.add_all(rows)
    session.flush()
    session.add_all(
        Reflection(
            delivery_id=row.id,
            learning_day=row.learning_day,
            words=session.cipher.seal(f"words {number}"),
            learner_id=learner_id,
            revision_id=revision_id,
            written_at=now,
        )
        for number, row in enumerate(rows)
    )
    session.add(RosterSource(learner_id=learner_id, address=session.cipher.seal("https://example.org/me"), read_at=now))


def words_of(store: Store, keys: list[str]) -> list[str]:
    cipher = Cipher(keys)
    sealed = store.run(lambda session: session.exec(select(Reflection.words).order_by(col(Reflection.id))).all())
    return [cipher.open(each) for each in sealed]


@pytest.fixture(autouse=True)
def nothing_under_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL a rotation waits for transactions that chose their key before it; only one test has such."""
    if "meanwhile" not in request.node.name:
        monkeypatch.setattr(rotation, "UNDER_WAY", 0.0)


def nobody(_count: Count) -> None:
    pass


ALL = [f"words {number}" for number in range(ROWS)]


def test_everything_is_under_the_new_key_and_the_old_one_is_put_aside(written: Ward, file: KeyFile) -> None:
    (old,) = file.keys()

    done = rotation.rotate(written.store, [], file.path, nobody)

    (new,) = file.keys()
    assert (done.count, done.newest, done.older) == (Count(ROWS + 1, ROWS + 1, 0), name_of(new), (name_of(old),))
    assert words_of(written.store, [new]) == ALL
    address = written.run(lambda session: session.exec(select(RosterSource.address)).one())
    assert Cipher([new]).open(address or b"") == "https://example.org/me"
    assert KeyFile(file.retired).keys() == [old]


def test_a_rotation_that_was_cut_short_goes_on_with_its_own_key(written: Ward, file: KeyFile) -> None:
    class Killed(BaseException):
        pass

    def die(count: Count) -> None:
        raise Killed

    with pytest.raises(Killed):
        rotation.rotate(written.store, [], file.path, die)
    begun = file.keys()
    assert len(begun) == 2
    assert words_of(written.store, begun) == ALL

    done = rotation.rotate(written.store, [], file.path, nobody)

    assert file.keys() == begun[:1]
    assert done.count == Count(ROWS + 1, ROWS + 1 - rotation.BATCH, 0)
    assert words_of(written.store, begun[:1]) == ALL


def test_what_a_running_bot_writes_meanwhile_is_under_the_new_key(written: Ward, file: KeyFile, cipher: Cipher) -> None:
    sealed: list[bytes] = []

    rotation.rotate(written.store, [], file.path, lambda _: sealed.append(cipher.seal("meanwhile")))

    assert {Cipher(file.keys()).open(each) for each in sealed} == {"meanwhile"}


def test_words_that_no_key_opens_keep_every_key(written: Ward, file: KeyFile) -> None:
    stranger = Cipher([Fernet.generate_key().decode()]).seal("of a lost key")

    def spoil(session: Session) -> None:
        session.exec(select(Reflection)).first().words = stranger  # type: ignore[union-attr]

    written.run(spoil)

    with pytest.raises(KeyFileError, match="1 of"):
        rotation.rotate(written.store, [], file.path, nobody)
    assert len(file.keys()) == 2
    assert not file.retired.exists()


def test_keys_of_the_settings_are_named_and_left_to_the_operator(written: Ward, file: KeyFile) -> None:
    (old,) = file.keys()
    new = Fernet.generate_key().decode()

    done = rotation.rotate(written.store, [new, old], file.path, nobody)

    assert (done.older, done.retired) == ((name_of(old),), None)
    assert file.keys() == [old]
    assert words_of(written.store, [new]) == ALL


def test_a_second_run_under_the_same_key_changes_nothing(written: Ward, file: KeyFile) -> None:
    new = Fernet.generate_key().decode()
    keys = [new, *file.keys()]
    rotation.rotate(written.store, keys, file.path, nobody)

    assert rotation.rotate(written.store, keys, file.path, nobody).count == Count(ROWS + 1, 0, 0)


def test_the_use_of_each_key_is_counted(written: Ward, file: KeyFile) -> None:
    (old,) = file.keys()
    new, unused = (Fernet.generate_key().decode() for _ in range(2))

    use = rotation.use_of(written.store, [new, old, unused])

    assert use.rows == {name_of(new): 0, name_of(old): ROWS + 1, name_of(unused): 0}
    assert rotation.use_of(written.store, [unused]).unreadable == ROWS + 1
