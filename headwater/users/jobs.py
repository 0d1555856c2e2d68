"""Background work about people: the mails of the outbox."""

from headwater.jobs.tasks import job
from headwater.users import tokens
from headwater.users.outbox import delivery, services


@job(priority=10)
def send_mail(pk: int) -> str:
    return delivery.deliver(pk)


@job()
def wake_mails() -> int:
    return services.wake()


@job(priority=-50)
def forget_mails() -> int:
    return services.forget()


@job()
def tell_of_token_ends() -> int:
    return tokens.tell_of_ends()
