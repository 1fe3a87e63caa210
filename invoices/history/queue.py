"""The queue over Django's own connection, in a worker too."""

from procrastinate import App
from procrastinate.connector import BaseAsyncConnector, BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector


class _WorkerConnector(PsycopgConnector):
    """Fetches jobs over a pool of its own; what a job defers goes over Django's connection.

    Else a reaction that records history would defer jobs outside of its transaction: they would
    run before it commits, and outlive its rollback.
    """

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector()


class _Connector(DjangoConnector):
    def get_worker_connector(self) -> BaseAsyncConnector:
        return _WorkerConnector(kwargs=connector_params(self.alias))


def on_app_ready(app: App) -> None:
    """Give the app this connector (PROCRASTINATE_ON_APP_READY)."""
    app.connector = app.job_manager.connector = _Connector()
