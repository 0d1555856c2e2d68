"""What the product does by the clock, whichever room it is for."""

from datetime import time, timedelta

from headwater.activities.jobs import forget_notices, mail_digests, wake_notices
from headwater.api.jobs import forget_answers
from headwater.config.jobs import look_at_tables
from headwater.files.jobs import clean_up_files
from headwater.history.jobs import forget_disclosures, seal_history, verify_history
from headwater.jobs.cleanup import clean_up_jobs
from headwater.jobs.schedule import Scheduled
from headwater.pipeline.jobs import open_leads_due, score_leads
from headwater.records.jobs import walk_rules
from headwater.transfer.jobs import purge_imports
from headwater.users import organization
from headwater.users.jobs import forget_failed_sign_ins, forget_mails, tell_of_token_ends, wake_mails


def zone_name() -> str:
    return organization.current().zone


SCHEDULE = (
    Scheduled(name="look at the tables", task=look_at_tables, every=timedelta(hours=6)),
    Scheduled(name="clean up jobs", task=clean_up_jobs, every=timedelta(hours=6)),
    Scheduled(name="forget stored API answers", task=forget_answers, every=timedelta(hours=1)),
    Scheduled(name="send mails whose job was lost", task=wake_mails, every=timedelta(minutes=10)),
    Scheduled(name="send notices whose job was lost", task=wake_notices, every=timedelta(minutes=10)),
    Scheduled(name="send notices of the day", task=mail_digests, daily_at=time(7, 0), zone=zone_name),
    Scheduled(name="throw away uploads on no record", task=clean_up_files, every=timedelta(hours=6)),
    Scheduled(name="forget files of old imports", task=purge_imports, every=timedelta(days=1)),
    Scheduled(name="forget old notices", task=forget_notices, every=timedelta(days=1)),
    Scheduled(name="forget old mails", task=forget_mails, every=timedelta(days=1)),
    Scheduled(name="forget old failed sign-ins", task=forget_failed_sign_ins, every=timedelta(days=1)),
    Scheduled(name="tell of tokens that end", task=tell_of_token_ends, daily_at=time(6, 20), zone=zone_name),
    Scheduled(name="score leads", task=score_leads, daily_at=time(3, 10), zone=zone_name),
    Scheduled(name="open leads whose next contact is due", task=open_leads_due, every=timedelta(hours=1)),
    Scheduled(name="ask sharing rules", task=walk_rules, daily_at=time(0, 5), zone=zone_name),
    Scheduled(name="forget who saw what long ago", task=forget_disclosures, every=timedelta(days=1)),
    Scheduled(name="seal history", task=seal_history, every=timedelta(minutes=1)),
    Scheduled(name="verify history", task=verify_history, daily_at=time(2, 40), zone=zone_name),
)
