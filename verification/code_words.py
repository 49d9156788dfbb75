"""What a person reads when a code was asked for or entered: by what happened, problems by their codes."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SAID_OF_CODES: Final[Mapping[str, tuple[str, str | Promise]]] = {
    "asked": ("good", _("Your code is on its way.")),
    "passed": ("good", _("Thank you, that is confirmed.")),
    "wrong": ("bad", _("That is not the code we sent. Look again, please.")),
    "check_impossible": ("bad", _("We have nothing to send a code to. Name another below, or choose another way.")),
    "check_limit_reached": ("bad", _("You have asked for many codes. Wait a little, or choose another way.")),
    "check_needs_person": ("bad", _("Confirm your e-mail address first; then we can send you a text message.")),
    "check_held": ("bad", _("We cannot send messages to this number just now. Choose another way, please.")),
    "check_not_waiting": ("bad", _("No code is waiting to be entered. Ask for a new one.")),
    "refused": ("bad", _("That did not work. Try again, or choose another way.")),
}
