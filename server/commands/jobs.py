"""``jobs``: failed and waiting jobs."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from server.commands.connection import run_in_transaction
from server.jobs import queue
from server.jobs.attempts import MAX_ATTEMPTS
from server.jobs.models import Job


@click.group(help="List failed and waiting background jobs, and retry failed ones.", invoke_without_command=True)
@click.pass_context
def jobs(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        run_in_transaction(_list_jobs)


@jobs.command(help="Run a failed job again.")
@click.argument("job_id", metavar="ID", type=int)
def retry(job_id: int) -> None:
    def work(session: Session) -> str:
        if not queue.retry(session, job_id=job_id):
            raise click.UsageError("No failed job has this id: `python -m server jobs` lists them.")
        return "The job will run again as soon as a worker is free."

    run_in_transaction(work)


def _list_jobs(session: Session) -> str:
    unfinished = queue.list_unfinished(session)
    lines = [_describe_job(job) for job in unfinished]
    if any(job.state == "failed" for job in unfinished):
        lines.append("To run a failed job again: `python -m server jobs retry ID`.")
    return "\n".join(lines) or "No failed or waiting jobs."


def _describe_job(job: Job) -> str:
    """Kind, attempts and the type of the last error, never the arguments."""
    attempts = f"{job.attempts}/{MAX_ATTEMPTS} attempts"
    time = f"failed {job.finished_at:%Y-%m-%d %H:%M} UTC" if job.finished_at else f"due {job.run_after:%Y-%m-%d %H:%M} UTC"
    return f"{job.id:>6}  {job.kind:<16}  {job.state:<7}  {attempts}  {job.last_error or '-':<24}  {time}"
