"""Assignees hold a grant on what they are named in: the field is what people write, grants are what is read.

Both are written in one transaction, whichever door was used. A deleted record keeps its grants: nobody sees
it, and whoever restores it finds it as it was.
"""

from collections import defaultdict
from collections.abc import Sequence

from headwater.access import grants
from headwater.access.models import Grant, Level, Source
from headwater.metadata import registry
from headwater.records.effects import Write
from headwater.users.actor import Actor

ASSIGNEES = "assignees"


def keep_grants(actor: Actor, writes: Sequence[Write]) -> None:
    """Give the records to those who were assigned just now, and take them from those who are no longer."""
    changed = [write for write in writes if ASSIGNEES in write.changes]
    if not changed:
        return
    name = registry.of(changed[0].record).name
    before: dict[int, set[int]] = {}
    records = {}
    for write in changed:  # one record may be written more than once
        before.setdefault(write.record.pk, set(write.changes[ASSIGNEES][0] or ()))
        records[write.record.pk] = write.record
    rows: list[Grant] = []
    left: dict[int, list[int]] = defaultdict(list)
    for pk, record in records.items():
        after = set(record.assignees)
        rows += [
            Grant(
                object=name,
                record_id=pk,
                holder=grants.user_holder(user),
                level=Level.EDIT,
                source=Source.ASSIGNEE,
                created_at=record.created_at,
            )
            for user in sorted(after - before[pk])
        ]
        for user in before[pk] - after:
            left[user].append(pk)
    for user, numbers in sorted(left.items()):
        grants.take_away(name, numbers, holder=grants.user_holder(user), source=Source.ASSIGNEE)
    grants.write_all(rows)
