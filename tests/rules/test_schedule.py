"""Stages on the calendar."""

from datetime import UTC, datetime, timedelta

import pytest

from voting.rules.schedule import ORDER, Clash, Span, clashes, in_order

START = datetime(2027, 3, 1, tzinfo=UTC)


def span(kind: str, first: float, last: float) -> Span:
    return Span(kind, START + timedelta(days=first), START + timedelta(days=last))


def test_stages_that_follow_each_other_do_not_clash() -> None:
    spans = [span(kind, number, number + 1) for number, kind in enumerate(ORDER)]

    assert clashes(spans) == []
    assert in_order(reversed(spans)) == spans


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ([span("nominations", 0, 5), span("judging", 4, 6)],
         [Clash("overlap", "nominations", "judging")]),
        ([span("voting", 0, 5), span("candidate_notice", 0, 6)], []),
        ([span("voting", 0, 5), span("candidate_notice", 1, 3)],
         [Clash("order", "candidate_notice", "voting")]),
        ([span("voting", 0, 5), span("judging", 5, 6)], []),
        ([span("voting", 0, 5), span("judging", 4.99, 6)], [Clash("overlap", "voting", "judging")]),
        ([span("announcement", 0, 1), span("result_notice", 2, 3)],
         [Clash("order", "result_notice", "announcement")]),
        ([span("judging", 3, 3), span("voting", 0, 9)], [Clash("empty", "judging", "judging")]),
        ([span("nominations", 0, 9), span("voting", 1, 2), span("judging", 3, 4)],
         [Clash("overlap", "nominations", "voting"), Clash("overlap", "nominations", "judging")]),
    ],
)  # fmt: skip
def test_each_two_that_do_not_fit_are_named(spans: list[Span], found: list[Clash]) -> None:
    assert clashes(spans) == found
