"""The `rounds` command as an operator uses it: output, exit codes, and nothing changed on errors."""

import json
import re
import shutil
import socket
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from bot.content.pack_templates import shipped_pack_folder
from bot.delivery.claim import claim_deliveries
from bot.domain.learner import Person
from bot.learning import enrollment, packs, practice, reflections, workspace_lifecycle
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef
from bot.storage import Session, Store
from tests.builders import any_cipher
from tests.engine_kinds import KINDS
from tests.shipped import shipped_pack

LESSON = "conflict/01-name-the-kind-of-conflict.yaml"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Return a copy of the shipped pack that a test may break."""
    return Path(shutil.copytree(shipped_pack_folder(), tmp_path / "ward"))


def change(file: Path, text: str, replacement: str) -> None:
    content = file.read_text(encoding="utf-8")
    assert text in content
    file.write_text(content.replace(text, replacement, 1), encoding="utf-8")


def test_lint_of_a_clean_pack_prints_nothing_and_exits_0(rounds, pack: Path):
    linted = rounds("packs", "lint", pack)

    assert (linted.returncode, linted.stdout) == (0, "")


def test_lint_prints_every_problem_with_path_line_and_code_and_exits_1(rounds, pack: Path):
    change(pack / LESSON, "correct: false", "correct: true")
    change(pack / "finance/02-tell-cash-from-profit.yaml", "tip: >-", "tipp: >-")

    linted = rounds("packs", "lint", pack)

    assert linted.returncode == 1
    lines = linted.stdout.splitlines()
    assert any(line.startswith(f"{pack / LESSON}:") and "Keep one." in line for line in lines)
    assert any("finance/02" in line and "tipp" in line for line in lines)
    assert all(line.split(":", 2)[1].isdigit() for line in lines)


def test_hostile_files_get_an_error_and_no_traceback(rounds, pack: Path):
    (pack / "conflict/90-bomb.yaml").write_text("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", encoding="utf-8")
    (pack / "conflict/91-no-text.yaml").write_bytes(bytes(range(256)) * 10)
    with (pack / "conflict/92-huge.yaml").open("wb") as file:
        file.truncate(50 * 2**20)

    linted = rounds("packs", "lint", pack)

    assert linted.returncode == 1
    assert "Traceback" not in linted.stderr
    for name in ("90-bomb", "91-no-text", "92-huge"):
        assert f"{name}.yaml:" in linted.stdout


def test_an_audit_says_how_often_answers_can_be_guessed_and_a_bad_pack_exits_1(rounds, pack: Path):
    good = rounds("packs", "audit", pack)
    for lesson in pack.glob("*/[0-9]*.yaml"):
        fields = yaml.safe_load(lesson.read_text(encoding="utf-8"))
        right = next(option for option in fields["question"]["options"] if option["correct"])
        right["text"] += " Then write down when, where, and why."
        lesson.write_text(yaml.safe_dump(fields, allow_unicode=True), encoding="utf-8")
    bad = rounds("packs", "audit", "--lessons", pack)

    assert (good.returncode, bad.returncode) == (0, 1)
    assert "393 questions. Blind choice finds the right answer in 0.25 of them." in good.stdout
    assert "figures are outside their limits." in bad.stdout
    assert "conflict/01-name-the-kind-of-conflict.yaml: longest option, most clauses" in bad.stdout


def test_a_pack_is_loaded_once_and_loading_it_again_changes_nothing(rounds, pack: Path):
    first = rounds("packs", "load", pack)
    again = rounds("packs", "load", pack)

    assert first.returncode == 0
    assert "393 added, 0 changed, 0 removed" in first.stdout
    assert "is already live. Nothing changed." in again.stdout
    assert "management-essentials 2.5.0: 393 lessons" in rounds("packs", "list").stdout


def test_a_changed_pack_says_what_changed(rounds, pack: Path):
    rounds("packs", "load", pack)
    change(pack / LESSON, "Name the kind of conflict", "Name this kind of conflict")
    change(pack / "pack.yaml", "2.5.0", "2.6.0")

    assert "2.6.0 is live: 0 added, 1 changed, 0 removed, 392 unchanged." in rounds("packs", "load", pack).stdout


def test_a_broken_pack_is_not_loaded(rounds, pack: Path):
    rounds("packs", "load", pack)
    change(pack / LESSON, "id: conflict-01", "id: conflict-02")

    refused = rounds("packs", "load", pack)

    assert refused.returncode == 1
    assert "Nothing changed." in refused.stderr
    assert "management-essentials 2.5.0" in rounds("packs", "list").stdout


def test_a_new_pack_lints_clean_and_loads_alongside_the_shipped_one(rounds, pack: Path, tmp_path: Path):
    made = rounds("packs", "new", tmp_path / "ours", "--name", "Ward lessons")
    linted = rounds("packs", "lint", tmp_path / "ours")
    rounds("packs", "load", pack)
    loaded = rounds("packs", "load", tmp_path / "ours")

    assert made.returncode == 0
    assert (linted.returncode, linted.stdout) == (0, "")
    assert "is live: 1 added" in loaded.stdout


def test_a_new_pack_does_not_overwrite_files(rounds, pack: Path):
    refused = rounds("packs", "new", pack)

    assert refused.returncode == 1
    assert "Nothing was written." in refused.stderr


def test_list_of_an_empty_database_says_what_will_happen(rounds):
    rounds("db", "upgrade")

    assert "No pack is loaded yet." in rounds("packs", "list").stdout


@pytest.mark.parametrize(
    "command", [("packs", "list"), ("deliveries",), ("doctor",), ("db", "check"), ("keys", "check")]
)
def test_looking_makes_nothing(rounds, tmp_path: Path, command: tuple[str, ...]):
    looked = rounds(*command)

    assert looked.returncode == 1
    assert "There is no database at data/rounds.db yet." in looked.stdout + looked.stderr
    assert "Traceback" not in looked.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_version_is_printed(rounds):
    assert rounds("--version").stdout == f"rounds {metadata.version('rounds')}\n"


def test_the_database_is_upgraded_once_and_then_agrees_with_the_tables(rounds):
    assert "Upgraded." in rounds("db", "upgrade").stdout
    assert "Already up to date." in rounds("db", "upgrade").stdout
    assert rounds("db", "check").returncode == 0


def test_check_of_an_empty_database_exits_1(rounds):
    assert rounds("db", "check").returncode == 1


def test_a_backup_never_overwrites_a_file(rounds, tmp_path: Path):
    rounds("db", "upgrade")

    written = rounds("db", "backup", "monday.db")
    refused = rounds("db", "backup", "monday.db")

    assert (written.returncode, refused.returncode) == (0, 1)
    assert "It doesn't include the key that decrypts reflections" in written.stdout
    assert "already exists. No backup was written" in refused.stderr
    assert rounds("db", "check", DATABASE_URL=f"sqlite:///{tmp_path / 'monday.db'}").returncode == 0


def test_a_backup_of_postgresql_points_to_pg_dump(rounds):
    refused = rounds("db", "backup", "monday.dump", DATABASE_URL="postgres://rounds@db.example/rounds")

    assert refused.returncode == 1
    assert "pg_dump" in refused.stderr


def test_deliveries_are_listed_skipped_and_retried_by_hand(rounds, tmp_path: Path):
    rounds("db", "upgrade")
    store = Store(f"sqlite:///{tmp_path / 'data' / 'rounds.db'}", any_cipher())
    store.run(_ask_for_a_lesson, datetime.now(UTC))
    store.close()

    listed = rounds("deliveries")
    as_json = json.loads(rounds("deliveries", "--json", "--state", "due", "--team", "T1").stdout)
    (delivery,) = as_json["deliveries"]
    skipped = rounds("deliveries", "skip", delivery["id"])
    retried = rounds("deliveries", "retry", delivery["id"])

    assert "1 due, 0 sending, 0 failed." in listed.stdout
    assert f"lesson T1 U1 {delivery['id']}" in listed.stdout
    assert (as_json["counts"], delivery["state"], delivery["user_id"]) == ({"due": 1}, "due", "U1")
    assert (skipped.stdout, skipped.returncode) == ("Skipped. It won't be sent.\n", 0)
    assert "It's due again" in retried.stdout


def test_unknown_delivery_states_are_refused(rounds):
    refused = rounds("deliveries", "--state", "lost")

    assert refused.returncode == 1
    assert "Unknown state: lost." in refused.stderr
    assert "Choose from: due, sending, sent, failed, skipped." in refused.stderr


def test_run_without_tokens_names_both_in_one_error(rounds_process):
    refused = rounds_process("run", ROUNDS_LOG_LEVEL="loud")

    assert refused.returncode == 1
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ROUNDS_LOG_LEVEL"):
        assert name in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_key_next_to_the_database_is_refused(rounds, pack: Path, tmp_path: Path):
    refused = rounds("packs", "load", pack, ROUNDS_KEY_FILE=str(tmp_path / "data" / "key"))

    assert refused.returncode == 1
    assert "would contain both" in refused.stderr
    assert not (tmp_path / "data" / "key").exists()


def test_the_manifest_gives_each_scope_its_reason(rounds):
    printed = rounds("manifest").stdout

    assert "- im:history  # " in printed
    assert "command: /conflict-tip" in printed


def pack_with_command(rounds, folder: Path, command: str) -> Path:
    """Return a new pack whose one skill has a command."""
    assert rounds("packs", "new", folder).returncode == 0
    change(folder / "pack.yaml", "    name: Handoffs\n", f"    name: Handoffs\n    command: {command}\n")
    return folder


def test_the_skills_of_other_packs_get_their_commands_in_the_manifest(rounds, tmp_path: Path):
    ours = pack_with_command(rounds, tmp_path / "ours", "/ward-tip")

    printed = rounds("manifest", "--pack", ours).stdout

    assert "command: /conflict-tip\n" in printed
    assert "command: /ward-tip\n" in printed


def test_a_manifest_with_a_command_that_another_pack_has_is_refused(rounds, tmp_path: Path):
    ours = pack_with_command(rounds, tmp_path / "ours", "/conflict-tip")

    refused = rounds("manifest", "--pack", ours)

    assert (refused.returncode, refused.stdout) == (1, "")  # nothing that isn't a manifest, as it is sent to a file
    assert f"{ours}/pack.yaml:" in refused.stderr
    assert "`/conflict-tip` belongs to the pack Management essentials" in refused.stderr
    assert "No manifest was printed." in refused.stderr


@pytest.mark.parametrize("path", ["", "/", "/slack/events", "/slack/events/"])
def test_the_manifest_for_http_carries_the_request_url(rounds, path):
    printed = rounds("manifest", "--url", f"https://rounds.hospital.example{path}")

    assert printed.returncode == 0
    assert "request_url: https://rounds.hospital.example/slack/events\n" in printed.stdout
    assert "socket_mode_enabled: false" in printed.stdout


def test_a_manifest_for_an_address_that_slack_cannot_use_is_refused(rounds):
    printed = rounds("manifest", "--url", "http://rounds.hospital.example")

    assert printed.returncode == 1
    assert printed.stdout == ""
    assert "only to https addresses" in printed.stderr


def test_web_reports_a_missing_signing_secret_and_exits(rounds):
    started = rounds("web", SLACK_BOT_TOKEN="xoxb-1")

    assert started.returncode == 1
    assert "SLACK_SIGNING_SECRET is missing" in started.stderr


def test_a_sandbox_sends_to_this_machine_only(rounds):
    started = rounds("sandbox", "--port", "0", "--request-url", "http://example.org/slack/events")

    assert started.returncode == 1
    assert started.stdout == ""
    assert "only to this machine" in started.stderr
    assert "Traceback" not in started.stderr


def test_try_once_prints_each_step_then_the_lesson_and_the_answer_in_order(rounds_process):
    tried = rounds_process("try", "--once")

    assert (tried.returncode, tried.stderr) == (0, "")
    lines = [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in tried.stdout.splitlines()]
    assert lines[:5] == [
        "Loading Rounds.",
        "Reading the lessons that come with Rounds.",
        "Opening a local Slack: Riverside Health, with 7 people.",
        "Starting Rounds there, with a new database and a search through 393 lessons.",
        "Sending 6 of them their lesson for today.",
    ]
    assert [line.split(":")[0] for line in lines[5:]] == [
        "Amara Osei reads today's lesson",
        "Amara Osei chose B",
        "Today counts. Streak",
    ], "today is a working day for everyone, whatever the weekday"


@pytest.mark.parametrize("command", ["try", "sandbox"])
def test_a_taken_port_is_reported_in_words(rounds, command: str):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        refused = rounds(command, "--port", str(port))

    assert refused.returncode == 1
    assert f"Port {port} on this machine is taken." in refused.stderr


def test_a_lost_key_is_not_replaced_while_reflections_need_it(rounds, pack: Path, tmp_path: Path):
    rounds("db", "upgrade")
    store = Store(f"sqlite:///{tmp_path / 'data' / 'rounds.db'}", any_cipher())
    store.run(_write_a_reflection)
    store.close()
    key = tmp_path / "keys" / "reflections.key"

    listed, loaded, checked = rounds("packs", "list"), rounds("packs", "load", pack), rounds("doctor")

    assert (listed.returncode, loaded.returncode, checked.returncode) == (0, 0, 1)
    assert "key: 1 private texts can't be read with the keys there are. They are kept." in checked.stdout
    assert not key.exists()


def _ask_for_a_lesson(session: Session, now: datetime) -> None:
    person = Person("T1", "U1")
    workspace_lifecycle.register_workspace(session, "T1", None, "Clinic", "U0", now)
    enrollment.register_learner(session, person, "UTC", now)
    enrollment.start_lessons(session, person, "UTC", now)
    practice.request_todays_lesson(session, Library(), person, now)


def _write_a_reflection(session: Session) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    person = Person("T1", "U1")
    packs.load_pack(session, shipped_pack(), "", "operator", now)
    _ask_for_a_lesson(session, now)
    library = Library()
    (sent,) = claim_deliveries(session, library, KINDS, "worker", now).outgoing
    reflections.save_reflection(session, library, person, MessageRef("D1", "1.1", sent.delivery_id), "words", now)


def test_lint_prints_json_for_other_programs(rounds, pack: Path):
    change(pack / LESSON, "Name the kind of conflict", "Dr Smith names the kind of conflict!")

    linted = rounds("packs", "lint", pack, "--format", "json")

    assert linted.returncode == 1
    problems = json.loads(linted.stdout)
    assert {problem["code"] for problem in problems} >= {"L801", "L904"}
    assert all(set(problem) == {"path", "line", "cell", "code", "message", "blocking"} for problem in problems)
    assert [problem["blocking"] for problem in problems if problem["code"] == "L801"] == [True]


def test_lint_prints_an_empty_array_for_a_clean_pack(rounds, pack: Path):
    linted = rounds("packs", "lint", pack, "--format", "json")

    assert (linted.returncode, json.loads(linted.stdout)) == (0, [])
