"""Make the conventional project's tables, nominees, and voters who are signed in.

    python -m loadtests.conventional.prepare NOMINEES VOTERS CHOICES PORT FILE ...

The voters' requests are shared out over the files.
"""

import json
import os
import random
import secrets
import sys
from datetime import timedelta
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "loadtests.conventional.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402 -- after the apps are loaded
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from loadtests.ballots_made import AGENT, choose, numbers  # noqa: E402
from loadtests.conventional.models import Nominee  # noqa: E402
from loadtests.generator import write_requests  # noqa: E402

HEADERS = (
    "POST /vote HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: keep-alive\r\n"
    "Content-Length: {length}\r\nUser-Agent: {agent}\r\nContent-Type: application/json\r\n"
    "Accept: */*\r\nOrigin: http://127.0.0.1:{port}\r\nX-CSRFToken: {csrf}\r\n"
    "Accept-Language: zh-CN,zh;q=0.9\r\nCookie: csrftoken={csrf}; sessionid={session}\r\n\r\n"
)


def session_for(user: User) -> Session:
    """Return a session in which a user is signed in, as ``login`` leaves it."""
    store = SessionStore()
    content = {
        "_auth_user_id": str(user.pk),
        "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
        "_auth_user_hash": user.get_session_auth_hash(),
    }
    return Session(
        session_key=secrets.token_hex(16),
        session_data=store.encode(content),
        expire_date=timezone.now() + timedelta(days=7),
    )


def main(nominees: int, voters: int, choices: int, port: int, files: list[Path]) -> None:
    """Fill the database and write the requests."""
    call_command("migrate", verbosity=0)  # tables of others first: ours point at them
    call_command("migrate", run_syncdb=True, verbosity=0)
    names = numbers(nominees)
    Nominee.objects.bulk_create(Nominee(number=name, name=name) for name in names)
    users = User.objects.bulk_create(
        [User(username=f"voter{number}", password="!") for number in range(voters)],  # noqa: S106
        batch_size=2000,
    )
    sessions = Session.objects.bulk_create(map(session_for, users), batch_size=2000)
    chance = random.Random(1)
    requests = []
    for session in sessions:
        body = json.dumps({"choices": choose(names, choices, chance)})
        csrf = secrets.token_hex(16)
        head = HEADERS.format(
            port=port, length=len(body), agent=AGENT, csrf=csrf, session=session.session_key
        )
        requests.append((head + body).encode())
    share = len(requests) // len(files)
    for place, file in enumerate(files):
        write_requests(file, requests[place * share : (place + 1) * share])


if __name__ == "__main__":
    _nominees, _voters, _choices, _port = (int(word) for word in sys.argv[1:5])
    main(_nominees, _voters, _choices, _port, [Path(word) for word in sys.argv[5:]])
