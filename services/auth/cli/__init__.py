"""Command line of auth: the only place where accounts are made. `python -m services.auth.cli --help` lists it all."""
