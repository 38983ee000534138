"""One example trial and its report, made once for all tests of the analysis."""

import pytest

from analysis.plan import AnalysisReport, run_analysis_plan
from data.records.bundle import TrialRecords
from protocols.design import Protocol
from tests.analysis.example_records import example_protocol, example_records

CODE_VERSION = "0.1.0+example"


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """Return the protocol of the example trial."""
    return example_protocol()


@pytest.fixture(scope="session")
def records() -> TrialRecords:
    """Return the masked records of the example trial."""
    return example_records()


@pytest.fixture(scope="session")
def report(protocol: Protocol, records: TrialRecords) -> AnalysisReport:
    """Return the masked report of the example trial."""
    return run_analysis_plan(protocol, records, CODE_VERSION)


@pytest.fixture(scope="session")
def unmasked_report(protocol: Protocol) -> AnalysisReport:
    """Return the report of the same trial after unblinding."""
    records = example_records(arms=("adaptive", "matched_fixed"))
    return run_analysis_plan(protocol, records, CODE_VERSION)
