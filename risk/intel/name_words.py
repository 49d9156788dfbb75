"""Words in network names that tell the network's kind, in the order in which they are asked.

A star stands for any letters at that end. Names are compared in lower case ASCII without punctuation, so T-Mobile is
"t mobile". Source: brand names from the companies' own pages, common words from reading the names of the registries;
November 2026. Order: what is told by one clear word comes before what shares its words with others.
"""

from collections.abc import Sequence

# Would be taken for something else by a word further down.
_EXCEPTIONS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("home", ("google fiber*", "telemedia", "cloud nine", "cloud9", "webpass")),
    ("business", ("exxonmobil", "mobileye", "stock exchange", "arcadis", "hotel*", "intel", "mattel", "fortinet")),
)

_CAMPUS = (
    # words of education, in the languages with many networks
    *("universi*", "univ", "uni", "college*", "collegiate", "school*", "schule*", "schulen", "hochschul*", "campus"),
    *("fachhochschule", "institute of technology", "instituto tecnologico", "politec*", "polytech*", "politech*"),
    *("academic", "academia", "academy of science*", "academy of", "akademi*", "education*", "educac*", "educativ*"),
    *("enseignement", "ensino", "escola*", "escuela*", "colegio*", "lycee*", "student*", "uniwersytet*", "univerz*"),
    *(
        "yliopisto",
        "korkeakoulu",
        "egyetem*",
        "gakuen",
        "daigaku",
        "institut*",
        "academy",
        "politeknik",
        "sekolah",
        "kolej",
    ),
    # research
    *("research network", "national research", "research institute", "institute for research", "forschung*"),
    *("recherche", "supercomput*", "scientific network", "research center", "research centre", "leibniz*"),
    *("max planck*", "fraunhofer*", "cnrs", "inria", "cern", "desy", "esnet", "fermi national*", "argonne*"),
    # national and regional networks for research and education
    *("janet", "jisc", "dfn", "renater", "surfnet", "garr", "sunet", "rediris", "cesnet*", "aarnet", "sinet"),
    *("cernet*", "tanet", "ernet", "rnp", "ulaknet", "heanet", "pionier", "funet", "uninett", "sikt", "nordunet"),
    *("belnet", "restena", "aconet", "arnes", "carnet", "grnet", "fccn", "kifu", "roedunet", "geant", "internet2"),
    *("canarie", "cenic", "merit network*", "mcnc", "kanren", "oarnet", "nysernet", "kreonet*", "koren", "reannz"),
    *("redclara", "reuna", "cudi", "ubuntunet", "kenet", "nren", "nkn", "bcnet", "orion", "risq", "cybera", "uarnet"),
    *("runnet", "kazrena", "grena", "litnet", "basnet", "thairen", "singaren", "myren", "pern", "bdren", "learn lk"),
)

_HOSTING = (
    # words of the trade
    *("hosting*", "*hosting", "webhost*", "*host", "hosts", "hoster*", "hostmaster", "server*", "*servers", "vps"),
    *("*vps", "vds", "cloud*", "*cloud", "*clouds", "datacenter*", "datacentre*", "data center*", "data centre*"),
    *("datacentr*", "data centres", "idc", "colo", "colocation", "co location", "colocat*", "iaas", "bare metal"),
    *("baremetal", "cdn", "*cdn", "cdn*", "content delivery", "vpn", "*vpn", "vpn*", "proxy", "proxies", "*proxies"),
    *(
        "rack",
        "rack*",
        "hospedagem",
        "alojamiento",
        "hebergement",
        "hebergeur",
        "hostings",
        "domains",
        "dedicated",
        "ddos*",
        "rdp",
    ),
    # clouds and content delivery
    *("amazon", "amazon com", "amazonaws", "aws", "google", "microsoft", "azure", "oracle", "alibaba*", "aliyun*"),
    *("tencent*", "ucloud*", "baidu*", "jdcloud*", "kingsoft*", "huawei cloud*", "hwclouds*", "volcengine", "byteplus"),
    *("bytedance", "digitalocean*", "linode*", "akamai*", "vultr*", "choopa*", "constant company", "ovh*", "kimsufi"),
    *("hetzner*", "scaleway", "online sas", "leaseweb*", "fastly*", "cloudflare*", "cachefly", "limelight", "edgio"),
    *("bunnyway", "stackpath", "highwinds", "imperva", "incapsula", "gcore", "g core*", "datacamp*", "ibm cloud"),
    *("softlayer*", "rackspace*", "equinix*", "digital realty", "zenlayer*", "heroku", "vercel", "netlify", "fly io"),
    *("upcloud", "exoscale", "kamatera", "latitude sh", "naver", "nhn", "gabia", "cafe24", "e2e networks", "ctrls"),
    *("netmagic", "sakura internet", "gmo internet*", "conoha", "xserver", "kagoya", "idcf", "yandex*", "selectel*"),
    # machines for rent
    *("godaddy*", "go daddy*", "secureserver", "ionos*", "strato", "1 1 internet*", "netcup*", "contabo*", "m247*"),
    *("hivelocity*", "psychz*", "frantech*", "ponynet", "worldstream*", "namecheap*", "clouvider*", "siteground"),
    *("bluehost", "endurance international", "dreamhost", "new dream network", "liquid web*", "inmotion*", "wpengine"),
    *("kinsta", "automattic", "colocrossing", "hostpapa", "reliablesite*", "phoenixnap", "securedservers", "nforce*"),
    *("serverius", "i3d*", "combahton", "myloc*", "plusserver", "aruba s p a", "seeweb", "gandi", "infomaniak*"),
    *("one com", "loopia", "glesys*", "timeweb*", "beget", "reg ru", "firstbyte", "aeza*", "stark industries*"),
    *("melbicom", "hostkey", "racknerd", "sharktech", "voxility", "tzulo", "maxihost", "locaweb*", "hostroyale"),
    *("ipxo", "quadranet*", "krypt", "cera networks", "ceranetworks", "cnservers", "enzu", "peg tech*", "pegtech*"),
    *("eonix", "egihosting", "sprious", "rayobyte", "oxylabs", "3xk tech", "plainproxies", "steadfast", "nocix"),
    *("performive", "total server solutions", "private layer", "flokinet", "edis gmbh", "trabia", "servinga"),
    *("virtual systems", "virtual machine*", "private internet access", "windscribe", "mullvad", "nordvpn", "tefincom"),
    *("packethub*", "proton ag", "surfshark", "expressvpn"),
)

_MOBILE = (
    # words of the trade
    *("mobile", "mobiles", "mobility", "*mobile", "mobil", "mobilcom", "mobitel", "mobily", "mobifone", "mobilink"),
    *("cellular*", "celular*", "selular*", "cellco", "cellco part", "cell c", "gsm", "*gsm", "lte", "4g", "5g", "3g"),
    *("movil", "moviles", "movel", "telemovil*", "radiomovil*", "movilnet", "h3g*", "hi3g*", "gprs", "wcdma", "umts"),
    # carriers that are mostly mobile
    *("vodafone*", "vodacom*", "mtn", "airtel*", "safaricom*", "turkcell*", "avea", "kyivstar*", "lifecell*"),
    *("megafon*", "vimpelcom*", "beeline*", "t2", "tele2", "telcel", "telkomsel*", "indosat*", "axiata*", "smartfren*"),
    *("hutchison*", "globe telecom*", "smart broadband*", "smart communications", "dito tele*", "dtac", "total access"),
    *("advance wireless", "advanced wireless", "ais3g*", "realmove*", "real future", "digi telecommunications"),
    *("maxis*", "celcom*", "grameenphone*", "robi", "banglalink*", "pmcl", "cmpak*", "zong", "ufone", "ncell*"),
    *("reliance jio*", "reliancejio*", "jio", "idea cellular", "docomo*", "sk telecom", "sktelecom*", "lgtelecom*"),
    *("chinamobile*", "cmnet*", "far eastone", "fareastone*", "smartone*", "zain", "ooredoo*", "etisalat misr", "inwi"),
    *(
        "scancom",
        "celtel*",
        "movitel*",
        "unitel*",
        "meditelecom",
        "globacom*",
        "emerging markets telecommunication",
        "tigo*",
        "millicom*",
        "tim s a",
        "tim celular",
    ),
    *("tim brasil", "claro s a", "vivo s a", "telefonica moviles*", "polkomtel*", "p4 sp", "p4net", "ptk centertel"),
    *("wind tre*", "windtre*", "iliad italia", "yettel*", "kcell", "ucell", "magticom", "azercell*", "bakcell*"),
    *(
        "c spire",
        "cellcom*",
        "pelephone",
        "partner communications",
        "lycamobile*",
        "truphone",
        "xfera*",
        "orange egypt",
    ),
    *(
        "att mobility*",
        "at t mobility*",
        "bellmobility*",
        "rogers wireless",
        "verizon wireless",
        "sprint*",
        "movistar*",
    ),
)

_HOME = (
    # words of the trade
    *("telecom*", "*telecom", "telekom*", "*telekom", "telecomunica*", "telekomunik*", "telecommunicat*", "telephone*"),
    *(
        "telefon*",
        "telco*",
        "*telco",
        "telenet*",
        "telesystem*",
        "telesistem*",
        "broadband*",
        "*broadband",
        "bredband*",
    ),
    *("breedband", "cable*", "*cable", "kabel*", "cabo", "cablevision", "fiber*", "*fiber", "fibre*", "*fibre"),
    *("fibra*", "*fibra", "fibernet*", "glasfaser*", "dsl", "adsl", "*dsl", "ftth", "isp", "wisp", "internet"),
    *("provedor*", "provider*", "banda larga", "banda ancha", "wireless*", "communications*", "comunica*", "communic*"),
    *("komunik*", "satellite*", "starlink", "tele", "televis*", "wifi", "wi fi", "net ltda", "*net ltda", "telematic*"),
    *("networks pvt", "net pvt", "infonet", "netcom*", "online pvt", "infocom*", "inet", "speednet*", "citynet*"),
    *("net", "*net", "online", "*online", "connect*", "conect*", "link", "*link", "*tel", "broad band", "speed*"),
    *("jaringan", "lintas", "akses", "multimidia", "multimedia", "kablo*", "stadtwerke", "sat", "networks"),
    # operators
    *("comcast*", "xfinity", "charter*", "spectrum", "cox", "verizon*", "uunet", "at t", "att internet*", "frontier"),
    *("centurylink*", "qwest", "windstream*", "optimum", "altice*", "mediacom*", "rogers*", "shaw", "bell canada"),
    *("telus", "videotron*", "cogeco*", "eastlink*", "sasktel", "bt", "sky uk", "bskyb*", "virgin media*", "talktalk*"),
    *("plusnet", "zen internet", "kcom*", "deutsche telekom", "dtag", "versatel*", "netcologne", "m net", "ewe tel"),
    *("proxad", "free sas", "sfr", "bouygues*", "orange*", "fastweb*", "tiscali*", "ziggo*", "kpn", "xs4all*"),
    *("proximus*", "swisscom*", "sunrise*", "upc", "liberty global", "telia*", "telenor*", "tdc", "elisa", "dna oyj"),
    *("ote", "otenet*", "rcs rds", "digi", "rostelecom*", "er telecom*", "bezeq*", "ttnet*", "superonline*"),
    *("chinanet*", "chinatelecom*", "china unicom*", "chinaunicom*", "china169*", "unicom*", "kornet", "sk broadband"),
    *("powercomm*", "lg uplus", "kddi*", "ocn", "biglobe*", "nifty", "so net", "sony network*", "asahi net", "jcom"),
    *("jupiter tele*", "hinet*", "pldt*", "converge*", "vnpt*", "viettel*", "fpt", "telkom*", "biznet*", "singtel*"),
    *("starhub*", "telstra*", "tpg", "iinet", "optus*", "spark new zealand*", "vocus*", "claro*", "telefonica*", "vtr"),
    *("telmex*", "megacable*", "totalplay*", "bsnl", "hathway*", "ptcl", "omantel*", "etisalat*", "emirates tele*"),
    *("hkt", "cantv", "sonatel", "globalconnect*", "lg dacom*", "tm technology", "odido", "o2"),
    *("te data", "maroc tele*", "antel", "arnet", "movistar*", "entel*", "netia", "vectra", "oi s a", "vivo", "oi"),
)

_BUSINESS = (
    *("bank*", "*bank", "banco", "banque", "banca", "sparkasse*", "credit union", "insurance*", "assurance*"),
    *("versicherung*", "financ*", "capital", "securities", "investment*", "asset management", "holdings", "visa"),
    *("mastercard", "paypal*", "payment*", "hospital*", "clinic*", "klinik*", "health*", "medical*", "pharma*"),
    *("government*", "govt", "gov", "gobierno", "governo", "ministry*", "minister*", "department of", "dept of"),
    *("city of", "county", "state of", "municipal*", "federal", "police", "army", "navy", "military", "air force"),
    *("defense", "defence", "agency", "agencia", "authority", "prefeitura", "tribunal", "court", "parliament"),
    *("commission", "kommun", "gemeente*", "airline*", "airways", "airport*", "railway*", "energy", "electric*"),
    *("power", "oil", "petrol*", "gas", "mining", "motor*", "automotive", "chemical*", "foods", "retail*", "stores"),
    *("council", "pemerintah", "kabupaten", "kementerian", "diskominfo", "headquarters", "kommune*", "administration"),
    *("association", "foundation", "postal", "aeronautics", "corporation", "library"),
    *("law", "llp", "consulting", "newspaper*", "publishing", "logistics", "steel", "siemens", "ibm", "hewlett*"),
    *("intel corporation", "cisco*", "general electric", "boeing", "mercedes*", "daimler*", "bmw*", "volkswagen*"),
    *("walmart*", "salesforce*", "sap se", "facebook*", "meta platforms", "netflix*", "twitter*"),
)

NAME_WORDS: Sequence[tuple[str, tuple[str, ...]]] = (
    *_EXCEPTIONS,
    ("campus", _CAMPUS),
    ("hosting", _HOSTING),
    ("mobile", _MOBILE),
    ("home", _HOME),
    ("business", _BUSINESS),
)
