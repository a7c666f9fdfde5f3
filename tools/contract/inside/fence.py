"""What keeps a Python tool to its contract, on top of the sandbox: no modules but the harmless ones, no
files, no code from text, no clock and no chance that were not granted.
"""

import builtins
import functools
import math
import sys

from frozen_time import freeze_datetime, freeze_time

# What only other means of the language need, or what leads out of the process.
REMOVED = ("open", "exec", "eval", "compile", "input", "breakpoint")
# Prefixes of audit events: https://docs.python.org/3/library/audit_events.html
REFUSED_EVENTS = (
    "socket.", "subprocess.", "ctypes.", "shutil.", "gc.", "mmap.", "fcntl.", "signal.", "pty.",
    "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.kill", "os.remove",
    "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.link", "os.symlink",
    "os.truncate", "os.putenv", "os.unsetenv", "os.startfile", "sys.settrace", "sys.setprofile",
    "code.__new__", "syslog.", "tempfile.", "pathlib.", "glob.", "sqlite3.", "urllib.",
)  # fmt: skip


def raise_fence(request, violations):
    """From here on the process is fenced in. Gives the built-in functions that the tool gets."""
    fence = Fence(request, violations)
    sys.addaudithook(fence.audit)
    allowed = dict(vars(builtins))
    for name in REMOVED:
        allowed[name] = functools.partial(fence.refuse, f"{name}()")
    allowed["__import__"] = fence.load
    return allowed


class Fence:
    def __init__(self, request, violations):
        self._modules = frozenset(request["modules"])
        self._has_random = "random" in request["capabilities"]
        self._seed = request["seed"]
        self._now_ms = request["nowMs"]
        self._violations = violations
        self._import = builtins.__import__
        self._prepared = set()
        if self._now_ms is not None:
            freeze_time(self._now_ms)

    def refuse(self, what, *_values, **_options):
        self._violations.append(what)
        raise PermissionError(f"{what} is not among the capabilities of the contract")

    def audit(self, event, values):
        if event == "open":
            path, _mode, flags = values
            # Only what importing a module of Python itself reads.
            if flags & 0o3 or not str(path).startswith((sys.prefix, sys.base_prefix)):
                self.refuse(f"the file {path!r:.100}")
        elif event.startswith(REFUSED_EVENTS):
            self.refuse(event)

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
            for function in ("uuid1", "uuid4"):
                setattr(module, function, functools.partial(self.refuse, f"uuid.{function}()"))


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
