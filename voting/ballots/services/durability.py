"""Whether the vote store is set to keep what it acknowledges."""

import redis
import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from voting.ballots.services.errors import StoreUnsafe

log = structlog.get_logger(__name__)

REQUIRED = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "maxmemory-policy": "noeviction",
}


def weaknesses(client: redis.Redis) -> list[str]:
    """Return what is set weaker than promised, one sentence each.

    A store that does not let us read its settings counts as weak.
    """
    found = []
    for name, wanted in REQUIRED.items():
        try:
            answer = client.config_get(name)
        except redis.exceptions.ResponseError as error:
            return [f"CONFIG GET is refused: {error}"]
        value = answer.get(name)
        text = value.decode() if isinstance(value, bytes) else value
        if text != wanted:
            found.append(f"{name} is {text}, must be {wanted}")
    return found


def require_durable(client: redis.Redis) -> None:
    """Refuse a vote store that is weaker than promised, unless VOTE_STORE_UNSAFE_OK says yes.

    Raises StoreUnsafe. Source: README, "What is promised", P1.
    """
    weak = weaknesses(client)
    if not weak:
        return
    if settings.VOTE_STORE_UNSAFE_OK:
        log.warning("vote store is weaker than promised, as allowed", weaknesses=weak)
        return
    raise StoreUnsafe(
        _("The vote store could lose acknowledged ballots: %(weak)s.") % {"weak": "; ".join(weak)}
    )
