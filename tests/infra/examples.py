"""How hypothesis chooses its examples: at random while we work, the same ones every time in `make test`.

`--hypothesis-profile=gate` is the second: what was merged must not fail by chance on somebody else's change.
"""

from hypothesis import settings

settings.register_profile("explore", deadline=None)
settings.register_profile("gate", parent=settings.get_profile("explore"), derandomize=True, database=None)
settings.load_profile("explore")
