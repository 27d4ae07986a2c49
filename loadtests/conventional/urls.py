"""One view that votes, one that says that the server is there."""

import json

from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from loadtests.conventional.models import Nominee, Vote


@login_required
@require_POST
def vote(request: HttpRequest) -> HttpResponse:
    """Take one ballot of a signed-in voter, one a day."""
    numbers = json.loads(request.body)["choices"]
    found = list(Nominee.objects.filter(number__in=numbers).values_list("pk", flat=True))
    if len(found) != len(numbers):
        return JsonResponse({"error": "unknown nominee"}, status=422)
    try:
        ballot = Vote.objects.create(voter=request.user, day=timezone.localdate(), choices=found)
    except IntegrityError:
        return JsonResponse({"error": "already voted"}, status=409)
    return JsonResponse({"vote": ballot.pk}, status=201)


def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer."""
    return HttpResponse("ok")


urlpatterns = [path("vote", vote), path("healthz", healthz)]
