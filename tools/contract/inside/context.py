"""The second argument of a tool: what it may use of the world, and nothing else.

Everything here lives in closures: no attribute of `ctx` leads to the pipes of the call or to the state of the fence.
"""

import json
import os
import sys
import time
import types

NAMES = ("fetch", "files", "clock", "random", "memory", "log")
MAX_LOG = 60_000


def make_context(request, pipes, refuse):
    """An object with an attribute for each capability that was granted. Reaching for another loses the call."""
    ask = asker(*pipes)
    capabilities = request["capabilities"]
    log = Log()
    sys.stdout = sys.stderr = log
    granted = {"log": lambda *values: log.write(" ".join(map(str, values)) + "\n")}
    if any(name.startswith("net:") for name in capabilities):
        granted["fetch"] = lambda url: Answer(ask("fetch", str(url)))
    if "files:read" in capabilities or "files:write" in capabilities:
        granted["files"] = types.SimpleNamespace(
            read=lambda path: ask("files.read", str(path)),
            list=lambda path="": ask("files.list", str(path)),
            write=lambda path, text: ask("files.write", [str(path), str(text)]) and None,
        )
    if "clock" in capabilities:
        granted["clock"] = types.SimpleNamespace(now=clock(request["nowMs"]))
    if "random" in capabilities:
        granted["random"] = random_from(request["seed"])
    if "memory" in capabilities:
        granted["memory"] = types.SimpleNamespace(
            get=lambda key: ask("memory.get", str(key)),
            set=lambda key, value: ask("memory.set", [str(key), value]) and None,
        )

    class Context:
        __slots__ = ()

        def __getattr__(self, name):
            if name in granted:
                return granted[name]
            if name in NAMES:
                refuse(f"ctx.{name}")
            raise AttributeError(name)

        def __dir__(self):
            return list(granted)

    return Context()


def asker(answers, frames):
    """Asks the host, one question after the other."""
    lines = os.fdopen(answers, "rb")
    # Copies: `os` is closed before the tool is loaded.
    write, asked = os.write, 0

    def ask(operation, argument):
        nonlocal asked
        asked += 1
        frame = {"ask": asked, "operation": operation, "argument": json.dumps(argument)}
        data = json.dumps(frame).encode() + b"\n"
        while data:
            data = data[write(frames, data) :]
        answer = json.loads(lines.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")

    return ask


class Answer:
    """What a server said."""

    def __init__(self, answer):
        self.url = answer["url"]
        self.status = answer["status"]
        self.ok = 200 <= self.status < 300
        self.headers = answer["headers"]
        self._body = answer["body"]

    def text(self):
        return self._body

    def json(self):
        return json.loads(self._body)


def clock(now_ms):
    """Milliseconds since 1970."""
    read = time.time_ns
    return (lambda: read() // 1_000_000) if now_ms is None else lambda: now_ms


def random_from(seed):
    import random

    generator = random.SystemRandom() if seed is None else random.Random(repr(seed))
    return generator.random


class Log:
    """What a tool prints, as far as it is kept; takes the place of `sys.stdout`."""

    def __init__(self):
        self._left = MAX_LOG
        self._stream = sys.stderr

    def write(self, text):
        text = text[: self._left]
        self._left -= len(text)
        self._stream.write(text)
        self._stream.flush()

    def flush(self):
        pass
