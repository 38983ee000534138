"""The files that a report was made from, and the way back from them to its numbers.

``records.json`` and ``protocol.json`` lie beside the report, in canonical JSON: the SHA-256 of each file is the hash that is printed
in the report. The time at which the records were read is not part of them. ``explorations.json`` has what was asked for outside the plan.
"""

from dataclasses import dataclass
from pathlib import Path

from analysis.exploration import ExploredAnalysis, explore, explore_recorded
from analysis.harms import harms_of
from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.results import Result
from analysis.study import derive_study
from data.records.bundle import TrialRecords
from data.records.explorations import Exploration, ExplorationLog
from protocols.canonical import canonical_json
from protocols.design import Protocol
from protocols.document import protocol_from_canonical
from protocols.reading import value_from_json
from protocols.software import software_version

RECORDS_FILE = "records.json"
PROTOCOL_FILE = "protocol.json"
EXPLORATIONS_FILE = "explorations.json"
NOTHING_EXPLORED = ExplorationLog(entries=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A protocol, the records that were analysed by it, and what was analysed outside it."""

    protocol: Protocol
    records: TrialRecords
    log: ExplorationLog = NOTHING_EXPLORED

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
        return explore(study, harms_of(study), value_from_json(Exploration, asked))

    def explored(self) -> tuple[ExploredAnalysis, ...]:
        """Carry out every analysis outside the plan that is on record again."""
        study = derive_study(self.protocol, self.records, software_version())
        return explore_recorded(study, harms_of(study), self.log.entries)


def load_bundle(folder: str | Path) -> Bundle:
    """Read protocol, records and explorations from the folder of a report; reports of earlier versions have no explorations."""
    log = Path(folder) / EXPLORATIONS_FILE
    return Bundle(
        protocol=protocol_from_canonical((Path(folder) / PROTOCOL_FILE).read_text("utf-8")),
        records=value_from_json(TrialRecords, (Path(folder) / RECORDS_FILE).read_bytes()),
        log=value_from_json(ExplorationLog, log.read_bytes()) if log.exists() else NOTHING_EXPLORED,
    )


def bundle_files(report: AnalysisReport, log: ExplorationLog) -> dict[str, str]:
    """Return the files by name."""
    return {
        RECORDS_FILE: canonical_json(report.records).decode(),
        PROTOCOL_FILE: canonical_json(report.protocol).decode(),
        EXPLORATIONS_FILE: canonical_json(log).decode(),
    }
