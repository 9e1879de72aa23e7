"""The model's files: only those that were released are loaded, and without them coaching goes on by words."""

import shutil
from pathlib import Path

import pytest

from bot.domain.safety import FoundCards
from bot.errors import ModelFileError
from bot.retrieval.background_model import BackgroundModel
from bot.retrieval.patient_model import PATIENTS_FILE
from bot.retrieval.sentence_encoder import ENCODER_FILE, HASHES_FILE, MODEL_FOLDER, VECTORS_FILE
from bot.retrieval.understanding import MAX_TEXT_LENGTH, Understanding, load_sentence_model

NOTHING = FoundCards((), ())


def nothing(_text: Understanding) -> FoundCards:
    return NOTHING


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the model's files."""
    return Path(shutil.copytree(MODEL_FOLDER, tmp_path / "model"))


@pytest.mark.parametrize("name", [ENCODER_FILE, VECTORS_FILE, PATIENTS_FILE])
def test_a_truncated_file_is_refused_with_its_hash(folder: Path, name: str):
    file = folder / name
    file.write_bytes(file.read_bytes()[:-1000])

    with pytest.raises(ModelFileError, match=r"SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}.*Install Rounds again"):
        load_sentence_model(folder)


def test_a_missing_file_is_named(folder: Path):
    (folder / ENCODER_FILE).unlink()

    with pytest.raises(ModelFileError, match=ENCODER_FILE):
        load_sentence_model(folder)


def test_a_file_with_the_right_hash_that_is_no_model_is_refused(folder: Path):
    (folder / ENCODER_FILE).write_bytes(b"not a model")
    with pytest.raises(ModelFileError) as refused:
        load_sentence_model(folder)
    found = str(refused.value).split("SHA-256 ")[1][:64]
    hashes = (folder / HASHES_FILE).read_text("ascii").splitlines()
    changed = [f"{found}  {ENCODER_FILE}" if ENCODER_FILE in line else line for line in hashes]
    (folder / HASHES_FILE).write_text("\n".join(changed), "ascii")

    with pytest.raises(ModelFileError, match="can't be read"):
        load_sentence_model(folder)


async def test_without_usable_files_a_text_is_known_by_its_words_alone(folder: Path):
    (folder / VECTORS_FILE).unlink()
    model = BackgroundModel(lambda: load_sentence_model(folder), look_for_danger=nothing)

    model.start()
    await model.wait()

    assert model.model is None
    assert await model.understand("two nurses argue") == Understanding("two nurses argue", found_cards=NOTHING)
    await model.wait()
    model.close()


async def test_before_it_is_loaded_a_text_is_known_by_its_words_alone():
    model = BackgroundModel(look_for_danger=nothing)

    assert await model.understand("two nurses argue") == Understanding("two nurses argue", found_cards=NOTHING)
    await model.wait()
    model.close()


async def test_while_too_many_texts_wait_a_text_is_known_by_its_words_and_danger_is_looked_for():
    looked: list[str] = []

    def look(text: Understanding) -> FoundCards:
        looked.append(text.text)
        return NOTHING

    model = BackgroundModel(look_for_danger=look, max_wait_seconds=0)
    model.start()
    await model.wait()

    assert await model.understand("two nurses argue") == Understanding("two nurses argue", found_cards=NOTHING)
    assert looked == ["two nurses argue"]
    await model.wait()
    model.close()


@pytest.mark.parametrize("length", [MAX_TEXT_LENGTH, MAX_TEXT_LENGTH + 1, 40_000])
async def test_of_a_long_text_the_beginning_and_the_end_are_read(length: int):
    model = BackgroundModel(look_for_danger=nothing)
    text = f"first{'.' * (length - 9)}last"

    known = await model.understand(text)

    assert len(known.text) <= MAX_TEXT_LENGTH
    assert (known.text[:5], known.text[-4:]) == ("first", "last")
    assert known.is_part is (length > MAX_TEXT_LENGTH)
    await model.wait()
    model.close()


async def test_once_it_is_loaded_a_text_is_understood():
    model = BackgroundModel(look_for_danger=nothing)
    model.start()
    await model.wait()

    understood = await model.understand("two nurses argue")

    assert understood.is_english
    assert understood.encoded is not None
    assert understood.encoded.vector.shape == (384,)
    await model.wait()
    model.close()
