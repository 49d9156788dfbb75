"""Calls to Stripe by its own SDK: bounded in time, never repeated by the SDK, and read strictly.

Tasks of ours repeat calls, with pauses and a circuit breaker; two that repeat would multiply. What Stripe answers is
read into a form of ours: of a form that it does not have, nothing is guessed.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import stripe

from verification.providers.interface import ProviderRefused, ProviderUnavailable

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0  # Stripe answers in half a second; a card's bank can take some seconds more
ACCOUNT = "gatehouse_account"  # the name under which an account's id stands in the metadata of Stripe's objects
Form = TypeVar("Form")
OURS_TO_MEND = (stripe.AuthenticationError, stripe.PermissionError)  # a key that was rotated or lacks a permission


def client(secret_key: str, api_base: str) -> stripe.StripeClient:
    """A client of one Stripe account."""
    return stripe.StripeClient(
        secret_key,
        http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS)),
        base_addresses={"api": api_base.rstrip("/")},
        max_network_retries=0,
    )


def asked(call: Callable[[], Any], form: type[Form]) -> Form:
    """Make a call and read its answer into a form.

    A key that Stripe does not take is trouble of ours that passes, and no verdict on the person: it is `away`.

    Raises:
        ProviderUnavailable: no answer in time, a refusal for load, a key refused, or an answer that cannot be read.
        ProviderRefused: Stripe says no to this very call.

    """
    try:
        return msgspec.convert(call().to_dict(), form)
    except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError) as error:
        raise ProviderRefused(f"stripe {error.http_status} {error.code}") from None
    except stripe.StripeError as error:
        mend = "its key is refused" if isinstance(error, OURS_TO_MEND) else type(error).__name__
        raise ProviderUnavailable(f"stripe: {mend}") from None
    except (msgspec.MsgspecError, AttributeError, TypeError, ValueError) as error:
        raise ProviderUnavailable(f"stripe: garbled, {type(error).__name__}") from None
