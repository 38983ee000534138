"""The table of bad recordings in the documentation names tests that there are."""

import ast
import re
from pathlib import Path

import numpy as np

from data.measures.electrodermal import measure_electrodermal
from data.measures.measured_values import NoValueReason
from data.measures.physiology import Quality

ROW = re.compile(r"\| `(?P<file>tests/[\w/]+\.py)::(?P<test>\w+)` \|$", re.MULTILINE)


def test_every_row_of_the_table_is_a_test(checkout: Path) -> None:
    page = (checkout / "docs" / "reference" / "bad-recordings.md").read_text("utf-8")
    first_table = page.split("\n## ", maxsplit=1)[0]
    rows = [line for line in first_table.splitlines() if line.startswith("| ")][2:]
    named = ROW.findall(first_table)

    assert len(named) == len(rows) >= 25
    for file, test in named:
        functions = {
            node.name
            for node in ast.walk(ast.parse((checkout / file).read_text("utf-8")))
            if isinstance(node, ast.FunctionDef)
        }
        assert test in functions, f"{file} has no {test}"


def test_five_minutes_of_4_hz_declared_1000_are_too_short() -> None:
    conductance_us = 2.0 + 0.1 * np.sin(np.arange(1200) / 40.0)

    found = measure_electrodermal(conductance_us, 1000.0)

    values = (found.level_us, found.ln_level, found.responses_per_min, found.amplitude_us)
    assert {(one.value, one.reason) for one in values} == {(None, NoValueReason.TOO_SHORT)}
    assert found.quality is Quality.HOLD
