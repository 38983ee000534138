"""Ask R again: `python -m tests.reference.planned_calls.ask_r` carries out every call and keeps R's numbers in `answers.json`."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.reference.planned_calls.cases import CASES, Case, example_study, result_of, rows_of

STORED = Path(__file__).with_name("answers.json")
VERSIONS = 'sapply(c("survival", "ordinal", "nlme", "clubSandwich"), function(p) as.character(packageVersion(p)))'


def program_of(call: str, case: Case) -> str:
    """Return the call with lines that print its numbers as JSON."""
    *before, last = call.splitlines()
    cut = next(i for i in range(len(before), -1, -1) if _is_whole([*before, last][i:]))
    lines = [*before, last]
    numbers = ", ".join(f"{name} = unname({said})" for name, said in case.numbers.items())
    return "\n".join(
        [
            *lines[:cut],
            f"out <- {chr(10).join(lines[cut:])}",
            f"cat(jsonlite::toJSON(lapply(list({numbers}), as.numeric), digits = 15, auto_unbox = TRUE))",
        ]
    )


def _is_whole(lines: list[str]) -> bool:
    text = "\n".join(lines)
    return text.count("(") == text.count(")")


def main() -> None:
    """Carry out every call in R, or end with a sentence where R is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        sys.exit("Rscript is not installed.")
    study = example_study()
    answers = {}
    for case in CASES:
        fit = result_of(study, case).fit
        assert fit is not None
        with tempfile.TemporaryDirectory() as folder:
            rows = Path(folder) / "analyses" / "another.csv"
            rows.parent.mkdir()
            rows.write_text(rows_of(study, case), encoding="utf-8")
            printed = _run(rscript, program_of(fit.call_in_r, case), folder)
        answers[case.estimator.value] = {"call": fit.call_in_r, "numbers": json.loads(printed)}
    versions = _run(
        rscript,
        f"cat(jsonlite::toJSON(c(list(R = R.version.string), as.list({VERSIONS})), auto_unbox = TRUE))",
        ".",
    )
    document = {"versions": json.loads(versions), "answers": answers}
    STORED.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _run(rscript: str, program: str, folder: str) -> str:
    done = subprocess.run(
        [rscript, "--vanilla", "-e", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    return done.stdout


if __name__ == "__main__":
    main()
