"""Addresses of real networks, by country and by what the network is for.

Source: ranges that these autonomous systems announced in September 2026 by IPtoASN (public domain), the larger ones
of each read by hand in November 2026. What each network is for is common knowledge of the network's name.
"""

from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What a network is mainly for."""

    HOME = "home"
    MOBILE = "mobile"
    OFFICE = "office"
    CAMPUS = "campus"
    HOSTING = "hosting"
    VPN = "vpn"


@dataclass(frozen=True, slots=True)
class Network:
    """Ranges of one autonomous system."""

    place: str  # country; empty where people of all countries leave by it
    use: Use
    number: int
    name: str
    ranges: tuple[str, ...]
    share: float = 1
    six: str = ""  # a range of IPv6, where its customers have it


HOME, MOBILE, OFFICE, CAMPUS, HOSTING, VPN = Use
NETWORKS = (
    Network(
        "US",
        HOME,
        7922,
        "Comcast",
        ("73.0.0.0/8", "98.192.0.0/10", "96.128.0.0/11", "24.16.0.0/13"),
        30,
        "2601:c00::/22",
    ),
    Network("US", HOME, 7018, "AT&T", ("99.32.0.0/11", "107.192.0.0/11", "108.192.0.0/11", "23.112.0.0/12"), 18),
    Network("US", HOME, 20115, "Charter", ("174.80.0.0/13", "24.180.0.0/14", "75.132.0.0/14", "97.88.0.0/14"), 12),
    Network("US", HOME, 11427, "Charter, Texas", ("70.112.0.0/13", "72.176.0.0/13", "76.184.0.0/14"), 8),
    Network("US", HOME, 701, "Verizon Fios", ("71.112.0.0/12", "108.24.0.0/13", "71.104.0.0/13"), 12),
    Network("US", HOME, 22773, "Cox", ("68.0.0.0/12", "68.96.0.0/13", "70.160.0.0/14"), 8),
    Network("US", MOBILE, 21928, "T-Mobile US", ("172.48.0.0/12", "172.32.0.0/13"), 12, "2607:fb90::/33"),
    Network("US", MOBILE, 20057, "AT&T Mobility", ("107.232.0.0/14", "166.200.0.0/14"), 8, "2600:380:2000::/35"),
    Network("US", MOBILE, 22394, "Verizon Wireless", ("97.32.0.0/11", "70.192.0.0/12"), 12, "2600:1004::/33"),
    Network("US", OFFICE, 7018, "AT&T, business lines", ("12.80.0.0/12",), 2),
    Network("US", OFFICE, 174, "Cogent", ("38.216.0.0/14", "38.232.0.0/14"), 1),
    Network("US", CAMPUS, 73, "University of Washington", ("128.95.0.0/16", "128.208.0.0/16", "140.142.0.0/16")),
    Network("US", CAMPUS, 26, "Cornell", ("128.84.0.0/16", "128.253.0.0/16", "132.236.0.0/16")),
    Network("US", CAMPUS, 25, "Berkeley", ("128.32.0.0/16", "136.152.0.0/16")),
    Network(
        "DE",
        HOME,
        3320,
        "Deutsche Telekom",
        ("79.192.0.0/10", "84.128.0.0/10", "87.128.0.0/10", "93.192.0.0/10"),
        40,
        "2003::/19",
    ),
    Network("DE", HOME, 3209, "Vodafone", ("88.64.0.0/12", "178.0.0.0/12", "188.96.0.0/12"), 25, "2a02:8100::/27"),
    Network("DE", HOME, 8881, "1&1 Versatel", ("89.244.0.0/15", "92.116.0.0/15"), 6),
    Network("DE", MOBILE, 6805, "Telefonica Germany", ("2.240.0.0/13", "77.0.0.0/12"), 15, "2a02:3000::/23"),
    Network("DE", CAMPUS, 680, "DFN", ("141.22.0.0/15", "141.32.0.0/15", "139.18.0.0/15")),
    Network("GB", HOME, 2856, "BT", ("86.128.0.0/10", "81.128.0.0/11", "109.144.0.0/12"), 30),
    Network("GB", HOME, 5607, "Sky", ("90.192.0.0/11", "94.0.0.0/12"), 20, "2a01:f8c0::/29"),
    Network("GB", HOME, 5089, "Virgin Media", ("86.0.0.0/11", "81.96.0.0/12", "82.0.0.0/12"), 20),
    Network("GB", MOBILE, 12576, "EE", ("31.72.0.0/14", "31.78.0.0/15"), 8),
    Network("GB", MOBILE, 206067, "Three", ("188.28.0.0/14", "94.196.0.0/15", "92.40.0.0/16"), 8),
    Network("GB", CAMPUS, 786, "Jisc", ("193.60.0.0/14", "194.80.0.0/14", "138.250.0.0/15")),
    Network("FR", HOME, 3215, "Orange", ("90.0.0.0/11", "86.192.0.0/12", "109.208.0.0/12"), 30, "2a01:cb00::/27"),
    Network("FR", HOME, 12322, "Free", ("82.224.0.0/11", "88.160.0.0/11", "78.192.0.0/12"), 20, "2a01:e20::/27"),
    Network("FR", HOME, 5410, "Bouygues", ("89.80.0.0/12", "176.144.0.0/12"), 10),
    Network("FR", MOBILE, 51207, "Free Mobile", ("37.168.0.0/13", "37.164.0.0/14"), 12),
    Network("FR", CAMPUS, 2200, "Renater", ("129.20.0.0/16", "130.66.0.0/16", "134.59.0.0/16")),
    Network(
        "BR",
        HOME,
        28573,
        "Claro",
        ("179.136.0.0/13", "177.80.0.0/14", "187.36.0.0/14", "189.4.0.0/14"),
        20,
        "2804:14c::/38",
    ),
    Network("BR", HOME, 27699, "Vivo", ("177.94.0.0/15", "177.138.0.0/15", "187.34.0.0/15"), 15),
    Network("BR", MOBILE, 26615, "TIM", ("179.72.0.0/13", "191.136.0.0/13"), 12, "2804:214::/32"),
    Network("BR", MOBILE, 26599, "Vivo, mobile", ("152.240.0.0/13", "177.168.0.0/13"), 12, "2804:18:5000::/37"),
    Network("IN", HOME, 9829, "BSNL", ("117.192.0.0/10", "59.88.0.0/13"), 10),
    Network("IN", HOME, 24560, "Airtel, fixed", ("122.176.0.0/17", "122.163.128.0/17", "122.160.0.0/18"), 10),
    Network("IN", MOBILE, 55836, "Jio", ("157.32.0.0/12", "49.32.0.0/13", "152.56.0.0/14"), 30, "2409:4000::/22"),
    Network(
        "IN",
        MOBILE,
        45609,
        "Airtel, mobile",
        ("106.220.0.0/15", "106.194.0.0/16", "223.176.0.0/16"),
        20,
        "2401:4900:2600::/40",
    ),
    Network("JP", HOME, 4713, "OCN", ("153.128.0.0/10", "180.0.0.0/10", "114.160.0.0/11"), 20, "2400:4000::/22"),
    Network("JP", HOME, 17676, "SoftBank BB", ("126.64.0.0/11", "60.64.0.0/10"), 15, "2400:2000::/20"),
    Network("JP", HOME, 2516, "KDDI", ("106.128.0.0/10", "27.80.0.0/12"), 15, "240f::/23"),
    Network("JP", MOBILE, 9605, "docomo", ("1.72.0.0/16", "49.99.0.0/16", "110.160.0.0/16"), 12, "240a:6b::/32"),
    Network("JP", CAMPUS, 2907, "SINET", ("133.14.0.0/15", "133.34.0.0/15", "133.48.0.0/15")),
    Network("ES", HOME, 3352, "Telefonica de Espana", ("83.32.0.0/11", "88.0.0.0/11", "79.144.0.0/12"), 20),
    Network("ES", HOME, 12479, "Orange Spain", ("85.48.0.0/12", "90.160.0.0/12"), 12),
    Network("ES", MOBILE, 12430, "Vodafone Spain", ("77.208.0.0/14", "47.60.0.0/14"), 10),
    Network("PL", HOME, 5617, "Orange Polska", ("83.16.0.0/12", "79.184.0.0/13", "83.8.0.0/13"), 20, "2a01:1000::/24"),
    Network("PL", MOBILE, 39603, "Play", ("31.174.0.0/15", "46.112.0.0/15", "164.126.0.0/15"), 10),
    Network("PL", MOBILE, 8374, "Plus", ("46.76.0.0/15", "31.0.0.0/16"), 6),
    Network("MX", HOME, 8151, "Telmex", ("189.160.0.0/11", "187.144.0.0/12", "187.192.0.0/12"), 20, "2806:1000::/27"),
    Network("MX", HOME, 13999, "Megacable", ("177.226.0.0/15", "187.240.0.0/16"), 8),
    Network("MX", MOBILE, 28403, "Telcel", ("200.68.128.0/18", "200.95.164.0/22"), 8),
    Network("ID", HOME, 7713, "Telkom", ("36.80.0.0/12", "125.160.0.0/13", "180.244.0.0/14"), 10),
    Network("ID", MOBILE, 23693, "Telkomsel", ("182.0.0.0/12", "114.120.0.0/13"), 20),
    Network("NG", MOBILE, 29465, "MTN Nigeria", ("102.88.0.0/13", "197.210.0.0/16"), 20),
    Network("NG", MOBILE, 36873, "Airtel Nigeria", ("105.112.0.0/12",), 12),
    Network("", HOSTING, 16509, "Amazon", ("3.128.0.0/10", "3.96.0.0/11", "44.224.0.0/11"), 20),
    Network("", HOSTING, 24940, "Hetzner", ("49.12.0.0/15", "65.108.0.0/15", "95.216.0.0/15"), 15, "2a01:4f8::/30"),
    Network("", HOSTING, 16276, "OVH", ("54.36.0.0/14", "51.254.0.0/15", "141.94.0.0/15"), 15, "2001:41d0::/33"),
    Network("", HOSTING, 14061, "DigitalOcean", ("46.101.0.0/16", "104.248.0.0/16", "134.209.0.0/16"), 12),
    Network("", HOSTING, 20473, "Vultr", ("45.76.0.0/15", "45.32.0.0/16", "149.28.128.0/17"), 8),
    Network("", HOSTING, 51167, "Contabo", ("62.171.128.0/18", "161.97.64.0/18", "173.249.0.0/18"), 6),
    Network("", HOSTING, 45102, "Alibaba Cloud", ("8.218.0.0/15", "47.240.0.0/14"), 8),
    Network("", VPN, 9009, "M247", ("146.70.0.0/17", "146.70.128.0/18", "5.157.192.0/19"), 10),
    Network("", VPN, 60068, "Datacamp", ("79.127.192.0/18", "89.187.160.0/19", "195.181.160.0/20"), 8),
    Network("", VPN, 136787, "PacketHub", ("31.209.64.0/20", "85.115.96.0/20", "188.172.176.0/20"), 4),
)
