"""The half of the program that loads a Python tool and calls it."""

import json
import os
import traceback
import types

import addresses
import fence
from context import make_context
from to_json import Unfit, to_json

MAX_MESSAGE = 2000


def run(request, answers, frames):
    """Writes one answer, whatever the tool does, and ends the process."""
    status = 1
    leave, send = os._exit, sender(frames)

    def refuse(what, *_values, **_options):
        # At once: from here on the parent holds the verdict, and nothing that the tool still does changes it.
        send({"answer": told("capability", f"The contract does not name {what}")})
        raise PermissionError(f"{what} is not among the capabilities of the contract")

    try:
        fingerprint = fence.Fingerprint()
        answer = answer_of(request, make_context(request, (answers, frames), refuse), refuse)
        frame = {"answer": answer, "tampered": fingerprint.difference()}
        if frame["tampered"] is None:
            del frame["tampered"]
        send(frame)
        status = 0
    except SystemExit as error:
        status = error.code if type(error.code) is int else 1
    except BaseException:
        traceback.print_exc()
    finally:
        leave(status & 0xFF)


def answer_of(request, context, refuse):
    try:
        entry = load(request, refuse)
    except Exception as error:
        return told("load", f"{type(error).__name__}: {error}")
    if entry is None:
        return told("load", 'tool.py must define "run", a function')
    try:
        value = entry(json.loads(request["args"]), context)
        text = to_json(value)
        if tells_address(text, request):
            refuse(addresses.WHAT)
        return '{"kind":"result","value":' + text + "}"
    except Unfit as error:
        return told("unfit", str(error))
    except Exception as error:
        code = code_of(error, request["failures"])
        message = short(text_of(error))
        if tells_address(message, request):
            message = addresses.without(message)
        return json.dumps({"kind": "thrown", "code": code, "message": message})


def tells_address(text, request):
    has_random = "random" in request["capabilities"] or addresses.BEGINS in request["args"]
    return not has_random and addresses.has_address(text)


def load(request, refuse):
    """Runs the module of the tool behind the fence; gives its `run`, where it has one."""
    path = f"/tool/tools/generated/{request['name']}/tool.py"
    code = compile(addresses.watched(request["source"], path), path, "exec", dont_inherit=True)
    module = types.ModuleType("tool")
    module.__builtins__ = fence.raise_fence(request, refuse)
    if "random" not in request["capabilities"]:
        module.__builtins__.update(addresses.watchers(refuse, request["args"]))
    else:
        module.__builtins__.update(addresses.UNWATCHED)
    exec(code, module.__dict__)
    entry = module.__dict__.get("run")
    return entry if callable(entry) else None


def code_of(error, failures):
    code = getattr(error, "code", None)
    if isinstance(code, str) and code:
        return short(code)
    first = error.args[0] if error.args else None
    return first if isinstance(first, str) and first in failures else type(error).__name__


def text_of(error):
    try:
        return str(error)
    except Exception:
        return "an error that cannot be read"


def told(kind, message):
    return json.dumps({"kind": kind, "message": short(message)})


def short(text):
    # One line each: an error text is shown to a model and to a person.
    return " ".join(text[:MAX_MESSAGE].split())


def sender(descriptor):
    """What writes a frame, with copies of all that it needs: `os` is closed before the tool is loaded."""
    write, dumps = os.write, json.dumps

    def send(frame):
        data = dumps(frame).encode() + b"\n"
        while data:
            data = data[write(descriptor, data) :]

    return send
