"""The work of the import job: from a queued run to its end."""

from headwater.access.errors import Forbidden
from headwater.access.fields import reading_as
from headwater.jobs import services as jobs
from headwater.lib import clock
from headwater.lib.memory import settled_objects
from headwater.transfer.errors import BadOptions
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.models import ImportRun
from headwater.transfer.running import Plan, Runner, Superseded, finish, open_plan
from headwater.users.acting import acting
from headwater.users.actor import SYSTEM, Actor

State = ImportRun.State


def carry_out(run_id: int) -> None:
    """Carry an import, or its rehearsal, out; again after a crash it goes on where it stopped."""
    run = ImportRun.objects.select_related("created_by", "change_set").get(pk=run_id)
    if run.state not in (State.QUEUED, State.RUNNING) or run.job_id != jobs.current_job_id():
        return
    actor = Actor(user=run.created_by) if run.created_by else SYSTEM
    try:
        with reading_as(actor), settled_objects(), acting(lambda: actor):
            plan = open_plan(run)
            _begin(run, plan)
            completed = Runner(actor, run, plan).carry_out()
        finish(run, State.DONE if completed else State.CANCELLED)
        plan.table.close()
    except Superseded:
        return
    except FileProblem as problem:
        _fail(run, problem.code, problem.message)
    except (BadOptions, Forbidden) as problem:
        _fail(run, "refused", str(problem))
    except Exception:
        if _last_attempt():
            _fail(run, "internal", "")
        raise


def _begin(run: ImportRun, plan: Plan) -> None:
    """Survey the file, once; a resumed run knows its facts already."""
    if run.state == State.RUNNING:
        return
    facts = plan.survey()
    run.facts, run.total_rows = facts.as_json(), facts.rows
    run.state, run.started_at = State.RUNNING, clock.now()
    run.save(update_fields=["facts", "total_rows", "state", "started_at"])


def _fail(run: ImportRun, code: str, message: str) -> None:
    run.problem = {"code": code, "message": message}
    finish(run, State.FAILED)


def _last_attempt() -> bool:
    job_id = jobs.current_job_id()
    if job_id is None:
        return True
    job = jobs.get_job(job_id)
    return job.attempts >= job.max_attempts
