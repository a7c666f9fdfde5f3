"""Asks a Python tool all inputs in one process of the sandbox; see ask-all.ts."""

import builtins
import importlib.util
import inspect
import asyncio
import json
import os
import sys

from empty_world import World
from stable_hash import stable_hash, stable_id

# The folder of this program: a tool imports nothing from here.
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
    # As in a call, and anew for each input.
    tool.__builtins__ = dict(vars(builtins))
    count_objects_anew(tool)
    spec.loader.exec_module(tool)
    scenes = request.get("scenes", [])
    worlds = [World(files) for files in request.get("worlds", [])]
    last = {scene["world"]: index for index, scene in enumerate(scenes)}
    for index, given in enumerate(request["inputs"]):
        scene = scenes[index] if index < len(scenes) else None
        world = worlds[scene["world"]] if scene else World({})
        context = world.context(scene or {"nowMs": request["nowMs"], "seed": None})
        world.undo = []
        count_objects_anew(tool)
        answer = {"nonce": request["nonce"], "index": index, **answer_of(tool, given, context)}
        is_first_failure = "failure" in answer and not world.has_failed
        world.has_failed = world.has_failed or is_first_failure
        # What a call found shows again why it failed.
        for kept, key, before in reversed(world.undo if is_first_failure else []):
            if before is None:
                del kept[key]
            else:
                kept[key] = before
        if scene and (is_first_failure or last[scene["world"]] == index):
            answer["state"] = world.state()
        channel.write(json.dumps(answer) + "\n")
        channel.flush()


def count_objects_anew(tool):
    identity = stable_id()
    tool.__builtins__.update(id=identity, hash=stable_hash(identity))


def answer_of(tool, given, context):
    try:
        value = tool.run(given, context)
        if inspect.isawaitable(value):
            value = asyncio.run(value)
        json.dumps(value)
        return {"value": value}
    except Exception as error:
        first = error.args[0] if error.args else ""
        code = getattr(error, "code", None) or first
        return {"failure": {"code": str(code), "message": str(error)}}


main()
