"""Runs the own tests of a Python tool in the sandbox and tells what our plugin for pytest counted."""

import asyncio
import ast
import importlib
import inspect
import json
import os
import sys
from pathlib import Path

from empty_environment import empty_context

# The folder of this program: a tool imports nothing from here.
sys.path.pop(0)

LOG_CHARACTERS = 4000
RAN = set()


def main():
    request = json.loads(sys.stdin.read())
    channel = os.fdopen(os.dup(1), "w")
    log = open("/tmp/log", "w+", encoding="utf-8", errors="replace")
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    sys.dont_write_bytecode = True
    answer = {"nonce": request["nonce"], "exit": None, "log": ""}
    try:
        answer.update(run(request))
    except ModuleNotFoundError as error:
        if error.name not in ("pytest", "hypothesis"):
            raise
        answer["missing"] = error.name
    sys.stdout.flush()
    sys.stderr.flush()
    log.seek(0)
    answer["log"] = log.read()[-LOG_CHARACTERS:]
    channel.write(json.dumps(answer) + "\n")
    channel.flush()
    os._exit(0)


def run(request):
    import hypothesis
    import pytest

    # A person who runs the tests twice must see the same twice, whatever the machine is busy with.
    hypothesis.settings.register_profile(
        "org", derandomize=True, database=None, deadline=None, max_examples=30,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("org")
    folder = request["folder"]
    sys.path.insert(0, folder)
    source = f"{folder}/tool.py"
    if request["withCoverage"]:
        sys.settrace(lambda frame, _event, _arg: line_of(frame) if frame.f_code.co_filename == source else None)
    counter = Counter()
    options = ["-q", "--no-header", "-p", "no:cacheprovider", "-c", "/run/org/pytest.ini", "--rootdir=/work"]
    result = {"exit": 0}
    if request["files"]:
        code = int(pytest.main([*options, f"{folder}/test_tool.py"], plugins=[counter]))
        result = {"exit": code, "counts": counter.counts(Path(folder, "test_tool.py").read_text("utf-8"))}
    if request["withCoverage"]:
        ask_all(request["inputs"], request["nowMs"])
        sys.settrace(None)
        every = lines_of(compile(Path(source).read_text("utf-8"), source, "exec"))
        result["lines"] = [{"file": "tool.py", "ran": sorted(RAN & every), "all": sorted(every)}]
    return result


def line_of(frame):
    RAN.add(frame.f_lineno)

    def local(inner, event, _arg):
        if event == "line":
            RAN.add(inner.f_lineno)
        return local

    return local


def lines_of(code):
    """The lines that can run, as the compiler says, without those of definitions that only a reader needs."""
    found = {line for _start, _end, line in code.co_lines() if line}
    for inner in code.co_consts:
        if inspect.iscode(inner):
            found |= lines_of(inner)
    return found


def ask_all(inputs, now_ms):
    tool = importlib.import_module("tool")
    for raw_input in inputs:
        try:
            value = tool.run(raw_input, empty_context(now_ms))
            if inspect.isawaitable(value):
                asyncio.run(value)
        except Exception:
            # Failing is one of the things that a declared case may ask for.
            continue


class Counter:
    """Counts what really ran, not what was printed."""

    def __init__(self):
        self.tests = self.failures = self.skipped = self.assertions = 0

    def pytest_runtest_logreport(self, report):
        self.tests += report.when == "call"
        self.failures += report.failed
        self.skipped += report.skipped or hasattr(report, "wasxfail")

    def pytest_collectreport(self, report):
        self.failures += report.failed
        self.skipped += report.skipped

    def pytest_assertion_pass(self, item, lineno, orig, expl):
        self.assertions += 1

    def counts(self, source):
        # `with pytest.raises(…)` asserts without the word.
        raising = [
            node for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Attribute) and node.attr == "raises"
        ]
        return {
            "tests": self.tests,
            "failures": self.failures,
            "skipped": self.skipped,
            "assertions": self.assertions + len(raising),
        }


main()
