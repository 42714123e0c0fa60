"""The contracts keep what their golden copies promise."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.breaking import breaks
from tests.contract.golden import read_golden
from tests.contract.promises import read_promises

Pages = dict[str, Any]


def test_no_edit_breaks_a_peer_that_runs_the_golden_contracts() -> None:
    assert breaks(read_golden(), read_promises()) == []


def test_the_golden_copies_are_up_to_date() -> None:
    assert read_golden() == read_promises(), "additive edits: run python -m tests.contract.golden"


SERVED_BY = {"account": "auth", "recovery": "auth", "push": "auth"}
"""Pages whose service has another page of its own name."""


def test_every_method_and_event_has_a_name_of_its_service() -> None:
    for page, promise in read_promises().items():
        for name in (*promise["rpc"], *promise["events"]):
            assert name.startswith(f"{SERVED_BY.get(page, page)}.")


def remove_field(pages: Pages) -> None:
    del pages["auth"]["models"]["Agent"]["properties"]["uai"]


def retype_field(pages: Pages) -> None:
    pages["auth"]["models"]["Session"]["properties"]["expires_at"]["type"] = "string"


def add_required_field(pages: Pages) -> None:
    pages["auth"]["models"]["Agent"]["properties"]["birth"] = {"type": "string"}
    pages["auth"]["models"]["Agent"]["required"].append("birth")


def require_field(pages: Pages) -> None:
    pages["auth"]["models"]["Credentials"]["required"].append("source")


def add_choice(pages: Pages) -> None:
    pages["auth"]["models"]["AccountCreated"]["properties"]["state"]["enum"].append("asleep")


def remove_model(pages: Pages) -> None:
    del pages["base"]["models"]["Pong"]


def remove_method(pages: Pages) -> None:
    del pages["auth"]["rpc"]["auth.sign_in"]


def change_reply(pages: Pages) -> None:
    pages["mail"]["rpc"]["mail.jmap"] = ["JmapBatch", "Empty"]


def remove_event(pages: Pages) -> None:
    del pages["auth"]["events"]["auth.account.created"]


def remove_consumer(pages: Pages) -> None:
    pages["auth"]["events"]["auth.account.created"]["consumers"].remove("mail")


def remove_code(pages: Pages) -> None:
    pages["errors"]["codes"].remove("slow-down")


def remove_page(pages: Pages) -> None:
    del pages["contacts"]


@pytest.mark.parametrize(
    "edit",
    [
        remove_field,
        retype_field,
        add_required_field,
        require_field,
        add_choice,
        remove_model,
        remove_method,
        change_reply,
        remove_event,
        remove_consumer,
        remove_code,
        remove_page,
    ],
)
def test_a_breaking_edit_is_refused(edit: Callable[[Pages], None]) -> None:
    edited = copy.deepcopy(read_promises())
    edit(edited)
    assert len(breaks(read_promises(), edited)) == 1


def add_optional_field(pages: Pages) -> None:
    pages["auth"]["models"]["Agent"]["properties"]["phone"] = {"type": "string", "default": ""}


def add_method(pages: Pages) -> None:
    pages["auth"]["rpc"]["auth.rename"] = ["Agent", "Empty"]


def add_consumer(pages: Pages) -> None:
    pages["auth"]["events"]["auth.account.created"]["consumers"].append("files")


def reword(pages: Pages) -> None:
    pages["auth"]["models"]["Agent"]["description"] = "Somebody."


def add_page(pages: Pages) -> None:
    pages["files"] = {"models": {}, "rpc": {}, "events": {}}


@pytest.mark.parametrize("edit", [add_optional_field, add_method, add_consumer, reword, add_page])
def test_an_additive_edit_is_free(edit: Callable[[Pages], None]) -> None:
    edited = copy.deepcopy(read_promises())
    edit(edited)
    assert edited != read_promises()
    assert breaks(read_promises(), edited) == []
