"""`antiphon fit session-course`: how two arms drift apart over the course of sessions."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.answer import finite, give
from screens.terminal.fit.effects_answer import Found, effects_answer
from screens.terminal.fit.in_r import as_factor
from screens.terminal.fit.options import (
    Arm,
    Arms,
    AsJson,
    Covariates,
    DataFile,
    Level,
    Outcome,
    Where,
    listed,
)
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms

if TYPE_CHECKING:
    from analysis.estimators.session_course import SessionColumns


class CourseEffects(StrEnum):
    """What differs between participants."""

    INTERCEPT = "intercept"
    INTERCEPT_AND_SLOPE = "intercept-and-slope"
    COMPOUND_SYMMETRY = "compound-symmetry"


RANDOM_IN_R = {
    CourseEffects.INTERCEPT: "1",
    CourseEffects.INTERCEPT_AND_SLOPE: "1 + centred",
    CourseEffects.COMPOUND_SYMMETRY: "1",
}

ATTENDANCE = (
    "Arms are randomized, single sessions are not: the difference at a session includes who "
    "still attends."
)


def fit_session_course(
    data: DataFile,
    outcome: Outcome,
    subject: Annotated[str, typer.Option(help="Column of the participant.")],
    session: Annotated[str, typer.Option(help="Column of the number of the session: 1, 2, ...")],
    arm: Arm,
    arms: Arms = None,
    covariates: Covariates = None,
    effects: Annotated[
        CourseEffects,
        typer.Option(
            help="What differs between participants: their level, also their slope, or (compound "
            "symmetry, Kenward and Roger) any two sessions are correlated alike."
        ),
    ] = CourseEffects.INTERCEPT,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Difference of two arms at the middle session and its growth, one row a participant and session."""
    from analysis.estimators.frame import Comparison
    from analysis.estimators.session_course import (
        RandomEffects,
        SessionColumns,
        estimate_session_course,
        session_outcomes,
    )

    source = source_of(data, where)
    names = listed(covariates)
    table = source.read(numeric=(outcome, session), other=(subject, arm), covariates=names)
    table.require_one_row_each((subject, session))
    first, second = two_arms(table, arm, listed(arms))
    columns = SessionColumns(
        outcome=outcome,
        participant=subject,
        session=session,
        comparison=Comparison(column=arm, first=first, second=second),
        covariates=names,
    )
    kind = RandomEffects[effects.name]
    text = (subject, arm)
    with sentences_for(table.name):
        read = session_outcomes(table.frame(text), columns)
        found = estimate_session_course(read, kind, confidence_level=level)
    called = Called(function=session_outcomes, values=(source.python(text), columns))
    answer = effects_answer(
        f"{outcome} by {arm}, over {session}",
        Found(
            effects={"at_middle": found.at_middle, "per_session": found.per_session},
            table=table,
            calls=Calls(
                python=python_lines(estimate_session_course, called, kind, confidence_level=level),
                r=_in_r(columns, effects, found.middle_session),
            ),
            level=level,
            more={
                "middle_session": found.middle_session,
                "within_variance": found.within_variance,
                "between_variance": found.between_variance,
                "slope_variance": finite(found.slope_variance),
                "n_sessions": found.n_sessions,
                "n_participants": found.n_participants,
            },
            notes=(
                f"{found.n_sessions} sessions of {found.n_participants} participants.",
                ATTENDANCE,
            ),
        ),
    )
    give(answer, as_json=as_json)


def _in_r(columns: "SessionColumns", effects: CourseEffects, middle: float) -> str:
    arms = columns.comparison
    more = "".join(f" + {name}" for name in columns.covariates)
    model = (
        f"{columns.outcome} ~ {arms.column} * centred{more} + ({RANDOM_IN_R[effects]} | {columns.participant}), "
        "data = d"
    )
    return "\n".join(
        [
            as_factor(arms.column, (arms.second, arms.first)),
            f"d$centred <- d${columns.session} - {middle:g}",
            f'summary(lmerTest::lmer({model}), ddf = "Kenward-Roger")',
        ]
    )
