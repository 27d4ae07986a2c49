"""Django's own secret among the key files."""

from pathlib import Path

from config import env
from voting.hotpath.keyfiles import make_key


def django_secret(key_dir: Path) -> str:
    """Return ``SECRET_KEY`` from the environment, else from its file, made on first start."""
    return env.text("SECRET_KEY") or make_key(key_dir / "django.key").hex()
