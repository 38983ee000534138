"""`antiphon fit assurance`: the closed form of a normal prior, named effects, and simulated power."""

from math import sqrt

import pytest
from scipy.special import ndtr, ndtri

from tests.screens.terminal.fit.command_line import CommandLine, run_python

COMMAND = ("fit", "assurance")


def test_a_normal_prior_has_a_closed_form(antiphon: CommandLine) -> None:
    told = antiphon.json(
        *COMMAND, "--prior-mean", 3, "--prior-sd", 2, "--sd", 8, "--n", "60,60", "--correlation", 0.5
    )  # fmt: skip

    error = 8 * sqrt(0.75) * sqrt(2 / 60)
    closed = ndtr((3 / error - ndtri(0.975)) / sqrt(1 + (2 / error) ** 2))
    assert told["standard_error"] == pytest.approx(error)
    assert told["assurance"] == pytest.approx(float(closed), abs=1e-9)
    assert told["power_at_mean"] == pytest.approx(float(ndtr(3 / error - ndtri(0.975))))
    assert run_python(told["python"]) == told["assurance"]


def test_named_effects_average_simulated_power_between_its_points(antiphon: CommandLine) -> None:
    told = antiphon.json(
        *COMMAND, "--prior", "0:0.25,3:0.5,6:0.25", "--power-at", "0:0.025,2:0.4,4:0.8,6:0.98"
    )

    assert told["assurance"] == pytest.approx(0.25 * 0.025 + 0.5 * 0.6 + 0.25 * 0.98)
    assert told["prior_mean"] == pytest.approx(3)
    assert told["prior"] == [[0, 0.25], [3, 0.5], [6, 0.25]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--prior-mean", 3, "--standard-error", 1), "--prior-mean and --prior-sd, or --prior"),
        (("--prior", "1:0.5,2:0.6", "--standard-error", 1), "sum to 1.1"),
        (("--prior", "1=1", "--standard-error", 1), "EFFECT:NUMBER"),
        (("--prior", "1:1", "--prior-mean", 2, "--standard-error", 1), "not both"),
        (("--prior", "1:1"), "Name one of"),
        (("--prior", "1:1", "--standard-error", 0), "standard error"),
        (("--prior", "1:1", "--sd", 2), "belong together"),
        (("--prior", "1:1", "--sd", 2, "--n", "9,9", "--correlation", 1), "between -1 and 1"),
        (("--prior", "1:1", "--power-at", "0:0.1,1:1.2"), "between 0 and 1"),
    ],
)
def test_what_is_not_told_whole_gets_a_sentence(
    antiphon: CommandLine, words: tuple[object, ...], said: str
) -> None:
    done = antiphon.refusal(*COMMAND, *words)

    assert (done.code, said in done.error) == (2, True), done.error
