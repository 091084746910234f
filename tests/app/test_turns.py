"""By what the users of one server are told apart when their work waits."""

from flask import Flask, g

from panel.access.visitor import Visitor, name_user


def test_a_user_is_whom_the_proxy_names_else_an_address_and_the_server_itself_is_none(tmp_path):
    assert name_user() is None
    with Flask("one").test_request_context(environ_base={"REMOTE_ADDR": "10.0.0.7"}):
        assert name_user() == "10.0.0.7"
        g.visitor = Visitor(tmp_path)
        assert name_user() == "10.0.0.7"
        g.visitor = Visitor(tmp_path, "ann", local=False)
        assert name_user() == "ann"
