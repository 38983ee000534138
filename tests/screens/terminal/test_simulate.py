"""`antiphon protocol simulate`: the same numbers here, in processes and on a cluster, as table, page, CSV and JSON."""

import csv
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from distributed import LocalCluster

from analysis.operating_characteristics import dask_executor
from protocols.document import LIBRARY
from tests.screens.terminal.fit.command_line import CommandLine, Done, closed

CHECKOUT = Path(__file__).resolve().parents[3]
SHIPPED = LIBRARY / "anxiety_adaptive_music.yaml"
SMALL = ("--trials", 260, "--seed", 7)
"""Two batches a scenario."""


@pytest.fixture
def antiphon(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Return somebody who types commands."""
    return CommandLine(capture=capsys, patch=monkeypatch)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Start two worker processes on this machine.

    Yields
    ------
    LocalCluster
        Without a dashboard.
    """
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as started:
        yield started


def simulated(antiphon: CommandLine, *words: object) -> Done:
    """Type the command for the shipped protocol."""
    return antiphon.run("protocol", "simulate", SHIPPED, *words)


def plain(antiphon: CommandLine, *words: object) -> dict[str, Any]:
    done = simulated(antiphon, *words, "--json")
    assert done.code == 0, done.error
    found: dict[str, Any] = json.loads(done.out)
    return found


def refused(antiphon: CommandLine, *words: object) -> str:
    done = simulated(antiphon, *words, "--json")
    assert (done.code, done.out) == (2, "")
    assert len(done.error.strip().splitlines()) == 1
    return done.error


def test_the_same_seed_gives_the_same_numbers_here_in_processes_and_on_a_cluster(
    antiphon: CommandLine, cluster: LocalCluster
) -> None:
    here = plain(antiphon, *SMALL, "--workers", 1)
    processes = plain(antiphon, *SMALL, "--workers", 2)
    elsewhere = plain(antiphon, *SMALL, "--cluster", cluster.scheduler_address)

    assert here == processes == elsewhere
    assert len(here["characteristics"]) == 18
    assert {one["trials"] for one in here["characteristics"]} == {260}


def test_the_json_keeps_to_its_schema(antiphon: CommandLine) -> None:
    schema = json.loads(
        (CHECKOUT / "docs/reference/protocol-simulate.schema.json").read_text("utf-8")
    )

    jsonschema.Draft202012Validator(closed(schema)).validate(
        plain(antiphon, "--trials", 20, "--workers", 1)
    )


def test_page_drawing_csv_and_json_hold_the_same_numbers_and_are_the_same_each_time(
    antiphon: CommandLine, tmp_path: Path
) -> None:
    words = ("--trials", 20, "--seed", 3, "--workers", 1)
    told = plain(antiphon, *words, "--out", tmp_path / "first")
    simulated(antiphon, *words, "--out", tmp_path / "second")

    names = ["simulation.csv", "simulation.html", "simulation.json", "simulation.svg"]
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == names
    for name in names:
        written = (tmp_path / "first" / name).read_bytes()
        assert written == (tmp_path / "second" / name).read_bytes()
    assert json.loads((tmp_path / "first" / "simulation.json").read_text("utf-8")) == told
    with (tmp_path / "first" / "simulation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["shown"]) for row in rows] == [
        one["shown"]["value"] for one in told["characteristics"]
    ]
    assert [float(row["bias_se"]) for row in rows] == [
        one["bias"]["standard_error"] for one in told["characteristics"]
    ]
    page = (tmp_path / "first" / "simulation.html").read_text("utf-8")
    assert "SIMULATED DATA" in page
    assert "173 in each of 2 arms" in page
    assert told["protocol_sha256"] in page


def test_the_table_for_people_has_every_scenario_and_says_where_the_files_are(
    antiphon: CommandLine, tmp_path: Path
) -> None:
    done = simulated(antiphon, "--trials", 20, "--workers", 1, "--out", tmp_path)

    assert done.code == 0
    assert done.out.count("ANCOVA") == 9
    assert "the planned difference, missing not at random" in done.out
    assert "Monte Carlo standard error" in done.out
    assert f"Open {tmp_path / 'simulation.html'}." in done.out
    assert "Simulating trials" in done.error


def test_an_address_that_nobody_answers_is_one_sentence_within_seconds(
    antiphon: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dask_executor.CONNECT_S <= 5
    monkeypatch.setattr(dask_executor, "CONNECT_S", 0.5)
    begin = time.monotonic()

    error = refused(antiphon, *SMALL, "--cluster", "tcp://127.0.0.1:9")

    assert "No Dask scheduler answers at tcp://127.0.0.1:9" in error
    assert time.monotonic() - begin < 5


def test_a_cluster_without_its_package_says_what_to_install(
    antiphon: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    error = refused(antiphon, *SMALL, "--cluster", "tcp://127.0.0.1:9")

    assert "A cluster needs the package distributed: install it" in error


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--workers", 2, "--cluster", "tcp://127.0.0.1:9"), "name one of them"),
        (("--cluster", "127.0.0.1"), "No Dask scheduler answers at 127.0.0.1"),
        (("--workers", 0), "The number of processes is 0"),
        (("--workers", 1, "--trials", 1), "name at least one scenario and two trials"),
        (("--workers", 1, "--seed", -1), "The seed is -1"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(
    antiphon: CommandLine, words: tuple[object, ...], why: str
) -> None:
    assert why in refused(antiphon, *words)


def test_stopping_for_futility_and_harm_is_simulated_beside_efficacy(
    antiphon: CommandLine, tmp_path: Path
) -> None:
    looks = (
        "  looks:\n    information_fractions: [0.5, 1.0]\n    spending: o_brien_fleming\n"
        "    futility: {spending: pocock}\n    harm: {level: 0.1, spending: pocock}\n"
    )
    text = SHIPPED.read_text("utf-8").replace("  analyses:\n", f"{looks}  analyses:\n", 1)
    (tmp_path / "looks.yaml").write_text(text, encoding="utf-8")

    done = antiphon.run(
        "protocol", "simulate", tmp_path / "looks.yaml", *SMALL, "--workers", 1, "--json"
    )

    found = json.loads(done.out)["characteristics"]
    shown: dict[str, list[float]] = {}
    for one in found:
        shown.setdefault(one["analysis"], []).append(one["shown"]["value"])
    futile, harmed = (
        shown[f"ANCOVA, 2 looks: stopped for {reason}"] for reason in ("futility", "harm")
    )
    # without effect about a half stop for futility at the first look, with the planned one few
    assert futile[0] > 0.4
    assert futile[-1] < 0.2
    # a harmless trial stops for harm with a chance of at most 10 percent
    assert harmed[0] < 0.15
    assert harmed[-1] < 0.02
    assert shown["ANCOVA, 2 looks"][-1] > 0.6


def test_a_protocol_with_promised_looks_is_simulated_with_them(
    antiphon: CommandLine, tmp_path: Path
) -> None:
    looks = "  looks:\n    information_fractions: [0.5, 1.0]\n    spending: o_brien_fleming\n"
    text = SHIPPED.read_text("utf-8").replace("  analyses:\n", f"{looks}  analyses:\n", 1)
    (tmp_path / "looks.yaml").write_text(text, encoding="utf-8")

    done = antiphon.run(
        "protocol", "simulate", tmp_path / "looks.yaml", *SMALL, "--workers", 1, "--json"
    )

    found = json.loads(done.out)["characteristics"]
    at_looks = [one for one in found if one["analysis"] == "ANCOVA, 2 looks"]
    assert len(at_looks) == 9
    nothing, everything = at_looks[0], at_looks[-1]
    assert nothing["shown"]["value"] < 0.06  # one side of a two-sided level of 5 percent
    assert everything["shown"]["value"] > 0.65
    assert everything["participants"]["value"] < nothing["participants"]["value"] <= 346
