"""Every call of R that is printed beside a result runs, and gives the result.

R's answers are kept in `answers.json`, with the call that was carried out and the versions: without R, our numbers are held against
them. Where there is an Rscript with the packages, R is asked again.
"""

import math
import shutil
import subprocess
from typing import Any

import pytest

from tests.reference.r_calls.answers import CASES, answer_of, ask_r, stored_answers
from tests.reference.r_calls.case import Case
from tests.reference.r_calls.peer_cases import CASES as WITHOUT_CALL

PACKAGES = (
    "jsonlite", "emmeans", "sandwich", "clubSandwich", "survival", "ordinal", "AER", "lmerTest", "pbkrtest", "MASS", "lmtest", "mvtnorm",
    "psych", "rpact",
)  # fmt: skip
STORED: dict[str, Any] = stored_answers()["answers"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_our_numbers_are_those_of_the_call_we_print(case: Case) -> None:
    ours = answer_of(case)
    told = STORED[case.name]

    assert ours.call == told["call"], "ask R again: python -m tests.reference.r_calls.answers"
    assert set(told["numbers"]) == set(case.numbers)
    for path, theirs in told["numbers"].items():
        assert math.isclose(ours.number(path), theirs, rel_tol=case.allowed(path)), path


def test_a_case_that_is_only_parsed_says_which_package_is_missing() -> None:
    without_call = {case.name for case in WITHOUT_CALL}
    parsed = [c for c in CASES if (c.before or c.instead) and c.name not in without_call]

    missing = (
        "rbmi::",
        "mmrm::",
        "DescTools::",
        "ratesci::",
        "marginaleffects::",
        "metafor::",
        "graphicalMCP::",
    )
    assert all(any(name in STORED[case.name]["call"] for name in missing) for case in parsed)


def test_r_still_answers_as_it_did() -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("no Rscript on this machine: our numbers are held against the answers kept")
    wanted = ", ".join(f'"{name}"' for name in PACKAGES)
    asked = f"cat(all(vapply(c({wanted}), requireNamespace, TRUE, quietly = TRUE)))"
    found = subprocess.run(
        [rscript, "--vanilla", "-e", asked], capture_output=True, text=True, check=False
    )
    if not found.stdout.endswith("TRUE"):
        pytest.skip(f"Rscript has not all of {wanted}")

    answers = ask_r(CASES, rscript)["answers"]

    for case in CASES:
        for path, before in STORED[case.name]["numbers"].items():
            again = answers[case.name]["numbers"][path]
            assert math.isclose(again, before, rel_tol=max(case.allowed(path), 1e-8)), (
                case.name,
                path,
            )
