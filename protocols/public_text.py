"""The protocol as readable text for everyone: what is confidential is left out.

SPIRIT 2025 item 21b: block sizes belong in a restricted annex, so they are not in this text.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from protocols.analysis_plan import PlannedAnalysis
from protocols.arm_guess import ArmGuess
from protocols.canonical import to_plain
from protocols.design import Arm, Protocol, Visit
from protocols.eligibility import Criterion, CriterionKind
from protocols.estimands import Estimand
from protocols.estimator_needs import promise_of
from protocols.outcomes import Outcome
from protocols.promised_tests import hypotheses_in_words, looks_in_words
from protocols.questionnaire import load_questionnaire
from protocols.sample_size import observed_per_arm

_ARM_PARTS = (
    ("Why", "why"),
    ("Materials", "what"),
    ("Procedure", "procedures"),
    ("Music", "music"),
    ("Algorithm", "ai_system"),
    ("Who provides it", "who_provides"),
    ("How and where", "how_and_where"),
    ("When and how much", "when_and_how_much"),
    ("Tailoring", "tailoring"),
    ("Modifications", "modifications"),
    ("Fidelity", "fidelity"),
)
_ADMINISTRATION_PARTS = (
    ("Registry", "registry"),
    ("Sponsor", "sponsor"),
    ("Funding", "funding"),
    ("Conflicts of interest", "conflicts_of_interest"),
    ("Ethics", "ethics"),
    ("Monitoring", "monitoring"),
    ("Data management", "data_management"),
    ("Confidentiality", "confidentiality"),
    ("Data sharing", "data_sharing"),
    ("Dissemination", "dissemination"),
    ("Patient and public involvement", "patient_involvement"),
)


def public_protocol_text(protocol: Protocol) -> str:
    """Write a protocol as Markdown that also reads well as plain text.

    Parameters
    ----------
    protocol : Protocol
        The protocol.

    Returns
    -------
    str
        The text, without block sizes.
    """
    sections = (
        _head(protocol),
        _section("Background", [protocol.background]),
        _section("Objectives", _bullets(protocol.objectives)),
        _section("Participants", [protocol.population, protocol.setting]),
        _section("Eligibility", _eligibility(protocol.criteria)),
        _section("Arms", _arms(protocol.arms)),
        _section("Music common to both arms", _music(protocol)),
        _section("Other care", [protocol.concomitant_care]),
        _section("Schedule", _schedule(protocol)),
        _section("Outcomes", _bullets(_outcome(outcome) for outcome in protocol.outcomes)),
        _section("Intercurrent events", _events(protocol)),
        _section("Estimands", _estimands(protocol)),
        _section("Sample size", _sample_size(protocol)),
        _section("Randomization", _randomization(protocol)),
        _section("Blinding", [protocol.blinding]),
        _section("Statistical analysis", _analysis(protocol)),
        _section("Harms", [protocol.harms]),
        _section("Safety rules", _safety(protocol)),
        _section("Stopping", [protocol.stopping]),
        _section("Administration", _administration(protocol)),
        _section(f"Consent (version {protocol.consent_version})", [protocol.consent_text.strip()]),
        _section("Notice about sensing", [protocol.sensing_notice.strip()]),
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def public_protocol_plain(protocol: Protocol) -> dict[str, Any]:
    """Return a protocol as plain JSON values for a program.

    Parameters
    ----------
    protocol : Protocol
        The protocol.

    Returns
    -------
    dict
        Every field in the order of the document, without block sizes.
    """
    plain: dict[str, Any] = to_plain(protocol)
    del plain["randomization"]["block_sizes"]
    return plain


def _head(protocol: Protocol) -> str:
    date = protocol.administration.protocol_date
    dated = f", {date}" if date else ""
    return "\n\n".join(
        (
            f"# {protocol.study_id}: {protocol.short_title}",
            protocol.title,
            f"Protocol version {protocol.version}{dated}",
            protocol.design,
        )
    )


def _section(title: str, paragraphs: Iterable[str]) -> str:
    written = [paragraph for paragraph in paragraphs if paragraph]
    return "\n\n".join((f"## {title}", *written)) if written else ""


def _bullets(lines: Iterable[str]) -> list[str]:
    return ["\n".join(f"- {line}" for line in lines)]


def _parts(value: object, parts: Iterable[tuple[str, str]]) -> Iterator[str]:
    for label, name in parts:
        text = getattr(value, name)
        if text:
            yield f"**{label}.** {text}"


def _eligibility(criteria: Iterable[Criterion]) -> Iterator[str]:
    known = tuple(criteria)
    for kind in CriterionKind:
        lines = [f"{c.text} {c.rationale}".strip() for c in known if c.kind is kind]
        yield f"### {kind.capitalize()} criteria"
        yield from _bullets(lines)


def _arms(arms: Iterable[Arm]) -> Iterator[str]:
    for arm in arms:
        yield f"### {arm.label} ({arm.role.replace('_', ' ')})"
        yield from _parts(arm, _ARM_PARTS)


def _music(protocol: Protocol) -> Iterator[str]:
    music = protocol.music
    yield (
        f"Trajectory {music.trajectory}; aim: arousal {music.target_arousal:g}, valence "
        f"{music.target_valence:g} (each from -1 to 1); loudness {music.loudness_lufs:g} LUFS; fades "
        f"of {music.fade_s:g} s."
    )
    yield _table(
        ("Parameter", "From", "To", "Largest change at once"),
        (
            (r.parameter, f"{r.minimum:g}", f"{r.maximum:g}", f"{r.maximum_change:g}")
            for r in music.ranges
        ),
    )
    yield "The music of the arms counts as matched when the mean difference lies within these bounds:"
    yield _table(
        ("Feature", "Bound", "Unit"),
        ((b.feature, f"{b.bound:g}", b.unit) for b in protocol.matching.bounds),
    )
    limit = protocol.matching.maximum_standardized_difference
    yield f"Standardized differences are to stay below {limit:g}."


def _schedule(protocol: Protocol) -> Iterator[str]:
    sessions = protocol.sessions
    rows = (_visit_row(visit) for visit in protocol.visits)
    yield _table(("Visit", "Day", "Window", "Questionnaires", "Resting recording"), rows)
    yield (
        f"{sessions.count} listening sessions of {sessions.duration_minutes:g} minutes in "
        f"{sessions.weeks} weeks, each within {sessions.window_days} days of its planned day. Before "
        f"and after each: {load_questionnaire(sessions.rating).title}. Resting recordings last "
        f"{sessions.resting_minutes:g} minutes. A session counts as attended when "
        f"{sessions.attended_share:.0%} of its planned music was heard."
    )
    if protocol.arm_guess is not None:
        yield _arm_guess(protocol.arm_guess)


def _arm_guess(guess: ArmGuess) -> str:
    who = " and ".join(respondent.value for respondent in guess.respondents)
    choices = "; ".join(choice.words for choice in guess.choices)
    return f"After the last session {who} guess the arm: {choices}; or they do not know."


def _visit_row(visit: Visit) -> tuple[str, ...]:
    titles = [load_questionnaire(questionnaire).title for questionnaire in visit.questionnaires]
    window = f"-{visit.window_before_days} to +{visit.window_after_days}"
    return (
        visit.label,
        str(visit.day),
        window,
        ", ".join(titles),
        "yes" if visit.resting_recording else "no",
    )


def _outcome(outcome: Outcome) -> str:
    difference = outcome.minimal_important_difference
    noticed = f" Smallest important change: {difference:g} {outcome.unit}." if difference else ""
    return f"**{outcome.label}** ({outcome.role}). {outcome.summary}.{noticed}"


def _events(protocol: Protocol) -> list[str]:
    return _bullets(f"{e.label}. Seen in: {e.detected_by}." for e in protocol.intercurrent_events)


def _estimands(protocol: Protocol) -> Iterator[str]:
    labels = {event.code: event.label for event in protocol.intercurrent_events}
    for estimand in protocol.estimands:
        yield f"### {estimand.label}"
        yield from _attributes(protocol, estimand)
        yield _table(
            ("Intercurrent event", "Strategy", "Why"),
            (
                (labels[s.event], s.strategy.replace("_", " "), s.rationale)
                for s in estimand.strategies
            ),
        )


def _attributes(protocol: Protocol, estimand: Estimand) -> list[str]:
    return _bullets(
        (
            f"Treatment: {estimand.treatment}",
            f"Comparator: {estimand.comparator}",
            f"Population: {estimand.population}",
            f"Variable: {protocol.outcome(estimand.outcome).label}",
            f"Summary: {estimand.summary}",
        )
    )


def _sample_size(protocol: Protocol) -> Iterator[str]:
    size = protocol.sample_size
    yield (
        f"{size.per_arm} participants per arm, {size.per_arm * len(protocol.arms)} in all "
        f"({observed_per_arm(size)} per arm with the outcome), to find a difference of "
        f"{size.difference:g} with a standard deviation of {size.standard_deviation:g}, a correlation "
        f"with baseline of {size.baseline_correlation:g}, a two-sided level of "
        f"{size.significance_level:g}, a statistical power of {size.statistical_power:g} and "
        f"{size.dropout_share:.0%} without the outcome."
    )
    yield size.reasons


def _randomization(protocol: Protocol) -> Iterator[str]:
    plan = protocol.randomization
    ratio = ":".join(str(share) for share in plan.ratio)
    yield f"Permuted blocks of varying size, ratio {ratio}. Stratified by:"
    yield from _bullets(
        f"{factor.label}: {', '.join(level.label for level in factor.levels)}"
        for factor in plan.factors
    )
    yield plan.concealment
    yield plan.implementation


def _analysis(protocol: Protocol) -> Iterator[str]:
    plan = protocol.analysis
    yield _table(
        ("Analysis", "Set", "Method", "Adjusted for", "Missing data"),
        (
            (
                a.label,
                a.analysis_set.replace("_", " "),
                _method(a),
                ", ".join(a.covariates),
                a.missing_data,
            )
            for a in plan.analyses
        ),
    )
    yield f"**Several outcomes.** {plan.multiplicity}"
    promised = hypotheses_in_words(protocol)
    if promised:
        yield promised[0]
        yield from _bullets(promised[1:])
    yield f"**Interim looks.** {plan.interim_looks}"
    looked = looks_in_words(protocol)
    yield from looked[:1]
    if looked[1:]:
        yield from _bullets(looked[1:])
    yield f"**Software.** {plan.software}"


def _method(analysis: PlannedAnalysis) -> str:
    method = analysis.estimator.replace("_", " ")
    if analysis.mixed_model is not None:
        return f"{method} ({analysis.mixed_model.label})"
    promise = promise_of(analysis)
    if promise is not None:
        return f"{method} ({promise.label})"
    imputation = analysis.imputation
    if imputation is None:
        return method
    return f"{method} after imputation ({imputation.label})"


def _safety(protocol: Protocol) -> Iterator[str]:
    for rule in protocol.safety_rules:
        limit = f" Threshold: {rule.threshold:g} {rule.unit}." if rule.threshold is not None else ""
        hours = rule.acknowledge_within_hours
        clock = f" To be acknowledged within {hours:g} h." if hours is not None else ""
        yield f"**{rule.label}.** {rule.trigger}{limit} {rule.action}{clock}"


def _administration(protocol: Protocol) -> Iterator[str]:
    yield from _parts(protocol.administration, _ADMINISTRATION_PARTS)
    yield from _bullets(protocol.administration.investigators)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
