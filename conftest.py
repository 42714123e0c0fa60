"""Fixtures and counts that every test of the repository shares, whichever folder it stands in."""

pytest_plugins = (
    "tests.infra.buckets",
    "tests.infra.bus",
    "tests.infra.databases",
    "tests.infra.examples",
    "tests.infra.files",
    "tests.infra.kinds",
    "tests.infra.processes",
    "tests.infra.servers",
)
