"""Options of `antiphon fit sample-size` about what a number of participants must be multiplied by."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.options import listed_numbers
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.sample_size.requirement import Requirement


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowances:
    """What the number is multiplied by, in both arms."""

    dropout: Annotated[
        str | None, typer.Option(help="Share without outcome, one number or one an arm.")
    ] = None
    cluster_size: Annotated[
        float | None, typer.Option(help="Participants of a therapist, group or site.")
    ] = None
    icc: Annotated[float | None, typer.Option(help="Correlation within clusters.")] = None
    cluster_variation: Annotated[
        float, typer.Option(help="Coefficient of variation of cluster sizes.")
    ] = 0.0
    not_taken_up: Annotated[
        float, typer.Option(help="Share of the first arm that does not take it up.")
    ] = 0.0
    taken_up_elsewhere: Annotated[
        float, typer.Option(help="Share of the second arm that gets it elsewhere.")
    ] = 0.0

    def applied(self, found: "Requirement") -> "Requirement":
        """Return the participants to randomize."""
        from analysis.sample_size.allowances import (
            allow_for_clusters,
            allow_for_losses,
            allow_for_non_adherence,
            design_effect,
        )

        if self.cluster_size is not None or self.icc is not None:
            if self.cluster_size is None or self.icc is None:
                message = "Clusters need both --cluster-size and --icc."
                raise UnusableInputError(message)
            effect = design_effect(
                cluster_size=self.cluster_size,
                intracluster_correlation=self.icc,
                size_variation=self.cluster_variation,
            )
            found = allow_for_clusters(found, first=effect, second=effect)
        if self.not_taken_up or self.taken_up_elsewhere:
            found = allow_for_non_adherence(
                found,
                not_taken_up=self.not_taken_up,
                taken_up_elsewhere=self.taken_up_elsewhere,
            )
        lost = listed_numbers(self.dropout, "--dropout")
        if lost:
            found = allow_for_losses(found, first=lost[0], second=lost[-1])
        return found
