"""The example page's card form in a real browser, with localstripe's script in place of Stripe's, and its server."""

from collections.abc import Iterator
from functools import partial

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests import local_stripe
from tests.e2e.live import running
from tests.e2e.walks import before, sign_up
from tests.stripe_peer import WEBHOOK_SECRET

pytestmark = [pytest.mark.browser, pytest.mark.processes]

CARD = '[data-check="payment"]'


@pytest.fixture(scope="module")
def product(person: Browser) -> Iterator[BrowserContext]:
    """A person before the example product, whose Gatehouse asks localstripe."""
    with local_stripe.running() as localstripe:
        settings = {
            "PAYMENT_PROVIDER": "stripe",
            "STRIPE_API_BASE": localstripe,
            "STRIPE_SECRET_KEY": local_stripe.SECRET_KEY,
            "STRIPE_PUBLISHABLE_KEY": local_stripe.PUBLISHABLE_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }
        # localstripe stands at an address that the page's policy does not know; that policy has a test of its own.
        with running(**settings) as live, before(person, live.address, "stripe", bypass_csp=True) as context:
            context.route("https://js.stripe.com/v3/", partial(_serve, localstripe))
            yield context


def _serve(localstripe: str, route: Route) -> None:
    """Its own script, told where its server is."""
    script = requests.get(f"{localstripe}/js.stripe.com/v3/", timeout=5).text
    here = script.replace("document.currentScript.src", f"'{localstripe}/js.stripe.com/v3/'")
    route.fulfill(body=here, content_type="text/javascript")


def show(page: Page, number: str) -> None:
    """Type a card into the frame and send it off."""
    for name, value in (("number", number), ("exp_month", "12"), ("exp_year", "30"), ("cvc", "123")):
        page.get_by_placeholder(name, exact=True).fill(value)
    page.get_by_role("button", name="Confirm the card").click()


def test_a_card_typed_into_the_partners_form_raises_the_tier(product: BrowserContext) -> None:
    page = product.new_page()
    sign_up(page, "carol.card")
    page.locator(CARD).get_by_role("button", name="Show a card").click()
    show(page, local_stripe.VISA)
    expect(page.locator(f'{CARD}[data-status="passed"]')).to_be_visible()
    expect(page.locator("[data-tier]")).to_have_text("basic")


def test_a_card_that_is_declined_is_said_beside_the_form(product: BrowserContext) -> None:
    page = product.new_page()
    sign_up(page, "dora.declined")
    page.locator(CARD).get_by_role("button", name="Show a card").click()
    show(page, local_stripe.DECLINED)
    expect(page.get_by_role("alert")).to_contain_text("declined")
    expect(page.locator("[data-tier]")).to_have_text("trial")
