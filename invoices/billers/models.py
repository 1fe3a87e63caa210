"""Who sends invoices: the tenant, its people, its accounts and its reference agreements."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import UUID7

from invoices.billers.areas import Area
from invoices.billers.roles import Role


class UserManager(BaseUserManager["User"]):
    """Makes staff users; an e-mail address is the only name a user has."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who works for one or more billers. Customers are not users."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email


class Biller(models.Model):
    """A tenant: everything else belongs to exactly one."""

    class Country(models.TextChoices):
        NO = "NO", "Norway"
        SE = "SE", "Sweden"

    public_id = models.UUIDField(unique=True, editable=False, db_default=UUID7())
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, choices=Country)
    currency = models.CharField(max_length=3)
    org_no = models.CharField(max_length=20, blank=True)
    brand_colour = models.CharField(max_length=7, default="#0b5d4e")
    logo = models.BinaryField(null=True, blank=True, editable=True)
    languages = ArrayField(models.CharField(max_length=5), default=list)
    support_email = models.EmailField(blank=True)
    support_phone = models.CharField(max_length=30, blank=True)
    due_days = models.PositiveSmallIntegerField(default=14)
    # What customers may change themselves, and what support agents may write down.
    self_service_move = models.BooleanField(default=True, db_default=True)
    self_service_split = models.BooleanField(default=True, db_default=True)
    move_due_days_max = models.PositiveSmallIntegerField(default=30)
    moves_max = models.PositiveSmallIntegerField(default=2, db_default=2)
    instalments_max = models.PositiveSmallIntegerField(default=4, db_default=4)
    instalment_floor_minor = models.PositiveBigIntegerField(default=10_000, db_default=10_000)
    # The least that can be paid at once on the page; what is left when that is less.
    pay_floor_minor = models.PositiveBigIntegerField(default=5_000, db_default=5_000)
    write_down_limit_minor = models.PositiveBigIntegerField(default=5_000, db_default=5_000)
    # What the customer's own link does not open here without a code (areas.Area).
    link_code_for = ArrayField(
        models.CharField(max_length=12, choices=[(each.value, each.name) for each in Area]),
        default=list,
        blank=True,
        db_default=[],
    )
    # Where customers can also pay: ten digits, in Sweden alone.
    swish_number = models.CharField(max_length=10, blank=True, default="", db_default="")
    # The PDF of record carries the invoice as XML (Factur-X), for programs.
    facturx = models.BooleanField("Factur-X", default=False, db_default=False)
    next_invoice_no = models.PositiveBigIntegerField(default=1)
    next_customer_no = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(brand_colour__regex=r"^#[0-9a-fA-F]{6}$"),
                name="biller_brand_is_hex",
            ),
            models.CheckConstraint(
                condition=models.Q(country="NO", currency="NOK")
                | models.Q(country="SE", currency="SEK"),
                name="biller_currency_of_country",
            ),
            models.CheckConstraint(
                condition=models.Q(swish_number="")
                | models.Q(country="SE", swish_number__regex=r"^123[0-9]{7}$"),
                name="biller_swish_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def language(self) -> str:
        """The language used where the reader's own is not known."""
        return self.languages[0] if self.languages else "en"


class Membership(models.Model):
    """A user's role at one biller."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    biller = models.ForeignKey(Biller, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=[(role.value, role.label) for role in Role])

    class Meta:
        ordering = ["biller__name", "role"]
        constraints = [
            models.UniqueConstraint(fields=["user", "biller"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.biller} · {self.role}"


class PayeeAccount(models.Model):
    """An account that customers pay to, as the bank's files name it."""

    class Kind(models.TextChoices):
        KONTONR = "kontonr", "Kontonummer"
        BANKGIRO = "bankgiro", "Bankgiro"
        PLUSGIRO = "plusgiro", "Plusgiro"

    biller = models.ForeignKey(Biller, on_delete=models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=8, choices=Kind)
    number = models.CharField(max_length=11, help_text="Digits only")
    iban = models.CharField(max_length=34, blank=True, help_text="Without spaces")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="payee_account_once"),
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^[0-9]{2,11}$"), name="payee_account_digits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class Agreement(models.Model):
    """How references on one account are made and checked, as agreed with the bank.

    For KID (Norway) the lengths are fixed and differ between agreements; for OCR (Sweden)
    ``level`` is the bank's control level 1 to 4 (RAILS 1.1 and 2.1).
    """

    class Scheme(models.TextChoices):
        KID = "kid", "KID"
        OCR = "ocr", "OCR"

    biller = models.ForeignKey(Biller, on_delete=models.PROTECT, related_name="agreements")
    account = models.ForeignKey(PayeeAccount, on_delete=models.PROTECT, related_name="agreements")
    scheme = models.CharField(max_length=3, choices=Scheme)
    algorithm = models.CharField(
        max_length=5, choices=[("mod10", "mod10"), ("mod11", "mod11")], default="mod10"
    )
    lengths = ArrayField(models.PositiveSmallIntegerField(), default=list)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    bank_agreement_id = models.CharField(max_length=9, blank=True)
    customer_digits = models.PositiveSmallIntegerField(
        default=0,
        help_text="Leading digits that name the customer; a mandate binds to them",
    )
    next_serial = models.PositiveBigIntegerField(default=1)
    is_default = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scheme="kid", level__isnull=True)
                | models.Q(scheme="ocr", level__range=(1, 4)),
                name="agreement_level_of_scheme",
            ),
            models.UniqueConstraint(
                fields=["biller"],
                condition=models.Q(is_default=True),
                name="agreement_one_default",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.account}"
