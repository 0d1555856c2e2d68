"""The references for lists and search: bare Django views that show the rows of one indexed query.

No session, no rights, no filter language, no layout, no middleware: one query for the columns
shown, and a Jinja2 table. ``python -m bench.bare --port 8001``; the rows are named in the address.
"""

import argparse
import json
from typing import Any, cast

import django
import uvicorn
from a2wsgi import WSGIMiddleware
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import path
from jinja2 import Environment

from headwater.lib.memory import settle

TEMPLATE = Environment(autoescape=True).from_string(
    """<!doctype html><title>Leads</title><table>{% for row in rows %}<tr><td>{{ row.name }}</td>
<td>{{ row.status }}</td><td>{{ row.source }}</td><td>{{ row.email }}</td><td>{{ row.phone }}</td>
<td>{{ row.owner.name }}</td><td>{{ row.value }}</td><td>{{ row.created_at }}</td></tr>{% endfor %}</table>"""
)
HITS = Environment(autoescape=True).from_string(
    """<!doctype html><title>Found</title><table>{% for row in rows %}<tr><td>{{ row[2] }}</td>
<td>{{ row[3] }}</td><td>{{ row[4] }}</td><td>{{ row[5] }}</td></tr>{% endfor %}</table>"""
)
COLUMNS = ("name", "status", "source", "email", "phone", "owner__name", "value", "created_at")


def rows(request: HttpRequest) -> HttpResponse:
    from headwater.pipeline.models import Lead

    conditions: dict[str, Any] = json.loads(request.GET["where"])
    if place := conditions.get("name_sort__gt"):
        conditions["name_sort__gt"] = bytes.fromhex(place)
    found = Lead.unscoped.filter(deleted_at__isnull=True, **conditions).select_related("owner").only(*COLUMNS)
    return HttpResponse(TEMPLATE.render(rows=found.order_by(*request.GET["order"].split(","))[:50]))


FOUND = """SELECT s.object, s.record_id, coalesce(l.name, o.name, k.name, c.name),
        coalesce(l.email, k.email, c.email), coalesce(l.phone, k.phone, c.phone), coalesce(l.status, o.status)
    FROM {source}
    LEFT JOIN pipeline_lead l ON s.object = 'lead' AND l.id = s.record_id AND {visible_l}
    LEFT JOIN pipeline_opportunity o ON s.object = 'opportunity' AND o.id = s.record_id AND {visible_o}
    LEFT JOIN customers_customer k ON s.object = 'customer' AND k.id = s.record_id AND {visible_k}
    LEFT JOIN customers_contact c ON s.object = 'contact' AND c.id = s.record_id AND {visible_c}
    WHERE {matches} AND (l.id IS NOT NULL OR o.id IS NOT NULL OR k.id IS NOT NULL OR c.id IS NOT NULL)
    ORDER BY {newest} DESC LIMIT {rows}"""
SOURCES = {
    "sqlite": {
        "source": "records_search_fts f JOIN records_searchrow s ON s.id = f.rowid",
        "matches": "f.text GLOB %s",
        "newest": "f.rowid",
    },
    "postgresql": {"source": "records_searchrow s", "matches": "s.text LIKE %s", "newest": "s.id"},
}


def found(request: HttpRequest) -> HttpResponse:
    """Show what the trigram index finds of a reader's records of all objects, newest entered first."""
    owners = ",".join(str(int(owner)) for owner in json.loads(request.GET["owners"]))
    visible = {f"visible_{t}": f"{t}.deleted_at IS NULL AND {t}.owner_id IN ({owners})" for t in "lokc"}
    rows = int(request.GET["rows"])
    statement = FOUND.format(**SOURCES[connection.vendor], **visible, rows=rows)
    mark = "*" if connection.vendor == "sqlite" else "%"
    with connection.cursor() as cursor:
        cursor.execute(statement, [f"{mark}{request.GET['needle']}{mark}"])
        return HttpResponse(HITS.render(rows=cursor.fetchall()))


LANES = Environment(autoescape=True).from_string(
    """<!doctype html><title>Leads</title>{% for head, rows in lanes %}<h2>{{ head.status }}</h2>
{{ head.count }} {{ head.worth }}{% for row in rows %}<article>{{ row.name }} {{ row.value }}
{{ row.owner.name }} {{ row.source }} {{ row.email }}</article>{% endfor %}{% endfor %}"""
)


def lanes(request: HttpRequest) -> HttpResponse:
    """Show the heads of a board by status, and the newest twenty cards of each lane, one query for each."""
    from headwater.pipeline.models import Lead

    leads: Any = Lead.unscoped
    found = leads.filter(deleted_at__isnull=True, **json.loads(request.GET["where"]))
    heads = list(found.values("status").annotate(count=Count("pk"), worth=Sum("value")))
    cards = found.select_related("owner").only(*COLUMNS).order_by("-created_at", "-id")
    return HttpResponse(
        LANES.render(lanes=[(head, cards.filter(status=head["status"])[:20]) for head in heads])
    )


urlpatterns = [path("rows", rows), path("found", found), path("lanes", lanes)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    from django.conf import settings

    django.setup()
    # After the start, in which apps insist on their middleware; the handler below reads them anew.
    settings.ROOT_URLCONF = "bench.bare"
    settings.MIDDLEWARE = []
    application = WSGIMiddleware(cast(Any, WSGIHandler()), workers=4)
    settle()
    uvicorn.run(
        cast(Any, application),
        host="127.0.0.1",
        port=port,
        access_log=False,
        lifespan="off",
        log_level="warning",
    )


if __name__ == "__main__":
    main()
