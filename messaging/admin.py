"""This floor in Django's admin: what a biller sets once."""

from django.contrib import admin

from invoices.admin import OfOneBiller, Page
from messaging.faq.models import Answer
from messaging.faq.queries import came_of
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


@admin.register(Answer)
class AnswerAdmin(OfOneBiller, Page):
    """What is often asked, offered to customers who write; and what came of offering it."""

    list_display = ("question", "biller", "language", "is_shown", "came")
    list_filter = ("biller", "language", "is_shown")
    list_select_related = ("biller",)
    search_fields = ("question", "answer", "keywords")
    autocomplete_fields = ("biller",)
    readonly_fields = ("came",)

    @admin.display(description="Shown / opened / helped / of these sent nothing")
    def came(self, answer: Answer) -> str:
        if answer.pk is None:
            return "-"
        came = came_of(answer.pk)
        return f"{came.shown} / {came.opened} / {came.helped} / {came.unsent}"
