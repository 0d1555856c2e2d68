"""What a sales head asks, as definitions."""

from typing import Any

OPEN = {"field": "status", "op": "in", "value": ["open", "replied", "quotation"]}

QUESTIONS: dict[str, dict[str, Any]] = {
    "1": {
        "root": "lead",
        "measures": ["count"],
        "rows": ["source"],
        "period": {"range": {"rel": "last", "unit": "week"}},
    },
    "2": {
        "root": "lead",
        "measures": ["lead.conversion_rate"],
        "rows": ["source"],
        "period": {"range": {"since_start_of": "year"}},
    },
    "3": {
        "root": "lead",
        "measures": ["lead.value_conversion_rate", "lead.value.sum"],
        "rows": ["source"],
        "period": {"range": {"since_start_of": "year"}},
    },
    "4": {
        "root": "lead",
        "measures": [{"ref": "lead.conversion_rate", "basis": "event"}, "lead.converted"],
        "period": {"range": {"rel": "last", "unit": "month"}},
    },
    "5": {
        "root": "lead",
        "measures": [{"ref": "lead.conversion_rate", "basis": "windowed", "days": 14}],
        "rows": [{"field": "created_at", "grain": "month"}],
        "period": {"range": {"since_start_of": "year"}},
    },
    "8": {
        "root": "opportunity",
        "measures": ["opportunity.won", "opportunity.won_amount"],
        "period": {"field": "won_at", "range": {"rel": "this", "unit": "month"}},
        "compare": {"shift": {"unit": "month", "n": -1}},
    },
    "9": {
        "root": "opportunity",
        "measures": ["opportunity.win_rate"],
        "rows": ["owner"],
        "period": {"field": "decided_at", "range": {"rel": "this", "unit": "quarter"}},
    },
    "10": {
        "root": "opportunity",
        "measures": ["count", "opportunity.won_share", "opportunity.win_rate"],
        "rows": ["status"],
        "period": {"range": {"since_start_of": "year"}},
    },
    "11": {
        "root": "opportunity",
        "measures": ["opportunity.amount.avg", "opportunity.amount.median"],
        "period": {"field": "won_at", "range": {"rel": "this", "unit": "quarter"}},
    },
    "13": {
        "root": "opportunity",
        "measures": ["count", "opportunity.amount.sum", "opportunity.weighted_amount"],
        "rows": ["stage"],
        "where": OPEN,
        "currency": {"rate": "today"},
    },
    "20": {
        "root": "opportunity",
        "measures": ["count", "opportunity.amount.sum", {"id": "m3", "formula": "share(m1)"}],
        "rows": ["lost_reasons"],
        "period": {"field": "lost_at", "range": {"rel": "this", "unit": "quarter"}},
    },
}
