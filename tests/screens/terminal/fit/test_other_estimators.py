"""The smaller `antiphon fit` commands: the numbers of R, the two lines of Python, sentences for what cannot be analysed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

SENN_COLUMNS = ("--outcome", "y", "--subject", "id", "--period", "period", "--treatment", "drug")


@pytest.fixture
def statistics(reference: Path) -> Path:
    """Return the folder of reference statistics."""
    return reference / "statistics"


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


@pytest.mark.reference
@pytest.mark.parametrize("kind", ["HC0", "HC3", "model"])
def test_standardized_risks_are_those_of_r(
    antiphon: CommandLine, statistics: Path, kind: str
) -> None:
    told = antiphon.json(
        "fit", "responders", "--data", statistics / "responder_sim.csv", "--response", "resp", "--arm", "arm",
        "--covariates", "base,site", "--robust", kind,
    )  # fmt: skip

    expected = read(statistics / "responder_gcomp.json")["adj"]
    assert told["risk_difference"]["estimate"] == pytest.approx(expected["rd"], rel=1e-7)
    assert told["risk_difference"]["se"] == pytest.approx(expected[f"se_delta_{kind}"], rel=1e-6)
    assert run_python(told["python"]).difference.estimate == told["risk_difference"]["estimate"]


@pytest.mark.reference
def test_rates_are_those_of_glm_nb(antiphon: CommandLine, statistics: Path) -> None:
    told = antiphon.json(
        "fit", "counts", "--data", statistics / "quine.csv", "--count", "Days", "--arm", "Sex",
        "--covariates", "Age,Lrn",
    )  # fmt: skip

    expected = read(statistics / "negative_binomial.json")["quine"]
    assert told["theta"] == pytest.approx(expected["theta"], rel=1e-6)
    assert told["log_likelihood"] == pytest.approx(expected["logLik"], abs=1e-7)
    ours = told["rate_ratio"]
    theirs = expected["rate_ratio"]
    assert [ours["estimate"], ours["lower"], ours["upper"]] == pytest.approx(
        [theirs["rr"], theirs["lower"], theirs["upper"]], rel=1e-6
    )
    assert run_python(told["python"]).aic == told["aic"]


@pytest.mark.reference
def test_effect_of_take_up_is_two_stage_least_squares(
    antiphon: CommandLine, statistics: Path
) -> None:
    told = antiphon.json(
        "fit", "cace", "--data", statistics / "cace_sim.csv", "--outcome", "y", "--assigned", "z", "--received", "d"
    )  # fmt: skip

    expected = read(statistics / "cace.json")
    effect = told["complier_effect"]
    assert effect["estimate"] == pytest.approx(expected["cace_2sls"], rel=1e-9)
    assert effect["se"] == pytest.approx(expected["se_2sls"], rel=1e-9)
    assert told["first_stage_f"] == pytest.approx(expected["first_stage_F"], rel=1e-5)
    assert run_python(told["python"]).effect.estimate == effect["estimate"]


@pytest.mark.reference
def test_mediation_is_that_of_lavaan(antiphon: CommandLine, statistics: Path) -> None:
    told = antiphon.json(
        "fit", "mediation", "--data", statistics / "mediation_sim.csv", "--outcome", "Y", "--mediator", "M",
        "--arm", "X", "--covariates", "C", "--variance", "maximum-likelihood", "--draws", 2000, "--seed", 4,
    )  # fmt: skip

    assert told["indirect"]["estimate"] == pytest.approx(
        told["path_a"]["estimate"] * told["path_b"]["estimate"]
    )
    assert told["total"]["estimate"] == pytest.approx(0.30165, abs=5e-6)
    assert run_python(told["python"]).monte_carlo.lower == told["indirect_monte_carlo_lower"]


@pytest.mark.reference
def test_reliability_is_that_of_psych(antiphon: CommandLine, statistics: Path) -> None:
    items = "rating,complaints,privileges,learning,raises,critical,advance"

    told = antiphon.json(
        "fit", "reliability", "--data", statistics / "attitude.csv", "--items", items
    )

    assert told["alpha"] == pytest.approx(0.84314, abs=5e-6)
    assert len(told["intraclass_correlations"]) == 6
    assert run_python(told["python"]).omega == told["omega"]


@pytest.mark.reference
def test_senn_s_crossover_is_the_published_one(
    antiphon: CommandLine, statistics: Path, csv_file: Callable[[str], Path]
) -> None:
    rows = read(statistics / "crossover.json")["senn"]["data"]
    lines = [
        "id,period,drug,y",
        *(f"{row['subj']},{row['period']},{row['trt']},{row['y']}" for row in rows),
    ]

    told = antiphon.json(
        "fit",
        "crossover",
        "--data",
        csv_file("\n".join(lines) + "\n"),
        *SENN_COLUMNS,
        "--treatments",
        "F,S",
    )

    effect = told["treatment"]
    assert [effect[key] for key in ("estimate", "se", "lower", "upper")] == pytest.approx(
        [46.607, 10.777, 22.89, 70.33], abs=6e-3
    )


def two_arms(people: int = 30) -> str:
    """Return a trial with a score, a time and an event as CSV."""
    generator = np.random.Generator(np.random.PCG64(8))
    lines = ["arm,y,time,event,count"]
    for person in range(people):
        in_music = person % 2
        time = generator.exponential(10 / (1 + in_music))
        lines.append(
            f"{('CTRL', 'MUSIC')[in_music]},{10 - 2 * in_music + generator.normal():.4f},{time:.3f},"
            f"{int(time < 15)},{generator.poisson(3)}"
        )
    return "\n".join(lines) + "\n"


def test_means_have_margins_and_sizes(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    told = antiphon.json(
        "fit", "means", "--data", csv_file(two_arms()), "--outcome", "y", "--arm", "arm",
        "--lower-margin", -1, "--upper-margin", 1, "--non-inferiority-margin", 1, "--better", "lower",
        "--variances", "equal", "--ranks", "exact",
    )  # fmt: skip

    difference = told["difference"]
    assert difference["quantity"].endswith("MUSIC − CTRL")
    assert difference["df"] == 28
    assert told["equivalence"]["verdict"] == "not shown"
    assert told["non_inferiority"]["verdict"] == "shown"
    assert told["hedges_g"]["estimate"] < 0
    assert run_python(told["python"]).p == difference["p"]


def test_survival_has_medians_and_a_check_of_its_assumption(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    told = antiphon.json(
        "fit", "survival", "--data", csv_file(two_arms(60)), "--time", "time", "--event", "event", "--arm", "arm"
    )  # fmt: skip

    assert told["hazard_ratio"]["lower"] < told["hazard_ratio"]["estimate"]
    assert [row["arm"] for row in told["medians"]] == ["MUSIC", "CTRL"]
    assert 0 <= told["proportional_hazards"]["p"] <= 1
    assert run_python(told["python"]).ratio.estimate == told["hazard_ratio"]["estimate"]


def test_ordered_categories_have_one_odds_ratio_and_one_at_each_cut(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    generator = np.random.Generator(np.random.PCG64(2))
    rows = [
        (("CTRL", "MUSIC")[i % 2], ["none", "mild", "severe"][int(generator.integers(3))])
        for i in range(60)
    ]
    data = csv_file("arm,state\n" + "".join(f"{arm},{state}\n" for arm, state in rows))
    words = ("fit", "ordinal", "--data", data, "--category", "state", "--arm", "arm")

    told = antiphon.json(*words, "--categories", "none,mild,severe")
    refused = antiphon.refusal(*words, "--categories", "none,mild")

    assert len(told["odds_ratios_by_cut"]) == 2
    assert run_python(told["python"]).log_likelihood == told["log_likelihood"]
    assert "'severe', which --categories lacks" in refused.error


def test_reliable_change_is_counted(antiphon: CommandLine, csv_file: Callable[[str], Path]) -> None:
    data = csv_file("pre,post\n20,5\n20,19\n15,25\n20,\n")

    told = antiphon.json(
        "fit", "reliable-change", "--data", data, "--before", "pre", "--after", "post", "--sd", 5,
        "--reliability", 0.9, "--better", "lower", "--threshold", 10,
    )  # fmt: skip

    assert told["smallest_reliable_change"] == pytest.approx(1.96 * 5 * np.sqrt(2 * 0.1))
    assert {one["change"]: one["n"] for one in told["counts"]} == {
        "recovered": 1, "improved": 0, "unchanged": 1, "deteriorated": 1,
    }  # fmt: skip
    assert len(run_python(told["python"])) == 3


def test_a_dose_response_names_its_shape(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    generator = np.random.Generator(np.random.PCG64(6))
    rows = [(dose, 0.2 * dose + generator.normal()) for dose in (0, 5, 10, 20) for _ in range(12)]
    data = csv_file("dose,y\n" + "".join(f"{dose},{y:.4f}\n" for dose, y in rows))

    told = antiphon.json("fit", "dose-response", "--data", data, "--outcome", "y", "--dose", "dose")

    assert told["p"] < 0.01
    assert [one["dose"] for one in told["doses"]] == [0, 5, 10, 20]
    assert run_python(told["python"]).best.value == told["best"]


def test_p_values_are_adjusted_in_the_order_given(antiphon: CommandLine) -> None:
    holm = antiphon.json("fit", "multiplicity", "--p", "0.04,0.01,0.03", "--names", "a,b,c")
    fixed = antiphon.json(
        "fit", "multiplicity", "--p", "0.01,0.06,0.02", "--method", "fixed-sequence"
    )
    fallback = antiphon.json(
        "fit", "multiplicity", "--p", "0.01,0.03", "--method", "fallback", "--weights", "0.5,0.5"
    )

    assert [one["adjusted_p"] for one in holm["hypotheses"]] == pytest.approx([0.06, 0.03, 0.06])
    assert [one["is_rejected"] for one in fixed["hypotheses"]] == [True, False, False]
    assert [one["is_rejected"] for one in fallback["hypotheses"]] == [True, True]
    for told in (holm, fixed, fallback):
        assert run_python(told["python"])


ROLES = {
    "means": ("--outcome", "y", "--arm", "arm"),
    "responders": ("--response", "event", "--arm", "arm"),
    "counts": ("--count", "count", "--arm", "arm"),
    "survival": ("--time", "time", "--event", "event", "--arm", "arm"),
    "mediation": ("--outcome", "y", "--mediator", "time", "--arm", "arm"),
    "cace": ("--outcome", "y", "--assigned", "event", "--received", "event"),
    "reliability": ("--items", "y,time,count"),
}


@pytest.mark.parametrize("command", list(ROLES))
def test_a_person_gets_a_table(
    antiphon: CommandLine, csv_file: Callable[[str], Path], command: str
) -> None:
    done = antiphon.run("fit", command, "--data", csv_file(two_arms(40)), *ROLES[command])

    assert done.code == 0, done.error
    assert "estimate" in done.out
    assert "trial.csv: 40 rows" in done.out


@pytest.mark.parametrize("command", list(ROLES))
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(lambda t: t.replace("CTRL,", "CTRL,Inf", 1).replace("Inf1", "Inf"), "", id="spoilt number"),
        pytest.param(lambda t: t.replace("arm,y,time,event,count", "arms,ys,times,events,counts"), "did you mean", id="misspelt column"),
        pytest.param(lambda t: "\n".join(t.splitlines()[:1]) + "\n", "no rows", id="no rows"),
    ],
)  # fmt: skip
def test_a_spoilt_file_gets_a_sentence(
    antiphon: CommandLine,
    csv_file: Callable[[str], Path],
    command: str,
    spoil: Callable[[str], str],
    said: str,
) -> None:
    if said == "":
        text = two_arms(40).splitlines()
        text[1] = ",".join(
            "inf" if place else field for place, field in enumerate(text[1].split(","))
        )
        data, said = csv_file("\n".join(text) + "\n"), "is infinite"
    else:
        data = csv_file(spoil(two_arms(40)))

    done = antiphon.refusal("fit", command, "--data", data, *ROLES[command])

    assert (done.code, said in done.error) == (2, True), done.error


@pytest.mark.parametrize(
    ("words", "text", "code", "said"),
    [
        pytest.param(("means", *ROLES["means"]), "arm,y\nA,1\nA,1\nB,1\nB,1\n", 3, "", id="means: constant outcome"),
        pytest.param(("means", *ROLES["means"], "--lower-margin", -1), "arm,y\nA,1\nA,2\nB,1\nB,3\n", 2, "both --lower-margin", id="means: one margin"),
        pytest.param(("means", *ROLES["means"], "--non-inferiority-margin", 1), "arm,y\nA,1\nA,2\nB,1\nB,3\n", 2, "--better", id="means: no direction"),
        pytest.param(("responders", "--response", "y", "--arm", "arm", "--covariates", "x"), "arm,y,x\n" + "".join(f"{'AB'[i % 2]},{int(i > 9)},{i}\n" for i in range(20)), 3, "separat", id="responders: separation"),
        pytest.param(("counts", "--count", "y", "--arm", "arm"), "arm,y\nA,1.5\nA,2\nB,1\nB,3\n", 3, "", id="counts: half an event"),
        pytest.param(("survival", "--time", "y", "--event", "e", "--arm", "arm"), "arm,y,e\nA,1,0\nA,2,0\nB,1,0\nB,3,0\n", 3, "", id="survival: no event"),
        pytest.param(("crossover", *SENN_COLUMNS), "id,period,drug,y\n1,1,A,3\n1,1,B,4\n", 2, "two rows for id 1", id="crossover: period twice"),
        pytest.param(("reliability", "--items", "y"), "y\n1\n", 2, "at least two", id="reliability: one item"),
    ],
)  # fmt: skip
def test_data_without_an_answer_get_a_sentence(
    antiphon: CommandLine,
    csv_file: Callable[[str], Path],
    words: tuple[Any, ...],
    text: str,
    code: int,
    said: str,
) -> None:
    done = antiphon.refusal("fit", words[0], "--data", csv_file(text), *words[1:])

    assert (done.code, said in done.error) == (code, True), done.error


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("--p", "0.1,2"), "2", id="no probability"),
        pytest.param(("--p", "0.1,0.2", "--names", "a"), "one of each", id="names missing"),
        pytest.param(("--p", ""), "one of each", id="no p"),
    ],
)
def test_p_values_that_are_none_get_a_sentence(
    antiphon: CommandLine, words: tuple[str, ...], said: str
) -> None:
    done = antiphon.refusal("fit", "multiplicity", *words)

    assert (done.code, said in done.error) == (2, True), done.error
