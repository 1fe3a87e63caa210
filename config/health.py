"""/healthz: the process answers. /readyz: it can do its work."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

OLDEST_JOB_S = 300


@cache
def _newest() -> frozenset[tuple[str, str]]:
    """Each app's last migration in this release: files do not change while a process runs."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, is migrated and no job waits too long; else 503 and which."""
    checks = {"database": False, "migrations": False, "jobs": False}
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT NOT EXISTS (SELECT 1 FROM procrastinate_jobs j"
                " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
                " WHERE j.status = 'todo' AND coalesce(j.scheduled_at, e.at)"
                " < now() - make_interval(secs => %s))",
                [OLDEST_JOB_S],
            )
            checks["database"] = True
            checks["jobs"] = bool(cursor.fetchone()[0])
        checks["migrations"] = (
            _newest() <= MigrationRecorder(connection).applied_migrations().keys()
        )
    except DatabaseError:
        pass  # the answer says so; the cause stands in the database's own log
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)
