"""`antiphon fit sample-size`: the closed forms of R's power.t.test, longpower and rpact."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

COMMAND = ("fit", "sample-size", "--estimator")


@pytest.fixture
def r(reference: Path) -> dict[str, Any]:
    """Return what R gives."""
    found: dict[str, Any] = json.loads((reference / "statistics" / "power.json").read_text())
    return found


@pytest.mark.reference
def test_t_tests_are_those_of_power_t_test(antiphon: CommandLine, r: dict[str, Any]) -> None:
    *sizes, power = r["ttest"]

    for case in sizes:
        told = antiphon.json(
            *COMMAND, "t-test", "--difference", case["delta"], "--sd", case["sd"], "--power", case["power"]
        )  # fmt: skip
        assert told["n_first"] == pytest.approx(case["n_per_group"], abs=1e-3)
    told = antiphon.json(*COMMAND, "t-test", "--difference", 4, "--sd", 10, "--n", "64,64")
    assert told["power_reached"] == pytest.approx(power["power"], abs=1e-6)


@pytest.mark.reference
def test_analysis_of_covariance_is_borm_s(antiphon: CommandLine, r: dict[str, Any]) -> None:
    for case in r["ancova"]:
        words = (
            "--difference", case["delta"], "--sd", case["sd"], "--correlation", case["rho"],
            "--power", case["power"],
        )  # fmt: skip

        normal = antiphon.json(*COMMAND, "ancova", *words, "--reference", "normal")
        student = antiphon.json(*COMMAND, "ancova", *words)
        change = antiphon.json(*COMMAND, "change", *words, "--reference", "normal")

        assert normal["n_first"] == pytest.approx(case["n_ancova_borm"], abs=1e-3)
        assert student["n_first"] == pytest.approx(case["n_ancova_ttest_times_deff"], abs=1e-3)
        assert change["n_first"] == pytest.approx(case["n_change"], abs=1e-3)


@pytest.mark.reference
def test_repeated_measures_are_those_of_longpower(antiphon: CommandLine, r: dict[str, Any]) -> None:
    for case in r["mmrm"]:
        told = antiphon.json(
            *COMMAND, "mmrm", "--difference", case["delta"], "--sd", case["sd"], "--correlation", case["rho"],
            "--visit-correlation", case["structure"], "--power", case["power"], "--ratio", case["lambda"],
            "--retention", ",".join(map(str, case["retention_a"])),
            "--retention-second", ",".join(map(str, case["retention_b"])),
        )  # fmt: skip

        assert [told["n_first"], told["n_second"]] == pytest.approx(
            [case["n1"], case["n2"]], abs=1e-3
        )


@pytest.mark.reference
def test_proportions_and_looks_are_those_of_rpact(antiphon: CommandLine, r: dict[str, Any]) -> None:
    for case in r["rates"]:
        told = antiphon.json(
            *COMMAND, "proportions", "--proportions", f"{case['pi1']},{case['pi2']}", "--power", case["power"]
        )  # fmt: skip
        assert told["n_total"] == pytest.approx(case["n_total_rpact"], abs=1e-3)
    case = r["gs_means"][0]
    told = antiphon.json(
        *COMMAND, "t-test", "--difference", case["alternative"], "--sd", case["sd"], "--alpha", 0.025,
        "--sides", "one", "--looks", 3,
    )  # fmt: skip
    assert told["n_total"] == pytest.approx(case["max_n"], abs=1e-3)
    assert told["sequential"]["expected_total_h1"] == pytest.approx(case["expected_n_h1"], abs=1e-3)
    assert told["sequential"]["critical_effects"] == pytest.approx(
        case["critical_effect"], abs=1e-5
    )


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("t-test", "--difference", 3, "--sd", 8), id="t test"),
        pytest.param(("ancova", "--difference", 3, "--sd", 8, "--correlation", 0.5), id="ANCOVA"),
        pytest.param(("change", "--difference", 3, "--sd", 8, "--correlation", 0.5), id="change"),
        pytest.param(("non-inferiority", "--margin", 2, "--sd", 5), id="non-inferiority"),
        pytest.param(("equivalence", "--lower-margin", -2, "--upper-margin", 2, "--sd", 5), id="equivalence"),
        pytest.param(("mmrm", "--difference", 0.5, "--sd", 1, "--correlation", 0.5, "--retention", "1,0.9"), id="MMRM"),
        pytest.param(("proportions", "--proportions", "0.5,0.3"), id="proportions"),
        pytest.param(("counts", "--rates", "1.2,0.8", "--exposure", 1, "--dispersion", 0.5), id="counts"),
        pytest.param(("survival", "--hazards", "0.1,0.06", "--follow-up", 12), id="survival"),
        pytest.param(("crossover", "--difference", 3, "--sd", 5), id="crossover"),
        pytest.param(("pairs", "--difference", 3, "--sd", 5), id="pairs"),
        pytest.param(("ordinal", "--odds-ratio", 2, "--shares", "0.2,0.3,0.5"), id="ordinal"),
        pytest.param(("rank", "--probability-of-more", 0.65), id="rank"),
    ],
)  # fmt: skip
def test_every_estimator_has_a_size_that_python_gives_too(
    antiphon: CommandLine, words: tuple[Any, ...]
) -> None:
    told = antiphon.json(*COMMAND, *words)

    assert told["power_reached"] >= 0.9
    assert run_python(told["python"]).first == told["n_first"]


def test_allowances_multiply_and_are_named(antiphon: CommandLine) -> None:
    words = ("t-test", "--difference", 3, "--sd", 8)
    plain = antiphon.json(*COMMAND, *words)

    told = antiphon.json(
        *COMMAND, *words, "--dropout", "0.1,0.2", "--cluster-size", 20, "--icc", 0.05, "--not-taken-up", 0.1
    )  # fmt: skip

    assert told["n_first"] == pytest.approx(plain["n_first"] * 1.95 / 0.9 / 0.81)
    assert told["n_second"] == pytest.approx(plain["n_second"] * 1.95 / 0.8 / 0.81)
    assert "design effects" in told["method"]
    assert told["n_first_before_allowances"] == plain["n_first"]


def test_a_person_gets_whole_participants(antiphon: CommandLine) -> None:
    done = antiphon.run(*COMMAND, "t-test", "--difference", 0.5, "--sd", 1, "--power", 0.8)

    assert "first             64       63.766" in done.out
    assert "Rounded up once" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("ancova", "--sd", 8), "needs --difference", id="no difference"),
        pytest.param(("ancova", "--difference", 3), "needs --sd", id="no SD"),
        pytest.param(("t-test", "--difference", 0, "--sd", 8), "must not miss", id="no effect"),
        pytest.param(("t-test", "--difference", 1, "--sd", -8), "must be above 0", id="negative SD"),
        pytest.param(("t-test", "--difference", 1, "--sd", "x"), "'x' is not a number", id="text"),
        pytest.param(("t-test", "--difference", 1, "--sd", 1, "--n", "60"), "both arms", id="one arm"),
        pytest.param(("t-test", "--difference", 1, "--sd", 1, "--icc", 0.1), "--cluster-size", id="half a cluster"),
        pytest.param(("mmrm", "--dropout", 0.1), "--retention", id="dropout twice"),
        pytest.param(("proportions", "--proportions", "0.5"), "2 are needed", id="one proportion"),
        pytest.param(("proportions", "--proportions", "0.5,0.5"), "nothing to find", id="no difference of proportions"),
        pytest.param(("survival", "--hazards", "0.1,0.1", "--follow-up", 1), "nothing to find", id="equal hazards"),
    ],
)  # fmt: skip
def test_assumptions_that_give_no_size_get_a_sentence(
    antiphon: CommandLine, words: tuple[Any, ...], said: str
) -> None:
    done = antiphon.refusal(*COMMAND, *words)

    assert (done.code, said in done.error) == (2, True), done.error
