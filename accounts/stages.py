"""A step of signing in that asks less than allauth's own."""

from allauth.account.stages import EmailVerificationStage
from django.http import HttpResponse


class ProveUsedAddress(EmailVerificationStage):
    """Wants the e-mail address confirmed only if it was what somebody signed in with."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Return what to show instead of going on, and whether to go on later."""
        if self.login.user is not None and not self.login.email:
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()  # type: ignore[no-untyped-call]
        return answer
