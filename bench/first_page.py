# SPDX-License-Identifier: GPL-3.0-or-later
# Milliseconds from the command that serves to the last byte of the front page.
#
#   first_page.py SSME FOLDER PORT
#
# Asks by a socket of its own: a program started meanwhile to ask would be measured too.
import socket
import subprocess
import sys
import time

PATIENCE_S = 20

program, folder, port = sys.argv[1:]
begin = time.monotonic()
server = subprocess.Popen(
    [program, "--data", folder, "serve", "--listen", "127.0.0.1:" + port, "--quiet"],
    stderr=subprocess.DEVNULL)
try:
    asked = None
    while not asked:
        try:
            asked = socket.create_connection(("127.0.0.1", int(port)), PATIENCE_S)
        except ConnectionRefusedError:
            if time.monotonic() > begin + PATIENCE_S:
                raise
            time.sleep(0.001)
    asked.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    page = b""
    while piece := asked.recv(1 << 16):
        page += piece
    took = time.monotonic() - begin
    if not page.startswith(b"HTTP/1.1 200"):
        sys.exit("first_page.py: " + page[:200].decode(errors="replace"))
    print(round(took * 1000))
finally:
    server.terminate()
    server.wait()
