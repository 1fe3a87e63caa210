"""Jobs: running reactions, and taking up jobs whose worker died."""

from typing import Any

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from invoices.history import reactions

STALLED_AFTER_S = 30
RETRIES = RetryStrategy(max_attempts=8, exponential_wait=3)


@app.task(queue="reactions", retry=RETRIES)
def run_reaction(reaction: str, entry_ids: list[int]) -> None:
    """Run one reaction on a chunk of entries. Runs at least once; reactions are idempotent."""
    reactions.by_name(reaction)(entry_ids)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="requeue_stalled", pass_context=True)
async def requeue_stalled(context: JobContext, timestamp: int) -> None:
    """Give jobs of a worker that was killed to another one."""
    manager: Any = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
        await manager.retry_job(job)
