"""Every test begins with what the migrations wrote, whatever the tests before it did."""

import socket

import pytest

from headwater.users.models import Role

READY_ROLES = {"administrator", "manager", "salesperson"}


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_emptied_tables_are_filled_again(turn):
    assert set(Role.objects.values_list("key", flat=True)) == READY_ROLES


@pytest.mark.parametrize("turn", [1, 2])
def test_a_live_server_finds_them_too(turn, live_server):
    assert set(Role.objects.values_list("key", flat=True)) == READY_ROLES


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 443, 0, 0), ("example.com", 80)])
def test_other_machines_cannot_be_reached(address):
    with socket.socket() as probe, pytest.raises(AssertionError, match="may not reach"):
        probe.connect(address)
