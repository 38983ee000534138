"""The same imputation with R's rbmi, from the file to the pooled estimates."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens.terminal.fit.in_r import as_factor, quoted

if TYPE_CHECKING:
    from analysis.missing_data.frame import EventStrategy, ImputationColumns
    from analysis.missing_data.imputation import ImputationPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class ImputationOrder:
    """What was asked for, as R's call needs it."""

    arms: tuple[str, ...]
    """The reference arm first."""
    visits: tuple[str, ...]
    after: "EventStrategy"
    plan: "ImputationPlan"


def imputation_in_r(columns: "ImputationColumns", order: "ImputationOrder") -> str:
    """Return the same imputation with R's rbmi."""
    from analysis.missing_data.imputation import Jackknife

    visit, arm, person = columns.visit, columns.arm, columns.participant
    model = [
        name if name in order.plan.constant_effects else f"{name} * {visit}"
        for name in columns.covariates
    ]
    method = (
        f'method_condmean(type = "jackknife"{_sharing(order.plan)})'
        if isinstance(order.plan.variance, Jackknife)
        else f"method_bayes(n_samples = {order.plan.variance.chain.draws}{_sharing(order.plan)})"
    )
    roles = (
        f'subjid = "{person}", visit = "{visit}", group = "{arm}", outcome = "{columns.outcome}"'
    )
    references = ", ".join(f'"{one}" = "{order.after.reference_arm}"' for one in order.arms)
    return "\n".join(
        [
            as_factor(visit, order.visits),
            as_factor(arm, order.arms),
            f"d${person} <- factor(d${person})",
            f"d <- merge(expand.grid({person} = levels(d${person}), {visit} = levels(d${visit})), d, all.x = TRUE)",
            f"d <- d[order(d${person}, d${visit}), ]",
            (
                f"for (name in c({quoted((arm, *columns.covariates))})) for (id in levels(d${person})) "
                f"d[d${person} == id, name] <- na.omit(d[d${person} == id, name])[1]"
            ),
            *_events_in_r(columns, order),
            f"vars <- rbmi::set_vars({roles}, covariates = c({quoted((*model, f'{arm} * {visit}'))}))",
            f"draws <- rbmi::draws(d, data_ice, vars, rbmi::{method})",
            f"imputed <- rbmi::impute(draws, references = c({references}))",
            f"then <- rbmi::set_vars({roles}, covariates = c({quoted(columns.covariates)}))",
            "analysed <- rbmi::analyse(imputed, rbmi::ancova, vars = then)",
            f"rbmi::pool(analysed, conf.level = {order.plan.confidence_level:g})",
        ]
    )


def _sharing(plan: "ImputationPlan") -> str:
    from analysis.missing_data.imputation_model import CovarianceSharing

    return "" if plan.sharing is CovarianceSharing.COMMON else ", same_cov = FALSE"


def _events_in_r(columns: "ImputationColumns", order: "ImputationOrder") -> list[str]:
    """Return the lines that make rbmi's `data_ice`: from which visit on the strategy holds, and which one."""
    visit, person = columns.visit, columns.participant
    first = (
        f"  from <- if (all(is.na(x${columns.event_visit}))) Inf else match(na.omit(x${columns.event_visit})[1], levels(x${visit}))"
        if columns.event_visit
        else f"  from <- 1 + max(0, which(!is.na(x${columns.outcome})))"
    )
    strategy = (
        f"na.omit(x${columns.strategy})[1]"
        if columns.strategy
        else f'"{order.after.strategy.value}"'
    )
    return [
        f"data_ice <- do.call(rbind, lapply(split(d, d${person}), function(x) {{",
        first,
        f"  if (from <= nrow(x)) data.frame({person} = x${person}[1], {visit} = x${visit}[from], strategy = {strategy})",
        "}))",
    ]
