"""The commands as a person types them: what they print and with which code they end.

0 done, 1 a check that failed, 2 input that cannot be used (one sentence on standard error).
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from interventions.listeners import ListenerKind
from protocols.document import LIBRARY
from screens.terminal.session import ListenerName
from tests.browser.house import House

CHECKOUT = Path(__file__).resolve().parents[3]
SHIPPED = LIBRARY / "anxiety_adaptive_music.yaml"


def antiphon(*words: str, store: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"ANTIPHON_STORE": f"sqlite:///{store}"} if store else {}
    return subprocess.run(
        [sys.executable, "-m", "screens.terminal", *words],
        cwd=CHECKOUT,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((), id="antiphon"),
        pytest.param(("protocol",), id="protocol"),
        pytest.param(("protocol", "check"), id="protocol check"),
        pytest.param(("protocol", "show"), id="protocol show"),
        pytest.param(("protocol", "simulate"), id="protocol simulate"),
        pytest.param(("session", "run"), id="session run"),
        pytest.param(("session", "replay"), id="session replay"),
        pytest.param(("score",), id="score"),
        pytest.param(("sensors",), id="sensors"),
        pytest.param(("demo",), id="demo"),
        pytest.param(("verify",), id="verify"),
        pytest.param(("report",), id="report"),
        pytest.param(("fit",), id="fit"),
        pytest.param(("fit", "mmrm"), id="fit mmrm"),
    ],
)
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    done = antiphon(*words, "--help")

    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_help_waits_for_nothing_slow() -> None:
    listing = "import sys; import screens.terminal.command; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", listing], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )

    imported = {name.partition(".")[0] for name in done.stdout.split()}
    assert (
        imported & {"numpy", "pandas", "scipy", "statsmodels", "analysis", "interventions"} == set()
    )


def test_listeners_are_those_of_the_simulation() -> None:
    assert [one.value for one in ListenerName] == [one.value for one in ListenerKind]


def test_the_shipped_protocol_passes_its_check() -> None:
    done = antiphon("protocol", "check", str(SHIPPED), "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] is True
    assert len(told["sha256"]) == 64


def test_a_wrong_protocol_fails_its_check_with_line_and_mend(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    text = SHIPPED.read_text(encoding="utf-8")
    wrong.write_text(text.replace("ratio: [1, 1]", "ratio: [1, 1, 1]"), encoding="utf-8")

    done = antiphon("protocol", "check", str(wrong), "--json")

    assert done.returncode == 1
    problem = json.loads(done.stdout)["problems"][0]
    assert problem["line"] == 1 + text[: text.index("ratio: [1, 1]")].count("\n")
    assert problem["mend"]


def test_a_protocol_that_is_not_there_is_one_sentence_and_code_2(tmp_path: Path) -> None:
    done = antiphon("protocol", "show", str(tmp_path / "none.yaml"))

    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_the_public_protocol_holds_no_block_sizes() -> None:
    text = antiphon("protocol", "show", str(SHIPPED))
    plain = antiphon("protocol", "show", str(SHIPPED), "--json")

    assert "CALM-1" in text.stdout
    assert "block_sizes" not in plain.stdout
    assert json.loads(plain.stdout)["study_id"] == "CALM-1"


def test_score_takes_an_empty_answer_as_missing() -> None:
    done = antiphon("score", "phq9", "--answers", "1,1,,1,1,1,1,1,0", "--json")

    assert json.loads(done.stdout)["scores"] == {"total": pytest.approx(7.875)}


def test_score_beyond_the_missing_item_rule_is_null() -> None:
    done = antiphon("score", "gad7", "--answers", ",,,1,1,1,1", "--json")

    assert json.loads(done.stdout)["scores"] == {"total": None}


@pytest.mark.parametrize(
    ("questionnaire", "answers"),
    [
        pytest.param("gad7", "0,1,9,0,0,0,0", id="out of range"),
        pytest.param("gad7", "0,1", id="too few"),
        pytest.param("gad7", "a,1,1,1,1,1,1", id="no number"),
        pytest.param("nothing", "0", id="no such questionnaire"),
    ],
)
def test_answers_that_cannot_be_used_end_with_code_2(questionnaire: str, answers: str) -> None:
    done = antiphon("score", questionnaire, "--answers", answers)

    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_session_runs_into_a_folder_and_replays(tmp_path: Path) -> None:
    out = tmp_path / "session"

    run = antiphon(
        *("session", "run", "--arm", "adaptive", "--listener", "entrainment"),
        *("--minutes", "1", "--seed", "5", "--out", str(out), "--json"),
    )
    replayed = antiphon("session", "replay", str(out), "--json")

    assert json.loads(run.stdout)["duration_s"] == 60.0
    assert {path.name for path in out.iterdir()} >= {"steps.jsonl", "session.mid", "session.flac"}
    assert json.loads(replayed.stdout)["equal"] is True


def test_a_changed_step_is_found_by_replay(tmp_path: Path) -> None:
    out = tmp_path / "session"
    antiphon(
        *("session", "run", "--arm", "matched_fixed", "--minutes", "0.5", "--out", str(out)),
    )
    steps = out / "steps.jsonl"
    lines = steps.read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    first["state"]["arousal"] += 0.5
    steps.write_text("\n".join([json.dumps(first), *lines[1:]]), encoding="utf-8")

    done = antiphon("session", "replay", str(out))

    assert done.returncode == 1
    assert "differ" in done.stdout


def test_a_store_that_is_not_there_is_one_sentence_and_code_2(tmp_path: Path) -> None:
    for command in (("verify",), ("report", "--out", str(tmp_path / "out"))):
        done = antiphon(*command, store=tmp_path / "none.db")

        assert done.returncode == 2
        assert "no store" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_report_of_an_open_database_says_so_and_two_of_them_have_the_same_bytes(
    tmp_path: Path, house: House
) -> None:
    store = Path(house.url.removeprefix("sqlite:///"))

    first, second = (
        antiphon("report", "--out", str(tmp_path / name), store=store) for name in ("one", "two")
    )

    assert first.returncode == 0, first.stderr
    assert "NOT LOCKED: preliminary" in first.stdout
    written = {p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*")}
    assert {Path("records.json"), Path("protocol.json"), Path("report.html")} <= written
    assert second.returncode == 0
    assert [n for n in written if _differ(tmp_path / "one" / n, tmp_path / "two" / n)] == []


def _differ(one: Path, other: Path) -> bool:
    return one.read_bytes() != other.read_bytes()


def test_sensors_are_listed_by_kind_with_what_is_found_or_why_nothing_is() -> None:
    done = antiphon("sensors", "--wait", "0.3", "--json")

    told = json.loads(done.stdout)["drivers"]
    assert done.returncode == 0
    assert [one["driver"] for one in told] == ["brainflow", "lsl", "polar", "strap"]
    assert all(one["sensors"] or one["remark"] for one in told)


def test_sensors_are_told_to_a_person_too() -> None:
    done = antiphon("sensors", "--wait", "0.3")

    assert done.returncode == 0
    assert "Bluetooth heart rate strap" in done.stdout


def test_a_sensor_that_cannot_be_checked_is_one_sentence_and_code_2() -> None:
    done = antiphon("sensors", "--check", "polar:nothing")

    assert done.returncode == 2
    assert "A Polar sensor is named ecg/ADDRESS or pulse/ADDRESS." in done.stderr
    assert done.stdout == ""


def test_a_sensor_that_does_not_sit_well_is_told_and_fails_the_check() -> None:
    pytest.importorskip("brainflow", reason="the extra `devices` is not installed")
    done = antiphon("sensors", "--check", "brainflow:SYNTHETIC_BOARD", "--seconds", "1", "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert told["ok"] is False
    assert told["words"]
    assert told["sensor"]["sampling_rate_hz"] == 250.0
