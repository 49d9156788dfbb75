"""The settings that say how often one may call: what config.lib.ratelimit counts against."""

from config.lib import env


def limits() -> dict[str, str]:
    """The limit of each policy of config.lib.ratelimit, such as "6000/minute"."""
    return {
        "secret": env.text("LIMIT_SECRET", "6000/minute", hint="Calls a secret key may make, as 6000/minute."),
        "publishable": env.text("LIMIT_PUBLISHABLE", "3000/minute", hint="Calls a publishable key may make."),
        "publishable_address": env.text("LIMIT_PUBLISHABLE_ADDRESS", "60/minute", hint="The same, from one address."),
        "anonymous": env.text("LIMIT_ANONYMOUS", "60/minute", hint="Calls without a key, from one address."),
        "lookups": env.text("LIMIT_LOOKUPS", "6000000/minute", hint="Tiers and budgets a secret key may ask for."),
        "reports": env.text("LIMIT_REPORTS", "1000/day", hint="Reports that a secret key may send."),
        "paid_lookups": env.text("LIMIT_PAID_LOOKUPS", "1000/hour", hint="Lookups that cost money, all together."),
        "mail_probes": env.text("LIMIT_MAIL_PROBES", "60/hour", hint="Conversations of dns+smtp with one mail server."),
    }
