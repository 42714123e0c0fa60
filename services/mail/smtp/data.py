"""What follows DATA, taken off the wire (RFC 5321 §4.5.2) and brought into the form that is stored.

1. Only CRLF "." CRLF ends the message, or "." CRLF as its very first line. LF.LF, LF.CRLF, CR.CR and the like are
   content: a sender and we could otherwise disagree on where a message ends, and a second one be smuggled in.
2. A dot that begins a line (after CRLF) is taken off. The last CRLF before the ending dot belongs to the message.
3. Then every bare LF becomes CRLF and every bare CR becomes one space. Nothing else is touched: NUL, eight-bit bytes
   and long lines are kept as they came.
"""

END = b"\r\n.\r\n"


class DataDecoder:
    """Takes the stream in chunks of any size; keeps back at most four bytes between two."""

    def __init__(self) -> None:
        # The CRLF that ended the DATA command itself: lets "." on the first line end an empty message.
        self._held = b"\r\n"
        self._started = False
        self._line = 0
        self.longest_line = 0
        self.finished = False

    def feed(self, chunk: bytes) -> tuple[bytes, bytes]:
        """Returns (what is certain of the message, in stored form; what came after its end).

        The second is empty until `finished` is true, and feeding is over then.
        """
        data = self._held + chunk
        end = data.find(END)
        if end < 0:
            keep = _possible_end(data)
            self._held = data[len(data) - keep :]
            return self._clean(data[: len(data) - keep]), b""
        self.finished = True
        self._held = b""
        return self._clean(data[: end + 2]), data[end + len(END) :]

    def _clean(self, data: bytes) -> bytes:
        """Between two calls lies never the middle of a CRLF, nor a CRLF and the dot after it."""
        if not data:
            return data
        data = data.replace(b"\r\n.", b"\r\n")
        if not self._started:
            self._started = True
            data = data[2:]
        data = _normalise(data)
        self._measure(data)
        return data

    def _measure(self, data: bytes) -> None:
        """`longest_line` in bytes, without its CRLF."""
        first = data.find(b"\r\n")
        if first < 0:
            self._line += len(data)
            self.longest_line = max(self.longest_line, self._line)
            return
        self.longest_line = max(self.longest_line, self._line + first)
        last = data.rfind(b"\r\n")
        self._line = len(data) - last - 2
        if last - first > self.longest_line:
            longest = max(map(len, data[first + 2 : last].split(b"\r\n")), default=0)
            self.longest_line = max(self.longest_line, longest)


def _normalise(data: bytes) -> bytes:
    pairs = data.count(b"\r\n")
    if data.count(b"\n") == pairs and data.count(b"\r") == pairs:
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b" ").replace(b"\n", b"\r\n")


def _possible_end(data: bytes) -> int:
    """How many bytes at the end of `data` may be the beginning of END."""
    for length in range(len(END) - 1, 0, -1):
        if data.endswith(END[:length]):
            return length
    return 0


def normalised(message: bytes) -> bytes:
    """The stored form of a message that a client sends whole: the reference for tests and for `make corpus`.

    `message` is what the sender has before dot-stuffing; the sender adds a CRLF if it does not end with one.
    """
    if message and not message.endswith(b"\r\n"):
        message += b"\r\n"
    return _normalise(message)


def stuffed(message: bytes) -> bytes:
    """What a client sends after 354 so that `message` arrives as `normalised(message)` (RFC 5321 §4.5.2)."""
    if message and not message.endswith(b"\r\n"):
        message += b"\r\n"
    if message.startswith(b"."):
        message = b"." + message
    return message.replace(b"\r\n.", b"\r\n..") + b".\r\n"
