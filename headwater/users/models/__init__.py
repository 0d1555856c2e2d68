"""People and what they belong to."""

from headwater.users.models.audited import Audited
from headwater.users.models.cache import CacheEntry
from headwater.users.models.failed_sign_ins import FailedSignIn
from headwater.users.models.invitations import Invitation
from headwater.users.models.organization import Organization
from headwater.users.models.outbox import OutgoingMail
from headwater.users.models.people import Role, Team, User
from headwater.users.models.rates import ExchangeRate
from headwater.users.models.shared import Shared, SharedStamp
from headwater.users.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "Audited",
    "CacheEntry",
    "ExchangeRate",
    "FailedSignIn",
    "Invitation",
    "Organization",
    "OutgoingMail",
    "Role",
    "Shared",
    "SharedStamp",
    "Team",
    "User",
]
