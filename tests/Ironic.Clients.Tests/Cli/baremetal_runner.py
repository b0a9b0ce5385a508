"""Runs commands of python3-ironicclient's `baremetal`.

Each line of standard input is a JSON list: the command's arguments. Each is answered by one line: {"code", "out", "err"}.
A command runs in a child that is forked after the client was imported, which takes longer than most commands.
"""
import json
import os
import signal
import sys
import tempfile

import ironicclient.shell

LIMIT_SECONDS = 150


def run_in_child(arguments, out, err):
    code = 70
    try:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        signal.alarm(LIMIT_SECONDS)
        sys.argv = ["baremetal", *arguments]
        try:
            code = ironicclient.shell.main(arguments)
        except SystemExit as exit:
            code = exit.code
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code if isinstance(code, int) else 1 if code else 0)


def run(arguments):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            run_in_child(arguments, out, err)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return {"code": code, "out": out.read().decode(), "err": err.read().decode()}


def main():
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for line in requests:
        answers.write(json.dumps(run(json.loads(line))) + "\n")
        answers.flush()


main()
