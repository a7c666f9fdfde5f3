"""The environment of a tool that a process of ours calls: the same as in a call of its own."""

import json
from itertools import count
from types import SimpleNamespace

# What draws until it has drawn something else must come to an end: numbers that never repeat, spread evenly.
GOLDEN = 0.6180339887498949


def empty_context(now_ms):
    """The same empty environment that the tool has in a call of its own."""
    return Environment({}).context({"nowMs": now_ms})


class Environment:
    """What calls see and leave behind: the same that the tool has in a call of its own."""

    def __init__(self, files, memory=None):
        self.before = files
        self.files = dict(files)
        self.memory = dict(memory or {})
        self.has_failed = False
        self.undo = []

    def state(self):
        changed = {name: text for name, text in self.files.items() if self.before.get(name) != text}
        return {"files": changed, "memory": self.memory}

    def read(self, path):
        if path not in self.files:
            raise OSError(f'There is no file "{path}"')
        return self.files[path]

    def list(self, path=""):
        folder = f"{path}/" if path else ""
        below = [name[len(folder) :] for name in self.files if name.startswith(folder)]
        return sorted({name.split("/")[0] + "/" if "/" in name else name for name in below})

    def remember(self, key, value):
        key = str(key)
        if len(key) > 200 or len(json.dumps(value)) > 64 * 1024:
            raise RuntimeError("The value is too long")
        if key not in self.memory and len(self.memory) >= 1000:
            raise RuntimeError("There are too many keys")
        self.put(self.memory, key, json.loads(json.dumps(value)))

    def recall(self, key):
        """A copy, as in a call: what a tool does not set is not stored."""
        return json.loads(json.dumps(self.memory.get(str(key))))

    def write(self, path, text):
        self.put(self.files, path, text)

    def put(self, entries, key, value):
        self.undo.append((entries, key, entries.get(key)))
        entries[key] = value

    def context(self, scene):
        def no_network(*_args, **_kwargs):
            raise OSError("There is no network while a tool is judged")

        draws = count()
        seed = scene.get("seed")
        return SimpleNamespace(
            fetch=no_network,
            files=SimpleNamespace(read=self.read, list=self.list, write=self.write),
            clock=SimpleNamespace(now=lambda: scene["nowMs"]),
            random=drawn_from(seed) if seed else lambda: (0.5 + next(draws) * GOLDEN) % 1,
            memory=SimpleNamespace(get=self.recall, set=self.remember),
            log=lambda *_values: None,
        )


def drawn_from(seed):
    # Few calls have a seed, and its import takes longer than they do.
    import random

    return random.Random(repr(seed)).random
