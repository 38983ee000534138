"""Two versions of a protocol are compared place by place."""

from dataclasses import replace

from protocols.comparison import Difference, compare_protocols
from protocols.document import shipped_protocol


def test_a_protocol_does_not_differ_from_itself() -> None:
    assert compare_protocols(shipped_protocol(), shipped_protocol()) == ()


def test_a_changed_value_is_found_by_the_code_of_its_part() -> None:
    before = shipped_protocol()
    visits = tuple(replace(v, day=35) if v.code == "week_4" else v for v in before.visits)

    differences = compare_protocols(before, replace(before, visits=visits))

    assert differences == (Difference(path="visits[week_4].day", before="28", after="35"),)


def test_a_removed_part_is_one_difference_and_not_a_shift_of_all_that_follow() -> None:
    before = shipped_protocol()

    (difference,) = compare_protocols(before, replace(before, visits=before.visits[1:]))

    assert difference.path == "visits[screening]"
    assert difference.after == ""
    assert "code: screening" in difference.before
    assert "questionnaires: gad7" in difference.before


def test_a_changed_order_is_reported_as_order() -> None:
    before = shipped_protocol()

    (difference,) = compare_protocols(before, replace(before, arms=before.arms[::-1]))

    assert difference == Difference(
        path="arms", before="adaptive, matched_fixed", after="matched_fixed, adaptive"
    )


def test_a_list_of_plain_values_is_compared_as_a_whole() -> None:
    before = shipped_protocol()
    plan = replace(before.randomization, block_sizes=(4, 8))

    (difference,) = compare_protocols(before, replace(before, randomization=plan))

    assert (difference.before, difference.after) == ("4, 6, 8", "4, 8")


def test_a_value_that_is_left_out_is_shown_empty() -> None:
    before = shipped_protocol()
    criteria = tuple(replace(criterion, minimum=None) for criterion in before.criteria)

    (difference,) = compare_protocols(before, replace(before, criteria=criteria))

    assert difference == Difference(
        path="criteria[anxiety_moderate].minimum", before="10.0", after=""
    )
