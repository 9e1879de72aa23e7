"""Files are written in the style of the shipped ones, and read back as they were."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.content.pack_templates import shipped_pack_folder
from bot.content.yaml_reader import read_yaml
from bot.content.yaml_writer import LINE_WIDTH, write_yaml

TEXTS = st.text(max_size=120) | st.text(alphabet="ab: #-'\"=\n\t>|&*!%@`{}[],?é😀\\ ", max_size=120)


def test_shipped_lessons_are_written_as_their_authors_wrote_them():
    for path in sorted(shipped_pack_folder().glob("*/*.yaml")):
        written = path.read_text(encoding="utf-8")
        assert write_yaml(yaml.safe_load(written)) == written, path


def test_no_paragraph_is_wider_than_the_margin():
    text = write_yaml({"tip": "word " * 100 + "end", "question": {"scenario": "longer words here " * 20 + "end"}})

    assert max(map(len, text.splitlines())) <= LINE_WIDTH


@given(TEXTS, TEXTS, st.lists(TEXTS, min_size=1), TEXTS)
def test_any_text_reads_back_as_it_was(tip, title, situations, scenario):
    fields = {"tip": tip, "title": title, "situations": situations, "question": {"scenario": scenario}}

    tree, problems = read_yaml("lesson.yaml", write_yaml(fields).encode("utf-8", "surrogatepass"))

    assert problems == ()
    assert tree is not None
    assert tree.root == fields
