"""Which distances from UTC the clocks of each country show.

Made from tzdata 2026.6 (IANA's zone.tab and its zones): every offset, in minutes east of UTC, that a zone of the
country is at between 2025 and 2027, standard and summer time alike. Overseas parts with a country code of their own
stand by themselves. Its test makes the table again from the installed tzdata and compares.
"""

from collections.abc import Mapping

# By offsets, not by country: most countries share theirs with others.
COUNTRIES: Mapping[tuple[int, ...], str] = {
    (-660,): "AS NU",
    (-660, 720): "UM",
    (-600,): "CK",
    (-600, -570, -540): "PF",
    (-600, -540, -480, -420, -360, -300, -240): "US",
    (-480,): "PN",
    (-480, -420, -360, -300): "MX",
    (-480, -420, -360, -300, -240, -210, -180, -150): "CA",
    (-360,): "BZ CR GT HN NI SV",
    (-360, -300): "EC",
    (-360, -300, -240, -180): "CL",
    (-300,): "CO JM KY PA PE",
    (-300, -240): "BS CU HT TC",
    (-300, -240, -180, -120): "BR",
    (-240,): "AG AI AW BB BL BO BQ CW DM DO GD GP GY KN LC MF MQ MS PR SX TT VC VE VG VI",
    (-240, -180): "BM",
    (-240, -180, -120, -60, 0): "GL",
    (-180,): "AR FK GF PY SR UY",
    (-180, -120): "PM",
    (-180, 0, 120, 180, 300, 420, 480, 600, 720, 780): "AQ",
    (-120,): "GS",
    (-60,): "CV",
    (-60, 0, 60): "PT",
    (0,): "BF CI GH GM GN GW IS LR ML MR SH SL SN ST TG",
    (0, 60): "EH FO GB GG IE IM JE MA",
    (0, 60, 120): "ES",
    (60,): "AO BJ CF CG CM DZ GA GQ NE NG TD TN",
    (60, 120): "AD AL AT BA BE CD CH CZ DE DK FR GI HR HU IT LI LU MC ME MK MT NL NO PL RS SE SI SJ SK SM VA",
    (120,): "BI BW LS LY MW MZ NA RW SD SS SZ ZA ZM ZW",
    (120, 180): "AX BG CY EE EG FI GR IL LB LT LV MD PS RO UA",
    (120, 180, 240, 300, 360, 420, 480, 540, 600, 660, 720): "RU",
    (180,): "BH BY DJ ER ET IQ JO KE KM KW MG QA SA SO SY TR TZ UG YE YT",
    (210,): "IR",
    (240,): "AE AM AZ GE MU OM RE SC",
    (270,): "AF",
    (300,): "KZ MV PK TF TJ TM UZ",
    (330,): "IN LK",
    (345,): "NP",
    (360,): "BD BT IO KG",
    (360, 480): "CN",
    (390,): "CC MM",
    (420,): "CX KH LA TH VN",
    (420, 480): "MN",
    (420, 480, 540): "ID",
    (480,): "BN HK MO MY PH SG TW",
    (480, 525, 570, 600, 630, 660): "AU",
    (540,): "JP KP KR PW TL",
    (600,): "GU MP",
    (600, 660): "FM PG",
    (660,): "NC SB VU",
    (660, 720): "NF",
    (720,): "FJ MH NR TV WF",
    (720, 765, 780, 825): "NZ",
    (720, 780, 840): "KI",
    (780,): "TK TO WS",
}

OFFSETS: Mapping[str, tuple[int, ...]] = {
    country: offsets for offsets, countries in COUNTRIES.items() for country in countries.split()
}
