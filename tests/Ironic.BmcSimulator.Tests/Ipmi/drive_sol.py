"""Types into the console of `ipmitool sol activate`, which wants a terminal. Arguments: the command."""

import os
import pty
import select
import sys
import time

LIMIT = 30

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])

seen = b""


def until(text):
    global seen
    end = time.monotonic() + LIMIT
    while text not in seen:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        if not ready:
            sys.exit("after %d s not seen: %r; seen: %r" % (LIMIT, text, seen))
        try:
            seen += os.read(terminal, 4096)
        except OSError:
            sys.exit("it ended, not seen: %r; seen: %r" % (text, seen))
    seen = seen[seen.index(text) + len(text):]


until(b"login: ")
os.write(terminal, b"hello\r")
until(b"hello\r\n")
os.write(terminal, b"world\r")
until(b"world\r\n")
# The escape that ends it, at the beginning of a line.
os.write(terminal, b"~.")
until(b"terminated ipmitool")
_, status = os.waitpid(pid, 0)
print("ended", os.waitstatus_to_exitcode(status))
