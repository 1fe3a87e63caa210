"""The upper floor, right: words going out and coming in."""

from importlib import import_module

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("messaging.reactions")
        import_module("messaging.panels")
