"""The command that makes an API token."""

import pytest
from django.core.management import CommandError, call_command

from headwater.users.models import ApiToken
from headwater.users.tokens import find_token

pytestmark = pytest.mark.django_db


def printed(capsys, *args):
    call_command("create_token", *args)
    return capsys.readouterr().out


def test_the_token_stands_alone_on_the_last_line(seller_north, capsys):
    out = printed(capsys, "NORA@example.com")
    secret = out.splitlines()[-1]
    token = find_token(secret)
    assert token is not None
    assert (token.user, token.scope) == (seller_north, ApiToken.Scope.ADMIN)


def test_the_scope_can_be_less(seller_north, capsys):
    token = find_token(printed(capsys, seller_north.email, "--scope", "read").strip())
    assert token is not None
    assert token.scope == ApiToken.Scope.READ


def test_nobody_gets_a_token_for_someone_who_is_not_there(seller_north):
    seller_north.is_active = False
    seller_north.save()
    for email in (seller_north.email, "nobody@example.com"):
        with pytest.raises(CommandError):
            call_command("create_token", email)
    assert not ApiToken.objects.exists()
