"""Who may decide on payments, and which ones. A stranger and an unknown id look alike: None."""

import uuid

from invoices.billers.models import Membership
from invoices.billers.roles import SEES_MONEY
from payments.bankfiles.models import BankLine


def access_review(membership: Membership | None) -> Membership | None:
    """The membership, if its role sees money that arrived."""
    return membership if membership is not None and membership.role in SEES_MONEY else None


def access_payment(public_id: uuid.UUID, membership: Membership) -> BankLine | None:
    """The biller's payment, for whoever sees its money."""
    if membership.role not in SEES_MONEY:
        return None
    return (
        BankLine.objects.select_related("file", "biller", "account")
        .defer("file__raw")
        .filter(public_id=public_id, biller_id=membership.biller_id)
        .first()
    )
