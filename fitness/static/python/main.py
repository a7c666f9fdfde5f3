"""
Reads the source of a Python tool and of its tests, and says what they may not do.

Runs in the sandbox, for a syntax tree of Python is best made by Python; nothing of the tool is imported or
run. Reads {"tool": source, "test": source} from standard input, and any number of further tools as
"tool 1", "tool 2"; writes for each
{"findings": [[line, message]], "uses": [[capability, what, line, host]], "opaque": bool,
"texts": [[line, column, text]], "codes": [[line, column, [number]]]}.
"""

import json
import sys

sys.path.insert(0, "/run/scan")

from constants import texts_of
from scan_test import TestScan
from scan_tool import ToolScan
from syntax import parse, suppressions


def answer(source, scan_type):
    tree, fault = parse(source)
    if tree is None:
        return {"findings": [fault], "uses": [], "opaque": True, "texts": [], "codes": []}
    scan = scan_type(tree)
    scan.scan()
    findings = {tuple(finding) for finding in suppressions(source) + scan.findings}
    texts, codes = texts_of(tree)
    report = {"uses": scan.uses, "opaque": scan.opaque, "texts": texts, "codes": codes}
    return {"findings": sorted(findings), **report}


REQUEST = json.load(sys.stdin)
json.dump({name: answer(source, ToolScan if name.startswith("tool") else TestScan) for name, source in REQUEST.items()}, sys.stdout)
