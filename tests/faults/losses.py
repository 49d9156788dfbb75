"""What is lost, doubled or given away, by the database, the mail server and the receiver of webhooks."""

from dataclasses import dataclass, fields

from tests.faults.load import Accepted
from tests.faults.site import Site, wait_for

DRAINED = """
SELECT (SELECT count(*) FROM verification_event WHERE relayed_at IS NULL)
     + (SELECT count(*) FROM lib_errand)
     + (SELECT count(*) FROM verification_webhookdelivery WHERE status = 'waiting')
"""
DECIDED = """
SELECT account.account_id FROM tiers_account account
WHERE account.outcome <> '' AND EXISTS (SELECT FROM risk_assessment WHERE subject = account.id)
  AND EXISTS (SELECT FROM tiers_grant grant_ WHERE grant_.account_id = account.id)
  AND EXISTS (SELECT FROM verification_signup signup WHERE signup.account_id = account.id)
"""
TWICE = """
SELECT count(*) FROM (
    SELECT account_id FROM verification_event WHERE type = 'signup.decided' GROUP BY 1 HAVING count(*) > 1
    UNION ALL
    SELECT account_id FROM verification_event WHERE type IN ('check.requested', 'check.passed')
    GROUP BY account_id, type, data->>'check_id' HAVING count(*) > 1
) doubled
"""
EVENTS = "SELECT id FROM verification_event WHERE account_id IS NOT NULL"
DEAD = "SELECT count(*) FROM lib_deadletter"


@dataclass(frozen=True, slots=True)
class Losses:
    """Numbers of what must not be; all are zero."""

    unsettled: int  # work that is still waiting after the longest wait
    undecided: int  # accepted signups without a decision
    undelivered: int  # events that their receiver never got
    doubled: int  # events told twice of one thing
    codes_twice: int  # mailboxes that got two codes for one request
    dead: int  # tasks given up
    tiers: int  # assessments or tiers that the stored evidence does not come to
    audit: int  # faults of the audit chain

    def any(self) -> bool:
        """Whether something is lost."""
        return any(getattr(self, each.name) for each in fields(self))


def losses(site: Site, accepted: Accepted, *, seconds: float, thorough: bool) -> Losses:
    """Wait until all is done, then look. Whether tiers and the audit log are right is looked at where `thorough`."""
    settled = wait_for(lambda: site.count(DRAINED) == 0, seconds=seconds)
    decided = {row[0] for row in site.ask(DECIDED)}
    got = {int(sent.id.split("_")[1]) for sent in list(site.receiver.got)}
    return Losses(
        unsettled=0 if settled else site.count(DRAINED),
        undecided=len(set(accepted.accounts) - decided),
        undelivered=len({row[0] for row in site.ask(EVENTS)} - got),
        doubled=site.count(TWICE),
        codes_twice=sum(1 for mailbox in accepted.mailboxes if site.sink.taken[mailbox] > 1),
        dead=site.count(DEAD),
        tiers=int(thorough and site.command("replay", "--stored", "--workers", "1") != ""),
        audit=int(thorough and site.command("verify_audit") != ""),
    )


def codes_to_ask_for_again(site: Site, accepted: Accepted) -> int:
    """Requests that no code came to: never lost in silence, since the person sees none and asks again."""
    return sum(1 for mailbox in accepted.mailboxes if not site.sink.taken[mailbox])
