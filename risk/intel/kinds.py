"""What kind of network an autonomous system is, by who runs it. Pure.

The number decides where it is well known and the name misleads; otherwise the first pattern of the table that fits the
name. The table was written from how registries name such networks; docs/adr/0003-network-data.md says how well it does
on networks that it was not written from.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache


class AsKind(StrEnum):
    """Whose customers come from there."""

    HOSTING = "hosting"
    MOBILE = "mobile"
    CAMPUS = "campus"
    HOME = "home"
    BUSINESS = "business"
    UNKNOWN = "unknown"


# Big networks whose names say too little or something else. Source: their own entries in PeeringDB ("network type").
KNOWN: Mapping[AsKind, frozenset[int]] = {
    AsKind.HOSTING: frozenset(
        {8068, 8069, 8070, 15169, 19527, 396982, 14618, 16550, 32934, 54113, 63018, 132203, 45090, 37963, 55990, 36351}
        | {33070, 27357, 19994, 12989, 30633, 28753, 16265, 60781, 59253, 395954, 7203, 30083, 206092, 212238, 147049}
    ),
    AsKind.MOBILE: frozenset({21928, 22394, 6167, 20057, 310, 206067, 44143, 15480, 12430, 25106, 31615, 3329, 17974}),
    AsKind.CAMPUS: frozenset(
        {680, 786, 1103, 559, 1916, 2200, 137, 766, 1653, 11537, 20965, 2603, 7575, 3, 32, 25, 73}
    ),
    AsKind.HOME: frozenset({7018, 701, 209, 20115, 7922, 3320, 3215, 5607, 2856, 1221, 4134, 4837, 4766, 9318, 2516}),
}
NUMBERS: Mapping[int, AsKind] = {number: kind for kind, numbers in KNOWN.items() for number in numbers}

PATTERNS: tuple[tuple[AsKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            AsKind.CAMPUS,
            (
                r"universi|univ\b|universit|college|\bschool|\bacadem|institute of technology|polytechn|hochschule|"
                r"\beduca|\bedu\b|schulnetz|forschung|research (and|&) education|\bnren\b|surfnet|\bsurf b\.?v|janet|"
                r"renater|\bgarr\b|rediris|geant|internet2|\bdfn\b|\baarnet|sunet|switch$|national research|"
                r"max-planck|\bcern\b|campus|student"
            ),
        ),
        (
            AsKind.HOSTING,
            (
                r"hosting|\bhost|host(er|ing|ed)?\b|\bcloud|cloud\b|server|data ?cent(er|re)|datacamp|\bvps\b|"
                r"colo(cation|crossing)?\b|"
                r"dedicated|amazon|digitalocean|\bovh\b|hetzner|linode|akamai|vultr|choopa|constant company|leaseweb|"
                r"contabo|oracle|alibaba|tencent|huawei cloud|microsoft|google|fastly|\bcdn\b|m247|psychz|quadranet|"
                r"scaleway|online s\.?a\.?s|ionos|1&1|strato|godaddy|namecheap|rackspace|softlayer|equinix|zenlayer|"
                r"gcore|g-core|worldstream|nforce|serverius|hostinger|dreamhost|bluehost|endurance|hivelocity|"
                r"ip ?volume|\bvpn\b|proxy|cogent|limestone|wholesale internet|\bnetcup\b|aruba s\.?p|upcloud|kamatera|"
                r"packethub|tzulo|cdnext|cloudflare|render services|fly\.io|datapacket|clouvider|stark industries"
            ),
        ),
        (
            AsKind.MOBILE,
            (
                r"mobil(?!e,? alabama)|\bm[oó]vil|\bm[oó]veis|wireless(?! internet)|cellular|cellco|\bgsm\b|\blte\b|"
                r"\b[345]g\b|vodafone (espana|idea|portugal|romania|egypt)|mtn\b|airtel (?!broadband)|jio\b|turkcell|"
                r"t-mobile|orange (polska|romania|egypt)|\bthree\b|hutchison 3g|\bclaro\b|\btigo\b|digicel|"
                r"safaricom|globe telecom|smart broadband|\bdtac\b|advanced info|viettel|megafon|mts pjsc|vimpelcom|"
                r"kddi|ntt docomo|softbank"
            ),
        ),
        (
            AsKind.HOME,
            (
                r"telecom|telekom|t[eé]l[eé]com|telef[oó]n|telenor|\btelia\b|telstra|broadband|cable|\bdsl\b|fib(er|re|ra)|"
                r"comcast|charter|spectrum|\bcox\b|verizon|centurylink|frontier|windstream|altice|optimum|"
                r"communications|\binternet\b|\bisp\b|\bftth\b|liberty|virgin media|\bsky uk\b|\bbt\b|talktalk|"
                r"plusnet|vodafone|orange|bouygues|\bfree sas\b|proximus|swisscom|kpn|ziggo|rogers|shaw|\bbell\b|"
                r"telus|videotron|netia|\bupc\b|rostelecom|chinanet|china unicom|korea telecom|\bkt\b|sk broadband|\bnet\b|network"
            ),
        ),
        (
            AsKind.BUSINESS,
            (
                r"\bbank|insurance|hospital|\bcity of\b|county|government|ministry|\bgmbh\b|\binc\b|\bcorp|"
                r"\bllc\b|\bltd\b|\bs\.?a\.?\b|\bag\b|consult|solutions|systems"
            ),
        ),
    )
)


@lru_cache(maxsize=100_000)
def kind_of(asn: int | None, name: str | None) -> AsKind:
    """The kind of a network. The number outweighs the name."""
    if asn is not None and asn in NUMBERS:
        return NUMBERS[asn]
    for kind, pattern in PATTERNS:
        if name and pattern.search(name):
            return kind
    return AsKind.UNKNOWN
