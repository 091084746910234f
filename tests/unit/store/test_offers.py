"""What workers offer, and how it is said that none fits."""

from panel.store.offers import describe_program, name_offer, tell_lack

PROGRAM = "SweepLens 1 (ab), Python 3.11, numpy 2.4.1, pandas 3.1.0"


def offer(program, lane="long"):
    return {name_offer(lane, program), "GPU"}


def test_a_program_is_named_with_all_that_could_change_a_number():
    names = [part.split()[0] for part in describe_program().split(", ")]
    assert names == ["SweepLens", "Python", "numpy", "pandas", "scikit-learn", "scipy"]


def test_nothing_is_said_where_one_worker_can():
    assert tell_lack({"tcp://a:1": set(), "tcp://b:1": offer(PROGRAM)}, "long", PROGRAM) == ""


def test_what_differs_is_named_of_both_with_the_address():
    other = PROGRAM.replace("2.4.1", "2.3.0").replace("3.11", "3.12")
    assert tell_lack({"tcp://a:1": offer(other)}, "long", PROGRAM) == (
        "no worker can do this: the worker tcp://a:1 has Python 3.12, numpy 2.3.0, this server Python 3.11, numpy 2.4.1"
    )


def test_workers_without_sweeplens_and_no_workers_are_told():
    assert tell_lack({}, "long", PROGRAM) == "no worker is there"
    told = tell_lack({"tcp://b:1": {"GPU"}, "tcp://a:1": offer(PROGRAM, "short")}, "long", PROGRAM)
    assert told == (
        "no worker can do this: the worker tcp://a:1 offers no SweepLens; the worker tcp://b:1 offers no SweepLens"
    )
