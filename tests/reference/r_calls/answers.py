"""What we answer, what R answers, and where R's answers are kept: `python -m tests.reference.r_calls.answers` asks R again."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from screens.terminal.fit import group
from tests.reference.r_calls.case import Case
from tests.reference.r_calls.cases import CASES as ON_PARTICIPANTS
from tests.reference.r_calls.more_cases import CASES as ON_OTHER_ROWS
from tests.reference.r_calls.peer_cases import CASES as WITHOUT_CALL

FOLDER = Path(__file__).parent
STORED = FOLDER / "answers.json"
PROGRAM = FOLDER / "run_calls.R"
CASES = (*ON_PARTICIPANTS, *ON_OTHER_ROWS, *WITHOUT_CALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class OurAnswer:
    """The answer of `antiphon fit ... --json`."""

    plain: Mapping[str, Any]

    @property
    def call(self) -> str:
        """The call of R that it prints."""
        return str(self.plain["equivalent_calls"]["r"])

    def number(self, path: str) -> float:
        """Return a number by its path, ``contrasts.0.se``."""
        found: Any = self.plain
        for key in path.split("."):
            found = found[int(key)] if isinstance(found, list) else found[key]
        return float(found)


@cache
def answer_of(case: Case) -> OurAnswer:
    """Type the command of a case on the made-up files."""
    words = [str(FOLDER / "data" / word) if word.endswith(".csv") else word for word in case.words]
    done = CliRunner().invoke(group.app, [*words, "--json"], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return OurAnswer(plain=json.loads(done.stdout))


def ask_r(cases: Sequence[Case], rscript: str) -> dict[str, Any]:
    """Carry out the calls of the cases in one process of R; its answers by case, and versions."""
    asked = {
        case.name: {"call": answer_of(case).call, "instead": case.instead, "before": case.before, "numbers": dict(case.numbers)}
        for case in cases
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.json"
        path.write_text(json.dumps(asked), encoding="utf-8")
        done = subprocess.run(
            [rscript, "--vanilla", str(PROGRAM), str(path)],
            check=True,
            capture_output=True,
            text=True,
            cwd=FOLDER / "data",
        )
    found: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    for name, told in found["answers"].items():
        told["call"] = asked[name]["call"]
    return found


def stored_answers() -> dict[str, Any]:
    """Return R's answers as they are kept."""
    found: dict[str, Any] = json.loads(STORED.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Ask R and keep its answers; end with a sentence where there is no Rscript."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        message = "There is no Rscript on this machine."
        sys.exit(message)
    found = ask_r(CASES, rscript)
    STORED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
