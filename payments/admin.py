"""This floor in Django's admin: only to read, but for what billers have set."""

from django.contrib import admin

from invoices.admin import Kept, Page, ReadAdmin, ReadInline
from payments.bankfiles.models import BankFile, BankLine
from payments.matching.models import Match, MatchingTerms
from payments.plans.models import PromiseTerms
from payments.refunds.models import CreditTerms


@admin.register(BankFile)
class BankFileAdmin(ReadAdmin):
    """Files as they came; their bytes stay in the database."""

    list_display = ("name", "biller", "format", "state", "payments", "sum_minor", "received_at")
    list_filter = ("state", "format", "biller")
    list_select_related = ("biller",)
    search_fields = ("name", "biller__name")


class MatchInline(ReadInline):
    model = Match


@admin.register(BankLine)
class BankLineAdmin(ReadAdmin):
    """Payments as they came, and where they went."""

    list_display = (
        "booked_on",
        "amount_minor",
        "currency",
        "reference",
        "file",
        "biller",
    )
    list_filter = ("kind", "biller")
    list_select_related = ("file", "biller")
    search_fields = ("reference", "payer_name", "payer_account")
    inlines = (MatchInline,)


@admin.register(Match)
class MatchAdmin(ReadAdmin):
    """Which payment was led to which invoice."""

    list_display = ("at", "line", "invoice", "rule", "to_invoice_minor", "to_credit_minor")
    list_filter = ("rule",)
    list_select_related = ("line", "invoice")
    search_fields = ("invoice__number", "line__reference")


class TermsAdmin(Kept, Page):
    """What a biller has set; a biller without a row has the defaults."""

    list_select_related = ("biller",)
    search_fields = ("biller__name",)


@admin.register(MatchingTerms)
class MatchingTermsAdmin(TermsAdmin):
    """How long reminders wait for what is said to be paid."""

    list_display = ("biller", "said_paid_bank_days")


@admin.register(PromiseTerms)
class PromiseTermsAdmin(TermsAdmin):
    """What customers may promise themselves."""

    list_display = ("biller", "self_service", "days_max", "promises_max", "grace_bank_days")


@admin.register(CreditTerms)
class CreditTermsAdmin(TermsAdmin):
    """What becomes of credit on account."""

    list_display = ("biller", "use_at_issue", "ask_back", "pain_version")
