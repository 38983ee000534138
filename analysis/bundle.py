"""The two files that a report was made from, and the way back from them to its numbers.

``records.json`` and ``protocol.json`` lie beside the report, in canonical JSON: the SHA-256 of each file is the hash that is printed
in the report. The time at which the records were read is not part of them.
"""

from dataclasses import dataclass
from pathlib import Path

from analysis.analysis_sets import members_of
from analysis.exploration import explore
from analysis.harms import describe_harms
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.results import Result
from analysis.study import derive_study
from data.records.bundle import TrialRecords
from data.records.explorations import Exploration
from protocols.analysis_plan import AnalysisSet
from protocols.canonical import canonical_json
from protocols.design import Protocol
from protocols.document import protocol_from_canonical
from protocols.reading import value_from_json
from protocols.software import software_version

RECORDS_FILE = "records.json"
PROTOCOL_FILE = "protocol.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A protocol and the records that were analysed by it."""

    protocol: Protocol
    records: TrialRecords

    def report(self) -> AnalysisReport:
        """Carry out the plan again, with the program that is running."""
        return run_analysis_plan(self.protocol, self.records, software_version())

    def explore(self, asked: str) -> tuple[Result, ...]:
        """Carry out an analysis outside the plan again.

        Parameters
        ----------
        asked : str
            The exploration as JSON, as its results and the audit trail have it.
        """
        study = derive_study(self.protocol, self.records, software_version())
        safety_set = members_of(study.memberships, AnalysisSet.SAFETY)
        harms = describe_harms(self.protocol, study.records, study.datasets, safety_set, study.arms)
        return explore(study, harms, value_from_json(Exploration, asked))


def load_bundle(folder: str | Path) -> Bundle:
    """Read the protocol and the records from the folder of a report."""
    return Bundle(
        protocol=protocol_from_canonical((Path(folder) / PROTOCOL_FILE).read_text("utf-8")),
        records=value_from_json(TrialRecords, (Path(folder) / RECORDS_FILE).read_bytes()),
    )


def bundle_files(report: AnalysisReport) -> dict[str, str]:
    """Return the two files by name."""
    return {
        RECORDS_FILE: canonical_json(report.records).decode(),
        PROTOCOL_FILE: canonical_json(report.protocol).decode(),
    }
