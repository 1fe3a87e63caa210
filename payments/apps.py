"""The upper floor, left: money coming in."""

from importlib import import_module

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("payments.reactions")
        import_module("payments.panels")
