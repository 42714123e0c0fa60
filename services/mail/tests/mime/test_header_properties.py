"""RFC 8621 §4.1.3: properties named header:{field}:as{Form}:all."""

import pytest

from services.mail.domain.mime.header_properties import CONVENIENCE, HeaderProperty, HeaderPropertyError

HEADERS = [("Subject", " one"), ("X-Spam", " a"), ("x-spam", " b"), ("To", " J\xc3\xa9 <j@x.example>")]


def value(name: str) -> object:
    return HeaderProperty.read(name).value(HEADERS)


def test_the_last_field_is_taken_and_case_means_nothing() -> None:
    assert value("header:X-SPAM") == " b"
    assert value("header:x-spam:asText") == "b"


def test_all_gives_every_field_in_order() -> None:
    assert value("header:X-Spam:asText:all") == ["a", "b"]
    assert value("header:X-None:all") == []


def test_an_absent_field_is_null() -> None:
    assert value("header:X-None") is None


def test_addresses_come_as_json() -> None:
    assert value("header:To:asAddresses") == [{"name": "Jé", "email": "j@x.example"}]
    assert value("header:To:asGroupedAddresses") == [
        {"name": None, "addresses": [{"name": "Jé", "email": "j@x.example"}]}
    ]


@pytest.mark.parametrize(
    "name",
    [
        "header:Subject:asAddresses",
        "header:From:asText",
        "header:Date:asText",
        "header:Message-ID:asURLs",
        "header:List-Post:asText",
        "header:Received:asText",
        "header:X:asNothing",
        "header:X:all:asText",
        "header:",
        "header:A B",
        "header:\u00e9",
        "subject",
    ],
)
def test_forms_that_a_field_may_not_have_are_refused(name: str) -> None:
    with pytest.raises(HeaderPropertyError):
        HeaderProperty.read(name)


def test_any_form_goes_for_a_field_of_ones_own() -> None:
    for form in ("Raw", "Text", "Addresses", "GroupedAddresses", "MessageIds", "Date", "URLs"):
        assert HeaderProperty.read(f"header:X-Own:as{form}").form == form


def test_every_convenience_property_is_a_header_property() -> None:
    assert {HeaderProperty.read(name).form for name in CONVENIENCE.values()} == {
        "MessageIds",
        "Addresses",
        "Text",
        "Date",
    }
