"""Why a booking is taken back: codes that are kept, and how they are said. Pure."""

from enum import StrEnum

from invoices.errors import N_


class Reason(StrEnum):
    WRONG_CUSTOMER = "wrong_customer"
    WRONG_INVOICE = "wrong_invoice"
    SLIP = "slip"
    OTHER = "other"

    @property
    def label(self) -> str:
        """For staff; a template, translated where it is shown."""
        return _LABELS[self]


_LABELS = {
    Reason.WRONG_CUSTOMER: N_("Another customer's payment"),
    Reason.WRONG_INVOICE: N_("Another invoice of the customer was meant"),
    Reason.SLIP: N_("A slip of mine"),
    Reason.OTHER: N_("Another reason"),
}
NOTE_MAX = 300
