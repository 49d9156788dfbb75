"""Countries that people sign up from: languages, clocks, numbering of mobiles and names' origin.

Shares are chosen, not measured. Templates of mobile numbers follow the national plans as the ITU publishes them
(E.164 national numbering plans, read November 2026): # is any digit, N is 2 to 9.
"""

from dataclasses import dataclass

from bench.simulation.dice import Weighted

Tongue = tuple[str, ...]  # as a browser's list of languages


@dataclass(frozen=True, slots=True)
class Country:
    """A country and what its people's devices and phones are set to."""

    code: str
    share: float
    names: str  # which table of names
    tongues: Weighted[Tongue]
    zones: Weighted[str]
    mobiles: Weighted[str]
    ahead: int  # hours from UTC, roughly, for when people are awake
    voips: tuple[str, ...] = ()  # numbers of services over the internet


COUNTRIES = (
    Country(
        "US",
        30,
        "en",
        Weighted(
            [
                (("en-US", "en"), 70),
                (("en-US",), 18),
                (("es-US", "es", "en-US", "en"), 4),
                (("es-MX", "es", "en"), 2),
                (("en-US", "en", "es"), 4),
                (("zh-CN", "zh", "en-US"), 2),
                (("en-US", "en", "ko"), 1),
            ]
        ),
        Weighted(
            [
                ("America/New_York", 45),
                ("America/Chicago", 27),
                ("America/Denver", 6),
                ("America/Los_Angeles", 18),
                ("America/Phoenix", 2),
                ("America/Detroit", 2),
            ]
        ),
        Weighted(
            [
                ("+1212N######", 5),
                ("+1415N######", 5),
                ("+1312N######", 4),
                ("+1713N######", 4),
                ("+1305N######", 3),
                ("+1206N######", 3),
                ("+1617N######", 3),
                ("+1404N######", 3),
                ("+1602N######", 2),
                ("+1919N######", 2),
                ("+1503N######", 2),
                ("+1818N######", 3),
                ("+1469N######", 3),
                ("+1347N######", 4),
                ("+1614N######", 2),
            ]
        ),
        -6,
        ("+1262N######", "+1657N######"),
    ),
    Country(
        "DE",
        10,
        "de",
        Weighted(
            [
                (("de-DE", "de", "en-US", "en"), 55),
                (("de-DE",), 25),
                (("en-US", "en", "de"), 8),
                (("de",), 7),
                (("tr", "de-DE", "de"), 3),
            ]
        ),
        Weighted([("Europe/Berlin", 1)]),
        Weighted(
            [
                ("+49151########", 3),
                ("+49160#######", 2),
                ("+49170#######", 2),
                ("+49176########", 4),
                ("+49157########", 3),
                ("+49172#######", 3),
            ]
        ),
        1,
    ),
    Country(
        "GB",
        9,
        "en",
        Weighted(
            [
                (("en-GB", "en-US", "en"), 45),
                (("en-GB", "en"), 30),
                (("en-GB",), 15),
                (("en-US", "en"), 8),
                (("pl", "en-GB"), 2),
            ]
        ),
        Weighted([("Europe/London", 1)]),
        Weighted(
            [
                ("+44740#######", 4),
                ("+447725######", 4),
                ("+447850######", 4),
                ("+447967######", 4),
                ("+447590######", 3),
            ]
        ),
        0,
        ("+4456########",),
    ),
    Country(
        "FR",
        7,
        "fr",
        Weighted([(("fr-FR", "fr", "en-US", "en"), 50), (("fr-FR",), 25), (("fr",), 8), (("en-US", "en", "fr"), 5)]),
        Weighted([("Europe/Paris", 1)]),
        Weighted(
            [("+3361#######", 3), ("+3364#######", 2), ("+3366#######", 3), ("+3368#######", 2), ("+3378#######", 2)]
        ),
        1,
        ("+339########",),
    ),
    Country(
        "BR",
        10,
        "pt",
        Weighted([(("pt-BR", "pt", "en-US", "en"), 55), (("pt-BR",), 35), (("pt-BR", "pt"), 10), (("en-US", "en"), 3)]),
        Weighted([("America/Sao_Paulo", 80), ("America/Fortaleza", 8), ("America/Bahia", 6), ("America/Manaus", 3)]),
        Weighted(
            [
                ("+55119########", 5),
                ("+55219########", 3),
                ("+55319########", 2),
                ("+55519########", 2),
                ("+55419########", 2),
            ]
        ),
        -3,
    ),
    Country(
        "IN",
        12,
        "hi",
        Weighted(
            [
                (("en-IN", "en-GB", "en-US", "en"), 25),
                (("en-US", "en"), 35),
                (("en-GB", "en-US", "en"), 20),
                (("hi-IN", "hi", "en-US", "en"), 8),
                (("en-IN", "en"), 12),
            ]
        ),
        Weighted([("Asia/Kolkata", 55), ("Asia/Calcutta", 45)]),
        Weighted(
            [
                ("+9198########", 5),
                ("+9170########", 3),
                ("+9188########", 2),
                ("+9199########", 3),
                ("+9163########", 1),
            ]
        ),
        5,
    ),
    Country(
        "JP",
        5,
        "ja",
        Weighted([(("ja", "en-US", "en"), 40), (("ja-JP",), 30), (("ja",), 20), (("en-US", "en", "ja"), 5)]),
        Weighted([("Asia/Tokyo", 1)]),
        Weighted([("+8190N#######", 4), ("+8180N#######", 5), ("+8170N#######", 2)]),
        9,
        ("+8150N#######",),
    ),
    Country(
        "ES",
        4,
        "es",
        Weighted(
            [
                (("es-ES", "es", "en"), 45),
                (("es-ES",), 25),
                (("es-ES", "es", "ca", "en"), 7),
                (("ca", "es", "en"), 4),
                (("en-US", "en"), 4),
            ]
        ),
        Weighted([("Europe/Madrid", 96), ("Atlantic/Canary", 4)]),
        Weighted([("+346########", 9), ("+3472#######", 1)]),
        1,
    ),
    Country(
        "PL",
        4,
        "pl",
        Weighted(
            [
                (("pl-PL", "pl", "en-US", "en"), 55),
                (("pl-PL",), 25),
                (("pl",), 10),
                (("uk", "pl", "en"), 4),
                (("en-US", "en"), 4),
            ]
        ),
        Weighted([("Europe/Warsaw", 1)]),
        Weighted(
            [("+4850#######", 2), ("+4860#######", 3), ("+4866#######", 2), ("+4879#######", 2), ("+4888#######", 2)]
        ),
        1,
    ),
    Country(
        "MX",
        4,
        "es",
        Weighted([(("es-MX", "es", "en"), 40), (("es-419", "es"), 30), (("es-MX",), 25), (("en-US", "en"), 4)]),
        Weighted([("America/Mexico_City", 88), ("America/Monterrey", 8), ("America/Tijuana", 4)]),
        Weighted([("+5255N#######", 5), ("+5233N#######", 3), ("+5281N#######", 3)]),
        -6,
    ),
    Country(
        "ID",
        3,
        "id",
        Weighted([(("id-ID", "id", "en-US", "en"), 60), (("id-ID",), 20), (("en-US", "en"), 12), (("in-ID", "id"), 2)]),
        Weighted([("Asia/Jakarta", 88), ("Asia/Makassar", 10), ("Asia/Jayapura", 1)]),
        Weighted([("+62812########", 3), ("+62813########", 2), ("+62821########", 2), ("+62852########", 1)]),
        7,
    ),
    Country(
        "NG",
        2,
        "ng",
        Weighted([(("en-GB", "en-US", "en"), 40), (("en-US", "en"), 40), (("en-NG", "en"), 15)]),
        Weighted([("Africa/Lagos", 1)]),
        Weighted(
            [
                ("+234803#######", 3),
                ("+234806#######", 3),
                ("+234802#######", 2),
                ("+234705#######", 2),
                ("+234816#######", 2),
            ]
        ),
        1,
    ),
)
BY_CODE = {country.code: country for country in COUNTRIES}
WAKEFUL = (4, 3, 2, 2, 2, 3, 5, 8, 12, 14, 15, 15, 14, 14, 14, 14, 14, 13, 13, 14, 15, 13, 10, 7)  # by local hour
COMING = tuple(  # who is likely to come, by hour of the day in UTC
    Weighted([(country, country.share * WAKEFUL[(hour + country.ahead) % 24]) for country in COUNTRIES])
    for hour in range(24)
)
ARRIVALS = tuple(coming.cumulative[-1] for coming in COMING)  # how many come, by hour of the day in UTC
