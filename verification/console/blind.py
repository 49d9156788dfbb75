"""A golden account as it was when somebody had first to look at it: nothing on its page tells what came out since."""

import copy
from dataclasses import replace

from risk.models import Assessment
from verification.console.dossier import Dossier
from verification.console.ruling import ruling_on
from verification.console.sightings import sightings
from verification.models import Case
from verification.states import STATE_OF


def as_it_was(dossier: Dossier, case: Case) -> Dossier:
    """The page as it would have been read then."""
    account, signup = copy.copy(dossier.account), copy.copy(dossier.signup)
    first = Assessment.objects.filter(subject=account.pk).order_by("pk")[0]
    grants = [grant for grant in dossier.grants if grant.assessment_id == first.pk]
    account.outcome, account.score, account.override_until = first.outcome, first.score, None
    account.tier = grants[0].tier if grants else account.tier
    account.held, account.budget, account.earned_days = True, "", 0
    signup.state = STATE_OF[first.outcome]  # type: ignore[index] # a text that is one of the outcomes
    signup.account = account
    then = [event for event in dossier.around.timeline if event.at <= first.at]
    case.due, case.priority = case.due_at, 0.0  # type: ignore[attr-defined] # as the queue annotates them
    return replace(
        dossier,
        account=account,
        signup=signup,
        latest=first.pk,
        ruling=ruling_on(account, chosen=first.pk, latest=first.pk),
        assessments=[first],
        checks=[],
        proofs=[],
        grants=grants,
        overrides=[],
        notices=[],
        reviews=[],
        rechecks=[],
        ring=None,
        could=0,
        took=None,
        reports=[],
        in_force=[],
        appeals=[],
        decided_before=set(),
        cases=[case],
        audit=[],
        notes=[],
        around=replace(dossier.around, used=[], used_chart=[], timeline=then),
        sightings=sightings(account, until=first.at),
    )
