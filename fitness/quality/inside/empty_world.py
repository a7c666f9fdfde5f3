"""The world of a tool that is asked in a process of ours: the same as while it is judged from outside."""

from itertools import count
from types import SimpleNamespace

# What draws until it has drawn something else must come to an end: numbers that never repeat, spread evenly.
GOLDEN = 0.6180339887498949


def empty_context(now_ms):
    """The same empty world that the tool has while it is judged from outside."""
    files = {}
    memory = {}
    draws = count()

    def no_network(*_args, **_kwargs):
        raise OSError("There is no network while a tool is judged")

    def read(path):
        if path not in files:
            raise OSError(f'There is no file "{path}"')
        return files[path]

    return SimpleNamespace(
        fetch=no_network,
        files=SimpleNamespace(read=read, list=lambda _path="": sorted(files), write=files.__setitem__),
        clock=SimpleNamespace(now=lambda: now_ms),
        random=lambda: (0.5 + next(draws) * GOLDEN) % 1,
        memory=SimpleNamespace(get=memory.get, set=memory.__setitem__),
        log=lambda *_values: None,
    )
