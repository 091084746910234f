"""What a request does that finds no result: it begins the work, once, and one failure holds nothing else up."""

import time

import pytest

from panel.answers.base import get_cached, make_key
from panel.answers.comparing import change_target
from panel.answers.ranking import IMPORTANCE, LINEAR
from panel.answers.registry import ask
from panel.page.views import Context, details, importance, values
from panel.page.views.tab import TabQuestion
from panel.question.selection import Selection, Target
from panel.store import loading
from panel.store.jobs import Jobs
from panel.store.states import Status

pytestmark = pytest.mark.heavy


class Between:
    """Jobs at the moment when a worker has written that it is done and its result has not come."""

    def __init__(self, folder):
        self.folder = folder

    def get_status(self, key, wait=0.0):
        return Status("done", 1.0), None

    def submit(self, key, work, what, lane="long"):
        pass


def test_done_without_a_result_is_still_running(folder):
    record, status = ask(Between(folder), LINEAR.make_request(Selection("project")))
    assert record is None
    assert status["state"] == "running"


@pytest.fixture
def context(folder):
    jobs = Jobs(folder, 1)
    yield Context(folder, jobs, None, "forest", None)
    jobs.close()


def until_ended(ask):
    for _ in range(200):
        found = ask()
        if found["state"] not in ("queued", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_one_target_that_fails_does_not_hold_up_the_rest(context, table):
    asked = Selection(loading.load_source(loading.Wanted((str(table),)), context.folder), Target("val_loss"))
    requests = [
        (name, IMPORTANCE.make_request(change_target(asked, name), method="forest"))
        for name in ("nosuch", "val_loss", "val_acc")
    ]
    found = until_ended(lambda: importance.ask_each(context, requests, anew=False))
    assert found["state"] == "done"
    assert list(found["failed"]) == ["nosuch"]
    assert "no metric 'nosuch'" in found["failed"]["nosuch"]
    assert get_cached(requests[2][1], context.folder) is not None


def test_an_explanation_that_fails_is_begun_once(context, table, monkeypatch):
    asked = Selection(loading.load_source(loading.Wanted((str(table),)), context.folder), Target("val_loss"))
    begun = []
    submit = context.jobs.submit
    monkeypatch.setattr(context.jobs, "submit", lambda *given: (begun.append(given[0]), submit(*given))[1])
    clicks = iter([True])
    found = until_ended(lambda: details.ask_explanation(context, asked, "nobody", anew=next(clicks, False)))
    assert found["state"] == "failed"
    assert "no run 'nobody'" in found["message"]
    assert details.ask_explanation(context, asked, "nobody", anew=False)["state"] == "failed"
    assert len(begun) == 1


def test_values_of_many_runs_are_compared_in_a_worker_and_can_be_cancelled_by_its_key(context, table, monkeypatch):
    asked = Selection(loading.load_source(loading.Wanted((str(table),)), context.folder), Target("val_loss"))
    here = values.payload(context, TabQuestion(asked, "forest", {"tab": "values"}))
    assert here["state"] == "done"  # so few runs are compared at once
    monkeypatch.setattr(values, "AT_ONCE", 0)
    begun = []
    submit = context.jobs.submit
    monkeypatch.setattr(context.jobs, "submit", lambda *given: (begun.append(given[0]), submit(*given))[1])
    question = TabQuestion(asked, "forest", {"tab": "values", "parameter": "kind", "m": None})
    found = until_ended(lambda: values.payload(context, question))
    both = found["isolation"], found["adopt"]
    assert [(each["record"]["parameter"], len(each["figures"])) for each in both] == [("kind", 1), ("kind", 1)]
    assert begun == [make_key(request, context.folder) for request in values.requests(question)]
