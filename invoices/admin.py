"""The ground floor in Django's admin: billers and people are kept there, the rest is only read."""

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString

from invoices.billers.logos import logo_of
from invoices.billers.looks import logo_url_of
from invoices.customers.models import ContactPoint, Customer
from invoices.documents.links.models import SecretLink
from invoices.documents.models import Adjustment, Instalment, Invoice, InvoiceLine
from invoices.documents.swish import swish_number
from invoices.errors import Refused
from invoices.history.models import HistoryEntry
from invoices.ledger.models import Account, Transfer
from invoices.models import Agreement, Biller, Membership, PayeeAccount, User

if TYPE_CHECKING:  # the stubs are generic, Django's classes are not
    Page = admin.ModelAdmin[Any]
    Rows = admin.TabularInline[Any, Any]
    BillerFields = forms.ModelForm[Biller]
    AgreementFields = forms.ModelForm[Agreement]
else:
    Page, Rows = admin.ModelAdmin, admin.TabularInline
    BillerFields = AgreementFields = forms.ModelForm

LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)

# Rights come with memberships, not groups; sessions and addresses are their owners' own; the
# secrets of a second step are nobody's to read (``SecondStepAdmin`` shows them without).
for _model in (Group, EmailAddress, UserSession, Authenticator):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


class OnlyRead:
    """What is written by actions alone: no adding, changing or deleting here."""

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Kept:
    """What is added and changed, but stays: others point to it."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadAdmin(OnlyRead, Page):
    """A list and a page to read."""

    show_full_result_count = False
    list_per_page = 50


class ReadInline(OnlyRead, Rows):
    """Rows to read on another model's page."""

    extra = 0


class MembershipInline(Rows):
    model = Membership
    extra = 0


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class UserForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = "__all__"
        field_classes: ClassVar[dict[str, Any]] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class StaffAdmin(Kept, UserAdmin):  # type: ignore[type-arg]
    """People who work for billers. Who leaves is made inactive: the history names them."""

    form = UserForm
    add_form = NewUserForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "memberships__role")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "created_at")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Times", {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )
    inlines = (MembershipInline,)


@admin.register(Authenticator)
class SecondStepAdmin(OnlyRead, Page):
    """Who has a second step; deleting one lets a person in again who has lost it."""

    fields = ("user", "type", "created_at", "last_used_at")
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(getattr(request.user, "is_superuser", False))


@admin.register(Membership)
class MembershipAdmin(Page):
    """Who does what at which biller."""

    list_display = ("user", "biller", "role")
    list_filter = ("role", "biller")
    list_select_related = ("user", "biller")
    search_fields = ("user__email", "user__name", "biller__name")
    autocomplete_fields = ("user", "biller")


class BillerForm(BillerFields):
    """A biller, with its logo as a file that is drawn anew."""

    logo_file = forms.FileField(
        label="Logo",
        required=False,
        help_text="PNG, JPEG or WebP; kept as PNG, at most 512 pixels wide and high.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    remove_logo = forms.BooleanField(required=False)
    swish_number = forms.CharField(
        required=False,
        max_length=20,
        help_text="Ten digits that begin with 123. Customers in Sweden get a QR that fills it in.",
    )

    class Meta:
        model = Biller
        exclude = ("logo",)  # the fieldsets below name what is shown

    def clean_logo_file(self) -> bytes | None:
        file = self.cleaned_data.get("logo_file")
        if not isinstance(file, UploadedFile):
            return None
        try:
            return logo_of(file.read())
        except Refused as refused:
            raise ValidationError(str(refused)) from None

    def clean_languages(self) -> list[str]:
        languages = list(self.cleaned_data["languages"])
        if not languages or not LANGUAGES.issuperset(languages):
            raise ValidationError(f"One or more of {', '.join(sorted(LANGUAGES))}.")
        return languages

    def clean_swish_number(self) -> str:
        given = str(self.cleaned_data["swish_number"])
        try:
            return swish_number(given) if given else ""
        except Refused as refused:
            raise ValidationError(str(refused)) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("swish_number") and cleaned.get("country") != Biller.Country.SE:
            self.add_error("swish_number", "Swish is paid in Sweden alone.")
        if cleaned.get("logo_file"):
            self.instance.logo = cleaned["logo_file"]
        elif cleaned.get("remove_logo"):
            self.instance.logo = None
        return cleaned


@admin.register(Biller)
class BillerAdmin(Kept, Page):
    """The tenants."""

    form = BillerForm
    list_display = ("name", "slug", "country", "currency", "org_no")
    list_filter = ("country",)
    search_fields = ("name", "slug", "org_no")
    # Numbers are taken from the series by the actions, under a lock.
    readonly_fields = ("shown_logo", "next_invoice_no", "next_customer_no", "created_at")
    fieldsets = (
        (None, {"fields": ("name", "slug", "country", "currency", "org_no", "languages")}),
        ("Face", {"fields": ("brand_colour", "shown_logo", "logo_file", "remove_logo")}),
        ("Contact", {"fields": ("support_email", "support_phone")}),
        ("Due dates", {"fields": ("due_days", "move_due_days_max")}),
        ("Paying and papers", {"fields": ("swish_number", "facturx")}),
        ("Links: what takes a code besides personal data", {"fields": ("link_code_for",)}),
        ("Series", {"fields": ("next_invoice_no", "next_customer_no", "created_at")}),
    )

    @admin.display(description="Logo now")
    def shown_logo(self, biller: Biller) -> str | SafeString:
        url = logo_url_of(biller)
        return format_html('<img src="{}" alt="" height="48">', url) if url else "-"


class OfOneBiller:
    """What moves to no other biller once it is there."""

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        fixed: list[str] = list(super().get_readonly_fields(request, obj))  # type: ignore[misc]
        return [*fixed, "biller"] if obj else fixed


@admin.register(PayeeAccount)
class PayeeAccountAdmin(OfOneBiller, Kept, Page):
    """Where customers pay to. Whoever changes that shows anew, every five minutes, who they are."""

    @method_decorator(reauthentication_required(allow_get=True))
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    list_display = ("number", "kind", "iban", "biller")
    list_filter = ("kind", "biller")
    list_select_related = ("biller",)
    search_fields = ("number", "iban", "biller__name")
    autocomplete_fields = ("biller",)


class AgreementForm(AgreementFields):
    """An agreement on an account of the same biller."""

    class Meta:
        model = Agreement
        exclude = ("next_serial",)  # taken by the actions

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        account = cleaned.get("account")
        biller = cleaned.get("biller") or getattr(self.instance, "biller", None)
        if account and biller and account.biller_id != biller.pk:
            raise ValidationError({"account": "The account belongs to another biller."})
        return cleaned


@admin.register(Agreement)
class AgreementAdmin(OfOneBiller, Kept, Page):
    """How references are made."""

    form = AgreementForm
    list_display = ("biller", "scheme", "account", "algorithm", "is_default")
    list_filter = ("scheme", "biller")
    list_select_related = ("biller", "account")
    search_fields = ("biller__name", "account__number", "bank_agreement_id")
    autocomplete_fields = ("biller", "account")


class ContactPointInline(ReadInline):
    model = ContactPoint


@admin.register(Customer)
class CustomerAdmin(ReadAdmin):
    list_display = ("number", "name", "kind", "language", "biller")
    list_filter = ("biller", "kind", "language")
    list_select_related = ("biller",)
    search_fields = ("number", "name", "contact_points__value")
    inlines = (ContactPointInline,)


class LineInline(ReadInline):
    model = InvoiceLine
    exclude = ("adjustment",)
    ordering = ("adjustment_id", "position")


class AdjustmentInline(ReadInline):
    model = Adjustment


class InstalmentInline(ReadInline):
    model = Instalment


class LinkInline(ReadInline):
    model = SecretLink
    fields = ("level", "channel", "made_for", "created_at", "last_opened_at", "revoked_at")


@admin.register(Invoice)
class InvoiceAdmin(ReadAdmin):
    list_display = (
        "number",
        "customer",
        "biller",
        "total_minor",
        "currency",
        "issued_on",
        "due_on",
    )
    list_filter = ("biller", "currency")
    list_select_related = ("customer", "biller")
    search_fields = ("number", "reference", "customer__number", "customer__name")
    date_hierarchy = "issued_on"
    inlines = (LineInline, AdjustmentInline, InstalmentInline, LinkInline)


@admin.register(Account)
class AccountAdmin(ReadAdmin):
    list_display = (
        "kind",
        "biller",
        "invoice",
        "customer",
        "currency",
        "debit_minor",
        "credit_minor",
    )
    list_filter = ("kind", "biller")
    list_select_related = ("biller", "invoice", "customer")
    search_fields = ("invoice__number", "customer__number", "customer__name")


@admin.register(Transfer)
class TransferAdmin(ReadAdmin):
    list_display = ("at", "code", "amount_minor", "debit", "credit", "source", "biller")
    list_filter = ("code", "biller")
    list_select_related = ("debit", "credit", "biller")
    search_fields = ("source", "debit__invoice__number", "credit__invoice__number")


@admin.register(HistoryEntry)
class HistoryEntryAdmin(ReadAdmin):
    list_display = ("at", "kind", "biller", "invoice", "customer", "actor_kind", "actor_user")
    list_filter = ("kind", "actor_kind", "biller")
    list_select_related = ("biller", "invoice", "customer", "actor_user")
    search_fields = ("invoice__number", "customer__number", "public_id")
