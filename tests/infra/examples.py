"""How hypothesis chooses its examples: at random while we work, the same ones every time in `make test`.

`--hypothesis-profile=gate` is the second: what was merged must not fail by chance on somebody else's change. Neither
loses an example: each failure is told with the line (@reproduce_failure) that brings it back.
"""

from hypothesis import settings

settings.register_profile("explore", deadline=None, print_blob=True)
settings.register_profile("gate", parent=settings.get_profile("explore"), derandomize=True, database=None)
settings.load_profile("explore")
