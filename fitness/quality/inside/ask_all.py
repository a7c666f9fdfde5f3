"""Asks a Python tool all inputs in one process of the sandbox; see ask-all.ts."""

import builtins
import importlib.util
import json
import os
import re
import sys
import time

from empty_environment import Environment
from stable_hash import stable_hash, stable_id

# The folder of this program: a tool imports nothing from here.
sys.path.pop(0)


def main():
    request = json.loads(sys.stdin.read())
    sys.dont_write_bytecode = True
    # What the tool prints is not ours to say: the answers have a descriptor of their own.
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if request.get("tellsPatterns"):
        tell_patterns(lambda pattern: tell(channel, {"nonce": request["nonce"], "pattern": pattern}))
    most_ms = request.get("mostMs", [])
    spec = importlib.util.spec_from_file_location("tool", request["path"])
    tool = importlib.util.module_from_spec(spec)
    sys.modules["tool"] = tool
    # As in a call, and anew for each input.
    tool.__builtins__ = dict(vars(builtins))
    count_objects_anew(tool)
    ways = set()
    if "reporter" in request:
        tool.__builtins__[request["reporter"] + "_record"] = lambda point, way: ways.add(f"{point} {way}")
    spec.loader.exec_module(tool)
    scenes = request.get("scenes", [])
    memories = request.get("memories", [])
    environments = [
        Environment(files, memories[index] if index < len(memories) else {})
        for index, files in enumerate(request.get("worlds", []))
    ]
    last = {scene["world"]: index for index, scene in enumerate(scenes)}
    for index, raw_input in enumerate(request["inputs"]):
        scene = scenes[index] if index < len(scenes) else None
        environment = environments[scene["world"]] if scene else Environment({})
        context = environment.context(scene or {"nowMs": request["nowMs"], "seed": None})
        environment.undo = []
        count_objects_anew(tool)
        ways.clear()
        before = time.process_time()
        answer = {"nonce": request["nonce"], "index": index, **answer_of(tool, raw_input, context)}
        took_ms = (time.process_time() - before) * 1000
        is_first_failure = "failure" in answer and not environment.has_failed
        environment.has_failed = environment.has_failed or is_first_failure
        # What a call found shows again why it failed.
        for entries, key, before in reversed(environment.undo if is_first_failure else []):
            if before is None:
                del entries[key]
            else:
                entries[key] = before
        if scene and (is_first_failure or last[scene["world"]] == index):
            answer["state"] = environment.state()
        if "reporter" in request:
            answer["ways"] = sorted(ways)
        is_slow = index < len(most_ms) and took_ms > most_ms[index]
        if is_slow:
            answer["slowMs"] = round(took_ms)
        tell(channel, answer)
        if is_slow:
            break


def tell(channel, line):
    channel.write(json.dumps(line) + "\n")
    channel.flush()


def tell_patterns(tell_pattern):
    """Every regular expression is compiled here, wherever it comes from, and only once."""
    # Imported here and nowhere before: what they compile as they are loaded is not of the tool.
    for name in ("asyncio", "inspect", "random"):
        importlib.import_module(name)
    re.purge()
    compiler = getattr(re, "_compiler", None) or re.sre_compile
    compile_pattern = compiler.compile

    def telling(pattern, flags=0):
        compiled = compile_pattern(pattern, flags)
        if isinstance(compiled.pattern, str):
            letters = ((re.I, "i"), (re.S, "s"), (re.X, "x"))
            named = "".join(letter for flag, letter in letters if compiled.flags & flag)
            tell_pattern({"source": compiled.pattern, "flags": named})
        return compiled

    compiler.compile = telling


def count_objects_anew(tool):
    identity = stable_id()
    tool.__builtins__.update(id=identity, hash=stable_hash(identity))


def answer_of(tool, raw_input, context):
    try:
        value = tool.run(raw_input, context)
        if hasattr(type(value), "__await__"):
            value = result_of(value)
        json.dumps(value)
        return {"value": value}
    except Exception as error:
        first = error.args[0] if error.args else ""
        code = getattr(error, "code", None) or first
        return {"failure": {"code": str(code), "message": str(error)}}


def result_of(value):
    # Its import takes as long as everything else that an ordinary tool is asked here.
    import asyncio

    return asyncio.run(value)


main()
