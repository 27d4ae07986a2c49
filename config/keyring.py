"""Django's own secrets among the key files."""

from pathlib import Path

from config import env
from voting.hotpath.keyfiles import make_key


def django_secret(key_dir: Path) -> str:
    """Return ``SECRET_KEY`` from the environment, else from its file, made on first start."""
    return env.text("SECRET_KEY") or make_key(key_dir / "django.key").hex()


def second_factor_key(key_dir: Path) -> bytes:
    """Return the key that encrypts the seeds of second factors, made on first start."""
    return make_key(key_dir / "second-factor.key")
