"""The settings that say which outside parties are asked, and where local data of networks comes from."""

from config.lib import env


def providers(*, development: bool) -> dict[str, str]:
    """Who carries codes and looks at cards and documents, by what for."""
    return {
        "email": env.choice(
            "MAIL_PROVIDER",
            "offline",
            options=["offline", "django"],
            hint="Who carries e-mail codes: offline (the inbox) or django.",
        ),
        "phone": env.choice(
            "PHONE_PROVIDER",
            "offline",
            options=["offline", "twilio"],
            hint="Who carries phone codes: offline (the inbox) or twilio.",
        ),
        "payment": env.choice(
            "PAYMENT_PROVIDER",
            "offline" if development else "off",
            options=["off", "stripe", *(["offline"] if development else [])],
            hint="Who looks at cards: off, stripe, or, where GATEHOUSE_DEVELOPMENT is set, offline.",
        ),
        "document": env.choice(
            "DOCUMENT_PROVIDER",
            "offline" if development else "off",
            options=["off", "stripe", *(["offline"] if development else [])],
            hint="Who looks at documents: off, stripe, or, where GATEHOUSE_DEVELOPMENT is set, offline.",
        ),
    }


def outside_lookups(*, development: bool) -> dict[str, str]:
    """Who is asked of a mailbox's domain and of a phone number's line."""
    return {
        "mail_domain": env.choice(
            "MAIL_DOMAIN_LOOKUP",
            "offline" if development else "off",
            options=["off", "offline", "dns", "dns+smtp"],
            hint="Who tells of a mailbox's domain: off, offline, dns, or dns+smtp, which also asks its mail server.",
        ),
        "phone_line": env.choice(
            "PHONE_LINE_LOOKUP",
            "offline" if development else "off",
            options=["off", "offline", "twilio"],
            hint="Who tells of a phone number's line: off, offline or twilio.",
        ),
    }


def network_data() -> dict[str, str]:
    """Files and addresses of network data beside the open ones; empty: none."""
    return {
        # By name of the source in risk/intel/sources.py; an address may hold a licence key.
        "country": env.text("COUNTRY_MMDB", "", hint="A GeoIP2 or DB-IP country or city file.", secret=True),
        "asn": env.text("ASN_MMDB", "", hint="A GeoLite2-ASN or DB-IP ASN file.", secret=True),
        "anonymous": env.text("ANONYMOUS_IP_MMDB", "", hint="A GeoIP2 Anonymous IP file.", secret=True),
        "tor": env.text("TOR_EXITS", "", hint="The exits of the Tor network.", secret=True),
        "relay": env.text("RELAY_RANGES", "", hint="Relays, in Apple's form of egress-ip-ranges.csv.", secret=True),
        "vpn": env.text("VPN_RANGES", "", hint="Exits of VPNs, an address or network a line.", secret=True),
        "proxy": env.text("PROXY_RANGES", "", hint="Open proxies, an address or network a line.", secret=True),
        "hosting": env.text("HOSTING_RANGES", "", hint="Machines for rent, an address or network a line.", secret=True),
    }
