"""What the staff desk knows while it is drawn."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from invoices import clock
from invoices.billers.models import Biller, Membership
from invoices.history.queries import newest_of_biller
from invoices.live.tokens import page_token


@dataclass
class DeskView:
    """One biller's desk as one member of staff sees it now."""

    membership: Membership
    panels_url: str
    query: str = ""
    older_than: int | None = None

    @property
    def biller(self) -> Biller:
        return self.membership.biller

    @property
    def viewer(self) -> str:
        return self.membership.role

    @property
    def title(self) -> str:
        return self.biller.name

    @cached_property
    def version(self) -> int:
        """The newest entry's id: what the desk compares when it comes back after a silence."""
        return newest_of_biller(self.biller.pk)

    @cached_property
    def on(self) -> date:
        return clock.today()

    @property
    def socket_token(self) -> str:
        return page_token([f"b{self.biller.pk}"], self.viewer)
