"""`antiphon fit restricted-mean`: the mean time without the event up to a horizon, without proportional hazards."""

from typing import Annotated

import typer

from screens.terminal.fit.answer import effect_plain, effects_table, give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.in_r import as_factor
from screens.terminal.fit.options import Arm, Arms, AsJson, DataFile, Level, Where, listed
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms


def fit_restricted_mean(
    data: DataFile,
    time: Annotated[str, typer.Option(help="Column of the time to the event or to the end.")],
    event: Annotated[str, typer.Option(help="Column: 1 event, 0 censored.")],
    arm: Arm,
    horizon: Annotated[float, typer.Option(help="Up to which time, in the unit of the column.")],
    arms: Arms = None,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Restricted mean survival time of two arms and its difference, one row a participant."""
    from analysis.estimators.frame import Comparison
    from analysis.estimators.restricted_mean import estimate_restricted_means
    from analysis.estimators.time_to_event import EventColumns, event_times

    source = source_of(data, where)
    table = source.read(numeric=(time, event), other=(arm,))
    first, second = two_arms(table, arm, listed(arms))
    columns = EventColumns(
        time=time, event=event, comparison=Comparison(column=arm, first=first, second=second)
    )
    with sentences_for(table.name):
        found = estimate_restricted_means(
            event_times(table.frame((arm,)), columns), horizon, confidence_level=level
        )
    read = Called(function=event_times, values=(source.python((arm,)), columns))
    means = (found.first, found.second)
    calls = Calls(
        python=python_lines(estimate_restricted_means, read, horizon, confidence_level=level),
        r=f"{as_factor(arm, (second, first))}\n"
        f"e <- na.omit(d[c('{time}', '{event}', '{arm}')])\n"
        f"survRM2::rmst2(e${time}, e${event}, as.integer(e${arm}) - 1, tau = {horizon:.15g}, "
        f"alpha = {1 - level:.10g})",
    )
    answer = effects_answer(
        f"{time} to {horizon:g} by {arm}",
        Found(
            effects={"difference": found.difference},
            table=table,
            calls=calls,
            level=level,
            more={"horizon": horizon, "means": [effect_plain(one) for one in means]},
            tables=(effects_table("Mean time without the event", means, level),),
        ),
    )
    give(answer, as_json=as_json)
