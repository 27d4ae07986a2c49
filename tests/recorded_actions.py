"""A run in which something goes on record that the audit log's page cannot name fails.

Loaded as a plugin (``-p tests.recorded_actions`` in pyproject.toml). Actions are words of the
program, spread over all topics; no list of them could be trusted to be whole.
"""

from typing import Any, Final

import pytest

_recorded: Final[set[str]] = set()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Listen to what is written into the audit log."""
    from django.db.models.signals import post_save  # noqa: PLC0415 -- needs the settings

    post_save.connect(_note, sender="audit.AuditEntry", dispatch_uid="recorded-actions")


def _note(instance: Any, **_words: Any) -> None:
    _recorded.add(instance.action)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if an action has no words. Those of tests begin with ``test.``."""
    from voting.console.audit_words import action  # noqa: PLC0415 -- needs the settings

    nameless = sorted(
        code
        for code in _recorded
        if not code.startswith("test.") and action(code) in {code, code.partition(".")[2]}
    )
    if nameless:
        writer = session.config.get_terminal_writer()
        writer.line(f"\nThe audit log's page has no words for: {', '.join(nameless)}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
