"""`antiphon fit risk-difference`: published intervals from counts and from a file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

COMMAND = ("fit", "risk-difference")
NAMES = {
    "newcombe": "newcombe",
    "newcombe-cc": "newcombe_cc",
    "miettinen-nurminen": "miettinen_nurminen",
    "mee": "mee",
    "scas": "scas",
}


def limits(effect: dict[str, Any]) -> list[float]:
    return [effect["lower"], effect["upper"]]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        pytest.param("newcombe", (0.0524, 0.3339), id="Newcombe 1998, table II, method 10"),
        pytest.param("miettinen-nurminen", (0.0528, 0.3382), id="Newcombe 1998, method 6"),
        pytest.param("mee", (0.0533, 0.3377), id="Newcombe 1998, method 5"),
    ],
)
def test_the_published_example_of_newcombe(
    antiphon: CommandLine, method: str, expected: tuple[float, float]
) -> None:
    told = antiphon.json(*COMMAND, "--counts", "56/70,48/80", "--method", method)

    assert limits(told["risk_difference"]) == pytest.approx(expected, abs=5e-5)


def test_a_table_at_the_edge_has_intervals(antiphon: CommandLine) -> None:
    told = antiphon.json(*COMMAND, "--counts", "0/10,0/10")

    assert -1 < told["risk_difference"]["lower"] < 0 < told["risk_difference"]["upper"] < 1
    assert told["risk_ratio"]["estimate"] is None
    assert "no event" in told["risk_ratio"]["reason"]


def test_a_file_and_its_counts_give_the_same(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    people = ["M,1"] * 7 + ["M,0"] * 3 + ["C,1"] * 4 + ["C,0"] * 8 + ["C,"]
    data = csv_file("arm,better\n" + "\n".join(people) + "\n")

    from_file = antiphon.json(*COMMAND, "--data", data, "--response", "better", "--arm", "arm")
    counted = antiphon.json(*COMMAND, "--counts", "7/10,4/12", "--arms", "M,C")

    assert from_file["risk_difference"] == counted["risk_difference"]
    assert from_file["data"]["n_rows"] == len(people)
    assert run_python(from_file["python"]) == run_python(counted["python"])


@pytest.mark.parametrize("method", ["miettinen-nurminen", "scas", "sato", "greenland-robins"])
def test_strata_of_a_file_and_of_counts_give_the_same(
    antiphon: CommandLine, csv_file: Callable[[str], Path], method: str
) -> None:
    tables = {"A": ((7, 10), (4, 12)), "B": ((3, 9), (2, 8))}
    rows = [
        f"{arm},{int(number < events)},{site}"
        for site, both in tables.items()
        for arm, (events, n) in zip("MC", both, strict=True)
        for number in range(n)
    ]
    data = csv_file("arm,better,site\n" + "\n".join(rows) + "\n")

    from_file = antiphon.json(
        *COMMAND, "--data", data, "--response", "better", "--arm", "arm", "--arms", "M,C",
        "--strata", "site", "--method", method,
    )  # fmt: skip
    counted = antiphon.json(
        *COMMAND,
        "--counts",
        "7/10,4/12",
        "--counts",
        "3/9,2/8",
        "--arms",
        "M,C",
        "--method",
        method,
    )

    assert from_file["risk_difference"] == counted["risk_difference"]
    assert run_python(from_file["python"]) == run_python(counted["python"])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(("--counts", "80/70,1/2"), 2, "80/70", id="more events than people"),
        pytest.param(("--counts", "8/70"), 2, "write both arms", id="one arm"),
        pytest.param(("--counts", "a/b,1/2"), 2, "'a/b'", id="no counts"),
        pytest.param(("--counts", "0/0,1/2"), 3, "no participant", id="empty arm"),
        pytest.param((), 2, "give --counts", id="nothing"),
        pytest.param(("--counts", "1/9,2/9", "--method", "sato"), 2, "pools strata", id="strata missing"),
        pytest.param(("--counts", "1/9,2/9", "--counts", "1/9,2/9", "--method", "wald"), 2, "knows no strata", id="method without strata"),
    ],
)  # fmt: skip
def test_counts_that_cannot_be_used_get_a_sentence(
    antiphon: CommandLine, words: tuple[str, ...], code: int, said: str
) -> None:
    done = antiphon.refusal(*COMMAND, *words)

    assert (done.code, said in done.error) == (code, True), done.error


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("arm,y\nM,2\nC,1\n", "0 and 1", id="not 0 or 1"),
        pytest.param("arm,y\nM,yes\nC,no\n", "line 2, column y: 'yes'", id="text"),
        pytest.param("arm,y\nM,1\nM,0\n", "holds only 'M'; two arms are needed", id="one arm"),
        pytest.param("arm,why\nM,1\nC,0\n", "did you mean 'why'", id="misspelt"),
    ],
)
def test_a_file_that_cannot_be_used_gets_a_sentence(
    antiphon: CommandLine, csv_file: Callable[[str], Path], text: str, said: str
) -> None:
    done = antiphon.refusal(*COMMAND, "--data", csv_file(text), "--response", "y", "--arm", "arm")

    assert said in done.error


@pytest.fixture
def ratesci(reference: Path) -> dict[str, Any]:
    """Return what R gives."""
    found: dict[str, Any] = json.loads((reference / "statistics" / "binary_ci.json").read_text())
    return found


@pytest.mark.reference
@pytest.mark.parametrize("method", list(NAMES))
def test_intervals_of_nine_tables_are_those_of_ratesci(
    antiphon: CommandLine, ratesci: dict[str, Any], method: str
) -> None:
    for table in ratesci["two_proportions"]:
        counts = "{x1}/{n1},{x2}/{n2}".format(**table)

        told = antiphon.json(*COMMAND, "--counts", counts, "--method", method)

        expected = table[f"rd_{NAMES[method]}"]
        assert limits(told["risk_difference"]) == pytest.approx(limits(expected), abs=1e-8)
        tests = [table["chisq_uncorrected"]["p"], table["fisher_p"]]
        if None not in tests and told["tests"][0]["p"] is not None:
            assert [one["p"] for one in told["tests"]] == pytest.approx(tests, abs=1e-8)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("miettinen-nurminen", "rd_stratified_mn_mh_weights_ratesci"),
        ("scas", "rd_stratified_scas_mh_ratesci"),
    ],
)
def test_stratified_intervals_are_those_of_r(
    antiphon: CommandLine, ratesci: dict[str, Any], method: str, key: str
) -> None:
    for strata in ratesci["stratified"]:
        counts = [
            word
            for table in zip(*(strata[k] for k in ("x1", "n1", "x2", "n2")), strict=True)
            for word in ("--counts", "{}/{},{}/{}".format(*table))
        ]

        told = antiphon.json(*COMMAND, *counts, "--method", method)

        assert limits(told["risk_difference"]) == pytest.approx(limits(strata[key]), abs=1e-8)
        assert [one["p"] for one in told["tests"]] == pytest.approx(
            [strata["cmh"]["p"], strata["cmh_cc"]["p"]], abs=1e-8
        )
        assert told["odds_ratio"]["estimate"] == pytest.approx(strata["cmh"]["or_mh"], rel=1e-9)


def test_a_difference_within_strata_stands_without_a_ratio(antiphon: CommandLine) -> None:
    told = antiphon.json("fit", "risk-difference", "--counts", "0/20,6/20", "--counts", "0/15,5/16")

    assert told["risk_difference"]["upper"] < 0
    assert told["risk_ratio"]["estimate"] is None
    assert "no event" in told["risk_ratio"]["reason"]
    assert "only one kind" in told["odds_ratio"]["reason"]
    both = antiphon.json("fit", "risk-difference", "--counts", "2/20,6/20", "--counts", "3/15,5/16")
    assert both["risk_ratio"]["estimate"] == pytest.approx(
        (2 / 2 + 3 * 16 / 31) / (6 / 2 + 5 * 15 / 31)
    )
