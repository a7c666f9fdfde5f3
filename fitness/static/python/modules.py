"""What of a module of Python is public: what it names itself, and never another module behind it."""

import functools
import importlib
import types

import rules


def module_of(path):
    """The longest beginning of a path that is a module which a tool may import."""
    for length in range(len(path), 0, -1):
        if ".".join(path[:length]) in rules.IMPORTS:
            return path[:length]
    return path[:1]


def is_module(path):
    return module_of(path) == tuple(path)


@functools.cache
def is_public(module, member):
    allowed = rules.MEMBERS.get(module)
    if allowed is not None:
        return member in allowed
    # What may not be imported is refused as an import, once.
    if f"{module}.{member}" in rules.IMPORTS or module not in rules.IMPORTS:
        return True
    found = importlib.import_module(module)
    named = getattr(found, "__all__", None)
    is_named = member in named if named is not None else not member.startswith("_")
    # What this version of Python does not have is no way to anything either.
    return is_named and not isinstance(getattr(found, member, None), types.ModuleType) or not hasattr(found, member)
