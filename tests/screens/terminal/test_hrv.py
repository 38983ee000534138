"""`antiphon hrv FILE`: what it prints, with which code it ends, and whether its JSON keeps to its schema."""

import csv
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from screens.terminal import command

SCHEMA = Path("docs/reference/schemas/hrv.schema.json")
MEASURES = 25


@dataclass(frozen=True, kw_only=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    error: str


class CommandLine:
    """Types `antiphon hrv ...` in this process."""

    def __init__(
        self, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch, schema: Path
    ) -> None:
        self._capture = capture
        self._patch = patch
        self._schema = json.loads(schema.read_text("utf-8"))

    def run(self, *words: object) -> Done:
        """Type a command and wait for its end."""
        self._patch.setattr(sys, "argv", ["antiphon", "hrv", *map(str, words)])
        code = command.main()
        printed = self._capture.readouterr()
        return Done(code=code, out=printed.out, error=printed.err)

    def json(self, *words: object) -> dict[str, Any]:
        """Type a command with --json; its answer must keep to the schema, with no key beside it."""
        done = self.run(*words, "--json")
        assert (done.code, done.error) == (0, "")
        found: dict[str, Any] = json.loads(done.out)
        jsonschema.Draft202012Validator(self._schema).validate(found)
        assert list(found) == ["file", "kind", "sampling_rate_hz", "recipe", "windows"]
        return found


@pytest.fixture
def hrv(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, checkout: Path
) -> CommandLine:
    """Return the command line."""
    return CommandLine(capsys, monkeypatch, checkout / SCHEMA)


@pytest.fixture
def intervals(tmp_path: Path) -> Path:
    """Return a file of ten minutes of intervals in milliseconds."""
    chance = np.random.Generator(np.random.PCG64(1))
    breath = 30.0 * np.sin(2.0 * np.pi * 0.25 * 0.8 * np.arange(750))
    path = tmp_path / "rest.csv"
    np.savetxt(path, 800.0 + breath + chance.normal(0.0, 8.0, 750), header="rr_ms", comments="")
    return path


def test_json_is_one_window_over_the_whole_recording(hrv: CommandLine, intervals: Path) -> None:
    found = hrv.json(intervals)

    (window,) = found["windows"]
    assert (found["file"], found["kind"], found["sampling_rate_hz"]) == ("rest.csv", "rr", None)
    assert "psd-hann300-4hz-v1" in found["recipe"].split("+")
    assert (window["start_s"], window["beats"], window["quality"]) == (0.0, 750, "good")
    assert window["corrected_percent"] == 0.0
    assert window["measures"]["rmssd_ms"]["unit"] == "ms"
    assert len(window["measures"]) == MEASURES


def test_exactly_one_of_value_and_reason_is_null(hrv: CommandLine, intervals: Path) -> None:
    found = hrv.json(intervals, "--window", "60", "--step", "30")

    measures = [one for window in found["windows"] for one in window["measures"].values()]
    assert len(found["windows"]) == 19
    assert {(one["value"] is None) != (one["reason"] is None) for one in measures} == {True}
    assert {one["reason"] for one in measures} >= {None, "too_short", "no_breathing"}


def test_csv_has_one_line_a_measure_and_window(hrv: CommandLine, intervals: Path) -> None:
    done = hrv.run(intervals, "--window", "300", "--csv")

    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert done.code == 0
    assert len(rows) == 2 * MEASURES
    assert {row["start_s"] for row in rows} == {"0.0", "300.0"}
    assert all(bool(row["value"]) != bool(row["reason"]) for row in rows)
    assert all(row["recipe"] for row in rows)


def test_tables_say_units_recipes_and_reasons(hrv: CommandLine, intervals: Path) -> None:
    done = hrv.run(intervals)

    assert done.code == 0
    assert "750 intervals, 0% left out by the beat policy" in done.out
    assert "rmssd-median11-20pct-v1" in done.out
    assert "no breathing was recorded" in done.out


def test_seconds_are_read_when_they_are_stated(hrv: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "seconds.txt"
    chance = np.random.Generator(np.random.PCG64(1))
    np.savetxt(path, 0.8 + chance.normal(0.0, 0.03, 100))

    stated = hrv.json(path, "--unit", "s", "--kind", "rr")
    silent = hrv.run(path, "--json")

    assert stated["windows"][0]["measures"]["mean_nn_ms"]["value"] == pytest.approx(800.0, abs=10.0)
    assert (silent.code, silent.out) == (2, "")
    assert "not guessed" in silent.error


def test_noise_declared_an_ecg_gives_reasons_and_no_number(
    hrv: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "noise.csv"
    chance = np.random.Generator(np.random.PCG64(1))
    np.savetxt(path, chance.normal(0.0, 1.0, 60 * 250))

    found = hrv.json(path, "--kind", "ecg", "--rate", "250")

    (window,) = found["windows"]
    assert (found["kind"], found["sampling_rate_hz"], window["quality"]) == ("ecg", 250.0, "hold")
    assert {one["value"] for one in window["measures"].values()} == {None}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["{folder}/nothing.csv"], "There is no file", id="no file"),
        pytest.param(["{file}", "--json", "--csv"], "not for both", id="two forms"),
        pytest.param(["{file}", "--window", "0"], "A window of 0 s", id="no window"),
        pytest.param(["{file}", "--step", "5"], "A step needs a window", id="a step alone"),
        pytest.param(["{file}", "--kind", "ppg"], "ppg", id="not in the file"),
        pytest.param(["{file}", "--rate", "-1"], "-1 Hz", id="no rate"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_code_2(
    hrv: CommandLine, intervals: Path, words: list[str], said: str
) -> None:
    done = hrv.run(*(word.format(file=intervals, folder=intervals.parent) for word in words))

    assert (done.code, done.out) == (2, "")
    assert len(done.error.strip().splitlines()) == 1
    assert said in done.error


def test_a_file_that_is_no_recording_is_one_sentence_and_code_2(
    hrv: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))

    done = hrv.run(path)

    assert (done.code, done.out) == (2, "")
    assert len(done.error.strip().splitlines()) == 1


def test_a_walk_without_intervals_says_so(hrv: CommandLine, reference: Path) -> None:
    done = hrv.run(reference / "signals" / "fit" / "Activity.fit", "--json")

    assert (done.code, done.out) == (2, "")
    assert "There are no RR intervals in this file" in done.error


@pytest.mark.parametrize(
    ("name", "kind", "beats"),
    [
        pytest.param("fit/garmin-fenix-5-walk.fit", "rr", 62, id="Garmin FIT"),
        pytest.param("empatica_e4", "rr", 4999, id="Empatica E4"),
        pytest.param("ecg_mitdb100/100.hea", "ecg", 2269, id="WFDB"),
        pytest.param("rr_bartels/rest_rri.txt", "rr", 910, id="intervals without a header"),
        pytest.param("opensignals/SampleECG.txt", "ecg", 28, id="OpenSignals"),
    ],
)
def test_files_of_devices_are_measured(
    hrv: CommandLine, reference: Path, name: str, kind: str, beats: int
) -> None:
    found = hrv.json(reference / "signals" / name)

    assert found["kind"] == kind
    assert found["windows"][0]["beats"] == beats
