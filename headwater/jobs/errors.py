"""What a job may raise to say more than "try me again"."""


class PermanentError(Exception):
    """Trying again cannot help: the job fails at once, whatever attempts are left."""


class JobCancelled(Exception):
    """The job stops because its cancellation was requested; it ends as cancelled."""


class WorkerLost(Exception):
    """Recorded, never raised: the worker stopped answering in the last attempt that was left."""


class Abandoned(BaseException):
    """This run no longer owns its job: the lease was lost, or the worker is going down.

    Raised out of ``report_progress`` and ``cancel_requested``. Not an ``Exception``, so that a job's
    own ``except Exception`` does not swallow it: another worker will run the job again.
    """
