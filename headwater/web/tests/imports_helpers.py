"""Going through the steps of an import as a browser without JavaScript does."""

import re
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from headwater.jobs.services import run_until_idle
from headwater.transfer.models import ImportRun


def csv_of(*lines):
    return "\r\n".join(lines).encode()


def send(client, content, *, name="people.csv", object_name="lead"):
    """Post the first step."""
    return client.post("/imports/new/", {"object": object_name, "file": SimpleUploadedFile(name, content)})


def prepare(client, *lines, object_name="lead"):
    """Upload a file and return its draft."""
    answer = send(client, csv_of(*lines), object_name=object_name)
    assert answer.status_code == 302, unescape(answer.content.decode())
    return ImportRun.objects.latest("pk")


def columns_of(run, *fields, **more):
    """The form of the columns step, with the headers as the file has them."""
    headers = run.file.open().readline().decode().strip().split(",")
    return {"column": headers, "field": fields, "mode": "create", "next": "true"} | more


def go(client, step, run, data=None):
    address = reverse(step, args=[run.pk])
    return client.get(address) if data is None else client.post(address, data)


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.content.decode())).split())


def first(pattern, page):
    """What the pattern's group finds first."""
    return re.findall(pattern, page)[0]


def rehearsed(client, *lines, fields, object_name="lead", **more):
    """Bring a file as far as its rehearsal."""
    run = prepare(client, *lines, object_name=object_name)
    answer = go(client, "import_columns", run, columns_of(run, *fields, **more))
    if answer.url == reverse("import_values", args=[run.pk]):
        answer = go(client, "import_values", run, {})
    assert answer.url == reverse("import_check", args=[run.pk])
    run_until_idle()
    run.refresh_from_db()
    return run


def imported(client, *lines, fields, **more):
    """Bring a file to its end."""
    run = rehearsed(client, *lines, fields=fields, **more)
    assert go(client, "run_import", run, {}).url == reverse("import", args=[run.pk])
    run_until_idle()
    run.refresh_from_db()
    return run
