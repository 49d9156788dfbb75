"""Signups, checks, proofs, cases, and the outbox of what has happened."""

from enum import StrEnum
from typing import ClassVar

import uuid_utils
from django.conf import settings
from django.db import models
from django.db.models import Q

from config.lib.crypto import EncryptedJSONField
from config.lib.peppers import number
from risk.facts import ReportKind, Word
from risk.models import StoredPolicy
from tiers.ladder import CheckKind
from tiers.models import Account
from verification.appeal_models import Appeal
from verification.desk_models import AccountNote, Golden, GoldenAnswer, RingProposal, SavedView
from verification.friction_models import FrictionAbuse, FrictionProgress, FrictionStanding, FrictionTally
from verification.keeping_models import MinfraudQuery, RetentionWalk, RingExposure
from verification.probing_models import Probing
from verification.recheck_models import ListSeen, PolicyRun, Recheck, RecheckProgress
from verification.sharing_models import (
    Partner,
    PartnerCase,
    PartnerIndicator,
    PartnerMatch,
    PartnerRing,
    SharedObject,
)
from verification.signin_models import ConsolePasskey, PasskeyChallenge
from verification.states import WAITING, CheckStatus, SignupState
from verification.webhook_models import WebhookAttempt, WebhookDelivery, WebhookEndpoint

WEBHOOKS = (WebhookEndpoint, WebhookDelivery, WebhookAttempt)  # Django looks for an app's tables here
APPEALS = (Appeal,)
DESK = (SavedView, AccountNote, RingProposal, Golden, GoldenAnswer)
FRICTION = (FrictionTally, FrictionProgress, FrictionAbuse, FrictionStanding)
KEEPING = (MinfraudQuery, RetentionWalk, RingExposure)
PROBINGS = (Probing,)
SIGN_INS = (ConsolePasskey, PasskeyChallenge)
SHARING = (Partner, SharedObject, PartnerRing, PartnerIndicator, PartnerMatch, PartnerCase)
RECHECKS = (Recheck, RecheckProgress, ListSeen, PolicyRun)  # and for these


def new_signup_id() -> str:
    """A name that sorts by time and that nobody can guess from another."""
    return f"sgn_{uuid_utils.uuid7().hex}"


class Source(StrEnum):
    """How a signup came in."""

    API = "api"
    IMPORT = "import"
    TEST = "test"


class Signup(models.Model):
    """One attempt to open an account. `person` holds what was sent, encrypted; everything else is derived."""

    public_id = models.CharField(max_length=40, unique=True, default=new_signup_id)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="signup")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=[(state, state.replace("_", " ")) for state in SignupState])
    application = models.CharField(max_length=64)
    source = models.CharField(max_length=8, default=Source.API)
    network = models.BigIntegerField(null=True)  # keyed hash of the address's /24 or /64: whose quota of messages it is
    spelling = models.SmallIntegerField(default=number, db_default=0)  # of `network`: config.lib.peppers
    person = EncryptedJSONField()

    class Meta:
        permissions: ClassVar = [("unmask_signup", "Can read what a person gave, for a reason that is kept")]
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="signups_newest")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_test(self) -> bool:
        """Whether a test key made it: nothing of it leaves the house, and nothing is counted."""
        return self.source == Source.TEST


class Check(models.Model):
    """One thing a person was asked to pass, once. Asking again makes a new one."""

    signup = models.ForeignKey(Signup, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=16, choices=[(kind, kind.replace("_", " ")) for kind in CheckKind])
    status = models.CharField(max_length=12, choices=[(status, status) for status in CheckStatus])
    requested_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    recipient = models.BigIntegerField(null=True)  # keyed hash of the mailbox or number; None where nothing is sent
    channel = models.CharField(max_length=16, blank=True)  # how a code travels: mail, sms, voice, whatsapp
    reference = models.CharField(max_length=255, blank=True)  # the outside party's name for its session
    challenge = EncryptedJSONField(null=True)  # {shown, kept}: what the page was given to answer, and what judges it
    network = models.BigIntegerField(null=True)  # as the signup's
    spelling = models.SmallIntegerField(default=number, db_default=0)  # of `recipient` and `network`
    digest = models.CharField(max_length=64, blank=True)  # of the code, bound to this check
    tries = models.PositiveSmallIntegerField(default=0)  # wrong codes stay counted

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-requested_at"], name="checks_of_recipient"),
            models.Index(fields=["expires_at"], condition=Q(status=CheckStatus.SENT), name="checks_to_expire"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["signup", "kind"], condition=Q(status__in=sorted(WAITING)), name="one_waiting_check_of_a_kind"
            ),
            models.UniqueConstraint(
                fields=["kind", "reference"], condition=~Q(reference=""), name="one_check_of_a_session"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"


class Message(models.Model):
    """A code on its way to a phone, by where it goes: what verification.pumping judges by. No number is kept here."""

    check_asked = models.OneToOneField(Check, on_delete=models.CASCADE, related_name="message")
    at = models.DateTimeField()
    application = models.CharField(max_length=64)
    country = models.CharField(max_length=2, blank=True)
    carrier = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=16)
    proven = models.BooleanField()  # codes sent to the prefix had been entered before
    entered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "codes to phones"
        indexes: ClassVar = [
            models.Index(fields=["prefix", "-at"], name="messages_of_prefix"),
            models.Index(fields=["country", "carrier", "-at"], name="messages_of_carrier"),
            models.Index(fields=["country", "-at"], name="messages_of_country"),
            models.Index(fields=["application", "-at"], name="messages_of_caller"),
            models.Index(fields=["-at"], condition=Q(proven=False), name="messages_to_new_prefixes"),
        ]

    def __str__(self) -> str:
        return f"message to {self.prefix}"


class Proof(models.Model):
    """A check passed. It counts until `lapses_at`; `lapsed_at` is set when the account was judged again for that.

    Where a tier would lapse with it, its person is told and it counts for the policy's grace longer.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="proofs")
    kind = models.CharField(max_length=16, choices=[(kind, kind.replace("_", " ")) for kind in CheckKind])
    passed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    lapsed_at = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True)  # when it was looked whether a tier lapses with it, and that was told
    told = models.BooleanField(default=False, db_default=False)  # its person was told; lapses_at is after the grace
    shown = models.BigIntegerField(null=True)  # keyed hash of the card that was shown, where it was one
    spelling = models.SmallIntegerField(default=number, db_default=0)  # of `shown`

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["lapses_at"], condition=Q(lapsed_at=None), name="proofs_to_lapse"),
            models.Index(fields=["lapses_at"], condition=Q(lapsed_at=None, noticed_at=None), name="proofs_to_notice"),
            models.Index(fields=["account"], condition=Q(lapsed_at=None), name="proofs_that_count"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} until {self.lapses_at:%Y-%m-%d}"


class Passkey(models.Model):
    """A credential that an authenticator made for an account here. It stays when the proof that it gave has lapsed."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    credential = models.BinaryField(max_length=1023, unique=True)  # its id, as the authenticator chose it
    public_key = models.BinaryField()  # COSE
    sign_count = models.BigIntegerField()  # as last told; 0 for ever where the authenticator does not count
    transports = models.JSONField(default=list)  # hints for the browser: usb, nfc, ble, internal, hybrid ...
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"passkey since {self.created_at:%Y-%m-%d}"


class Review(models.Model):
    """An analyst's word on an account, with the note that says why. The last one not withdrawn holds."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="reviews")
    word = models.CharField(max_length=8, choices=[(word, word) for word in Word])
    reason = models.CharField(max_length=24, blank=True, default="", db_default="")  # verification.console.acts.Reason
    note = models.TextField()
    analyst = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_note = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-at"], name="reviews_of_account")]

    def __str__(self) -> str:
        return f"{self.word} {self.at:%Y-%m-%d %H:%M}"


class Case(models.Model):
    """Something for an analyst to look at, by `due_at` (None: of before clocks). A `golden` one tests who does."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="cases")
    kind = models.CharField(max_length=16, default="signup")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="claimed_cases", null=True, db_index=False
    )
    claimed_until = models.DateTimeField(null=True)
    golden = models.ForeignKey(Golden, on_delete=models.CASCADE, related_name="cases", null=True, db_index=False)
    # As the account has them now: the database copies them (migration 0021), so that the queue is read from this alone.
    test = models.BooleanField(default=False, db_default=False, editable=False)
    tier = models.CharField(max_length=32, default="", db_default="", editable=False)
    outcome = models.CharField(max_length=16, default="", db_default="", editable=False)
    score = models.FloatField(default=0.0, db_default=0.0, editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["opened_at"], condition=Q(closed_at=None), name="open_cases_oldest"),
            models.Index(fields=["-opened_at"], name="cases_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind"], condition=Q(closed_at=None), name="one_open_case"),
        ]
        permissions: ClassVar = [("assign_case", "Can give a case to somebody")]

    def __str__(self) -> str:
        return f"{self.kind} case {self.pk}"


class Event(models.Model):
    """Something that has happened: the outbox. `relayed_at` is set once its tasks are queued."""

    type = models.CharField(max_length=40)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="events", null=True)
    at = models.DateTimeField()
    data = models.JSONField()
    relayed_at = models.DateTimeField(null=True)
    trace = models.CharField(max_length=55, default="", db_default="")  # in which it happened (config.lib.tracing)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(relayed_at=None), name="events_to_relay"),
            models.Index(fields=["type", "account"], condition=Q(relayed_at=None), name="events_to_relay_by_type"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class Callback(models.Model):
    """What an outside party called back to tell, once verified: each of its events is kept and handled once."""

    provider = models.CharField(max_length=32)
    event_id = models.CharField(max_length=255)
    at = models.DateTimeField()
    body = EncryptedJSONField()  # {type, reference, reports}: what is kept of it
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], condition=Q(handled_at=None), name="callbacks_to_handle")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "event_id"], name="one_callback_of_event")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class Report(models.Model):
    """What turned out after the fact, as a product or an outside party tells it: of an account, of a card, or of both.

    It is in force until `withdrawn_at`. Every account that it concerns is decided anew, in the order of their keys:
    `applied_to` is how far that has come, and `applied_at` when it was done.
    """

    source = models.CharField(max_length=80)  # "stripe", or the application of the key that told
    reference = models.CharField(max_length=255)  # the source's own name for what it tells
    kind = models.CharField(max_length=16, choices=[(kind, kind.replace("_", " ")) for kind in ReportKind])
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="reports", null=True)
    card = models.BigIntegerField(null=True)  # keyed hash, as in risk.models.Identifier
    spelling = models.SmallIntegerField(default=number, db_default=0)  # of `card`
    at = models.DateTimeField()
    detail = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()
    applied_to = models.BigIntegerField(default=0)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["card"], condition=Q(withdrawn_at=None), name="reports_of_card"),
            models.Index(fields=["told_at"], condition=Q(applied_at=None), name="reports_to_apply"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "reference"], name="one_report_of_a_name")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class InboxMessage(models.Model):
    """A message that an offline provider took, for the development inbox. `key` makes sending it idempotent."""

    key = models.CharField(max_length=64, unique=True)
    channel = models.CharField(max_length=16)
    at = models.DateTimeField(auto_now_add=True)
    message = EncryptedJSONField()  # {to, subject, body}

    class Meta:
        verbose_name_plural = "messages"
        indexes: ClassVar = [models.Index(fields=["-at"], name="inbox_newest")]

    def __str__(self) -> str:
        return f"{self.channel} message {self.pk}"


class BacktestRun(models.Model):
    """A backtest asked for in the console. It goes on from `done_to`, an account's key, over what was there then."""

    draft = models.ForeignKey(StoredPolicy, on_delete=models.PROTECT, related_name="backtests")
    in_force = models.ForeignKey(StoredPolicy, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    until = models.DateTimeField()
    done_to = models.BigIntegerField(default=0)
    last = models.BigIntegerField()  # the last account's key as the run began
    tally = models.JSONField(default=dict)
    report = models.JSONField(null=True)
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "backtests"
        indexes: ClassVar = [
            models.Index(fields=["touched_at"], condition=Q(finished_at=None), name="backtests_to_go_on")
        ]

    def __str__(self) -> str:
        return f"backtest {self.pk}"

    @property
    def percent(self) -> int:
        """How far it has come, of 100."""
        return 100 if self.finished_at else min(99, 100 * self.done_to // max(1, self.last))
