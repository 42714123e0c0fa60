"""The whole system on one machine: private broker and database, every service under a supervisor, for `make run`
and for the tests. What must run before the virtual environment exists (bootstrap and what it imports) uses the
standard library only."""
