"""How much one response may still carry."""

from chassis.jmap.errors import MethodError


class Budget:
    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, size: int) -> None:
        """Raises MethodError requestTooLarge when less than `size` bytes are left."""
        if size > self._left:
            raise MethodError("requestTooLarge", "the response would be too large: ask for fewer objects")
        self._left -= size
