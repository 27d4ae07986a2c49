"""The way in for everything that Django answers; ballots go another way (config/web.py)."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from accounts.second_factor import guard_admin
from voting.ballots import urls as ballot_urls
from voting.notices import urls as notice_urls
from voting.seasons import urls as season_urls

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign, no-untyped-call]
guard_admin(admin.site)

urlpatterns = [
    *season_urls.plain_patterns,
    *ballot_urls.plain_patterns,
    *notice_urls.plain_patterns,
    path("", include("accounts.urls")),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("", include("voting.console.urls")),
        path("", include("voting.roles.urls")),
        path("", include("voting.nominations.urls")),
        path("", include("voting.notices.urls")),
        path("", include("voting.results.urls")),
        path("", include("voting.judging.urls")),
        path("", include("voting.judging.public_urls")),
        path("", include("voting.seasons.urls")),
        path("", include("voting.ballots.urls")),
    ),
]
