"""The ground floor as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "invoices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for room in ("page", "changes", "desk", "doors"):
            import_module(f"invoices.{room}.panels")
        import_module("invoices.page.explained")
        import_module("invoices.page.story_panel")
        import_module("invoices.page.pay_only")
        import_module("invoices.documents.links.tasks")  # the worker looks for jobs here
