"""From somebody who signed in to a voter: one voter key per season for each of them."""

import hmac
import secrets
import time
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import identities
from accounts.models import User
from voting.ballots.models import VerifiedIdentity, VerifiedVoter
from voting.ballots.stores import keyring
from voting.hotpath import admission
from voting.hotpath.tokens import Level, Voter, new_voter, sign_cookie
from voting.seasons.models import Season

# Two devices of one person may come at the same moment; the loser finds the winner's rows.
_TRIES = 3


class NothingConfirmed(Exception):
    """The person has no confirmed phone number, e-mail address or WeChat."""


class NotVerified(Exception):
    """The season takes no verified voters, or is not open to the public yet."""


def verified_cookie(*, season: Season, user: User, cookie: str | None) -> str:
    """Return the voter cookie of a person who signed in, for this browser.

    cookie: the voter cookie that the browser has. If it is an anonymous one, its voter key
    becomes the person's unless they have one already: what was voted with it goes on counting,
    so that verifying brings no second vote. Raises NothingConfirmed, NotVerified, KeyMissing.
    """
    if season.identity_level != Season.IdentityLevel.VERIFIED or not season.epoch:
        raise NotVerified
    ring = keyring()
    known = admission.known_voter(ring, season=season.slug, cookie=cookie)
    browser = known or new_voter(now_ms=int(time.time() * 1000))
    own = browser.key if known is not None and known.level is Level.ANONYMOUS else None
    key = voter_key(season=season, user=user, candidate=own)
    if known is not None and cookie and known.level is Level.VERIFIED and known.key == key:
        return cookie
    voter = Voter(key, browser.device, Level.VERIFIED, browser.first_seen_hour)
    return sign_cookie(ring.voter, season=season.slug, voter=voter)


def voter_key(*, season: Season, user: User, candidate: bytes | None = None) -> bytes:
    """Return a person's voter key in a season (16 bytes), made when it is first asked for.

    candidate: the key to be used if the person has none and it is nobody's.
    Raises NothingConfirmed, KeyMissing.
    """
    found = identities.confirmed(user)
    if not found:
        raise NothingConfirmed
    marks = marks_of(season, [f"account:{user.pk}", *found])
    for _try in range(_TRIES - 1):
        try:
            return _claimed(season, marks, candidate)
        except IntegrityError:
            candidate = None if _is_taken(season, candidate) else candidate
    return _claimed(season, marks, None)


@transaction.atomic
def _claimed(season: Season, marks: list[UUID], candidate: bytes | None) -> bytes:
    """Return the key that stands behind the marks, the account's first; mark what is new."""
    rows = VerifiedIdentity.objects.filter(season=season, mark__in=marks).select_related("voter")
    owners = {row.mark: row.voter for row in rows}
    voter = next((owners[mark] for mark in marks if mark in owners), None)
    if voter is None:
        key = candidate or secrets.token_bytes(16)
        voter = VerifiedVoter.objects.create(season=season, voter_key=UUID(bytes=key))
    VerifiedIdentity.objects.bulk_create(
        [
            VerifiedIdentity(season=season, mark=mark, voter=voter)
            for mark in marks
            if mark not in owners
        ]
    )
    return voter.voter_key.bytes


def _is_taken(season: Season, key: bytes | None) -> bool:
    return (
        key is not None
        and VerifiedVoter.objects.filter(season=season, voter_key=UUID(bytes=key)).exists()
    )


def marks_of(season: Season, names: list[str]) -> list[UUID]:
    """Return the marks of identities, under the season's key. Raises KeyMissing."""
    key = keyring().season(season.slug)
    return [
        UUID(bytes=hmac.digest(key, b"\x08identity" + name.encode(), "sha256")[:16])
        for name in names
    ]


def is_voter(season: Season, user: User) -> bool:
    """Return whether an account has become a voter of a season. Raises KeyMissing."""
    marks = marks_of(season, [f"account:{user.pk}"])
    return VerifiedIdentity.objects.filter(season=season, mark__in=marks).exists()
