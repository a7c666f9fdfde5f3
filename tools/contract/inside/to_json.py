"""Writes a result as JSON, strictly: what JSON cannot say is an error that names the place."""

import json
import math

MAX_CHARACTERS = 200_000
MAX_DEPTH = 100
# Beyond it JavaScript, and with it the host, would round.
MAX_INTEGER = 2**53 - 1


class Unfit(Exception):
    """Why a value cannot be told."""


def to_json(value):
    check(value, "the result", 0)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(text) > MAX_CHARACTERS:
        raise Unfit(f"the result is longer than {MAX_CHARACTERS} characters")
    return text


def check(value, path, depth):
    if depth > MAX_DEPTH:
        raise Unfit(f"the result is a circle, or deeper than {MAX_DEPTH} levels")
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise Unfit(f"{path} has a key that is not a string: {key!r:.50}")
            check(item, f"{path}.{key}", depth + 1)
    elif kind in (list, tuple):
        for index, item in enumerate(value):
            check(item, f"{path}[{index}]", depth + 1)
    elif kind is float:
        if not math.isfinite(value):
            raise Unfit(f"{path} is {value}, which JSON cannot say")
    elif kind is int:
        if abs(value) > MAX_INTEGER:
            raise Unfit(f"{path} is an integer beyond {MAX_INTEGER}, which readers of JSON round")
    elif value is not None and kind not in (str, bool):
        raise Unfit(f"{path} is a {kind.__name__}: convert it to plain JSON first")
