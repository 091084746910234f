"""What a request does that finds no result: it begins the work, and is never told that it is done without having it."""

from panel.jobs import Status
from panel.views import Context, working


class Between:
    """Jobs at the moment when a worker has written that it is done and its result has not come."""

    def status(self, key, wait=0.0):
        return Status("done", 1.0), None

    def submit(self, key, work, what):
        pass


def test_done_without_a_result_is_still_running(tmp_path):
    context = Context(tmp_path, Between(), None, "forest", None)
    record, status = working(context, "key", None, {}, anew=False)
    assert record is None
    assert status["state"] == "running"
