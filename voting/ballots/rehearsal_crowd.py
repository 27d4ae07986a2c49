"""The small crowd of a rehearsal: invented voters, who vote through the public interface."""

import asyncio
from collections import Counter
from typing import Final

from voting.ballots.crowd import Crowd
from voting.ballots.http_voter import PASSING, GaveUp, HttpVoter, new_session
from voting.rules.ballots import BallotRules, Cap
from voting.seasons.models import Nominee, Season

AT_ONCE: Final = 8
PATIENCE_SECONDS: Final = 10.0
# Each web process looks for new seasons once a second (``hotpath.directory``). Whoever lets the
# crowd in straight after opening is quicker than that, so its voters wait for the next look.
_NOT_YET: Final = PASSING | {"unknown-season"}


def cast_ballots(season: Season, *, url: str, number: int) -> Counter[str]:
    """Let so many voters come, each with a browser of their own; return how often each answer came.

    url: of the running site, as browsers name it. "no answer": it could not be reached. A season
    that was opened a moment ago is waited for, as long as voters have patience.
    Call it where no event loop runs.
    """
    sheet = season.rule_sheet
    rules = BallotRules(
        sheet.min_choices,
        tuple(Cap(cap.scope, cap.period, cap.counts, cap.max) for cap in sheet.caps.all()),
    )
    running = Nominee.objects.filter(season=season, withdrawn_at=None)
    crowd = Crowd(rules, dict(running.values_list("ballot_number", "category__position")))
    return asyncio.run(_vote(season.slug, crowd, url, number))


async def _vote(slug: str, crowd: Crowd, url: str, number: int) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    left = iter(range(number))
    async with new_session(connections=AT_ONCE) as session:

        async def voters() -> None:
            for _number in left:
                voter = HttpVoter(
                    session, url, slug, patience_seconds=PATIENCE_SECONDS, passing=_NOT_YET
                )
                try:
                    token = str((await voter.token())["token"])
                    answer = await voter.cast(token, crowd.choices())
                except GaveUp as error:
                    outcomes[error.outcome or "no answer"] += 1
                    return  # whoever comes next would wait as long for nothing
                outcomes["accepted" if answer.counted else answer.outcome] += 1

        await asyncio.gather(*(voters() for _voter in range(AT_ONCE)))
    return outcomes
