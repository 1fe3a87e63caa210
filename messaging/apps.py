"""The upper floor, right: words going out and coming in."""

from importlib import import_module

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("messaging.reactions")
        import_module("messaging.clocks.reactions")
        import_module("messaging.together.reactions")
        import_module("messaging.teams.reactions")
        import_module("messaging.tasks")
        import_module("messaging.panels")
