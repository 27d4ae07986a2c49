"""A panel larger than any that is known does not keep a page waiting."""

import time
from decimal import Decimal
from typing import get_args

import pytest

from tests.rules.mark_samples import panel
from voting.rules.agreement import Level, alpha, icc, kendall_w
from voting.rules.blocs import blocs
from voting.rules.severity import disagreements, judge_figures


@pytest.mark.parametrize("absent", [0, 0.3])
def test_all_figures_of_sixty_judges_and_four_hundred_nominees_take_two_seconds(
    absent: float,
) -> None:
    table = panel(1, 60, 400, bloc=("J03", "J30", "J59"), strength=8, absent=absent)

    # On a busy machine even processor time varies: the best of three is what the work takes.
    seconds = []
    while not seconds or (min(seconds) >= 2 and len(seconds) < 3):
        begun = time.process_time()
        icc(table)
        kendall_w(table)
        for level in get_args(Level):
            alpha(table, level)
        judge_figures(table)
        disagreements(table, threshold=Decimal(5))
        found = blocs(table)
        seconds.append(time.process_time() - begun)
        assert [one.judges for one in found.found] == [("J03", "J30", "J59")]

    assert min(seconds) < 2
