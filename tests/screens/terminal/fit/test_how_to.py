"""The how-to keeps its word: every command on the page runs, and prints the lines that stand below it."""

import re
import shlex
from pathlib import Path

import pytest

from tests.screens.terminal.fit.command_line import CommandLine

PAGE = Path(__file__).resolve().parents[4] / "docs" / "how-to" / "reproduce-a-published-analysis.md"
STEP = re.compile(
    r"```sh\n(?P<command>antiphon .*?)\n```\n+```text\n(?P<printed>.*?)\n```", re.DOTALL
)
TYPED = re.compile(r"```csv\n(?P<rows>.*?)```", re.DOTALL)
FROM_R = ("fev_data.csv", "antidepressant_data.csv")
STEPS = [(found["command"], found["printed"]) for found in STEP.finditer(PAGE.read_text("utf-8"))]


def test_the_page_has_steps() -> None:
    assert len(STEPS) >= 10


@pytest.mark.parametrize(
    ("command", "printed"),
    [pytest.param(*step, id=" ".join(shlex.split(step[0])[1:5])) for step in STEPS],
)
def test_a_step_prints_what_stands_below_it(
    antiphon: CommandLine,
    command: str,
    printed: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    typed = TYPED.search(PAGE.read_text("utf-8"))
    assert typed is not None
    (tmp_path / "leprosy.csv").write_text(typed["rows"], encoding="utf-8")
    words = shlex.split(command.replace("\\\n", " "))[1:]
    places = {"leprosy.csv": tmp_path / "leprosy.csv"}
    if any(name in words for name in FROM_R):
        folder = request.getfixturevalue("reference") / "statistics"
        places |= {name: folder / name for name in FROM_R}
    checkout = PAGE.parents[2]
    here = [
        str(places.get(word, checkout / word if word.startswith("docs/") else word))
        for word in words
    ]

    done = antiphon.run(*here)

    assert done.code == 0, done.error
    said = iter(done.out.splitlines())
    missing = [line for line in printed.splitlines() if line and line not in said]
    assert missing == []
