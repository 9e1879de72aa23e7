"""A rotation reencrypts everything, can be killed and run again at any point, and retires no key too early."""

from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from sqlmodel import col, select

from bot.domain.schedule import DeliveryKindName
from bot.errors import KeyFileError
from bot.storage import Session, Store, key_rotation
from bot.storage.encrypted_columns import ROWS_PER_TRANSACTION, ReadRows, read_rows
from bot.storage.encryption import Cipher, get_key_name
from bot.storage.key_file import KeyFile
from bot.storage.key_rotation import ReencryptionCounts
from bot.storage.tables import CalendarSource, Certificate, Delivery, Reflection, SendState
from tests.builders import NURSE
from tests.ward import Ward

ROWS = 2 * ROWS_PER_TRANSACTION + 10


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    made = KeyFile(tmp_path / "keys" / "reflections.key")
    made.read_or_create_keys(None)
    return made


@pytest.fixture
def cipher(file: KeyFile) -> Cipher:
    """Encrypts the ward's words with the key file's keys, as a running bot does."""
    return Cipher(file.read_keys(), file.read_keys)


@pytest.fixture
def written(ward: Ward) -> Ward:
    """A learner with many reflections and a calendar address."""
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
            kind=DeliveryKindName.LESSON,
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
            words=session.cipher.encrypt(f"words {number}"),
            learner_id=learner_id,
            revision_id=revision_id,
            written_at=now,
        )
        for number, row in enumerate(rows)
    )
    session.add(
        CalendarSource(
            learner_id=learner_id, address=session.cipher.encrypt("https://example.org/me"), last_read_at=now
        )
    )


def reading(ward: Ward) -> ReadRows:
    return lambda column, after: ward.run(read_rows, column, after)


def words_of(store: Store, keys: list[str]) -> list[str]:
    cipher = Cipher(keys)
    sealed = store.run(lambda session: session.exec(select(Reflection.words).order_by(col(Reflection.id))).all())
    return [cipher.decrypt(each) for each in sealed]


@pytest.fixture(autouse=True)
def nothing_under_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Removes the wait for older transactions on PostgreSQL; only one test has any."""
    if "meanwhile" not in request.node.name:
        monkeypatch.setattr(key_rotation, "SETTLE_SECONDS", 0.0)


def nobody(_count: ReencryptionCounts) -> None:
    pass


ALL = [f"words {number}" for number in range(ROWS)]


def test_everything_is_under_the_new_key_and_the_old_one_is_put_aside(written: Ward, file: KeyFile) -> None:
    (old,) = file.read_keys()

    done = key_rotation.rotate_keys(written.store, [], file.path, nobody)

    (new,) = file.read_keys()
    assert (done.counts, done.newest_key_name, done.unneeded_key_names) == (
        ReencryptionCounts(ROWS + 1, ROWS + 1, 0),
        get_key_name(new),
        (get_key_name(old),),
    )
    assert words_of(written.store, [new]) == ALL
    address = written.run(lambda session: session.exec(select(CalendarSource.address)).one())
    assert Cipher([new]).decrypt(address or b"") == "https://example.org/me"
    assert KeyFile(file.retired_path).read_keys() == [old]


def test_a_rotation_that_was_cut_short_goes_on_with_its_own_key(written: Ward, file: KeyFile) -> None:
    class Killed(BaseException):
        pass

    def die(count: ReencryptionCounts) -> None:
        raise Killed

    with pytest.raises(Killed):
        key_rotation.rotate_keys(written.store, [], file.path, die)
    begun = file.read_keys()
    assert len(begun) == 2
    assert words_of(written.store, begun) == ALL

    done = key_rotation.rotate_keys(written.store, [], file.path, nobody)

    assert file.read_keys() == begun[:1]
    assert done.counts == ReencryptionCounts(ROWS + 1, ROWS + 1 - ROWS_PER_TRANSACTION, 0)
    assert words_of(written.store, begun[:1]) == ALL


def test_what_a_running_bot_writes_meanwhile_is_under_the_new_key(written: Ward, file: KeyFile, cipher: Cipher) -> None:
    sealed: list[bytes] = []

    key_rotation.rotate_keys(written.store, [], file.path, lambda _: sealed.append(cipher.encrypt("meanwhile")))

    assert {Cipher(file.read_keys()).decrypt(each) for each in sealed} == {"meanwhile"}


def test_words_that_no_key_opens_keep_every_key(written: Ward, file: KeyFile) -> None:
    stranger = Cipher([Fernet.generate_key().decode()]).encrypt("of a lost key")

    def spoil(session: Session) -> None:
        session.exec(select(Reflection)).first().words = stranger  # type: ignore[union-attr]

    written.run(spoil)

    with pytest.raises(KeyFileError, match="1 of"):
        key_rotation.rotate_keys(written.store, [], file.path, nobody)
    assert len(file.read_keys()) == 2
    assert not file.retired_path.exists()


def test_keys_of_the_settings_are_named_and_left_to_the_operator(written: Ward, file: KeyFile) -> None:
    (old,) = file.read_keys()
    new = Fernet.generate_key().decode()

    done = key_rotation.rotate_keys(written.store, [new, old], file.path, nobody)

    assert (done.unneeded_key_names, done.retired_file) == ((get_key_name(old),), None)
    assert file.read_keys() == [old]
    assert words_of(written.store, [new]) == ALL


def test_a_second_run_under_the_same_key_changes_nothing(written: Ward, file: KeyFile) -> None:
    new = Fernet.generate_key().decode()
    keys = [new, *file.read_keys()]
    key_rotation.rotate_keys(written.store, keys, file.path, nobody)

    assert key_rotation.rotate_keys(written.store, keys, file.path, nobody).counts == ReencryptionCounts(ROWS + 1, 0, 0)


def test_the_use_of_each_key_is_counted(written: Ward, file: KeyFile) -> None:
    (old,) = file.read_keys()
    new, unused = (Fernet.generate_key().decode() for _ in range(2))

    use = key_rotation.count_key_use(reading(written), [new, old, unused])

    assert use.rows_by_key == {get_key_name(new): 0, get_key_name(old): ROWS + 1, get_key_name(unused): 0}
    assert key_rotation.count_key_use(reading(written), [unused]).unreadable == ROWS + 1
    assert key_rotation.count_key_use(reading(written), []).unreadable == ROWS + 1


def test_the_name_on_a_certificate_is_rotated_with_the_rest(written: Ward, file: KeyFile) -> None:
    learner_id, day = written.find(NURSE).id, written.clock().date()

    def certify(session: Session) -> None:
        session.add(
            Certificate(
                code="K7M2QX9PTB",
                learner_id=learner_id,
                name=session.cipher.encrypt("Amara Okafor"),
                slug="",
                lessons=20,
                minutes=30,
                skills=[],
                first_day=day,
                last_day=day,
                issued_on=day,
                language="en",
                at=written.clock(),
            )
        )

    written.run(certify)

    key_rotation.rotate_keys(written.store, [], file.path, nobody)

    (new,) = file.read_keys()
    name = written.run(lambda session: session.exec(select(Certificate.name)).one())
    assert Cipher([new]).decrypt(name) == "Amara Okafor"
