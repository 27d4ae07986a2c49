"""Text messages through an HTTP gateway: one POST of JSON for each (docs/accounts.md)."""

import json
from collections.abc import Mapping
from typing import Any

import requests
import structlog
from django.conf import settings

from accounts.addresses import national
from accounts.sms.senders import SmsFailed, TextMessage

log = structlog.get_logger(__name__)


class GatewaySender:
    """Posts messages to ``SMS_GATEWAY_URL``.

    Nothing is ever sent twice: a request that timed out may have arrived, so it is not repeated
    and no redirect is followed; the person asks again, within the limits.
    """

    def __init__(self) -> None:
        self.headers: dict[str, str] = json.loads(settings.SMS_GATEWAY_HEADERS)
        self.body: Any = json.loads(settings.SMS_GATEWAY_BODY)
        self.accepted: dict[str, Any] = json.loads(settings.SMS_GATEWAY_ACCEPTED)

    def send(self, message: TextMessage) -> None:
        """Hand the message over. Raises SmsFailed; the log has neither number nor code."""
        values = {
            "phone": message.phone,
            "national": national(message.phone),
            "code": message.code,
            "minutes": str(message.minutes),
            "text": message.text,
        }
        try:
            answer = requests.post(
                settings.SMS_GATEWAY_URL,
                json=filled(self.body, values),
                headers=self.headers,
                timeout=settings.SMS_TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            log.warning("the SMS gateway does not answer", kind=type(error).__name__)
            raise SmsFailed from error
        if answer.status_code // 100 != 2 or not self._says_accepted(answer):
            log.warning("the SMS gateway refuses a message", status=answer.status_code)
            raise SmsFailed

    def _says_accepted(self, answer: requests.Response) -> bool:
        if not self.accepted:
            return True
        try:
            said = answer.json()
        except ValueError:
            return False
        return isinstance(said, dict) and self.accepted.items() <= said.items()


def filled(template: Any, values: Mapping[str, str]) -> Any:
    """Return a JSON template with ``{name}`` replaced in its texts, however deep they lie.

    A text that is nothing but ``{code}`` stays a text: leading zeros matter.
    """
    if isinstance(template, str):
        for name, value in values.items():
            template = template.replace(f"{{{name}}}", value)
        return template
    if isinstance(template, dict):
        return {key: filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, values) for value in template]
    return template
