"""What is lost, doubled or given away, by the database, the mail server and the receiver of webhooks."""

from dataclasses import dataclass, fields

from tests.faults.load import Accepted
from tests.faults.site import Site, wait_for

DRAINED = """
SELECT (SELECT count(*) FROM verification_event WHERE relayed_at IS NULL)
     + (SELECT count(*) FROM lib_errand)
     + (SELECT count(*) FROM verification_webhookdelivery WHERE status = 'waiting')
     + (SELECT count(*) FROM verification_policyrun WHERE finished_at IS NULL AND cancelled_at IS NULL)
"""
DECIDED = """
SELECT account.account_id FROM tiers_account account
WHERE account.outcome <> '' AND EXISTS (SELECT FROM risk_assessment WHERE subject = account.id)
  AND EXISTS (SELECT FROM tiers_grant grant_ WHERE grant_.account_id = account.id)
  AND EXISTS (SELECT FROM verification_signup signup WHERE signup.account_id = account.id)
"""
# Accounts that a bulk re-decision passed over or could not read; one that was just being opened is decided anyway.
PASSED_OVER = """
SELECT (SELECT coalesce(sum(looked - decided + unreadable), 0) FROM verification_policyrun)
     + (SELECT count(*) FROM tiers_account account
        WHERE (SELECT count(*) FROM risk_assessment WHERE subject = account.id AND cause = 'policy')
            < (SELECT count(*) FROM verification_policyrun run WHERE run.last >= account.id
               AND account.created_at < run.asked_at - interval '2 seconds'))
"""
TWICE = """
SELECT (SELECT count(*) FROM tiers_account account
        WHERE (SELECT count(*) FROM risk_assessment WHERE subject = account.id AND cause = 'policy')
            > (SELECT count(*) FROM verification_policyrun WHERE last >= account.id))
     + (SELECT count(*) FROM (
            SELECT account_id FROM verification_event WHERE type = 'signup.decided' GROUP BY 1 HAVING count(*) > 1
            UNION ALL
            SELECT account_id FROM verification_event WHERE type IN ('check.requested', 'check.passed')
            GROUP BY account_id, type, data->>'check_id' HAVING count(*) > 1
        ) doubled)
"""
EVENTS = "SELECT id FROM verification_event WHERE account_id IS NOT NULL"
DEAD = "SELECT count(*) FROM lib_deadletter"


@dataclass(frozen=True, slots=True)
class Losses:
    """Numbers of what must not be; all are zero. None: it was not looked at yet, and is at the end of all faults."""

    unsettled: int  # work that is still waiting after the longest wait
    undecided: int  # accepted signups without a decision, and accounts that a bulk re-decision passed over
    undelivered: int  # events that their receiver never got
    doubled: int  # events told twice of one thing, and accounts that one bulk re-decision decided twice
    codes_twice: int  # mailboxes that got two codes for one request
    dead: int  # tasks given up
    tiers: int | None  # assessments or tiers that the stored evidence does not come to
    audit: int | None  # faults of the audit chain

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
        undecided=len(set(accepted.accounts) - decided) + site.count(PASSED_OVER),
        undelivered=len({row[0] for row in site.ask(EVENTS)} - got),
        doubled=site.count(TWICE),
        codes_twice=sum(1 for mailbox in accepted.mailboxes if site.sink.taken[mailbox] > 1),
        dead=site.count(DEAD),
        tiers=int(site.command("replay", "--stored", "--workers", "1") != "") if thorough else None,
        audit=int(site.command("verify_audit") != "") if thorough else None,
    )


def codes_to_ask_for_again(site: Site, accepted: Accepted) -> int:
    """Requests that no code came to: never lost in silence, since the person sees none and asks again."""
    return sum(1 for mailbox in accepted.mailboxes if not site.sink.taken[mailbox])
