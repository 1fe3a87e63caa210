"""Starting over: an empty database in place of the embedded one."""

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, connections
from psycopg import connect, sql

from config.env import envpostgres


def erase_database() -> None:
    """Drop and make the embedded database; one that DATABASE_URL names is not ours to empty."""
    if envpostgres("DATABASE_URL"):
        raise CommandError(
            "--fresh empties only the embedded database. Empty the one of DATABASE_URL yourself."
        )
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    wanted = {key: parameters[key] for key in ("host", "port", "user", "dbname")}
    connections.close_all()
    name = sql.Identifier(settings.DATABASES["default"]["NAME"])
    with connect(**wanted, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
