"""A cohort's code is read as people type it."""

from bot.domain.cohort import CODE_ALPHABET, normalize_code


def test_a_code_is_read_as_people_type_it() -> None:
    assert normalize_code(" k7m-2qx ") == "K7M2QX"
    assert not set("01OI") & set(CODE_ALPHABET)
