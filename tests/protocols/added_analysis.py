"""The shipped protocol with one more analysis, and what is told about that analysis."""

from dataclasses import replace

from protocols.checks import find_faults
from protocols.design import Protocol
from protocols.document import shipped_protocol
from protocols.reading import path_text


def with_added(**changes: object) -> Protocol:
    """Return the shipped protocol with one more analysis, of the primary outcome and without estimand."""
    protocol = shipped_protocol()
    added = replace(
        protocol.analysis.analyses[0],
        code="added",
        **{"estimand": None, "covariates": (), **changes},  # type: ignore[arg-type]
    )
    plan = replace(protocol.analysis, analyses=(*protocol.analysis.analyses, added))
    return replace(protocol, analysis=plan)


def faults_of_added(protocol: Protocol) -> list[str]:
    """Return every fault, its place told from the last analysis on."""
    place = f"analysis.analyses[{len(protocol.analysis.analyses) - 1}]"
    return [
        f"{path_text(fault.path).removeprefix(place).lstrip('.')}: {fault.what} {fault.mend}"
        for fault in find_faults(protocol)
    ]
