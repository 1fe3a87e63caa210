"""Mandates to draw money, what proves them, and what is asked of the bank for them."""

from django.db import models
from django.db.models.functions import UUID7, Now

from payments.mandates.states import ASKED, FINAL, IN_FORCE, MandateState


class Mandate(models.Model):
    """A customer's mandate to draw what is due, under one scheme.

    Stored before anybody outside hears of it: ``public_id`` is the reference and idempotency key
    of every call. ``request_id`` came with the form: a double click is the same mandate.

    ``payer_number`` is Autogiro's (digits, ours, one per mandate) or the KID's customer part
    (AvtaleGiro, the same for all of a customer's). ``scheme_ref`` is what the other side calls it
    (Vipps). ``first_on``: nothing is drawn before. ``invoice`` is where it was asked from, None
    where the customer did it at the bank. ``reason`` is a key of formats.reasons, or a word of
    the service. ``replaces`` is in force until this one is (another account).
    """

    class Scheme(models.TextChoices):
        AUTOGIRO = "autogiro", "Autogiro"
        AVTALEGIRO = "avtalegiro", "AvtaleGiro"
        VIPPS = "vipps", "Vipps"

    class PausedBy(models.TextChoices):
        CUSTOMER = "customer", "Customer"
        STAFF = "staff", "Staff"
        BANK = "bank", "Bank"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    biller = models.ForeignKey("invoices.Biller", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("invoices.Customer", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=12, choices=Scheme)
    payee = models.ForeignKey(
        "invoices.PayeeAccount", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(
        max_length=9, choices=[(state.value, state.value) for state in MandateState]
    )
    payer_number = models.CharField(max_length=25, blank=True)
    payer_account = models.CharField(max_length=16, blank=True)
    wants_notice = models.BooleanField(default=True)
    scheme_ref = models.CharField(max_length=120, blank=True)
    handover_url = models.TextField(blank=True)
    paused_by = models.CharField(max_length=8, choices=PausedBy, blank=True)
    request_id = models.UUIDField(null=True)
    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    moment = models.CharField(max_length=12, blank=True)  # the invitation that led here
    language = models.CharField(max_length=5)
    reason = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    first_on = models.DateField(null=True)
    told_at = models.DateTimeField(null=True)  # somebody took it upon himself to tell the service
    looks = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "request_id"], name="mandate_request_once"),
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(state__in=sorted(ASKED)),
                name="mandate_one_asked_for",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(state__in=sorted(IN_FORCE)),
                name="mandate_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["biller", "payer_number"],
                condition=models.Q(scheme="autogiro") & ~models.Q(state__in=sorted(FINAL)),
                name="mandate_payer_number_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=MandateState.PAUSED) & ~models.Q(paused_by="")
                | ~models.Q(state=MandateState.PAUSED) & models.Q(paused_by=""),
                name="mandate_paused_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(payer_account__regex=r"^[0-9]*$")
                & models.Q(payer_number__regex=r"^[0-9]*$"),
                name="mandate_digits",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="mandate_of_customer"),
            models.Index(
                fields=["look_at"],
                condition=models.Q(look_at__isnull=False),
                name="mandate_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.state}"

    @property
    def reference(self) -> str:
        """What a service knows it by."""
        return self.public_id.hex

    @property
    def draws(self) -> bool:
        """Whether money is drawn under it."""
        return self.state == MandateState.ACTIVE


class Evidence(models.Model):
    """What the customer agreed to, and how. Append-only: PostgreSQL refuses UPDATE and DELETE.

    ``text`` is the wording word for word, ``text_sha256`` of its UTF-8; ``pdf`` the mandate as
    signed, ``pdf_sha256`` of its bytes. ``level`` is what the link had opened. ``signature_ref``
    is BankID's order; ``signed`` holds the signature and the OCSP answer, sealed, since a
    personal number stands in them.
    """

    mandate = models.OneToOneField(Mandate, on_delete=models.PROTECT, related_name="evidence")
    text_version = models.CharField(max_length=20)
    text = models.TextField()
    text_sha256 = models.BinaryField(max_length=32)
    language = models.CharField(max_length=5)
    at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=400, blank=True)
    link = models.ForeignKey(
        "invoices.SecretLink", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    level = models.CharField(max_length=12)
    signature_ref = models.CharField(max_length=80, blank=True)
    signed = models.BinaryField(null=True)
    pdf = models.BinaryField(null=True)
    pdf_sha256 = models.BinaryField(max_length=32, null=True)

    class Meta:
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.text_version}"


class Signing(models.Model):
    """One try to sign a mandate with BankID; a second try is a row of its own.

    Stored before BankID hears of it. ``pdf`` is the document whose hash is signed; the rest is
    what the evidence will say of this moment. ``secret`` draws the QR code and lies sealed.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Not answered yet"
        PENDING = "pending", "Waits for the customer"
        COMPLETE = "complete", "Signed"
        FAILED = "failed", "Not signed"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="signings")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    order_ref = models.CharField(max_length=80, blank=True)
    auto_start_token = models.CharField(max_length=80, blank=True)
    qr_start_token = models.CharField(max_length=80, blank=True)
    secret = models.BinaryField(null=True)
    hint = models.CharField(max_length=40, blank=True)
    text_version = models.CharField(max_length=20)
    text = models.TextField()
    pdf = models.BinaryField()
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=400, blank=True)
    link = models.ForeignKey(
        "invoices.SecretLink", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    level = models.CharField(max_length=12)
    language = models.CharField(max_length=5)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mandate"],
                condition=models.Q(state__in=["asked", "pending"]),
                name="signing_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.mandate_id}"


class FunnelStep(models.Model):
    """One step of a customer on the way to automatic payment. Append-only.

    ``moment`` is what the invitation came after, or where else the customer came from. Steps
    before there is a mandate are counted once for each customer, invoice and moment.
    """

    class Moment(models.TextChoices):
        PAID = "paid", "After a payment"
        MISSED = "missed", "When a due date was missed"
        PAGE = "page", "From the page itself"
        BANK = "bank", "At the bank"

    class Step(models.TextChoices):
        SHOWN = "shown", "Seen"
        DISMISSED = "dismissed", "Not wanted"
        CLICKED = "clicked", "Clicked"
        BEGAN = "began", "Began"
        SIGNED = "signed", "Proved"
        ACTIVE = "active", "Active"
        REFUSED = "refused", "Refused"
        LEFT = "left", "Left"

    biller = models.ForeignKey(
        "invoices.Biller", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey("invoices.Customer", on_delete=models.PROTECT, related_name="+")
    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    mandate = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    scheme = models.CharField(max_length=12, blank=True)
    moment = models.CharField(max_length=6, choices=Moment)
    step = models.CharField(max_length=9, choices=Step)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "invoice", "moment", "step"],
                condition=models.Q(mandate=None),
                name="funnel_before_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["mandate", "step"],
                condition=models.Q(mandate__isnull=False),
                name="funnel_mandate_once",
            ),
        ]
        indexes = [models.Index(fields=["biller", "at"], name="funnel_of_biller")]

    def __str__(self) -> str:
        return f"{self.moment} {self.step}"


class MandateOrder(models.Model):
    """Something to ask Bankgirot for, until ``file`` holds it.

    ``id_no`` is the payer's personal number, sealed, and emptied when the file is written.
    ``mandate`` is None where a payer asked for one that fits nobody (answered with a refusal).
    """

    class Kind(models.TextChoices):
        NEW = "new", "New mandate"
        ACCEPT = "accept", "Accept what was asked for at the bank"
        REFUSE = "refuse", "Refuse what was asked for at the bank"
        END = "end", "End"

    biller = models.ForeignKey("invoices.Biller", on_delete=models.PROTECT, related_name="+")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="orders")
    kind = models.CharField(max_length=6, choices=Kind)
    payee = models.ForeignKey(
        "invoices.PayeeAccount", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer_number = models.CharField(max_length=16)
    payer_account = models.CharField(max_length=16, blank=True)
    id_no = models.BinaryField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    file = models.ForeignKey(
        "payments.OutgoingFile", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["biller", "payer_number", "kind"],
                condition=models.Q(file=None, withdrawn_at=None),
                name="mandate_order_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.payer_number}"
