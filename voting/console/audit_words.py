"""The words of the log: what was done, and which field of what changed."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from voting.ballots import rule_sentences
from voting.console.approval_kinds import labels_of, title_of
from voting.judging.models import Recusal
from voting.nominations.models import CheckAnswer, Clearance, Nomination
from voting.nominations.review.defaults import defaults
from voting.notices.models import Objection, ObjectionEvent, PublicNotice
from voting.notices.services.preparing import LABELS
from voting.roles.models import Role
from voting.seasons.models import Season
from voting.units.models import UnitEvent

_MOMENT: Final = re.compile(
    r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?[+-][01]\d:[0-5]\d"
)
# What the log can be narrowed down to: key, words, beginnings of the actions that belong to it.
TOPICS: Final = (
    ("season", _("Season, rules and stages"), ("season.", "rules.")),
    (
        "nomination",
        _("Nominations and review"),
        ("nomination.", "nominations.", "review.", "shortlist."),
    ),
    ("notice", _("Notices and objections"), ("notice.", "objection.", "calendar.")),
    ("judging", _("Judging and results"), ("judging.", "figures.", "result.")),
    ("approval", _("Approvals"), ("approval.",)),
    ("voting", _("Voting"), ("voting.",)),
    ("judging", _("Judging"), ("judging.",)),
    ("announcement", _("Announcements"), ("announcement.",)),
    ("role", _("People and roles"), ("role.", "account.", "audit.")),
    ("unit", _("Units"), ("unit.", "quota.")),
)
_ACTIONS: Final[Mapping[str, Any]] = {
    "role.grant": _("Role given"),
    "role.end": _("End of a role changed"),
    "role.revoke": _("Role taken away"),
    "role.invite": _("Invitation made"),
    "role.uninvite": _("Invitation taken back"),
    "role.accept": _("Invitation accepted"),
    "role.name": _("Said what they are called"),
    "account.email": _("E-mail address of an account changed"),
    "account.phone": _("Mobile number of an account changed"),
    "announcement.post": _("Announcement put up"),
    "announcement.edit": _("Announcement changed"),
    "announcement.withdraw": _("Announcement taken down"),
    "approval.propose": _("Signed first, waits for a second person"),
    "approval.approved": _("Approved by the second person"),
    "approval.returned": _("Returned by the second person"),
    "approval.withdrawn": _("Taken back by whoever signed first"),
    "result.seal": _("Result sealed"),
    "result.rule": _("Part of the result disqualified"),
    "result.lift_ruling": _("Disqualification lifted"),
    "result.revoke": _("Conferral revoked"),
    "season.announce": _("Result announced"),
    "judging.export": _("Score sheets taken along"),
    "judging.import": _("Score sheets brought in from a file"),
    "figures.enter": _("Figures brought in from a file"),
    "figures.export": _("Figures taken along"),
    "figures.confirm": _("Figures confirmed by the second person"),
    "figures.hold": _("Figures held back"),
    "figures.release": _("Figures that were held back count again"),
    "figures.withdraw": _("Figures withdrawn"),
    "figures.rehearse": _("Figures invented in a rehearsal"),
    "quota.remind": _("Unit reminded of its nominations"),
    "season.import": _("Season file read"),
    "season.stages": _("Stages changed"),
    "season.rehearsal_wipe": _("Rehearsal wiped"),
    "nomination.submit": _("Nomination sent in"),
    "nomination.resubmit": _("Nomination sent in again"),
    "nomination.check": _("Checklist of a nomination answered"),
    "nomination.clearance": _("Clearance put on file"),
    "nomination.strike_clearance": _("Clearance struck out"),
    "nomination.assign_category": _("Nomination moved to another category"),
    "nomination.reopen": _("Decision about a nomination taken back"),
    "nomination.unlist": _("Nomination not shortlisted"),
    "nomination.relist": _("Nomination back in the choice"),
    "nomination.withdraw_consent": _("Consent to publication taken back"),
    "nomination.accept": _("Nomination accepted"),
    "nomination.reject": _("Nomination not accepted"),
    "nomination.return": _("Nomination returned for correction"),
    "nomination.merge": _("Nominations put together"),
    "nomination.unmerge": _("Nominations taken apart again"),
    "nomination.pass": _("Nomination passed the preliminary review"),
    "nomination.withdraw": _("Nomination withdrawn"),
    "nomination.not_the_same": _("Nominations found not to be the same"),
    "nomination.renew_link": _("New link made for a nominator"),
    "nomination.message": _("Message about a nomination"),
    "nominations.import": _("Nominations taken in from a file"),
    "nominations.export": _("Nominations taken along as a file"),
    "audit.export": _("Log taken along as a file"),
    "nominations.erase": _("Contacts and proofs erased"),
    "nominations.erase_clearances": _("Answers of offices erased"),
    "shortlist.rule": _("Shortlist rule changed"),
    "shortlist.confirm": _("Shortlist confirmed"),
    "shortlist.reopen": _("Shortlist opened again"),
    "review.settings": _("Review settings changed"),
    "notice.prepare": _("Notice prepared"),
    "notice.publish": _("Notice published"),
    "objection.receive": _("Objection received"),
    "objection.add": _("More handed in for an objection"),
    "objection.erase": _("Contacts of objections erased"),
    "calendar.set": _("Days off changed"),
    "voting.open": _("Voting opened, rules frozen"),
    "voting.close": _("Voting closed"),
    "voting.pause": _("Voting paused"),
    "voting.resume": _("Voting resumed"),
    "voting.rebuild": _("Vote store rebuilt from the ledger"),
    "voting.withdraw": _("Nominee withdrawn"),
    "judging.judge_add": _("Judge put into the pool"),
    "judging.judge_change": _("Particulars of a judge changed"),
    "judging.judge_remove": _("Judge taken out of the pool"),
    "judging.judge_link": _("Judge known by an account"),
    "judging.judge_unlink": _("Account taken off a judge"),
    "judging.panel_create": _("Panel made"),
    "judging.panel_change": _("Panel changed"),
    "judging.panel_open": _("Panel opened, rubric frozen"),
    "judging.panel_close": _("Panel closed"),
    "judging.draw_announce": _("Draw of a panel announced"),
    "judging.draw": _("Panel drawn"),
    "judging.draw_withdraw": _("Announced draw of a panel withdrawn"),
    "judging.assign": _("Judges assigned to nominees"),
    "judging.assign_by_hand": _("Assignment changed by hand"),
    "judging.calibration": _("Example of a panel set"),
    "judging.calibration_remove": _("Example of a panel taken away"),
    "judging.seat_add": _("Judge seated"),
    "judging.seat_confirm": _("Seat accepted"),
    "judging.seat_decline": _("Seat declined"),
    "judging.seat_declare": _("Confidentiality and independence declared"),
    "judging.seat_leave": _("Judge left the panel"),
    "judging.recuse": _("Judge keeps out of a nominee"),
    "judging.unrecuse": _("Recusal lifted"),
    "judging.sheet_submitted": _("Score sheet submitted"),
    "judging.sheet_taken_back": _("Score sheet taken back at once"),
    "judging.sheet_reopened": _("Score sheet reopened"),
    "judging.remind": _("Judges reminded"),
    "judging.rehearse": _("Panels copied into a rehearsal"),
    "judging.rehearse_marks": _("Sheets filled in by invention in a rehearsal"),
    "rules.amend": _("Rules amended"),
    "rules.draft": _("Rules changed in the draft"),
}
_NAMELESS: Final[Mapping[str, Any]] = {
    "citizen": _("a citizen"),
    "objector": _("whoever objected"),
    "program": _("the program"),
}
_FIELDS: Final[Mapping[str, Any]] = {
    "name": _("Name"),
    "name_en": _("Name in English"),
    "text": _("Text"),
    "text_en": _("Text in English"),
    "starts_at": _("From"),
    "ends_at": _("Until"),
    "starts_on": _("From"),
    "role": _("Role"),
    "season": _("Season of the award"),
    "unit": _("Unit"),
    "parent": _("Belongs to"),
    "merged_into": _("Merged into"),
    "post": _("Post"),
    "state": _("State"),
    "reason": _("Reason"),
    "category": _("Category"),
    "fingerprint": _("Fingerprint"),
    "opens_at": _("Voting opens"),
    "closes_at": _("Voting closes"),
    "preset": _("Rules to begin with"),
    "approver": _("Second person"),
    "way": _("How"),
    "numbering": _("Ballot numbers"),
    "version": _("Version"),
    "issue": _("Kind"),
    "names": _("Names on the list"),
    "nominations": _("Nominations"),
    "file": _("File"),
    "last_day": _("Last day"),
    "approved_by": _("Second person"),
    "issuer": _("Issued by"),
    "ground": _("Ground"),
    "channel": _("How it came in"),
    "ref": _("Entry of the notice"),
    "result": _("Result"),
    "refusal": _("Why it is not accepted"),
    "outcome": _("Decision"),
    "effect": _("What follows for the list"),
    "public_summary": _("Summary for everybody"),
    "judge": _("Judge"),
    "component": _("Component"),
    "hidden": _("Hidden from the panel"),
    "per_nominee": _("Judges for each nominee"),
    "shows_marks": _("Marks of others are shown afterwards"),
    "due_at": _("Until when to submit"),
    "recusal": _("Why a judge keeps out"),
    "source": _("Found by"),
    "fields": _("Fields"),
    "sent": _("Letters sent"),
    "panels": _("Panels"),
}
_VALUES: Final[Mapping[str, Mapping[str, Any]]] = {
    "role": {one.value: one.label for one in Role},
    "state": {one.value: one.label for one in Nomination.State},
    "numbering": {one.value: one.label for one in Season.Numbering},
    "issue": {one.value: one.label for one in PublicNotice.Issue},
    "result": {one.value: one.label for one in Clearance.Result},
    "ground": {one.value: one.label for one in Objection.Ground},
    "channel": {one.value: one.label for one in Objection.Channel},
    "refusal": {one.value: one.label for one in Objection.Refusal},
    "outcome": {one.value: one.label for one in Objection.Outcome},
    "effect": {one.value: one.label for one in Objection.Effect},
    "recusal": {one.value: one.label for one in Recusal.Reason},
    "source": {one.value: one.label for one in Recusal.Source},
    "way": {"command": _("at the server"), "approval": _("signed by two people here")},
}


def action(code: str) -> str:
    """Name what was done; an unknown action keeps its code."""
    topic, _dot, verb = code.partition(".")
    if code in _ACTIONS:
        return str(_ACTIONS[code])
    if topic == "season":
        return rule_sentences.action(verb)
    if topic == "objection" and verb in ObjectionEvent.Action:
        return gettext("Objection: %(what)s") % {"what": ObjectionEvent.Action(verb).label}
    if topic == "unit" and verb in UnitEvent.Action:
        return str(_UNIT[UnitEvent.Action(verb)])
    return code


def person(actor: str) -> str:
    """Name who acted; those without an account have no name here."""
    return str(_NAMELESS.get(actor, actor))


def target(code: str, found: str) -> str:
    """Name what it was done to."""
    if code.startswith("approval."):
        return title_of(_signed(found))
    return str(Role(found).label) if found in Role else found


def _signed(found: str) -> str:
    """Return the kind of what was signed; its number, which says nothing to people, stands by."""
    return found.rpartition(" ")[0]


def signed_labels(found: str) -> dict[str, str]:
    """Return the labels of what was signed in the reader's language, by how they were kept."""
    return labels_of(_signed(found))


def field(name: str) -> str:
    """Name a field; an unknown one keeps its name."""
    return str(_FIELDS.get(name) or LABELS.get(name) or name)


def question(code: str) -> str:
    """Name a question of the checklist; one that a season has made keeps its code."""
    in_chinese = (get_language() or "").startswith("zh")
    return next(
        (
            one.text if in_chinese else one.text_en
            for one in defaults().checklist
            if one.code == code
        ),
        code,
    )


def answered(found: str) -> str:
    """Return an answer of the checklist with its note, as the log keeps both in one text."""
    answer, _space, note = found.partition(" ")
    if answer not in CheckAnswer.Answer:
        return found
    return " · ".join(filter(None, [str(CheckAnswer.Answer(answer).label), note]))


def value(code: str, name: str, found: Any) -> str:
    """Return what a field held, fit to read: moments on the present clock, roles by their names.

    code: of the action; an objection has other states than a nomination.
    """
    if found is None:
        return ""
    if not isinstance(found, str):
        return json.dumps(found, ensure_ascii=False)
    if name == "state" and code.startswith("objection.") and found in Objection.State:
        return str(Objection.State(found).label)
    if name in _VALUES:
        return str(_VALUES[name].get(found, found))
    if _MOMENT.fullmatch(found):
        return timezone.localtime(datetime.fromisoformat(found)).strftime("%Y-%m-%d %H:%M")
    return found


def of_topic(topic: str) -> Q:
    """Return the condition that an entry's action belongs to a topic; an unknown one has none."""
    condition = Q(pk=None)
    for key, _words, beginnings in TOPICS:
        for beginning in beginnings if key == topic else ():
            condition |= Q(action__startswith=beginning)
    return condition


_UNIT: Final[Mapping[UnitEvent.Action, Any]] = {
    UnitEvent.Action.ADDED: _("Unit added"),
    UnitEvent.Action.RENAMED: _("Unit renamed"),
    UnitEvent.Action.MOVED: _("Unit moved"),
    UnitEvent.Action.MERGED: _("Unit merged"),
    UnitEvent.Action.CLOSED: _("Unit closed"),
    UnitEvent.Action.APPOINTED: _("Responsible person named"),
}
