"""Background work about people: the mails of the outbox."""

from headwater.jobs.tasks import job
from headwater.users import failed_sign_ins, tokens
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


@job(priority=-50)
def forget_failed_sign_ins() -> int:
    return failed_sign_ins.forget_failures()
