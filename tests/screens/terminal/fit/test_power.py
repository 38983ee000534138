"""`antiphon fit power`: the same numbers as Python, a drawing, and one sentence for what cannot be."""

from pathlib import Path

from tests.screens.terminal.fit.command_line import CommandLine, run_python

COMMAND = ("fit", "power", "--estimator", "risk-difference", "--n", "40,40", "--workers", 1)
FEW = ("--trials", 100, "--seed", 3)


def test_the_two_lines_of_python_give_the_same_power(antiphon: CommandLine) -> None:
    told = antiphon.json(*COMMAND, *FEW, "--dropout", "0.1,0.2", "--assume", "proportions=0.6,0.3")

    found = run_python(told["python"])

    assert told["power"]["value"] == found.with_effect.shown.value
    assert told["type_1_error"]["value"] == found.without_effect.shown.value
    assert told["people"]["dropout"] == [0.1, 0.2]
    assert told["assumptions"] == {"proportions": [0.6, 0.3]}


def test_a_person_reads_power_and_every_assumption_and_finds_the_drawing(
    antiphon: CommandLine, tmp_path: Path
) -> None:
    done = antiphon.run(*COMMAND, *FEW, "--out", tmp_path / "drawn")

    assert done.code == 0
    assert "with the effect" in done.out
    assert "proportions" in done.out
    assert "of responders in each arm" in done.out
    assert (tmp_path / "drawn" / "power.svg").read_text("utf-8").startswith("<svg")
    assert len((tmp_path / "drawn" / "power.csv").read_text("utf-8").splitlines()) == 3


def test_what_cannot_be_used_is_named(antiphon: CommandLine) -> None:
    for words, told in (
        (("--n", "60"), "--n: write the participants of both arms"),
        (("--assume", "proportions"), "--assume: write NAME=NUMBER"),
        (("--assume", "shares=1"), "no assumption 'shares'"),
        (("--mechanism", "sometimes"), "--mechanism: 'sometimes' is none of"),
        (("--dropout", "0.1,0.2,0.3"), "--dropout: 3 numbers"),
        (("--estimator", "nothing"), "No estimator 'nothing'"),
        (("--cluster", "tcp://host:1"), "name one of them"),
    ):
        done = antiphon.refusal(*COMMAND, *words)
        assert done.code == 2
        assert told in done.error
