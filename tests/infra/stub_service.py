"""A service that does nothing, for the tests of the platform: it says that it is ready, and has one child process."""

import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Health(BaseHTTPRequestHandler):
    """Answers 200 to everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


def main() -> None:
    """Serve HEALTH_PORT until SIGTERM."""
    server = HTTPServer(("127.0.0.1", int(os.environ["HEALTH_PORT"])), Health)
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    child.communicate()


if __name__ == "__main__":
    main()
