"""`antiphon fit session-course`: complete data, where differences of means and of slopes are the answer."""

from collections.abc import Callable
from math import sqrt
from pathlib import Path

import pytest

from tests.screens.terminal.fit.command_line import CommandLine, run_python

LEVELS = {"MUSIC": (0, 4, 8), "CTRL": (1, 5, 9)}
SLOPES = {"MUSIC": 2, "CTRL": 0}
WOBBLE = ((1, -2, 1), (-1, 2, -1), (1, -2, 1))
ROWS = "arm,id,session,y\n" + "".join(
    f"{arm},{arm}{person},{session},{level + SLOPES[arm] * (session - 2) + WOBBLE[person][session - 1]}\n"
    for arm, levels in LEVELS.items()
    for person, level in enumerate(levels)
    for session in (1, 2, 3)
)
COLUMNS = ("--outcome", "y", "--subject", "id", "--session", "session", "--arm", "arm")


@pytest.mark.parametrize("effects", ["intercept", "compound-symmetry"])
def test_arms_differ_at_the_middle_session_and_drift_apart(
    antiphon: CommandLine, csv_file: Callable[[str], Path], effects: str
) -> None:
    told = antiphon.json(
        "fit", "session-course", "--data", csv_file(ROWS), *COLUMNS, "--effects", effects
    )

    assert told["middle_session"] == 2
    assert told["at_middle"]["estimate"] == pytest.approx(-1)
    assert told["at_middle"]["se"] == pytest.approx(sqrt(16 / 3 * 2), rel=1e-3)
    assert told["per_session"]["estimate"] == pytest.approx(2)
    assert (told["n_sessions"], told["n_participants"]) == (18, 6)
    assert run_python(told["python"]).per_session.estimate == told["per_session"]["estimate"]


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        (ROWS + "CTRL,CTRL0,1,5\n", 2, "CTRL0"),
        (ROWS.replace("MUSIC0,1", "MUSIC0,first"), 2, "session"),
        ("arm,id,session,y\nMUSIC,a,1,2\nCTRL,b,2,3\n", 3, "one session only"),
    ],
)
def test_sessions_without_a_course_are_one_sentence(
    antiphon: CommandLine, csv_file: Callable[[str], Path], rows: str, code: int, words: str
) -> None:
    done = antiphon.refusal("fit", "session-course", "--data", csv_file(rows), *COLUMNS)

    assert done.code == code
    assert words in done.error
