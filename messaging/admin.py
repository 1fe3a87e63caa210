"""This floor in Django's admin: what a biller sets once."""

from django.contrib import admin

from invoices.admin import OfOneBiller, Page
from messaging.hours.models import OpeningPeriod, SpecialDay


@admin.register(OpeningPeriod)
class OpeningPeriodAdmin(OfOneBiller, Page):
    """When customer service answers: a row for each stretch of a day of the week."""

    list_display = ("biller", "weekday", "opens", "closes")
    list_filter = ("biller",)
    list_select_related = ("biller",)
    autocomplete_fields = ("biller",)


@admin.register(SpecialDay)
class SpecialDayAdmin(OfOneBiller, Page):
    """Days that are not as their weekday says. Public holidays are closed without a row here."""

    list_display = ("biller", "on", "opens", "closes")
    list_filter = ("biller",)
    list_select_related = ("biller",)
    autocomplete_fields = ("biller",)
