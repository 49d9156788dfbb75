"""A product in FastAPI: somebody signs up, then asks it things."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from pydantic import BaseModel

from gatehouse_client import (
    Gatehouse,
    Lowest,
    Receiver,
    Refused,
    Settings,
    Tier,
    TokenRefused,
    Unavailable,
    WebhookRefused,
    WhenAway,
)
from quota import Quota

gatehouse = Gatehouse(
    os.environ["GATEHOUSE_ADDRESS"],
    os.environ["GATEHOUSE_KEY"],
    application=os.environ["GATEHOUSE_APPLICATION"],  # what the key was made for: tokens for others are not taken
    when_away=WhenAway.LAST_KNOWN,  # nobody is shut out while Gatehouse is away; newcomers get the lowest
    settings=Settings(lowest=Lowest("unknown", {"requests_per_minute": 2})),
)
receiver = Receiver(os.environ["GATEHOUSE_WEBHOOK_KEY"])
quota = Quota()
sessions: dict[str, str] = {}  # in place of the product's own login
seen: set[str] = set()  # ids of webhooks; use a table with a unique column


@asynccontextmanager
async def following(_: FastAPI) -> AsyncIterator[None]:
    """Each process follows the feed of changes while it runs."""
    gatehouse.follow(within=0)
    yield
    gatehouse.close()


app = FastAPI(title="Shop", lifespan=following)


class Form(BaseModel):
    """What somebody types."""

    email: str
    device_token: str | None = None  # from the agent script in your page


# A plain `def`, here and below: FastAPI runs it on a thread, where the client may wait.
def caller(authorization: Annotated[str, Header()] = "") -> str:
    """Whose session it is."""
    account_id = sessions.get(authorization.removeprefix("Bearer "))
    if account_id is None:
        raise HTTPException(401, "Sign up first.")
    return account_id


def allowed(account_id: Annotated[str, Depends(caller)], x_tier_token: Annotated[str, Header()] = "") -> Tier:
    """The tier of who calls, within its limits: by the token that came along, or else asked for, or kept."""
    try:
        tier = _tier_of(account_id, x_tier_token)
    except Refused:
        raise HTTPException(403, "This account cannot be used.") from None
    if tier.tier == "blocked":
        raise HTTPException(403, "This account is closed. You can appeal.")
    if not quota.take(tier):
        raise HTTPException(429, "Too many requests for your tier.")
    return tier


def _tier_of(account_id: str, token: str) -> Tier:
    if token:
        try:
            tier = gatehouse.tier_by_token(token)
        except TokenRefused:
            pass  # expired, or somebody's invention: it proves nothing, and takes nothing away
        else:
            if tier.account_id == account_id:
                return tier
    return gatehouse.tier_of(account_id)


@app.post("/signup", status_code=201)
def signup(form: Form, request: Request) -> dict[str, object]:
    """Have Gatehouse decide, open the account, and hand out a tier token for the account's client."""
    account_id = f"acct_{secrets.token_hex(8)}"
    registration = {
        "account_id": account_id,
        "email": form.email,
        "device_token": form.device_token,
        "ip": request.client.host if request.client else "",
        "user_agent": request.headers.get("user-agent", ""),
        "accept_language": request.headers.get("accept-language"),
    }
    try:
        decided = gatehouse.signups.create(registration)
        token = gatehouse.issue_token(account_id).token
    except Refused as no:
        raise HTTPException(400, no.title) from None
    except Unavailable:
        raise HTTPException(503, "Signing up is not possible just now. Try again.") from None
    session = secrets.token_urlsafe()
    sessions[session] = account_id
    more = decided.raw["explanation"]
    return {"account": account_id, "session": session, "tier": decided.tier, "token": token, "more": more}


@app.get("/api/answers")
def answers(tier: Annotated[Tier, Depends(allowed)]) -> dict[str, object]:
    """What the product sells. It can tell by the tier how much to give."""
    return {"answer": 42, "tier": tier.tier, "known_from": tier.source}


@app.post("/webhooks/gatehouse", status_code=204)
async def webhook(request: Request) -> Response:
    """What Gatehouse tells. It can come twice and late: act on each id once, and on what is true now."""
    try:
        told = receiver.read(await request.body(), dict(request.headers))
    except WebhookRefused:
        return Response(status_code=400)
    if told.id not in seen:
        seen.add(told.id)
        if told.type == "account.tier_changed" and told.data["after"] == "blocked":
            ended = [session for session, name in sessions.items() if name == told.data["account_id"]]
            for session in ended:
                del sessions[session]
    return Response(status_code=204)
