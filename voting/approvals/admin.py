"""Proposals for staff: to look at. They are signed in the console, by two people."""

from django.contrib import admin

from voting.approvals.models import Proposal
from voting.audit.admin import ReadOnlyAdmin


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """What waits for a second person, and what became of it."""

    list_display = ["kind", "season", "state", "proposed_by", "decided_by", "proposed_at"]
    list_filter = ["state", "season"]
    list_select_related = ["season", "proposed_by", "decided_by"]
