"""Fixtures and counts that every test of the repository shares, whichever folder it stands in."""

import os

# As chassis.green: some test imports eventlet, whose copies of dnspython would answer the others.
os.environ["EVENTLET_NO_GREENDNS"] = "yes"

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
