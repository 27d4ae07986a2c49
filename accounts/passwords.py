"""What a staff password must be, said in our words: Django's have no Chinese translation yet."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _


class LongEnough(password_validation.MinimumLengthValidator):
    """Asks for length, which is what makes a password hard to guess."""

    def get_error_message(self) -> str:
        """Return what is said to a password that is too short."""
        wanted = {"length": self.min_length}
        return _("Please choose a password of at least %(length)s characters.") % wanted

    def get_help_text(self) -> str:
        """Return what is said beforehand."""
        return _("At least %(length)s characters.") % {"length": self.min_length}


class NotTheUsual(password_validation.CommonPasswordValidator):
    """Refuses the passwords that are tried first."""

    def get_error_message(self) -> str:
        """Return what is said to such a password."""
        return _("This is one of the passwords that are tried first. Please choose another.")

    def get_help_text(self) -> str:
        """Return what is said beforehand."""
        return _("Not one of the passwords that everybody tries first.")
