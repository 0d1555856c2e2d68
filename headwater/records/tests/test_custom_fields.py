"""Custom fields at the doors: written, read, filtered, sorted and remembered like declared ones."""
import datetime as dt
from decimal import Decimal

import pytest

from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.metadata.custom import rows
from headwater.metadata.models import CustomField
from headwater.records.find import find_records
from headwater.records.paging import page_records
from headwater.records.write import create_record, update_record
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db


def test_smoke(administrator):
    actor = Actor(administrator)
    for n, kind in enumerate(["text","long_text","email","phone","url","integer","decimal","money","boolean","date","instant"]):
        CustomField.objects.create(object="lead", key=f"cf_{kind}", kind=kind, label=kind, position=n)
    rows.refresh()
    given = {"first_name":"A","cf_text":"Ķekava","cf_long_text":"x\ny","cf_email":"a@b.com","cf_phone":"+371 26123456","cf_url":"x.com","cf_integer":"12","cf_decimal":"1.5","cf_money":"10.10","cf_boolean":True,"cf_date":"2026-03-01","cf_instant":"2026-03-01T10:00:00+02:00"}
    a = create_record(actor, "lead", given)
    b = create_record(actor, "lead", {"first_name":"B","cf_text":"Alfa","cf_integer":3})
    entry = registry.get("lead")
    a = find_records(actor,"lead").get(pk=a.pk)
    for k in given:
        print(k, entry.fields[k].value_of(a))
    print(a.custom)
    for key,op,val,exp in [("cf_text","eq","ķekava",[a]),("cf_integer","gt",5,[a]),("cf_decimal","eq",1.5,[a]),("cf_money","eq",10.1,[a]),("cf_boolean","is_true",None,[a]),("cf_boolean","is_false",None,[b]),
      ("cf_date","in_range",{"from":"2026-03-01","to":"2026-03-02"},[a]),("cf_instant","before","2026-03-02",[a]),("cf_instant","after","2026-03-01T07:59:59Z",[a]),("cf_integer","lt",5,[b]),("cf_email","empty",None,[b]),("cf_date","not_empty",None,[a]),("cf_long_text","contains","Y",[a])]:
        got = list(find_records(actor,"lead",{"field":key,"op":op,"value":val}))
        assert got == exp, (key, op, got)
        from headwater.metadata.filters import parse_filter
        from headwater.records.context import filter_context
        f = parse_filter("lead", {"field":key,"op":op,"value":val})
        assert [r for r in (a,b) if f.matches(r, filter_context(actor))] == exp
    for s in ("cf_text","-cf_text","cf_integer","-cf_decimal","cf_date","cf_instant","cf_boolean"):
        p = page_records(actor,"lead",sort=(s,),limit=1)
        q = page_records(actor,"lead",sort=(s,),limit=1,after=p.next)
        print(s,[r.name for r in p.items+q.items])
        p = page_records(actor,"lead",sort=(s,),limit=1,fields=("name","cf_text"))
    update_record(actor,"lead",a.pk,{"cf_decimal":None,"cf_text":"Beta"})
    a.refresh_from_db(); print(a.custom)
    assert list(find_records(actor,"lead",search="beta"))==[a]
