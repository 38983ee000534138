"""`antiphon fit mmrm`: the numbers of R's mmrm and emmeans at the exact optimum, and sentences for data that cannot be fitted."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.screens.terminal.fit.command_line import CommandLine, relative, run_python

METHODS = {
    "kenward-roger-linear": "Kenward-Roger-Linear",
    "kenward-roger": "Kenward-Roger",
    "satterthwaite": "Satterthwaite",
    "between-within": "Between-Within",
    "residual": "Residual",
    "empirical-cr3": "Satterthwaite/Empirical-Jackknife(CR3)",
}


@pytest.fixture
def lung(reference: Path) -> tuple[Any, ...]:
    """Return the words that fit the lung function trial."""
    return (
        "fit", "mmrm", "--data", reference / "statistics" / "fev_data.csv",
        "--formula", "FEV1 ~ RACE + SEX + ARMCD * AVISIT", "--subject", "USUBJID", "--visit", "AVISIT",
        "--levels", "SEX=Male,Female",
    )  # fmt: skip


@pytest.fixture
def r(reference: Path) -> Callable[[str], dict[str, Any]]:
    """Return a function that gives what R found for a model."""

    def read(name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((reference / "statistics" / f"{name}.json").read_text())
        return found

    return read


def parts(name: str) -> list[str]:
    return sorted(name.split(":"))


@pytest.mark.reference
@pytest.mark.parametrize("method", list(METHODS))
def test_coefficients_are_those_of_mmrm(
    antiphon: CommandLine,
    lung: tuple[Any, ...],
    r: Callable[[str], dict[str, Any]],
    method: str,
) -> None:
    expected = r("fev_us_reml")

    told = antiphon.json(*lung, "--covariance", "us", "--method", method)

    assert told["log_likelihood"] == pytest.approx(expected["logLik"], abs=1e-8)
    assert [told["aic"], told["bic"]] == pytest.approx([expected["AIC"], expected["BIC"]], abs=1e-8)
    assert told["covariance"]["all"] == [
        pytest.approx(row, rel=1e-7) for row in expected["cov_matrix"]
    ]
    theirs = expected["tests"][METHODS[method]]
    for i, ours in enumerate(told["coefficients"]):
        assert parts(ours["name"]) == parts(expected["coef_names"][i])
        assert abs(ours["estimate"] - expected["beta"][i]) < 1e-7 * ours["se"]
        assert relative(ours["se"], theirs["se"][i]) < 1e-7
        assert relative(ours["df"], theirs["df"][i]) < 1e-6
        assert abs(ours["p"] - theirs["p"][i]) < 1e-8
    assert (told["n_participants"], told["n_observations"]) == (197, 537)
    assert told["converged"]
    assert told["gradient_max"] < 1e-9


@pytest.mark.reference
@pytest.mark.parametrize("method", ["kenward-roger-linear", "kenward-roger", "satterthwaite"])
@pytest.mark.parametrize("weights", ["equal", "proportional"])
def test_marginal_means_are_those_of_emmeans(
    antiphon: CommandLine,
    lung: tuple[Any, ...],
    r: Callable[[str], dict[str, Any]],
    method: str,
    weights: str,
) -> None:
    expected = r("fev_us_reml")["emm"][METHODS[method]][weights]

    told = antiphon.json(
        *lung, "--method", method, "--lsmeans", "ARMCD | AVISIT", "--weights-of-lsmeans", weights
    )

    for ours, theirs in zip(told["ls_means"], expected["emmeans"], strict=True):
        assert (ours["AVISIT"], ours["ARMCD"]) == (theirs["visit"], theirs["arm"])
        assert_same(ours, theirs)
    for ours, theirs in zip(told["contrasts"], expected["contrasts"], strict=True):
        assert (ours["AVISIT"], ours["contrast"]) == (theirs["visit"], theirs["contrast"])
        assert_same(ours, theirs)


def assert_same(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for key in ("estimate", "lower", "upper"):
        assert abs(ours[key] - theirs[key]) < 1e-6 * theirs["se"]
    assert relative(ours["se"], theirs["se"]) < 1e-7
    assert relative(ours["df"], theirs["df"]) < 1e-6
    assert abs(ours["p"] - theirs["p"]) < 1e-8


@pytest.mark.reference
def test_marginal_means_with_a_covariate_are_over_all_rows_as_in_emmeans_with_data(
    antiphon: CommandLine, lung: tuple[Any, ...], r: Callable[[str], dict[str, Any]]
) -> None:
    words = (*lung[:5], "FEV1 ~ FEV1_BL * AVISIT + RACE + ARMCD * AVISIT", *lung[6:])
    expected = r("fev_us_bl_reml")["emm"]["Kenward-Roger-Linear"]["proportional"]["emmeans"]

    told = antiphon.json(
        *words, "--lsmeans", "ARMCD | AVISIT", "--weights-of-lsmeans", "proportional"
    )

    for ours, theirs in zip(told["ls_means"], expected, strict=True):
        assert_same(ours, theirs)
    assert any("all 800 rows" in note for note in told["notes"])
    assert sum(one["n"] for one in told["ls_means"]) == told["n_observations"]


@pytest.mark.reference
def test_tests_of_terms_are_those_of_car(
    antiphon: CommandLine, lung: tuple[Any, ...], r: Callable[[str], dict[str, Any]]
) -> None:
    expected = r("fev_us_reml")["anova"]["Kenward-Roger-Linear"]

    told = antiphon.json(*lung, "--tests", "both")

    for kind in ("II", "III"):
        ours = [one for one in told["tests"] if one["type"] == kind]
        for one, theirs in zip(ours, expected[kind], strict=True):
            assert one["term"] == theirs["term"]
            assert one["F"] == pytest.approx(theirs["F"], rel=1e-7)
            assert one["denom_df"] == pytest.approx(theirs["denom_df"], rel=1e-6)
            assert one["p"] == pytest.approx(theirs["p"], abs=1e-8)


@pytest.mark.reference
@pytest.mark.parametrize("structure", ["cs", "ar1", "toep"])
def test_other_structures_are_those_of_mmrm(
    antiphon: CommandLine,
    lung: tuple[Any, ...],
    r: Callable[[str], dict[str, Any]],
    structure: str,
) -> None:
    told = antiphon.json(*lung, "--covariance", structure, "--method", "satterthwaite")

    expected = r(f"fev_{structure}_reml")
    assert told["log_likelihood"] == pytest.approx(expected["logLik"], abs=1e-8)
    assert [one["se"] for one in told["coefficients"]] == pytest.approx(
        expected["tests"]["Satterthwaite"]["se"], rel=1e-7
    )


@pytest.mark.reference
def test_maximum_likelihood_is_that_of_mmrm(
    antiphon: CommandLine, lung: tuple[Any, ...], r: Callable[[str], dict[str, Any]]
) -> None:
    told = antiphon.json(*lung, "--estimation", "ml", "--method", "satterthwaite")

    expected = r("fev_us_ml")
    assert told["log_likelihood"] == pytest.approx(expected["logLik"], abs=1e-8)
    assert told["aic"] == pytest.approx(expected["AIC"], abs=1e-8)


@pytest.mark.reference
def test_groups_and_weights_take_part(antiphon: CommandLine, lung: tuple[Any, ...]) -> None:
    plain = antiphon.json(*lung)

    grouped = antiphon.json(*lung, "--group", "ARMCD")
    weighted = antiphon.json(*lung, "--weights", "WEIGHT")

    assert list(grouped["covariance"]) == ["PBO", "TRT"]
    assert grouped["log_likelihood"] > plain["log_likelihood"]
    assert weighted["log_likelihood"] != plain["log_likelihood"]
    assert "weights = d$WEIGHT" in weighted["equivalent_calls"]["r"]
    assert "group=ARMCD" in grouped["equivalent_calls"]["sas"]


@pytest.mark.reference
def test_a_numeric_visit_is_a_category_and_leading_zeros_stay(
    antiphon: CommandLine, reference: Path, r: Callable[[str], dict[str, Any]]
) -> None:
    told = antiphon.json(
        "fit", "mmrm", "--data", reference / "statistics" / "antidepressant_data.csv",
        "--formula", "CHANGE ~ BASVAL * VISIT + THERAPY * VISIT + POOLINV",
        "--subject", "PATIENT", "--visit", "VISIT", "--method", "satterthwaite", "--tests", "none",
        "--levels", "THERAPY=DRUG,PLACEBO",
    )  # fmt: skip

    expected = r("antidep_us_reml_cov")
    assert told["visits"] == ["4", "5", "6", "7"]
    assert told["log_likelihood"] == pytest.approx(expected["logLik"], abs=1e-8)
    assert len(told["coefficients"]) == len(expected["beta"])
    assert "POOLINV006" not in {one["name"] for one in told["coefficients"]}


@pytest.mark.reference
def test_the_two_lines_of_python_give_the_same_fit(
    antiphon: CommandLine, lung: tuple[Any, ...]
) -> None:
    told = antiphon.json(*lung, "--where", "AVISIT=VIS1,VIS2,VIS3", "--covariance", "csh")

    again = run_python(told["python"])

    assert again.fit.log_likelihood == told["log_likelihood"]
    assert again.coefficients().p.tolist() == [one["p"] for one in told["coefficients"]]


@pytest.mark.reference
def test_a_fit_is_fast_enough_to_wait_for(antiphon: CommandLine, lung: tuple[Any, ...]) -> None:
    done = antiphon.run(*lung, "--lsmeans", "ARMCD | AVISIT")

    assert "TRT - PBO VIS4    4.3985   1.6934  133.39" in done.out
    assert "largest gradient" in done.out


def trial(visits: tuple[str, ...] = ("Baseline", "Week 2", "Week 10"), people: int = 24) -> str:
    """Return a trial as CSV; nobody has an outcome at baseline."""
    generator = np.random.Generator(np.random.PCG64(11))
    lines = ["id,visit,arm,y,x"]
    for person in range(people):
        own = generator.normal()
        for place, visit in enumerate(visits):
            y = "" if visit == "Baseline" else f"{own + 0.4 * place + generator.normal():.4f}"
            lines.append(f"{person:03},{visit},{'AB'[person % 2]},{y},{own:.2f}")
    return "\n".join(lines) + "\n"


def words(data: Path, formula: str = "y ~ arm * visit") -> tuple[Any, ...]:
    return (
        "fit",
        "mmrm",
        "--data",
        data,
        "--formula",
        formula,
        "--subject",
        "id",
        "--visit",
        "visit",
    )


def test_visits_are_in_the_order_of_their_numbers_and_those_without_outcome_left_out(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    told = antiphon.json(*words(csv_file(trial())))

    assert told["visits"] == ["Week 2", "Week 10"]
    assert told["visits_left_out"] == ["Baseline"]
    assert run_python(told["python"]).fit.log_likelihood == told["log_likelihood"]


def test_a_structure_that_cannot_be_estimated_falls_back_on_record(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    visits = tuple(f"V{number}" for number in range(1, 7))
    data = csv_file(trial(visits, people=6))

    refused = antiphon.refusal(*words(data, "y ~ arm"))
    told = antiphon.json(*words(data, "y ~ arm"), "--fallback", "toeph,cs")

    assert refused.code == 3
    assert "us" in refused.error
    assert told["structure"] in {"toeph", "cs"}
    assert told["fallback_steps"][0]["structure"] == "us"
    assert told["fallback_steps"][0]["reason"]
    assert told["fallback_steps"][-1]["reason"] == ""


def test_a_combination_without_data_has_a_reason_and_no_number(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    rows = [line for line in trial(("V1", "V2", "V3")).splitlines() if ",V3,B," not in line]

    told = antiphon.json(*words(csv_file("\n".join(rows) + "\n")), "--lsmeans", "arm | visit")

    last = told["contrasts"][-1]
    assert (last["visit"], last["estimate"], last["p"]) == ("V3", None, None)
    assert [one["n"] for one in told["ls_means"]][-2:] == [12, 0]
    assert "not estimable" in last["reason"]
    assert told["aliased"] == ["armB:visitV3"]


@pytest.mark.parametrize(
    ("change", "formula", "more", "code", "said"),
    [
        pytest.param(lambda t: t.replace(",y,", ",FEV1,"), "FEV ~ arm * visit", (), 2, "no column 'FEV'; did you mean 'FEV1'", id="misspelt outcome"),
        pytest.param(str, "y ~ amr * visit", (), 2, "no column amr: did you mean arm", id="misspelt factor"),
        pytest.param(str, "y ~ arm *", (), 2, "formula", id="formula that ends early"),
        pytest.param(str, "arm * visit", (), 2, "needs one outcome", id="no outcome"),
        pytest.param(str, "y ~ arm + eval(x)", (), 2, "not allowed", id="code in a formula"),
        pytest.param(lambda t: t + "001,Week 2,B,1,0\n", "y ~ arm * visit", (), 2, "two rows for id 001, visit Week 2", id="row twice"),
        pytest.param(lambda t: t + "999,Week 2,B,inf,0\n", "y ~ arm * visit", (), 2, "column y: 'inf' is infinite", id="infinite"),
        pytest.param(lambda t: t + ",Week 2,B,1,0\n", "y ~ arm * visit", (), 2, "column id: the field is empty", id="nobody"),
        pytest.param(lambda t: t.replace("Week 10", "Baseline ").replace("Baseline ,A", "Zero,A").replace("Baseline ,B", "Zero,B"), "y ~ visit", ("--where", "visit=Zero"), 2, "holds one visit", id="one visit"),
        pytest.param(lambda t: t.replace(",B,", ",A,"), "y ~ arm * visit", (), 3, "every analysed row has A in arm", id="one arm"),
        pytest.param(str, "y ~ arm * visit", ("--levels", "arm=A,C"), 2, "no 'C' in column arm", id="level that does not occur"),
        pytest.param(str, "y ~ arm * visit", ("--levels", "arm"), 2, "--levels", id="levels without levels"),
        pytest.param(str, "y ~ arm * visit", ("--covariance", "sp_exp"), 2, "--coordinates", id="spatial without place"),
        pytest.param(str, "y ~ arm * visit", ("--fallback", "unknown"), 2, "--fallback", id="no such structure"),
        pytest.param(str, "y ~ arm * visit", ("--estimation", "ml"), 2, "needs --estimation reml", id="Kenward-Roger by ML"),
        pytest.param(str, "y ~ arm * visit", ("--lsmeans", "|"), 2, "--lsmeans", id="means of nothing"),
        pytest.param(str, "y ~ arm * visit + x", ("--lsmeans", "x"), 3, "x is numeric", id="means of a number"),
        pytest.param(str, "y ~ arm * visit", ("--weights", "x"), 3, "weights must be positive", id="negative weights"),
    ],
)  # fmt: skip
def test_data_that_cannot_be_fitted_get_a_sentence(
    antiphon: CommandLine,
    csv_file: Callable[[str], Path],
    change: Callable[[str], str],
    formula: str,
    more: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    done = antiphon.refusal(*words(csv_file(change(trial())), formula), *more)

    assert (done.code, said in done.error) == (code, True), done.error


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(trial(("V1", "V2"), people=2), "too few", id="more parameters than data"),
        pytest.param("id,visit,arm,y\n" + "".join(f"{i},V{v},{'AB'[i % 2]},4\n" for i in range(8) for v in (1, 2)), "same value", id="constant outcome"),
    ],
)  # fmt: skip
def test_data_without_information_give_no_number(
    antiphon: CommandLine, csv_file: Callable[[str], Path], text: str, said: str
) -> None:
    done = antiphon.refusal(*words(csv_file(text)))

    assert (done.code, said in done.error) == (3, True), done.error
