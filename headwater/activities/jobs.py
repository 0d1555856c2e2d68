"""Background work about notices."""

from headwater.activities.notices import mails, summaries
from headwater.jobs.tasks import job


@job(priority=5)
def mail_notices(user_id: int) -> int:
    return mails.mail_to(user_id)


@job()
def mail_digest(user_id: int) -> int:
    return mails.mail_to(user_id, daily=True)


@job()
def mail_digests() -> int:
    return mails.mail_digests()


@job()
def wake_notices() -> int:
    return mails.wake()


@job()
def tell_of_change_set(change_set_id: int) -> None:
    summaries.tell_of(change_set_id)


@job(priority=-50)
def forget_notices() -> int:
    return mails.forget()
