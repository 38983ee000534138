"""`antiphon fit multiplicity --method graph`: two primary and two secondary hypotheses, walked through by hand."""

import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

GRAPH = (
    "--method", "graph", "--weights", "1/2,1/2,0,0", "--arrow", "H1:H3=1", "--arrow", "H2:H4=1",
    "--arrow", "H3:H2=1", "--arrow", "H4:H1=1",
)  # fmt: skip


def test_a_rejected_hypothesis_passes_its_level_along_its_arrows(antiphon: CommandLine) -> None:
    told = antiphon.json(
        "fit", "multiplicity", "--p", "0.01,0.005,0.03,0.01", "--alpha", 0.025, *GRAPH
    )

    found = told["hypotheses"]
    assert [one["adjusted_p"] for one in found] == pytest.approx([0.02, 0.01, 0.03, 0.02])
    assert [one["is_rejected"] for one in found] == [True, True, False, True]
    again = run_python(told["python"]).decisions
    assert [one.adjusted_p for one in again] == [one["adjusted_p"] for one in found]
    assert "c(1/2, 1/2, 0, 0)" in told["equivalent_calls"]["r"]


def test_without_weights_the_level_is_shared_equally(antiphon: CommandLine) -> None:
    words = ("--p", "0.01,0.04", "--method", "graph", "--arrow", "H1:H2=1", "--arrow", "H2:H1=1")

    told = antiphon.json("fit", "multiplicity", *words)

    assert [one["adjusted_p"] for one in told["hypotheses"]] == pytest.approx([0.02, 0.04])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--method", "graph", "--arrow", "H1=1"), "'FROM:TO=SHARE'"),
        (("--method", "graph", "--arrow", "H1:H9=1"), "no hypothesis 'H9'; there is H1, H2"),
        (("--method", "graph", "--arrow", "H1:H2=1/0"), "is not a share"),
        (("--method", "graph", "--arrow", "H1:H2=1.5"), "between 0 and 1"),
        (("--method", "graph", "--arrow", "H1:H1=1"), "passes its level to itself"),
        (("--method", "graph", "--weights", "0.7,0.7"), "sum to 1 at most"),
        (("--method", "graph", *("--arrow", "H1:H2=1") * 2), "H1:H2 is given twice"),
        (("--method", "holm", "--arrow", "H1:H2=1"), "belongs to --method graph"),
    ],
)
def test_a_graph_that_cannot_be_used_is_one_sentence(
    antiphon: CommandLine, words: tuple[str, ...], sentence: str
) -> None:
    done = antiphon.refusal("fit", "multiplicity", "--p", "0.01,0.04", *words)

    assert done.code == 2
    assert sentence in done.error
