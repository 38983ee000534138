"""Everything that the analyses of one trial share: derived once, read by all of them."""

import platform
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version

from analysis.analysis_sets import Membership, select_analysis_sets
from analysis.datasets import Datasets, derive_datasets
from analysis.intercurrent_events import EventOccurrence, detect_events
from analysis.results import Contrast, Provenance, SoftwareVersion
from analysis.roles import ArmColumn, arm_columns, contrasts
from data.records.bundle import TrialRecords
from protocols.canonical import hash_of
from protocols.design import Protocol

COMPUTING_PACKAGES = ("formulaic", "numpy", "pandas", "pingouin", "scipy", "statsmodels")
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Study:
    """A protocol, the frozen records, and what was derived from both."""

    protocol: Protocol
    records: TrialRecords
    """As analysed: without the time at which they were extracted."""
    datasets: Datasets
    memberships: tuple[Membership, ...]
    occurrences: tuple[EventOccurrence, ...]
    arms: tuple[ArmColumn, ...]
    contrasts: tuple[Contrast, ...]
    provenance: Provenance

    @property
    def arm_order(self) -> tuple[str, ...]:
        """Codes of the arms in the order of every table."""
        return tuple(arm.arm for arm in self.arms)

    @property
    def arm_of(self) -> dict[str, str]:
        """The arm of every randomized participant."""
        return {row.participant_id: row.arm for row in self.datasets.participants}

    def result_id(self, code: str, contrast: Contrast) -> str:
        """Return the id of a result: the first arm follows only where there are several contrasts."""
        return f"{code}.{contrast.first}" if len(self.contrasts) > 1 else code


def derive_study(protocol: Protocol, records: TrialRecords, code_version: str) -> Study:
    """Derive what all analyses share from the protocol and the frozen records."""
    datasets = derive_datasets(protocol, records)
    return Study(
        protocol=protocol,
        records=replace(records, extracted_at=NO_TIME),
        datasets=datasets,
        memberships=select_analysis_sets(protocol, records, datasets.participants),
        occurrences=detect_events(protocol, records, datasets.participants),
        arms=arm_columns(protocol, records),
        contrasts=contrasts(protocol, records),
        provenance=Provenance(
            data_sha256=records_hash(records),
            protocol_sha256=records.protocol_sha256,
            code_version=code_version,
            software=software_versions(),
        ),
    )


def records_hash(records: TrialRecords) -> str:
    """Return the SHA-256 of the records; when they were extracted does not count."""
    return hash_of(replace(records, extracted_at=NO_TIME))


def software_versions() -> tuple[SoftwareVersion, ...]:
    """Return the versions of Python and of every package that computes."""
    packages = (SoftwareVersion(name=name, version=version(name)) for name in COMPUTING_PACKAGES)
    return (SoftwareVersion(name="Python", version=platform.python_version()), *packages)
