"""AvtaleGiro: the bank's page on which the customer agrees, with everything filled in.

Only payers make these mandates, in their bank; what comes of it is told in the FBO register file.
Each bank has an address of its own and the agreements service of Mastercard one for all of them.
Their parameters are agreed on with the biller and not published: the names below are ours, a
setting maps them (``names``). They are signed, so that nobody leads a customer astray.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from payments.schemes.base import Answered, Begun, Wanted

FIELDS: Final = ("creditor", "account", "kid", "notice", "reference", "language", "return_url")


@dataclass(frozen=True, slots=True, repr=False)
class AgreementPage:
    """``url`` is the page; ``secret`` signs what it is told (HMAC-SHA256 over the query)."""

    url: str
    secret: str
    names: Mapping[str, str] = field(default_factory=dict)

    def begin(self, wanted: Wanted) -> Begun:
        """Where the customer goes on. Nothing is asked of the bank, so nothing can fail here."""
        said = {
            "creditor": wanted.biller_name,
            "account": wanted.payee_account,
            "kid": wanted.kid,
            "notice": "J" if wanted.wants_notice else "N",
            "reference": wanted.reference,
            "language": wanted.language,
            "return_url": wanted.return_url,
        }
        query = urlencode({self.names.get(name, name): said[name] for name in FIELDS})
        code = hmac.new(self.secret.encode(), query.encode(), hashlib.sha256).hexdigest()
        return Begun(f"{self.url}?{query}&{self.names.get('signature', 'signature')}={code}")

    def find(self, wanted: Wanted) -> Answered:
        """Only files tell."""
        return Answered.UNKNOWN

    def stop(self, wanted: Wanted) -> None:
        """Only the payer can, in the bank."""
