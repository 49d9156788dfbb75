"""The settings of webhooks, in one value."""

from dataclasses import dataclass

from config.lib import env


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How events are sent to endpoints."""

    loopback: bool
    timeout_seconds: float
    dns_servers: tuple[tuple[str, int], ...]
    log_days: int
    excerpt_chars: int


def webhooks(*, development: bool) -> Webhooks:
    """Read from the environment. Raises SettingError: loopback can be switched on in development only, among others."""
    return Webhooks(
        loopback=env.choice(
            "WEBHOOK_LOOPBACK",
            "off",
            options=["off", *(["on"] if development else [])],
            hint="Endpoints on this machine's loopback, by http too: off, or, where GATEHOUSE_DEVELOPMENT is set, on.",
        )
        == "on",
        timeout_seconds=env.number(
            "WEBHOOK_TIMEOUT_SECONDS", 15.0, hint="How long a receiver may take to answer, in seconds.", within=(1, 30)
        ),
        dns_servers=tuple(
            env.servers(
                "WEBHOOK_DNS_SERVERS",
                port=53,
                hint="Resolvers to ask of receivers' names, as MAIL_DNS_SERVERS; unset: the system's.",
            )
        ),
        log_days=env.integer(
            "WEBHOOK_LOG_DAYS",
            30,
            hint="How long deliveries and their attempts are kept, in days.",
            within=range(4, 400),
        ),
        excerpt_chars=env.integer(
            "WEBHOOK_EXCERPT_CHARS", 256, hint="How much of a receiver's answer is kept; 0: none.", within=range(2001)
        ),
    )
