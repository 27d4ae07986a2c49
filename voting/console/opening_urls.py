"""Addresses of the organisers' pages of signatures, numbers, opening and the vote that goes on."""

from django.urls import path, re_path

from voting.console import approvals_views, number_views, opening_views, voting_views

opening_urls = [
    path("console/approvals/", approvals_views.approvals, name="approvals"),
    path(
        "console/seasons/<slug:slug>/approvals/",
        approvals_views.season_approvals,
        name="season_approvals",
    ),
    path(
        "console/seasons/<slug:slug>/approvals/<int:pk>/",
        approvals_views.approval,
        name="approval",
    ),
    path("console/seasons/<slug:slug>/numbers/", number_views.numbers, name="numbers"),
    path("console/seasons/<slug:slug>/opening/", opening_views.opening, name="opening"),
    path("console/seasons/<slug:slug>/voting/", voting_views.voting, name="voting"),
    *(
        path(f"console/seasons/<slug:slug>/voting/{act}/", view, name=f"voting_{act}")
        for act, view in (
            ("pause", voting_views.pause),
            ("resume", voting_views.resume),
            ("close", voting_views.close),
            ("finish", voting_views.finish),
        )
    ),
    re_path(
        r"^console/seasons/(?P<slug>[-\w]+)/voting/withdraw/(?P<number>[0-9A-Za-z]{1,8})/\Z",
        voting_views.withdraw,
        name="voting_withdraw",
    ),
]
