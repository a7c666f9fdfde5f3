import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExtractor } from "#models/extract/create.ts";
import { landlockHost } from "#platform/sandbox/landlock/host.ts";
import { Kernel } from "#platform/sandbox/landlock/kernel.ts";
import { LEAST_VERSION } from "#platform/sandbox/landlock/rules.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { pythonRunTool } from "./python-run.ts";

const context = { signal: new AbortController().signal, persona: "agent" };
const run = async (code: string) => await pythonRunTool().run({ code }, context);

describe("what a program prints", () => {
  test("is its result", async () => {
    expect(await run("print('größer')")).toEqual({ ok: true, output: "größer", exit: 0 });
  });

  test("is the value of its last expression, where it prints nothing itself", async () => {
    expect((await run("import math\nmath.comb(5, 2)")).output).toBe("10");
    expect((await run("'a' * 2")).output).toBe("'aa'");
    expect((await run("print(1)\n2")).output).toBe("1");
    expect((await run("def f(): print(3)\nf()")).output).toBe("3");
    expect((await run("x = 4")).output).toBe("(no output)");
    expect((await run("None")).output).toBe("(no output)");
  });

  test("is there for the call that a model of 1.5B parameters wrote", async () => {
    // Qwen2.5-Coder-1.5B-Instruct on llama.cpp, asked to add up the numbers 1 to 100.
    const output =
      '```json\n{\n  "name": "python_run",\n  "arguments": {\n    "code": "sum(range(1, 101))",\n    "timeout_s": 10\n  }\n}\n```';
    const tool = pythonRunTool();
    const extractor = createExtractor({ tools: [tool.schema] });
    const events = [...extractor.push(output), ...extractor.end()];
    const call = events.find((event) => event.type === "call")?.call;
    expect(call?.name).toBe("python_run");
    expect((await tool.run(call?.arguments, context)).output).toBe("5050");
  });
});

describe("an error", () => {
  test("comes first, with the lines of the program that led to it and no others", async () => {
    const { output, exit } = await run(
      "import json\nprint('so far')\n\ndef read(text):\n    return json.loads(text)\n\nread('{')",
    );
    expect(output).toMatchInlineSnapshot(`
      "so far
      [stderr]
      JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
        line 5: return json.loads(text)
        line 7: read('{')
        text = '{'
      [exit code 1]"
    `);
    expect(exit).toBe(1);
  });

  test("of the grammar names the line that the model wrote", async () => {
    const { output } = await run("a = 1\nb = (2\nc = 3");
    expect(output).toBe(
      "[stderr]\nSyntaxError: '(' was never closed\n  line 2: b = (2\n[exit code 1]",
    );
  });

  test("of a recursion is short", async () => {
    const { output } = await run("def f(n): return f(n + 1)\nf(1)");
    expect(output).toBe(
      "[stderr]\nRecursionError: maximum recursion depth exceeded\n  line 1: def f(n): return f(n + 1)\n  line 2: f(1)\n[exit code 1]",
    );
  });

  test.each([
    ["pandas", "use csv and statistics"],
    ["requests", "there is no network here"],
    ["bs4.element", "use html.parser"],
    ["no_such_package", "use the standard library"],
  ])("of the missing package %s names what there is instead", async (name, instead) => {
    const { output } = await run(`import ${name}`);
    expect(output).toContain(`\nNo packages can be installed here: ${instead}.\n`);
  });

  test("that the program wants is its exit code", async () => {
    expect((await run("import sys\nsys.exit(4)")).output).toBe("[exit code 4, no output]");
    expect((await run("raise SystemExit('bad')")).output).toBe("[stderr]\nbad\n[exit code 1]");
  });
});

describe("a program that does not compile as it came", () => {
  test.each([
    ["is indented as a whole", "    import os\n    print(6 * 7)"],
    ["is indented in its first line alone", "  x = 6\nprint(x * 7)"],
    ["is in a fence", "```python\nprint(6 * 7)\n```"],
    ["is indented in a fence", "\n```py\n  x = 6\n  print(x * 7)\n```\n"],
    ["is squeezed into one line", "import io; with io.StringIO('42') as f: print(f.read())"],
    // A model of 1.5B parameters wrote `print(lowest_date)}` four times in one turn.
    ["ends with the end of the object that it came in", "x = 42\nprint(x)}"],
    ["has its line ends written out", "x = 6\\nprint(x * 7)"],
    ["has a loop, a condition and a print in one line", "for a in [6, 41]: if a > 9: print(a + 1)"],
    [
      "lost the line end behind a loop",
      "for a in [[6], [41]]:    for b in a:\n        if b > 9:\n            print(b + 1)",
    ],
    ["has two statements in one line", "a = [4 + 2] b = [x * 7 for x in a] print(b[0])"],
    ["has them within a block", "for x in [6]:\n    y = x * 7 print(y)"],
    [
      "closes a bracket too many",
      "import io\nx = [int(c) for c in ['4', '2']]}\nprint(x[0] * 10 + x[1])",
    ],
    [
      "begins a line behind a block with a space",
      "xs = [6]\nfor x in xs:\n    y = x\n z = y * 7\n print(z)",
    ],
    ["begins its first line with a space", " x = 6\n# all\nprint(x * 7)"],
    ["begins one of its lines with a space", "x = 6\n y = 7\nif x:\n    z = x * y\n     print(z)"],
    ["leaves a block half", "for x in [6]:\n    if x:\n        y = x\n     y *= 7\n    print(y)"],
    ["has one line end written out", "x = 6\\nfor y in [x]:\\n    z = y\nprint(z * 7)"],
    [
      "has a line end without its letter",
      "for x in [6]:\n    w = [x * 7]\\most = max(w)\n    print(most)",
    ],
    ["begins a line with a tab too many", "for x in [6]:\n\ty = x\n\t\tz = y * 7\n\tprint(z)"],
    // A model of 1.5B parameters wrote `datetime(2023, 1, 2, 06, 10)` three times in one turn.
    [
      "writes the numbers of a clock with their zeros",
      "from datetime import datetime\nprint(datetime(2023, 08, 02, 06, 40).minute + 02)}",
    ],
    // As the same model wrote it in a text of JSON.
    ["closes a text twice", 'text = "possessivenes42""\nprint(text[-2:])'],
    ["has line ends within its texts", "print('4\n2'.replace('\n', '').replace(f'{1}\n', ''))"],
  ])("runs when it %s", async (_how, code) => {
    expect((await run(code)).output).toBe("42");
  });

  // A model of 1.5B parameters wrote `python3 -m unittest discover -v` as the code of a program, twice in one turn.
  test.each([
    ["python3 -c 'print(6 * 7)'", "42"],
    ["python -c 'print(6 * 7)'", "42"],
    ["$ echo 4 2 | tr -d ' '", "42"],
    ["cat notes.txt | wc -l", "notes.txt: No such file"],
    ["sort = f(6 * 7", "SyntaxError"],
    ["import no module", "SyntaxError"],
    ["nothing_of_this_name -v now", "SyntaxError"],
    ["echo 4 2\necho 5 6", "SyntaxError"],
  ])("is one command of a shell where that is what came: %s", async (code, printed) => {
    expect((await run(code)).output).toContain(printed);
  });

  // Debian has one beside its list of programs for kinds of files.
  test("is not the print of an older Python, though a program has that name", async () => {
    await using folder = await temporaryFolder("print");
    const program = join(folder.path, "print");
    await writeFile(program, "#!/bin/sh\necho run\n", { mode: 0o755 });
    const code = join(folder.path, "main.py");
    await writeFile(code, "print '42'\n");
    const main = Bun.fileURLToPath(import.meta.resolve("./inside/run_main.py"));
    const env = { PATH: `${folder.path}:/usr/bin:/bin` };
    const { stdout, stderr } = Bun.spawnSync(["python3", main, code], { env });
    expect(stdout.toString()).toBe("");
    expect(stderr.toString()).toContain("Missing parentheses in call to 'print'");
  });

  test("is told its own mistake where nothing mends it", async () => {
    const code = '𝒳#c\\x \n"""def f():for a in b:\n\n\tdef f():\\ ;𝒳"""    n\f\nn    ';
    expect((await run(code)).output).toStartWith("[stderr]\nSyntaxError: ");
  });

  test("keeps the lines of the model where it is indented", async () => {
    expect((await run("  x = 1\n\n  raise ValueError(x)")).output).toContain(
      "ValueError: 1\n  line 3: raise ValueError(x)",
    );
  });

  test("is never one that compiles: text stays as it is written", async () => {
    expect((await run("print('a; for b'); print('```')")).output).toBe("a; for b\n```");
    expect((await run("print('a\\nb')")).output).toBe("a\nb");
  });
});

describe("a module of the standard library that the program forgot to import", () => {
  test("is imported", async () => {
    expect((await run("print(math.factorial(4) + len(re.findall('a', 'banana')))")).output).toBe(
      "27",
    );
    expect((await run("def f(n):\n    return json.dumps([n])\nprint(f(1))")).output).toBe("[1]");
  });

  test("stays what the program makes of its name", async () => {
    expect((await run("def f(time):\n    return time + 1\nprint(f(41))")).output).toBe("42");
    expect((await run("for string in ['a']:\n    print(string)")).output).toBe("a");
    expect((await run("print('math' in dir())")).output).toBe("False");
  });
});

test.each([
  ["Counter('banana').most_common(1)", "[('a', 3)]"],
  ["reduce(lambda a, b: a * b, [2, 3, 7])", "42"],
  ["sqrt(49), mean([1, 3])", "(7.0, 2)"],
  ["def mean(a):\n    return 'mine'\nmean(1)", "'mine'"],
  ["date(2026, 4, 11) - date(2026, 2, 17)", "datetime.timedelta(days=53)"],
])(
  "a name of the standard library that the program forgot to import is found: %s",
  async (code, printed) => {
    expect((await run(code)).output).toBe(printed);
  },
);

test.each([
  ["import datetime\ndatetime.strptime('2026-04-11', '%Y-%m-%d').day"],
  ["import datetime\ndatetime.datetime.strptime('2026-04-11', '%Y-%m-%d').day"],
  ["import datetime\ndatetime(2026, 4, 11).day"],
  ["from datetime import datetime\ndatetime.datetime(2026, 4, 11).day"],
  ["from datetime import datetime\n(datetime(2026, 4, 10) + datetime.timedelta(days=1)).day"],
  ["datetime.strptime('2026-04-11', '%Y-%m-%d').day"],
  ["(datetime(2026, 4, 10) + timedelta(days=1)).day"],
  ["class Dates:\n    day = 11\ndatetime = Dates()\ndatetime.day"],
])("datetime is the module or the class, whichever has what is used of it: %s", async (code) => {
  expect((await run(code)).output).toBe("11");
});

describe("a table that is read without its delimiter", () => {
  test.each([
    ["commas", 'id,name\n007,"Lamp, green"\n', "{'id': '007', 'name': 'Lamp, green'}"],
    ["semicolons", "Stadt;Quote\nHallvik;3,5\n", "{'Stadt': 'Hallvik', 'Quote': '3,5'}"],
    ["tabs", "a\tb\n1\t-2\n", "{'a': '1', 'b': '-2'}"],
    ["one column", "a\n1\n", "{'a': '1'}"],
  ])("has its columns where it has %s", async (_what, text, row) => {
    const code = `import csv, io\nlist(csv.DictReader(io.StringIO(${JSON.stringify(text)})))[0]`;
    expect((await run(code)).output).toBe(row);
  });

  test("is read as the program says where it says it, and an empty one has no rows", async () => {
    const code = `import csv, io
print(list(csv.reader(io.StringIO("a;b,c"), delimiter=",")), list(csv.reader([])), list(csv.DictReader([])))
from csv import reader
print(list(reader(["a|b", "1|2"])), list(reader(["a;b\\tc"], "excel-tab")))`;
    expect((await run(code)).output).toBe(
      "[['a;b', 'c']] [] []\n[['a', 'b'], ['1', '2']] [['a;b', 'c']]",
    );
  });
});

describe("an error that small models make again and again says what to do", () => {
  test.each([
    ["int('2.50')", "It has a point: use float."],
    [
      "data = {'race': 'x', 'stages': [{'km': 1.5}]}\nsum(x['km'] for x in data)",
      "A loop over data gives its keys. Its list is data['stages'].",
    ],
    ["open('missing.csv')", "No files are here."],
    ["print(f", "write texts in single ones"],
  ])("%s", async (code, advice) => {
    expect((await run(code)).output).toContain(advice);
  });

  test("and which files there are", async () => {
    const tool = pythonRunTool({ workspace: import.meta.dir });
    const { output } = await tool.run({ code: "open('missing.csv')" }, context);
    expect(output).toContain("\nHere are: answer-text.ts, ");
  });
});

test("a program imports the user's own modules, and no file of the user in place of a standard one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "org-import-"));
  await using _folder = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  await Bun.write(join(folder, "prices.py"), "def gross(net):\n    return net * 1.25\n");
  await Bun.write(join(folder, "statistics.py"), "raise SystemExit('the wrong one')\n");
  const code = "import prices, statistics\nprint(prices.gross(8), statistics.mean([1, 2]))";
  expect((await pythonRunTool({ workspace: folder }).run({ code }, context)).output).toBe(
    "10.0 1.5",
  );
});

test.each([
  [
    "toml",
    "import io, toml\ntoml.loads('a = 1'), toml.load(io.StringIO('a = 1'))",
    "({'a': 1}, {'a': 1})",
  ],
  ["tomli", "import io, tomli\ntomli.load(io.BytesIO(b'a = 1'))", "{'a': 1}"],
  ["simplejson", "import simplejson\nsimplejson.loads('[1]')", "[1]"],
  ["regex", "from regex import findall\nfindall('a', 'banana')", "['a', 'a', 'a']"],
])("the package %s is what the standard library has of it", async (_name, code, printed) => {
  expect((await run(code)).output).toBe(printed);
});

test("a program is the main module, and has the names of no other", async () => {
  const code = [
    "import pickle, sys",
    "class A: pass",
    "assert type(pickle.loads(pickle.dumps(A()))) is A",
    "print(__name__, __file__, sys.argv, sorted(n for n in dir() if not n.startswith('__')))",
  ].join("\n");
  expect((await run(code)).output).toBe(
    "__main__ /run/main.py ['/run/main.py'] ['A', 'pickle', 'sys']",
  );
});

test.skipIf(new Kernel().landlockVersion < LEAST_VERSION)(
  "a program under Landlock starts where the user's files are, too, and its errors are as short",
  async () => {
    const tool = pythonRunTool({ host: landlockHost(), workspace: import.meta.dir });
    const { output } = await tool.run({ code: "len(open('sh.ts').read()) > 9" }, context);
    expect(output).toBe("True");
    const failed = await tool.run({ code: "import os\nopen('new.txt', 'w')" }, context);
    expect(failed.output).toBe(
      "[stderr]\nPermissionError: [Errno 13] Permission denied: 'new.txt'\n  line 2: open('new.txt', 'w')\n[exit code 1]",
    );
  },
);

describe("a file with a JSON value on each line", () => {
  const read = (text: string, how: string) =>
    run(`import json, io\nprint(${how.replace("TEXT", JSON.stringify(text))})`);

  test("is the list of them for a program that reads it as one", async () => {
    const lines = '{"a": 1}\n{"a": "é\\n"}\n\n[2.5]\n';
    const list = "[{'a': 1}, {'a': 'é\\n'}, [2.5]]";
    expect((await read(lines, "json.load(io.StringIO(TEXT))")).output).toBe(list);
    expect((await read(lines, "json.loads(TEXT)")).output).toBe(list);
  });

  test("is an error as ever where a line is none", async () => {
    const { output } = await read('{"a": 1} oops\n', "json.loads(TEXT)");
    expect(output).toContain("JSONDecodeError: Extra data: line 1 column 10");
    expect((await read("[1, 2]", "json.loads(TEXT)")).output).toBe("[1, 2]");
  });
});

test.each(["const A = 1;\nconsole.log(A)", "let a = 2", "#include <stdio.h>\nint main() {}"])(
  "of a program in another language it is said that it is one: %s",
  async (code) => {
    expect((await run(code)).output).toContain("This is not Python: only Python 3 runs here.");
  },
);

test("of an error of Python it is not said", async () => {
  expect((await run("def f(:\n  pass")).output).not.toContain("not Python");
});
