"""Casting without scripts: the same admission and the same script, on a synchronous client."""

import time
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from redis.exceptions import RedisError, ResponseError

from voting.ballots.services.loading import milliseconds
from voting.ballots.stores import keyring
from voting.hotpath import admission, gate
from voting.hotpath.keys import SliceKeys
from voting.hotpath.problems import Problem
from voting.hotpath.tokens import LEVELS, Voter, new_voter, receipt_code, sign_cookie
from voting.hotpath.turnstile import peek_members
from voting.seasons.models import Season


@dataclass(frozen=True, slots=True)
class FormVoter:
    """Whoever fills in the form, and the cookie to set if there was none."""

    voter: Voter
    cookie: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A ballot that stands."""

    code: str
    accepted_ms: int
    next_ms: int | None
    repeated: bool


def cookie_name(season: Season) -> str:
    """Return the name of the season's voter cookie."""
    return admission.cookie_name(season.slug, https=settings.HTTPS)


def form_voter(season: Season, cookie: str | None) -> FormVoter:
    """Return the voter of a cookie, or a new one."""
    keys = keyring()
    voter = admission.known_voter(keys, season=season.slug, cookie=cookie)
    if voter is not None and cookie is not None:
        return FormVoter(voter, cookie, is_new=False)
    voter = new_voter(now_ms=int(time.time() * 1000))
    return FormVoter(voter, sign_cookie(keys.voter, season=season.slug, voter=voter), is_new=True)


def _keys(season: Season, voter: Voter) -> SliceKeys:
    return admission.keys_for(season.slug, season.epoch, season.slices, voter)


def form_token(
    season: Season, form_voter: FormVoter, *, prefix: bytes, client: redis.Redis
) -> tuple[str, dict[str, Any]]:
    """Return a ballot token, and what the voter may still do (``turnstile.peek_members``).

    Raises Problem when the vote store cannot answer, or the voter must verify first.
    """
    voter = form_voter.voter
    if voter.level < LEVELS[season.identity_level]:
        raise Problem("verification-required")
    keys = _keys(season, voter)
    try:
        raw = gate.evaluate(
            client, gate.PEEK, 3, keys.meta, keys.periods, keys.voter + voter.key.hex()
        )
    except (RedisError, OSError) as error:
        raise Problem("busy", retry_ms=5000) from error
    if not raw:
        raise Problem("not-ready", retry_ms=1000)
    token, _expires = admission.issue_token(
        keyring(),
        season=season.slug,
        cookie=form_voter.cookie,
        prefix=prefix,
        lifetime_ms=season.rule_sheet.token_minutes * 60_000,
        now_ms=int(raw[0]),
    )
    return token, peek_members(raw)


def cast_form(
    season: Season,
    *,
    cookie: str | None,
    token: str,
    choices: list[str],
    client_facts: admission.Client,
    client: redis.Redis,
) -> Received:
    """Cast the form's ballot. Raises Problem, as the endpoint does."""
    now_ms = int(time.time() * 1000)
    ballot = admission.admit(
        keyring(),
        season=season.slug,
        level=season.identity_level,
        cookie=cookie,
        body=admission.ballot_body(token, choices),
        client=client_facts,
        origins=frozenset(origin.encode() for origin in settings.SITE_ORIGINS),
        now_ms=now_ms,
    )
    keys = _keys(season, ballot.voter)
    try:
        result = gate.cast(client, lambda run: admission.call_arguments(ballot, keys, run))
    except ResponseError as error:
        raise Problem("busy", retry_ms=5000) from error
    except (RedisError, OSError) as error:
        raise Problem("unknown-outcome", retry_ms=2000) from error
    if not result.stands:
        raise admission.refusal(result, ballot.token.vote_id)
    reply = gate.parse_reply(result.stored)
    return Received(
        receipt_code(ballot.token.vote_id),
        reply.accepted_ms,
        reply.next_ms,
        result.outcome is gate.Outcome.REPEATED,
    )


def refuse_by_standing(season: Season, standing: dict[str, Any]) -> None:
    """Raise the Problem that any ballot would meet now: the wrong time, or none left."""
    opens_ms, closes_ms = milliseconds(season.opens_at), milliseconds(season.ends_at)
    match standing["phase"]:
        case "not-open":
            raise Problem("not-open", opens_ms=opens_ms)
        case "paused":
            raise Problem("paused", reason=season.pause_reason)
        case "closed":
            raise Problem("closed", closes_ms=closes_ms)
    if standing["left"]["ballots"] == 0:
        raise Problem("already-voted", next_ms=standing["next_ms"], last=standing["last"])
