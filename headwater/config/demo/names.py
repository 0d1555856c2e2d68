"""Invented people, companies and places of the demonstration's markets.

Every name comes as (as written, in Latin letters); the second makes e-mail and web addresses.
"""

from dataclasses import dataclass
from random import Random

from headwater.lib.text import slug_key

Name = tuple[str, str]


@dataclass(frozen=True)
class Market:
    """Where leads come from: their names, how companies are called, what phones look like."""

    key: str
    label: str
    country: str
    cities: tuple[str, ...]
    streets: tuple[str, ...]
    women: tuple[Name, ...]
    men: tuple[Name, ...]
    # Family names of women and of men, where these differ.
    families: tuple[tuple[Name, Name], ...]
    company_words: tuple[Name, ...]
    trades: tuple[Name, ...]
    company: str
    phone: str  # a # stands for any digit
    currency: str


def same(*names: Name) -> tuple[tuple[Name, Name], ...]:
    """Return family names that women and men share."""
    return tuple((name, name) for name in names)


def gendered(*names: tuple[str, str]) -> tuple[tuple[Name, Name], ...]:
    """Return family names with a form for women and one for men."""
    return tuple(((woman, slug_key(woman)), (man, slug_key(man))) for woman, man in names)


def plain(*names: str) -> tuple[Name, ...]:
    """Return names that are written in Latin letters anyway."""
    return tuple((name, slug_key(name)) for name in names)


INDUSTRIES = (
    "hospitality",
    "food",
    "health",
    "education",
    "transport",
    "construction",
    "retail",
    "manufacturing",
)
"""The industry of each trade, in the order of ``Market.trades``."""

LATVIA = Market(
    "latvia",
    "Latvia",
    "Latvia",
    ("Rīga", "Jelgava", "Liepāja", "Valmiera", "Cēsis", "Ventspils", "Jūrmala"),
    ("Brīvības iela", "Ostas iela", "Pļavu iela", "Kalēju iela", "Dzirnavu iela"),
    plain("Anna", "Līga", "Ilze", "Dace", "Zane", "Kristīne", "Agnese", "Sanita", "Evija", "Māra"),
    plain("Jānis", "Andris", "Mārtiņš", "Uldis", "Kārlis", "Edgars", "Raivis", "Guntis", "Toms", "Ģirts"),
    gendered(
        ("Bērziņa", "Bērziņš"),
        ("Kalniņa", "Kalniņš"),
        ("Ozola", "Ozols"),
        ("Liepiņa", "Liepiņš"),
        ("Krūmiņa", "Krūmiņš"),
        ("Balode", "Balodis"),
        ("Zariņa", "Zariņš"),
        ("Petersone", "Pētersons"),
        ("Vītola", "Vītols"),
        ("Šmite", "Šmits"),
    ),
    plain(
        "Rīgas", "Vidzemes", "Kurzemes", "Daugavas", "Gaujas", "Ziemeļu", "Baltijas", "Latgales", "Zemgales"
    ),
    plain("viesnīca", "maiznīca", "klīnika", "skola", "pārvadājumi", "būve", "veikals", "metāls"),
    "SIA “{word} {trade}”",
    "2# ### ###",
    "EUR",
)

THAILAND = Market(
    "thailand",
    "Thailand",
    "Thailand",
    ("กรุงเทพมหานคร", "เชียงใหม่", "ภูเก็ต", "ขอนแก่น", "พัทยา"),
    ("ถนนสุขุมวิท", "ถนนสีลม", "ถนนนิมมานเหมินท์", "ถนนพหลโยธิน"),
    (("สมหญิง", "somying"), ("กัญญา", "kanya"), ("มาลี", "malee"), ("ปิยะดา", "piyada"), ("นงลักษณ์", "nongluck")),
    (
        ("สมชาย", "somchai"),
        ("ณัฐพล", "nattapon"),
        ("ธนากร", "thanakorn"),
        ("วิชัย", "wichai"),
        ("อนุชา", "anucha"),
    ),
    same(
        ("ใจดี", "jaidee"),
        ("แสงทอง", "saengthong"),
        ("ศรีสุข", "srisuk"),
        ("วงศ์สวัสดิ์", "wongsawat"),
        ("ทองคำ", "thongkham"),
        ("รุ่งเรือง", "rungruang"),
    ),
    (
        ("สยาม", "siam"),
        ("ล้านนา", "lanna"),
        ("อันดามัน", "andaman"),
        ("เจ้าพระยา", "chaophraya"),
        ("ช้างเผือก", "changphueak"),
    ),
    (
        ("โฮเทล", "hotel"),
        ("ฟู้ด", "food"),
        ("คลินิก", "clinic"),
        ("วิทยา", "school"),
        ("โลจิสติกส์", "logistics"),
        ("ก่อสร้าง", "build"),
        ("มาร์ท", "mart"),
        ("อุตสาหกรรม", "industry"),
    ),
    "บริษัท {word}{trade} จำกัด",
    "+66 8# ### ####",
    "EUR",
)

CAMBODIA = Market(
    "cambodia",
    "Cambodia",
    "Cambodia",
    ("ភ្នំពេញ", "សៀមរាប", "បាត់ដំបង", "ព្រះសីហនុ"),
    ("មហាវិថីព្រះនរោត្តម", "មហាវិថីព្រះមុនីវង្ស", "ផ្លូវជាតិលេខ ៦"),
    (("សុភា", "sophea"), ("ចាន់ណា", "channa"), ("បុប្ផា", "bopha"), ("ស្រីមុំ", "sreymom"), ("កល្យាណ", "kalyan")),
    (("សុខា", "sokha"), ("វិសាល", "visal"), ("ដារ៉ា", "dara"), ("រតនា", "ratana"), ("ពិសិដ្ឋ", "piseth")),
    same(("សុខ", "sok"), ("ចាន់", "chan"), ("គឹម", "kim"), ("លី", "ly"), ("ហេង", "heng"), ("អ៊ុំ", "oum")),
    (("អង្គរ", "angkor"), ("មេគង្គ", "mekong"), ("បាយ័ន", "bayon"), ("ទន្លេសាប", "tonlesap"), ("រំដួល", "romdoul")),
    (
        ("សណ្ឋាគារ", "hotel"),
        ("អាហារ", "food"),
        ("គ្លីនិក", "clinic"),
        ("សាលា", "school"),
        ("ដឹកជញ្ជូន", "transport"),
        ("សំណង់", "build"),
        ("ផ្សារ", "market"),
        ("រោងចក្រ", "factory"),
    ),
    "{trade}{word}",
    "+855 12 ### ###",
    "USD",
)

BRITAIN = Market(
    "united_kingdom",
    "United Kingdom",
    "United Kingdom",
    ("London", "Bristol", "Leeds", "Edinburgh", "Cardiff"),
    ("Mill Lane", "Harbour Street", "Station Road", "Church Row"),
    plain("Emma", "Olivia", "Grace", "Hannah", "Rachel", "Sophie", "Priya", "Zoë"),
    plain("Oliver", "James", "Thomas", "Daniel", "Samuel", "George", "Amir", "Niall"),
    same(*plain("Turner", "Harris", "Walker", "Hughes", "Patel", "Campbell", "Reid", "O’Connor", "Price")),
    plain("Harbour", "Northgate", "Riverside", "Summit", "Orchard", "Kingsway", "Meadow", "Granite"),
    plain("Hotels", "Foods", "Clinics", "College", "Haulage", "Builders", "Stores", "Works"),
    "{word} {trade} Ltd",
    "+44 20 7946 0###",
    "EUR",
)

MARKETS = (LATVIA, THAILAND, CAMBODIA, BRITAIN)


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    gender: str
    latin: str


@dataclass(frozen=True)
class Company:
    name: str
    domain: str
    industry: str


def person(market: Market, rng: Random) -> Person:
    """Invent a person of a market."""
    woman = rng.random() < 0.5
    first = rng.choice(market.women if woman else market.men)
    family = rng.choice(market.families)[0 if woman else 1]
    return Person(first[0], family[0], "female" if woman else "male", f"{first[1]}.{family[1]}")


def company(market: Market, rng: Random) -> Company:
    """Invent a company of a market."""
    word, trade = rng.choice(market.company_words), rng.choice(market.trades)
    domain = f"{word[1]}-{trade[1]}.example".replace("_", "-")
    industry = INDUSTRIES[market.trades.index(trade)]
    return Company(market.company.format(word=word[0], trade=trade[0]), domain, industry)


def phone(market: Market, rng: Random) -> str:
    """Invent a phone number as people of a market type it."""
    return "".join(str(rng.randrange(10)) if sign == "#" else sign for sign in market.phone)
