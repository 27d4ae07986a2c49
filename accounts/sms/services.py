"""Sending text messages within limits that protect people, the bill and the carrier's patience."""

import structlog
from allauth.core.exceptions import RateLimited
from django.conf import settings
from django.utils.module_loading import import_string

from accounts.budgets import Limit, spend
from accounts.sms.senders import SmsSender, TextMessage

# What carriers allow for one number: once a minute, five times an hour, ten times a day.
FOR_ONE_NUMBER: tuple[Limit, ...] = ((1, 60), (5, 3600), (10, 24 * 3600))
# For the whole site: a crowd of voters, not a machine; the day's bound is SMS_PER_DAY.
FOR_ALL: tuple[Limit, ...] = ((300, 60),)

log = structlog.get_logger(__name__)


def send_text(message: TextMessage) -> None:
    """Send a message, unless its number or the whole site has had its share.

    Raises RateLimited, the same for numbers with an account and without, and SmsFailed.
    """
    for_all = (*FOR_ALL, (settings.SMS_PER_DAY, 24 * 3600))
    if not spend("sms", message.phone, FOR_ONE_NUMBER) or not spend("sms", "all", for_all):
        log.warning("a text message is left out: too many")
        raise RateLimited
    sender: SmsSender = import_string(settings.SMS_SENDER)()
    sender.send(message)
