"""`antiphon fit sequential`: bounds, looks and final estimates of R's rpact."""

import json
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

COMMAND = ("fit", "sequential")
LOOKS = {
    "estimates": "1.9,1.6,1.9213",
    "standard_errors": "1.34164,0.94868,0.77460",
    "df": "78,158,238",
}
DESIGNS = {
    "OF": ("--design", "obrien-fleming"),
    "P": ("--design", "pocock"),
    "WT": ("--design", "wang-tsiatis", "--parameter"),
    "asOF": ("--spending", "obrien-fleming"),
    "asP": ("--spending", "pocock"),
    "asKD": ("--spending", "kim-demets", "--parameter"),
    "asHSD": ("--spending", "hwang-shih-decani", "--parameter"),
}


def column(told: dict[str, Any], key: str) -> list[float]:
    return [row[key] for row in told["boundaries"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(("--design", "obrien-fleming"), (3.4711, 2.4544, 2.0040), id="O'Brien-Fleming"),
        pytest.param(("--design", "pocock"), (2.2895,) * 3, id="Pocock"),
        pytest.param((), (3.7103, 2.5114, 1.9930), id="Lan-DeMets unless another is named"),
    ],
)  # fmt: skip
def test_published_bounds_of_three_looks(
    antiphon: CommandLine, words: tuple[str, ...], expected: tuple[float, ...]
) -> None:
    told = antiphon.json(*COMMAND, "--looks", 3, *words)

    assert column(told, "efficacy_z") == pytest.approx(expected, abs=5e-5)


@pytest.mark.reference
def test_every_design_without_futility_is_that_of_rpact(
    antiphon: CommandLine, reference: Path
) -> None:
    found = json.loads((reference / "statistics" / "group_sequential.json").read_text())
    designs = [d for d in found["designs"] if "typeBetaSpending" not in d["args"]]
    assert len(designs) >= 8

    for design in designs:
        told = antiphon.json(*COMMAND, *words_of(design["args"]))

        assert column(told, "efficacy_z") == pytest.approx(design["critical_values"], abs=1e-5)
        assert told["inflation_factor"] == pytest.approx(design["inflation_factor"], abs=1e-4)
        assert told["expected_information_h1"] == pytest.approx(design["asn_h1"], abs=1e-4)
        assert told["expected_information_h0"] == pytest.approx(design["asn_h0"], abs=1e-4)
        assert column(told, "power") == pytest.approx(design["power"], abs=1e-5)


def words_of(args: dict[str, Any]) -> tuple[Any, ...]:
    kind = DESIGNS[args["typeOfDesign"]]
    parameter = args.get("deltaWT", args.get("gammaA"))
    looks = (
        ",".join(map(repr, args["informationRates"]))
        if "informationRates" in args
        else args["kMax"]
    )
    return (
        *kind, *((parameter,) if parameter is not None else ()), "--looks", looks, "--alpha", args["alpha"],
        "--power", 1 - args["beta"], "--sides", {1: "one", 2: "two"}[args["sided"]],
    )  # fmt: skip


@pytest.mark.reference
def test_three_looks_at_means_are_those_of_rpact(antiphon: CommandLine, reference: Path) -> None:
    case = json.loads((reference / "statistics" / "interim_analysis.json").read_text())["cases"][0]
    sizes = np.cumsum(case["n_per_arm_stagewise"])
    first, second = (
        weighted(case[key], case["n_per_arm_stagewise"]) for key in ("means1", "means2")
    )
    spread = pooled_deviation(case)
    words = (
        "--estimates", joined(first - second), "--standard-errors", joined(spread * np.sqrt(2 / sizes)),
        "--df", joined(2 * sizes - 2),
    )  # fmt: skip

    told = antiphon.json(*COMMAND, "--looks", 3, *words, "--held", "final")

    looks = told["looks"]
    assert [one["p_one_sided"] for one in looks] == pytest.approx(case["overall_p"], abs=1e-8)
    assert [one["repeated_lower"] for one in looks] == pytest.approx(
        case["repeated_ci_lower"], abs=1e-4
    )
    assert [one["repeated_p"] for one in looks] == pytest.approx(case["repeated_p"], abs=1e-5)
    assert told["final"]["p"] == pytest.approx(case["final_p"][2], abs=1e-6)
    assert told["final"]["median_unbiased"] == pytest.approx(case["median_unbiased"][2], abs=1e-5)
    assert looks[2]["advice"] == "stop: benefit shown"


def weighted(means: list[float], sizes: list[int]) -> np.ndarray[Any, Any]:
    return np.asarray(np.cumsum(np.multiply(means, sizes)) / np.cumsum(sizes))


def pooled_deviation(case: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return the standard deviation up to each look: within stages, and between their means."""
    sizes = np.asarray(case["n_per_arm_stagewise"])
    found = []
    for k in range(1, len(sizes) + 1):
        total = sum((n - 1) * s**2 for n, s in zip(sizes[:k], case["sd"][:k], strict=True)) * 2
        for key in ("means1", "means2"):
            means = np.asarray(case[key][:k])
            total += float((sizes[:k] * (means - np.average(means, weights=sizes[:k])) ** 2).sum())
        found.append(np.sqrt(total / (2 * sizes[:k].sum() - 2)))
    return np.asarray(found)


def joined(numbers: np.ndarray[Any, Any]) -> str:
    return ",".join(repr(float(number)) for number in numbers)


@pytest.mark.reference
def test_conditional_power_is_that_of_rpact(antiphon: CommandLine, reference: Path) -> None:
    case = json.loads((reference / "statistics" / "interim_analysis.json").read_text())["cases"][1]

    told = antiphon.json(
        *COMMAND, "--looks", 3, "--estimates", 1.9, "--standard-errors", 6 * sqrt(2 / 40),
        "--df", 78, "--assumed-effect", 1.9, "--planned-standard-error", 6 * sqrt(2 / 120),
    )  # fmt: skip

    expected = case["conditional_power"][1:]
    assert told["conditional_power"]["under_assumed_effect"] == pytest.approx(expected, abs=1e-6)
    assert told["looks"][0]["advice"] == "go on"
    assert told["final"] is None


def test_a_file_gives_the_same_as_its_estimates(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    generator = np.random.Generator(np.random.PCG64(3))
    rows = [(look, "AB"[i % 2], generator.normal(i % 2, 2)) for look in (1, 2) for i in range(20)]
    data = csv_file("look,arm,y\n" + "".join(f"{k},{a},{y!r}\n" for k, a, y in rows))

    told = antiphon.json(
        *COMMAND, "--looks", 3, "--data", data, "--outcome", "y", "--arm", "arm", "--look", "look",
        "--planned", 60,
    )  # fmt: skip
    looks = told["looks"]
    again = antiphon.json(
        *COMMAND, "--looks", 3, "--estimates", ",".join(repr(one["estimate"]) for one in looks),
        "--standard-errors", ",".join(repr(one["se"]) for one in looks), "--df", "18,38",
    )  # fmt: skip

    assert [one["information"] for one in looks] == pytest.approx([1 / 3, 2 / 3])
    for one, other in zip(looks, again["looks"], strict=True):
        assert one["repeated_p"] == pytest.approx(other["repeated_p"], rel=1e-6)
    assert run_python(told["python"]).looks[1].z == looks[1]["z"]


def test_a_person_gets_tables_and_the_warning_about_blinding(antiphon: CommandLine) -> None:
    done = antiphon.run(
        *COMMAND, "--looks", 3, "--futility", "pocock", "--estimates", LOOKS["estimates"],
        "--standard-errors", LOOKS["standard_errors"], "--df", LOOKS["df"], "--held", "final",
    )  # fmt: skip

    assert done.code == 0, done.error
    assert "stop: benefit shown" in done.out
    assert "median-unbiased" in done.out
    assert "unblinded statistician" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("--looks", "0.5,0.4,1"), "goes backwards", id="backwards"),
        pytest.param(("--looks", "0.5,0.8"), "must be 1", id="no end"),
        pytest.param(("--looks", 3, "--alpha", 1.5), "significance level", id="level"),
        pytest.param(("--looks", 3, "--design", "wang-tsiatis"), "--parameter", id="no shape"),
        pytest.param(("--looks", 3, "--design", "pocock", "--spending", "pocock"), "not both", id="two rules"),
        pytest.param(("--looks", 3, "--estimates", "1,2", "--standard-errors", "1"), "one of each a look", id="estimates without errors"),
        pytest.param(("--looks", 3, "--estimates", "1", "--standard-errors", "0"), "above 0", id="no standard error"),
        pytest.param(("--looks", 3, "--estimates", "inf", "--standard-errors", "1"), "finite", id="infinite"),
        pytest.param(("--looks", "three"), "--looks", id="no number"),
        pytest.param(("--looks", 3, "--sides", "two", "--futility", "pocock"), "one-sided", id="futility of two sides"),
    ],
)  # fmt: skip
def test_a_design_that_cannot_be_gets_a_sentence(
    antiphon: CommandLine, words: tuple[Any, ...], said: str
) -> None:
    done = antiphon.refusal(*COMMAND, *words)

    assert (done.code, said in done.error) == (2, True), done.error


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("look,arm,y\n1,A,1\n1,B,2\n", "each arm needs 2", id="too few"),
        pytest.param("look,arm,y\n1,A,1\n1,B,2\n3,A,1\n3,B,2\n", "number them 1, 2, 3", id="a look missing"),
        pytest.param("look,arm,y\n1,A,4\n1,B,3\n1,A,4\n1,B,3\n", "does not vary", id="constant within arms"),
        pytest.param("look,arm,y\n1,A,4\n1,A,5\n", "holds only 'A'; two arms are needed", id="one arm"),
    ],
)  # fmt: skip
def test_data_that_cannot_be_looked_at_get_a_sentence(
    antiphon: CommandLine, csv_file: Callable[[str], Path], text: str, said: str
) -> None:
    done = antiphon.refusal(
        *COMMAND, "--looks", 3, "--data", csv_file(text), "--outcome", "y", "--arm", "arm", "--look", "look"
    )  # fmt: skip

    assert (done.code, said in done.error) == (2, True), done.error


def test_a_trial_can_stop_for_harm_by_a_level_of_its_own(antiphon: CommandLine) -> None:
    told = antiphon.json(
        *COMMAND, "--looks", 3, "--harm-alpha", 0.1, "--estimates", "-3", "--standard-errors", "1.2"
    )

    assert sum(told["harm"]["stopped_without_effect"]) <= 0.1
    assert told["looks"][0]["harm_z"] == pytest.approx(told["harm"]["bounds_z"][0])
    assert told["looks"][0]["advice"] == "stop: harm"
    assert run_python(told["python"]).looks[0].harm_bound == told["looks"][0]["harm_z"]


def test_a_trial_can_give_up_where_conditional_power_has_fallen(antiphon: CommandLine) -> None:
    told = antiphon.json(*COMMAND, "--looks", 3, "--futility-conditional-power", 0.2)
    trend = antiphon.json(
        *COMMAND, "--looks", 3, "--futility-conditional-power", 0.2, "--futility-effect", "trend"
    )

    assert told["harm"] is None
    assert told["boundaries"][0]["futility_z"] < trend["boundaries"][0]["futility_z"]
    assert "not both" in antiphon.refusal(*COMMAND, "--looks", 3, "--design", "pocock", "--spending", "pocock").error  # fmt: skip
    both = antiphon.refusal(
        *COMMAND, "--looks", 3, "--futility", "pocock", "--futility-conditional-power", 0.2
    )
    assert "Name one of --futility" in both.error
