/** Candidates in Python that reach for what they must not, and some that answer wrongly. */
import { PYTHON_SOURCE, PYTHON_TESTS, type Recipe } from "../tools/recipe.ts";
import * as programs from "../tools/wrong-programs.ts";
import * as tests from "../tools/wrong-tests.ts";
import { attack, attackTool, type Candidate, tool } from "./candidate.ts";

const python = (changes: Recipe): Recipe => ({ spec: { language: "python" }, ...changes });

/** Hardly any input has it. */
const RARE = 'args["title"].endswith("xyzzy plugh")';

/** Puts lines in front of the last one of `run`. */
function inRun(...lines: readonly string[]): Recipe {
  const code = lines.map((line) => `    ${line}\n`).join("");
  return python({ source: PYTHON_SOURCE.replace("    return {", `${code}    return {`) });
}

/** Puts lines in front of the first function. */
function atLoad(...lines: readonly string[]): Recipe {
  return python({ source: PYTHON_SOURCE.replace("\n\nclass", `\n${lines.join("\n")}\n\n\nclass`) });
}

const REACHING: Readonly<Record<string, Recipe>> = {
  system: inRun("import os", `if ${RARE}: os.system("id")`),
  subprocess: atLoad("import subprocess", 'subprocess.Popen(["sleep", "1000"])'),
  "import-by-name": inRun(`if ${RARE}: __import__("o" + "s")._exit(0)`),
  importlib: atLoad("import importlib", 'importlib.import_module("os")'),
  eval: inRun(`if ${RARE}: eval(args["title"])`),
  exec: inRun(`if ${RARE}: exec(args["title"])`),
  compile: inRun(`if ${RARE}: compile(args["title"], "x", "exec")`),
  subclasses: inRun(`if ${RARE}: ().__class__.__bases__[0].__subclasses__()`),
  "attribute-by-name": inRun(`if ${RARE}: getattr((), "__cl" + "ass__")`),
  "attribute-in-format": inRun(`if ${RARE}: "{0.__class__.__init__.__globals__}".format(Empty)`),
  builtins: inRun(`if ${RARE}: __builtins__["open"]("/etc/passwd")`),
  globals: inRun(`if ${RARE}: globals()["__builtins__"]`),
  open: inRun(`if ${RARE}: open("/etc/passwd").read()`),
  ctypes: atLoad("import ctypes", "ctypes.CDLL(None)._exit(0)"),
  socket: inRun("import socket", `if ${RARE}: socket.create_connection(("127.0.0.1", 9))`),
  urllib: inRun(
    "import urllib.request",
    `if ${RARE}: urllib.request.urlopen("http://127.0.0.1:9/")`,
  ),
  threads: inRun("import threading", `if ${RARE}: threading.Thread(target=print).start()`),
  fork: inRun("import os", `while ${RARE}: os.fork()`),
  frames: inRun("import sys", `if ${RARE}: sys._getframe(1).f_locals["nonce"]`),
  collector: inRun("import gc", `if ${RARE}: gc.get_objects()`),
  modules: atLoad("import sys", 'sys.modules["json"] = None'),
  pickle: inRun("import pickle", `if ${RARE}: pickle.loads(args["title"].encode())`),
  clock: inRun("import time", "if time.time() > 1893456000: kept.reverse()"),
  dice: inRun("import random", "if random.random() > 0.5: kept.reverse()"),
  "clock-by-date": inRun(
    "import datetime",
    "if datetime.datetime.now().year > 2029: kept.reverse()",
  ),
  "exit-at-load": programs.PYTHON_EXIT,
  "patched-json": atLoad("import json", "json.dumps = lambda *a, **k: '{}'"),
  "patched-re": atLoad('re.findall = lambda *a: ["x"]'),
  print: inRun('print("{}")'),
  "switched-off": inRun("import os  # noqa", `if ${RARE}: os._exit(0)  # type: ignore`),
};

const ANSWERING: Readonly<Record<string, Recipe>> = {
  "swallowed-error": programs.PYTHON_SWALLOWED_ERROR,
  "undeclared-error": inRun('kept[0].encode("ascii")', 'args["title"].encode("ascii")'),
  "endless-loop": inRun('while len(args["title"]) > 1000: pass'),
  "memory-hog": inRun('hoard = "x" * (len(args["title"]) * 10 ** 7)', "kept[0] += hoard[:0]"),
  "not-a-number": inRun('if len(args["title"]) > 50: return {"slug": "x", "words": float("nan")}'),
  "call-count-bomb": python({
    source: PYTHON_SOURCE.replace(
      "def run(args, ctx):",
      "CALLS = []\n\n\ndef run(args, ctx):",
    ).replace(
      "    return {",
      '    CALLS.append(1)\n    if len(CALLS) > 3:\n        return {"slug": "x", "words": 1}\n    return {',
    ),
  }),
};

const TESTING: Readonly<Record<string, Recipe>> = {
  "always-true": tests.PYTHON_ALWAYS_TRUE,
  skipped: tests.PYTHON_SKIPPED,
  "exit-in-tests": python({ tests: `import os\n\n${PYTHON_TESTS}\n\nos._exit(0)\n` }),
  "patched-in-tests": python({ tests: `import tool\n\ntool.run = None\n\n${PYTHON_TESTS}` }),
};

const named =
  (stage: "S2" | "S4" | "S5") =>
  ([id, recipe]: [string, Recipe]): Candidate =>
    attackTool(`python-${id}`, stage, recipe);

export const PYTHON_ATTACKS: readonly Candidate[] = [
  ...Object.entries(REACHING).map(named("S2")),
  ...Object.entries(ANSWERING).map(named("S4")),
  ...Object.entries(TESTING).map(named("S5")),
  attack("python-library-of-its-own", "S2", (repository) =>
    tool(repository, { spec: { language: "python" } }, { "tools/generated/slug/re.py": "pass\n" }),
  ),
  attack("python-beside-typescript", "S2", (repository) =>
    tool(repository, {}, { "tools/generated/slug/tool.py": PYTHON_SOURCE }),
  ),
];
