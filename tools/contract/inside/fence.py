"""What keeps a Python tool to its contract, on top of the sandbox: no modules but the harmless ones, no
files, no code from text, no clock and no chance that were not granted.
"""

import builtins
import functools
import importlib._bootstrap_external as finder
import math
import os
import posix
import sys
import types

from frozen_time import freeze_datetime, freeze_time
from stable_hash import stable_hash, stable_id

# What only other means of the language need, or what leads out of the process.
REMOVED = ("open", "exec", "eval", "compile", "input", "breakpoint")
# Audit events (https://docs.python.org/3/library/audit_events.html) of which any code may cause as many as it likes.
FREE_EVENTS = frozenset(("array.__new__", "builtins.id", "time.sleep", "sys.unraisablehook"))
# Those that modules of Python cause while they are loaded or make classes. Whatever is missing in both is refused.
LIBRARY_EVENTS = frozenset((
    "import", "compile", "exec", "marshal.loads", "marshal.load", "os.listdir", "sys._getframe",
    "sys._getframemodulename", "object.__getattr__", "object.__setattr__", "code.__new__", "function.__new__",
))  # fmt: skip
# Functions of `os` that importing and naming paths need; every other one is refused, audited or not.
OPEN_FUNCTIONS = frozenset(("fspath", "stat", "lstat", "listdir", "getcwd", "register_at_fork", "uname"))
IMPORTER = "<frozen importlib._bootstrap_external>"
# Where an error is printed, its line is read from the source.
READERS = ("/linecache.py", "/tokenize.py")


def raise_fence(request, refuse):
    """From here on the process is fenced in. Gives the built-in functions that the tool gets."""
    fence = Fence(request, refuse)
    close_system(refuse, "random" in request["capabilities"])
    sys.addaudithook(audit_of(refuse))
    allowed = dict(vars(builtins))
    for name in REMOVED:
        allowed[name] = functools.partial(refuse, f"{name}()")
    allowed["__import__"] = fence.load
    allowed["id"] = identity = stable_id()
    allowed["hash"] = stable_hash(identity)
    return allowed


def audit_of(refuse):
    """The hook, with copies of all that it trusts: a tool that reaches a module changes nothing that is asked here."""
    frame_at = sys._getframe
    library = (sys.prefix + "/lib", sys.base_prefix + "/lib", "<frozen ", os.path.dirname(__file__) + "/")
    roots = (sys.prefix + "/lib", sys.base_prefix + "/lib")
    looking = False

    def audit(event, values):
        nonlocal looking
        # The question who asks is an event itself.
        if event in FREE_EVENTS or looking:
            return
        looking = True
        try:
            asker = frame_at(1).f_code.co_filename
        finally:
            looking = False
        if event == "open":
            path, _mode, flags = values
            is_library = type(path) is str and not flags & 0o3 and path.startswith(roots)
            if asker.startswith(roots) and asker.endswith(READERS):
                # The source of the tool is not a file here: an error is printed without the line.
                if not is_library:
                    raise FileNotFoundError(path)
            elif asker != IMPORTER or not is_library:
                refuse(f"the file {path!r:.100}" if type(path) is str else "a file")
        elif event not in LIBRARY_EVENTS or not asker.startswith(library):
            refuse(event)

    return audit


def close_system(refuse, has_random):
    """Takes the functions of the system away from `os`; what imports modules keeps the few that it needs."""
    finder._os = types.SimpleNamespace(**{name: part for name, part in vars(posix).items() if name in OPEN_FUNCTIONS})
    posix.environ.clear()
    os.environ = {}
    keeps = OPEN_FUNCTIONS | {"urandom"} if has_random else OPEN_FUNCTIONS
    for module in (posix, os):
        for name, part in list(vars(module).items()):
            is_function = isinstance(part, (types.BuiltinFunctionType, types.FunctionType))
            if is_function and name not in keeps and getattr(part, "__module__", None) in ("posix", "os"):
                setattr(module, name, functools.partial(refuse, f"os.{name}()"))


class Fence:
    def __init__(self, request, refuse):
        self._modules = frozenset(request["modules"])
        self._has_random = "random" in request["capabilities"]
        self._seed = request["seed"]
        self._now_ms = request["nowMs"]
        self.refuse = refuse
        self._import = builtins.__import__
        self._prepared = set()
        if self._now_ms is not None:
            freeze_time(self._now_ms)

    def load(self, name, scope=None, local=None, names=(), level=0):
        # Only the tool gets here: modules of Python have the real function, and import what they need.
        if name not in self._modules or level != 0:
            self.refuse(f'import "{name}"')
        if name in ("random", "secrets") and not self._has_random:
            self.refuse(f'import "{name}" without "random"')
        module = self._import(name, scope, local, names, level)
        if name not in self._prepared:
            self._prepared.add(name)
            self._prepare(name)
        return module

    def _prepare(self, name):
        module = sys.modules.get(name)
        if name == "datetime" and self._now_ms is not None:
            freeze_datetime(module, self._now_ms)
        if name == "random" and self._seed is not None:
            module.seed(repr(self._seed))
        if name == "uuid" and not self._has_random:
            for function in ("uuid1", "uuid4", "uuid6", "uuid7", "uuid8", "getnode"):
                setattr(module, function, functools.partial(self.refuse, f"uuid.{function}()"))
        if name == "statistics" and not self._has_random:
            module.NormalDist.samples = functools.partial(self.refuse, "NormalDist.samples()")


class Fingerprint:
    """Remembers what the built-in functions are, and what is in the modules that a tool shares with us."""

    def __init__(self):
        # A tool gets a copy of its own: what it does to it must not write the answer.
        for name in [name for name in sys.modules if name.split(".")[0] == "json"]:
            del sys.modules[name]
        import json

        modules = (builtins, json, json.encoder, json.decoder, math, functools)
        self._before = {module.__name__: self._traits(module) for module in modules}

    def difference(self):
        """The name of the first thing that is not what it was."""
        for name, before in self._before.items():
            now = self._traits(sys.modules[name])
            for key in before.keys() | now.keys():
                if before.get(key) is not now.get(key):
                    return f"{name}.{key}"
        return None

    @staticmethod
    def _traits(module):
        traits = dict(vars(module))
        # The last value that an interactive Python printed.
        traits.pop("_", None)
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ == module.__name__:
                traits.update({f"{name}.{key}": part for key, part in vars(value).items()})
        return traits
