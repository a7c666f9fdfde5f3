"""Asks a Python tool all inputs in one process of the sandbox; see ask-all.ts."""

import importlib.util
import inspect
import asyncio
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from empty_world import empty_context

sys.path.pop(0)


def main():
    request = json.loads(sys.stdin.read())
    sys.dont_write_bytecode = True
    # What the tool prints is not ours to say: the answers have a descriptor of their own.
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    spec = importlib.util.spec_from_file_location("tool", request["path"])
    tool = importlib.util.module_from_spec(spec)
    sys.modules["tool"] = tool
    spec.loader.exec_module(tool)
    for index, given in enumerate(request["inputs"]):
        answer = {"nonce": request["nonce"], "index": index, **answer_of(tool, given, request["nowMs"])}
        channel.write(json.dumps(answer) + "\n")
        channel.flush()


def answer_of(tool, given, now_ms):
    try:
        value = tool.run(given, empty_context(now_ms))
        if inspect.isawaitable(value):
            value = asyncio.run(value)
        json.dumps(value)
        return {"value": value}
    except Exception as error:
        first = error.args[0] if error.args else ""
        code = getattr(error, "code", None) or first
        return {"failure": {"code": str(code), "message": str(error)}}


main()
