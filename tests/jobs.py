"""Jobs run here and now, in the test's own transaction; a worker's loop is tested elsewhere."""

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def run_letters() -> int:
    """Run the jobs that wait to send something; how many they were."""
    return run_queue("letters")


def run_queue(name: str) -> int:
    """Run the jobs of a queue that are due now; how many they were."""
    due = ProcrastinateJob.objects.filter(queue_name=name, status="todo", scheduled_at=None)
    waiting = list(due.order_by("pk"))
    for job in waiting:
        app.tasks[job.task_name].func(**job.args)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [job.pk]
            )
    return len(waiting)
