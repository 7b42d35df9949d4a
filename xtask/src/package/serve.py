#!/usr/bin/env python3
"""Serves Collapse Lab, the folder `site` beside this file, to this computer: python3 serve.py [port]"""

import http.server
import os
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}


class Handler(http.server.SimpleHTTPRequestHandler):
    # Python asks the system for the rest, and some systems say that scripts are plain text.
    extensions_map = {"": "application/octet-stream", **TYPES}

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, address):
        # A browser that closes a connection early is no error worth a page of text.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, address)


def main():
    site = os.path.join(os.path.dirname(os.path.abspath(__file__)), "site")
    if not os.path.isfile(os.path.join(site, "index.html")):
        sys.exit(f"{site}: there is no page in it; is the folder `site` beside serve.py?")
    os.chdir(site)
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
    for port in range(wanted, wanted + 50):
        try:
            server = Server(("127.0.0.1", port), Handler)
        except OSError:
            continue
        print(f"Collapse Lab is at http://127.0.0.1:{port}/", flush=True)
        print("Open this address in a browser. Stop with Ctrl-C.", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
    sys.exit(f"no free port from {wanted} on; try another: python3 serve.py 9000")


main()
