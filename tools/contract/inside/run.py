"""Runs one call of a Python tool, in the sandbox.

Standard input has the length of a `CallRequest` and a line feed, the request, and the secret of the call as
a line. This program forks in between: the child, which never learns the secret, loads the tool and writes
lines of JSON to a pipe. The parent marks each with the secret and passes it on; it loads nothing of the
tool, and the kernel lets the child neither read its memory nor open its files.
"""

import json
import os
import signal
import sys

from to_json import Unfit, to_json

STDIN, STDOUT, STDERR = 0, 1, 2
PR_SET_DUMPABLE = 4


def main():
    hide_memory()
    request = json.loads(read_exactly(int(read_line())))
    from_child, to_parent = os.pipe()
    from_parent, to_child = os.pipe()
    child = os.fork()
    if child == 0:
        for descriptor in (STDIN, from_child, to_child):
            os.close(descriptor)
        # What the tool prints goes to the log of the call.
        os.dup2(STDERR, STDOUT)
        import child as program

        program.run(request, from_parent, to_parent)
    os.close(to_parent)
    os.close(from_parent)
    nonce = read_line().decode()
    os._exit(relay(nonce, child, (from_child, to_child)))


def hide_memory():
    """Keeps every other process of the same user out of this one's folder in /proc.

    Without the `ctypes` package on top, whose import takes longer than everything else here.
    """
    import _ctypes

    library = _ctypes.dlopen(None, 0)
    prctl = _ctypes.dlsym(library, "prctl")
    if _ctypes.call_function(prctl, (PR_SET_DUMPABLE, 0, 0, 0, 0)) != 0:
        raise OSError("The memory of the program cannot be hidden")


def relay(nonce, child, pipes):
    """Passes lines on until the child answers or ends; returns the exit code of the program."""
    from_child, to_child = pipes
    answers = lines_of(STDIN)
    for line in lines_of(from_child):
        frame = json.loads(line)
        if "ask" not in frame:
            frame["answer"] = checked(frame["answer"])
        frame["nonce"] = nonce
        write(STDOUT, json.dumps(frame).encode() + b"\n")
        if "ask" not in frame:
            os.kill(child, signal.SIGKILL)
            return 0
        write(to_child, next(answers) + b"\n")
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) & 0xFF


def checked(answer):
    """The answer as JSON says it. Checked here, for nothing that the tool reaches is in this process."""
    told = json.loads(answer)
    if told["kind"] != "result":
        return answer
    try:
        return '{"kind":"result","value":' + to_json(told["value"]) + "}"
    except Unfit as error:
        return json.dumps({"kind": "unfit", "message": str(error)})


def write(descriptor, data):
    while data:
        data = data[os.write(descriptor, data) :]


def lines_of(descriptor):
    rest = b""
    while piece := os.read(descriptor, 65536):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines


def read_line():
    """Reads up to a line feed and not a byte further: what follows is not for the child."""
    line = bytearray()
    while (byte := os.read(STDIN, 1)) not in (b"", b"\n"):
        line += byte
    return bytes(line)


def read_exactly(length):
    data = bytearray()
    while len(data) < length and (piece := os.read(STDIN, length - len(data))):
        data += piece
    return bytes(data)


if __name__ == "__main__":
    main()
