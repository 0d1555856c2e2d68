"""How the demonstration's market behaves: where leads come from and what becomes of them."""

from random import Random

SOURCES = {
    # source: (share of leads, chance that an opportunity is made, channel)
    "website": (28, 0.34, "web_form"),
    "reference": (11, 0.58, "phone"),
    "advertisement": (14, 0.20, "web_form"),
    "social_network": (12, 0.17, "social_network"),
    "exhibition": (9, 0.38, "event"),
    "cold_calling": (10, 0.09, "phone"),
    "mass_mailing": (7, 0.07, "email"),
    "campaign": (5, 0.22, "web_form"),
    "existing_customer": (4, 0.62, "email"),
}
MARKETS = {"latvia": 52, "thailand": 24, "cambodia": 13, "united_kingdom": 11}

MONTHS = (0.9, 0.95, 1.25, 1.15, 1.1, 0.9, 0.6, 0.7, 1.25, 1.3, 1.1, 0.75)
"""Seasons: how many leads a month brings against an average one, January first."""
WEEKDAYS = (1.15, 1.2, 1.15, 1.1, 1.0, 0.3, 0.2)

# Roles of people, each with the channel that they prefer.
ROLES = {"director": "phone", "buyer": "whatsapp", "accountant": "email", "secretary": "", "other": ""}
LOST_REASONS = {
    "price": 6,
    "competitor": 5,
    "no_answer": 5,
    "no_budget": 3,
    "timing": 3,
    "missing_feature": 2,
}
JOB_TITLES = ("Director", "Head of purchasing", "Technical manager", "Office manager", "Owner", "Chef")
TOPICS = (
    "Filters for {count} rooms",
    "Water treatment, {count} taps",
    "Service contract for {count} units",
    "Softeners for the laundry",
    "Drinking fountains ({count})",
    "Spare cartridges, {count} pieces",
)
COMMENTS = (
    "Called: nobody answered, will try again tomorrow.",
    "Asked for a price list; sent the spring edition.",
    "Very interested, but the decision is taken in autumn.",
    "They use a competitor's system and are unhappy with the service.",
    "Wants to see a reference installation nearby.",
    "Zvanīja pati, lūdz piedāvājumu līdz piektdienai.",
    "Ļoti ieinteresēti, budžets apstiprināts.",
    "ลูกค้าขอใบเสนอราคาและเวลาติดตั้ง",
    "โทรกลับอีกครั้งวันจันทร์ช่วงบ่าย",
    "អតិថិជនសុំតម្លៃ និងកាលបរិច្ឆេទដំឡើង។",
    "Met at the stand, asked about hardness above 8 mmol/l.",
    "Sent the data sheet. Next step: visit on site.",
    "The technician measured the inlet: 3.2 bar, all good.",
    "Accounting needs a pro forma first.",
    "Wrong number, found the right one on their web page.",
)


def pick(weights: dict[str, int], rng: Random) -> str:
    """Choose a key by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def amount(rng: Random) -> int:
    """Return a plausible value in whole euros: many small ones, a few large ones."""
    return max(150, round(rng.lognormvariate(7.6, 0.9) / 10) * 10)
