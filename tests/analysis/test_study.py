"""The hash of the records tells data apart, not the moment they were read; every package that computes is named."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from analysis.study import COMPUTING_PACKAGES, records_hash, software_versions
from data.records.bundle import TrialRecords

CHECKOUT = Path(__file__).resolve().parents[2]
NO_NUMBERS = {"distributed", "matplotlib", "yaml"}
"""They carry to other machines, draw, and read."""


def test_the_hash_does_not_depend_on_when_the_records_were_extracted(records: TrialRecords) -> None:
    later = replace(records, extracted_at=records.extracted_at + timedelta(days=3))

    assert records_hash(later) == records_hash(records)


def test_the_hash_changes_with_one_answer(records: TrialRecords) -> None:
    first, *others = records.answers
    changed = replace(records, answers=(replace(first, value=0.0 if first.value else 1.0), *others))

    assert records_hash(changed) != records_hash(records)


def imported(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def test_a_result_names_the_version_of_every_package_that_the_analysis_imports() -> None:
    ours = {path.name for path in CHECKOUT.iterdir() if path.is_dir()}
    foreign = set(imported(CHECKOUT / "analysis")) - ours - set(sys.stdlib_module_names)

    assert foreign - NO_NUMBERS == set(COMPUTING_PACKAGES)
    assert [one.name for one in software_versions()] == ["Python", *COMPUTING_PACKAGES]
