"""The voter's pages. All but the short receipt addresses have a language in front."""

from django.urls import path, re_path

from voting.ballots import form_views, verify_views, views

app_name = "ballots"

urlpatterns = [
    path("s/<slug:slug>/", views.season, name="season"),
    re_path(
        r"^s/(?P<slug>[-\w]+)/n/(?P<number>[0-9A-Za-z]{1,8})/\Z", views.nominee, name="nominee"
    ),
    path("s/<slug:slug>/rules/", views.rules, name="rules"),
    path("s/<slug:slug>/draw/", views.draw, name="draw"),
    path("s/<slug:slug>/board/", views.board, name="board"),
    path("s/<slug:slug>/form/", form_views.form, name="form"),
    path("s/<slug:slug>/form/chosen/", form_views.show_chosen, name="form_chosen"),
    path("s/<slug:slug>/verify/", verify_views.verify, name="verify"),
    path("s/<slug:slug>/verify/form/", verify_views.keep_and_verify, name="verify_form"),
    path("s/<slug:slug>/receipt/", views.receipt_check, name="receipt_check"),
    path("s/<slug:slug>/receipt/<str:code>/", views.receipt, name="receipt"),
    path("problems/", views.problems, name="problems"),
    path("fairness/", views.fairness, name="fairness"),
]

plain_patterns = [
    path("r/<slug:slug>/<str:code>.svg", views.receipt_qr, name="receipt_qr"),
    path("r/<slug:slug>/<str:code>", views.receipt_short, name="receipt_short"),
    path("problems/<slug:code>", views.problem, name="problem"),
]
