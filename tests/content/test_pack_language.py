"""A pack says which language it is written in, and is judged accordingly."""

from bot.content.codec import lesson_from_json, lesson_to_json
from bot.content.pack_changes import compare_packs
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import PACK_FILE
from bot.content.pack_reader import read_pack
from bot.content.pack_writing import pack_to_files, pack_to_workbook
from bot.content.rulebook import LESSON_RULES, TEXT_RULES
from bot.domain.lesson import Pack
from tests.content.examples import codes, pack, with_file
from tests.content.rule_cases import CASES
from tests.content.sheets.books import checked


def loaded(files: PackFiles) -> Pack:
    found = read_pack(files)
    assert found.pack is not None, found.problems
    return found.pack


def german() -> Pack:
    return loaded(pack(language="de"))


def test_a_pack_is_english_unless_it_says_otherwise():
    assert loaded(pack()).language == "en"
    assert {each.language for each in loaded(pack()).lessons} == {"en"}
    assert german().language == "de"
    assert {each.language for each in german().lessons} == {"de"}


def test_english_lessons_are_stored_as_before_packs_had_a_language():
    assert "language" not in lesson_to_json(loaded(pack()).lessons[0])
    stored = lesson_to_json(german().lessons[0])
    assert lesson_from_json(stored) == german().lessons[0]


def test_a_pack_in_another_language_comes_back_as_files_and_as_a_workbook():
    assert read_pack(pack_to_files(german())).pack == german()
    assert checked(pack_to_workbook(german())).pack == german()


def test_a_language_is_a_code():
    [problem] = read_pack(pack(language="German")).problems

    assert "two lowercase letters (ISO 639-1), such as `en` or `de`" in problem.message


def test_rules_about_english_words_skip_other_languages():
    judging_english = [
        case for case in CASES if case.code in {rule.code for rule in (*LESSON_RULES, *TEXT_RULES) if rule.english_only}
    ]

    assert judging_english
    for case in judging_english:
        files = case.broken()
        assert case.code in codes(files)
        german_files = with_file(files, PACK_FILE, files.files[PACK_FILE] + b"language: de\n")
        assert case.code not in codes(german_files)


def test_a_change_of_the_language_is_shown():
    shown = [each.format() for each in compare_packs(loaded(pack()), german())]

    assert "Pack Language: en → de" in shown
    assert compare_packs(german(), german()) == ()
