"""The killable pool that takes messages apart, and its clients."""
