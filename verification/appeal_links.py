"""The link that a person appeals by. It is signed, good for as long as the account is there, and tells nothing."""

from django.conf import settings
from django.urls import reverse

from config.lib.crypto import SignatureError, sign, unsign
from verification.appeals import appealable
from verification.models import Signup

PURPOSE = "appeal link"


def link_of(signup: Signup) -> str | None:
    """The address of a person's page, where there is anything to appeal."""
    if not appealable(signup.account):
        return None
    path = reverse("appeal", args=[sign(PURPOSE, signup.public_id.encode("ascii"))])
    return f"{settings.GATEHOUSE_URL}{path}"


def signup_of(token: str) -> Signup | None:
    """Whose page a link leads to; None where it was not made here, or the account is gone."""
    try:
        public_id = unsign(PURPOSE, token).decode("ascii")
    except (SignatureError, UnicodeDecodeError):
        return None
    return Signup.objects.select_related("account").filter(public_id=public_id).first()
