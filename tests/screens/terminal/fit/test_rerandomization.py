"""`antiphon fit rerandomization`: every design, in the order of arrival, and what a design needs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python
from tests.screens.terminal.fit.examples import FOLDER

COMMAND = (
    "fit", "rerandomization", "--data", FOLDER / "participants.csv", "--outcome", "score", "--arm", "arm", "--draws", 199,
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "design"),
    [
        (("--design", "simple", "--ratio", "2,1"), "simple randomization, 0.666667 to the first arm"),
        (("--design", "fixed-sizes"), "40 participants in the first arm, in any order"),
        (("--design", "blocks", "--strata", "site,sex", "--block-sizes", "2,4"), "permuted blocks of 2, 4 within 4 strata"),
        (("--design", "minimization", "--factors", "site,sex", "--weights", "2,1"), "minimization on 2 factors, range, probability 0.8"),
        (("--design", "urn", "--balls", 2), "urn, 2 balls an arm, 1 of the other arm added each time"),
        (("--design", "play-the-winner", "--success", "better"), "randomized play the winner, 1 balls an arm, 1 added each time"),
    ],
    ids=lambda words: words[1] if isinstance(words, tuple) else "",
)  # fmt: skip
def test_every_design_is_drawn_again(
    antiphon: CommandLine, words: tuple[object, ...], design: str
) -> None:
    told = antiphon.json(*COMMAND, *words)

    assert told["design"] == design
    assert told["difference"]["p"] == run_python(told["python"]).effect.p
    assert (
        told["difference"]["lower"] < told["difference"]["estimate"] < told["difference"]["upper"]
    )


def test_the_order_of_arrival_does_not_depend_on_the_order_of_rows(
    antiphon: CommandLine, csv_file: Callable[[str], Path]
) -> None:
    words = ("--design", "blocks", "--block-sizes", 4, "--order", "order")
    header, *rows = (FOLDER / "participants.csv").read_text("utf-8").splitlines()
    turned = csv_file("\n".join([header, *reversed(rows)]))

    there = antiphon.json(*COMMAND, *words)
    back = antiphon.json(*COMMAND[:3], turned, *COMMAND[4:], *words)

    assert back["difference"]["p"] == there["difference"]["p"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--design", "blocks"), "--design blocks needs --block-sizes"),
        (("--design", "blocks", "--block-sizes", "3"), "a block is a multiple of 2"),
        (("--design", "blocks", "--block-sizes", "4.5"), "not a whole number"),
        (("--design", "play-the-winner"), "needs --success"),
        (("--design", "play-the-winner", "--success", "weeks"), "must hold 0 or 1"),
        (("--design", "minimization", "--probability", "0.4"), "must lie above 0.5"),
        (("--design", "simple", "--ratio", "2"), "write both arms"),
    ],
)  # fmt: skip
def test_a_design_that_is_not_told_whole_gets_a_sentence(
    antiphon: CommandLine, words: tuple[str, ...], said: str
) -> None:
    assert said in antiphon.refusal(*COMMAND, *words).error
