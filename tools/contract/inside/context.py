"""The second argument of a tool: what it may use of the world, and nothing else."""

import json
import os
import sys
import time

NAMES = ("fetch", "files", "clock", "random", "memory", "log")
MAX_LOG = 60_000


class Context:
    """Has an attribute for each capability that was granted. Reaching for another loses the call."""

    def __init__(self, request, answers, frames, violations):
        line = Line(answers, frames)
        capabilities = request["capabilities"]
        log = Log()
        sys.stdout = sys.stderr = log
        granted = {"log": log.say}
        if any(name.startswith("net:") for name in capabilities):
            granted["fetch"] = lambda url: Answer(line.ask("fetch", str(url)))
        if "files:read" in capabilities or "files:write" in capabilities:
            granted["files"] = Files(line)
        if "clock" in capabilities:
            granted["clock"] = Clock(request["nowMs"])
        if "random" in capabilities:
            granted["random"] = random_from(request["seed"])
        if "memory" in capabilities:
            granted["memory"] = Memory(line)
        self.__dict__.update(granted)
        self.__dict__["_violations"] = violations

    def __getattr__(self, name):
        if name in NAMES:
            self._violations.append(f"ctx.{name}")
            raise PermissionError(f"ctx.{name} is not among the capabilities of the contract")
        raise AttributeError(name)


class Line:
    """Asks the host, one question after the other."""

    def __init__(self, answers, frames):
        self._answers = os.fdopen(answers, "rb")
        self._frames = frames
        self._asked = 0

    def ask(self, operation, argument):
        self._asked += 1
        frame = {"ask": self._asked, "operation": operation, "argument": json.dumps(argument)}
        data = json.dumps(frame).encode() + b"\n"
        while data:
            data = data[os.write(self._frames, data) :]
        answer = json.loads(self._answers.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")


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


class Files:
    def __init__(self, line):
        self._line = line

    def read(self, path):
        return self._line.ask("files.read", str(path))

    def list(self, path=""):
        return self._line.ask("files.list", str(path))

    def write(self, path, text):
        self._line.ask("files.write", [str(path), str(text)])


class Memory:
    def __init__(self, line):
        self._line = line

    def get(self, key):
        return self._line.ask("memory.get", str(key))

    def set(self, key, value):
        self._line.ask("memory.set", [str(key), value])


class Clock:
    def __init__(self, now_ms):
        self._now_ms = now_ms

    def now(self):
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000 if self._now_ms is None else self._now_ms


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

    def say(self, *values):
        self.write(" ".join(map(str, values)) + "\n")
