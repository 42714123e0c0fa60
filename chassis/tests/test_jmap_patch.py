"""RFC 8620 §5.3, PatchObject."""

import pytest

from chassis.jmap.errors import SetError
from chassis.jmap.patch import apply_patch


def test_a_path_sets_a_part_and_null_removes_it() -> None:
    current = {"keywords": {"$seen": True}, "mailboxIds": {"m1": True}}
    patched = apply_patch(current, {"keywords/$seen": None, "keywords/$flagged": True, "mailboxIds": {"m2": True}})
    assert patched == {"keywords": {"$flagged": True}, "mailboxIds": {"m2": True}}
    assert current["keywords"] == {"$seen": True}


@pytest.mark.parametrize("patch", [{"a/b/c": 1}, {"x": {}, "x/y": 1}, {"s/t": 1}, {"/".join("a" * 40): 1}])
def test_a_path_that_leads_nowhere_or_overlaps_is_invalid(patch: dict[str, object]) -> None:
    with pytest.raises(SetError) as raised:
        apply_patch({"a": {}, "x": {}, "s": "text"}, patch)
    assert raised.value.type == "invalidPatch"
