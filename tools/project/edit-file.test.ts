import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { processorMs } from "#test/processor-time.ts";
import { projectCopy } from "../../test/project-copy-fixture.ts";

const SUM =
  "def total(items):\n    sum = 0\n    for item in items:\n        sum += item\n    return sum\n";

const edit = (search: string, replace: string, path = "a.py") => ({ path, search, replace });

/** What became of a file after one edit. */
async function edited(before: string, search: string, replace: string): Promise<string> {
  using copy = projectCopy({ "a.py": before });
  const { ok, output } = await copy.call("edit_file", edit(search, replace));
  expect({ ok, output }).toMatchObject({ ok: true });
  return copy.text("a.py");
}

test("edit_file replaces the one place of a text and shows what it did", async () => {
  using copy = projectCopy({ "src/a.py": SUM });
  expect(await copy.call("edit_file", edit("sum = 0", "sum = 1", "/workspace/src/a.py"))).toEqual({
    ok: true,
    output:
      "edited src/a.py, line 2 (+1 −1)\n  def total(items):\n-     sum = 0\n+     sum = 1\n      for item in items:\n          sum += item",
  });
  expect(copy.text("src/a.py")).toBe(SUM.replace("sum = 0", "sum = 1"));
});

describe("edit_file takes a search that differs", () => {
  test.each<[what: string, search: string, replace: string]>([
    [
      "in trailing blanks",
      "    sum = 0  \n    for item in items:\t",
      "    sum = 1\n    for item in items:",
    ],
    [
      "in line ends",
      "    sum = 0\r\n    for item in items:\r\n",
      "    sum = 1\r\n    for item in items:\r\n",
    ],
    ["by a missing indentation", "sum = 0\nfor item in items:", "sum = 1\nfor item in items:"],
    [
      "by too much indentation",
      "      sum = 0\n      for item in items:",
      "      sum = 1\n      for item in items:",
    ],
    [
      "by tabs for spaces",
      "\tsum = 0\n\tfor item in items:\n\t\tsum += item",
      "\tsum = 1\n\tfor item in items:\n\t\tsum += item",
    ],
    [
      "by two spaces for four",
      "  sum = 0\n  for item in items:\n    sum += item",
      "  sum = 1\n  for item in items:\n    sum += item",
    ],
    ["by a code fence", "```python\n    sum = 0\n```", "```python\n    sum = 1\n```"],
    [
      "by line numbers",
      "2 |     sum = 0\n3 |     for item in items:",
      "2 |     sum = 1\n3 |     for item in items:",
    ],
    ["by blanks before a part of a line", "  = 0", "  = 1"],
    ["by blank lines around it", "\n\n    sum = 0\n\n", "\n\n    sum = 1\n\n"],
    [
      "on its first line alone",
      "sum = 0 \n    for item in items:",
      "sum = 1\n    for item in items:",
    ],
    ["by a forgotten line end in replace", "    sum = 0\n", "    sum = 1"],
  ])("%s", async (_what, search, replace) => {
    expect(await edited(SUM, search, replace)).toBe(SUM.replace("sum = 0", "sum = 1"));
  });

  test("in its indentation, and gives the new lines that of the file", async () => {
    const replace = "if item:\n    sum += item\nelse:\n    pass";
    expect(await edited(SUM, "sum += item ", replace)).toBe(
      SUM.replace("        sum += item", replace.replace(/^/gm, "        ")),
    );
  });
});

test("edit_file takes whole lines away with their ends", async () => {
  expect(await edited(SUM, "    for item in items: \n        sum += item", "")).toBe(
    "def total(items):\n    sum = 0\n    return sum\n",
  );
});

test("edit_file keeps the line ends, the byte order mark and the mode of a file", async () => {
  using copy = projectCopy({ "a.py": `\uFEFF${SUM.replaceAll("\n", "\r\n")}` });
  chmodSync(join(copy.root, "a.py"), 0o755);
  await copy.call(
    "edit_file",
    edit("def total(items):\n    sum = 0", "def total(items):\n    n = 0\n    sum = 0"),
  );
  expect(copy.text("a.py")).toBe(
    `\uFEFF${SUM.replace("    sum = 0", "    n = 0\n    sum = 0").replaceAll("\n", "\r\n")}`,
  );
  expect(statSync(join(copy.root, "a.py")).mode & 0o777).toBe(0o755);
});

test("edit_file takes the other quotation marks where nothing else fits, and writes those of the file", async () => {
  const quoted = (greeting: string) => `def greet(name):\n    return "${greeting}, " + name\n`;
  const after = await edited(
    quoted("Helo"),
    "    return 'Helo, ' + name",
    "    return 'Hello, ' + name",
  );
  expect(after).toBe(quoted("Hello"));
  using copy = projectCopy({ "a.py": quoted("Helo") });
  const mixed = edit("return 'Helo, ' + name", `return 'He said "Hello", ' + name`);
  expect((await copy.call("edit_file", mixed)).ok).toBe(false);
  expect(copy.text("a.py")).toBe(quoted("Helo"));
});

describe("edit_file changes nothing and says why", () => {
  test.each<[what: string, search: string, replace: string, said: string]>([
    ["where the text is there twice", "sum", "s", "search is in a.py 4 times, at lines 2, 4, 5:"],
    ["where lines fit twice by their indentation", "sum = 0\nx = 1", "", "search is not in a.py"],
    [
      "where search and replace are the same",
      "sum = 0",
      "sum = 0",
      "search and replace are the same",
    ],
    ["where search is empty", " \n", "sum = 1", "a.py exists, and search is empty"],
    [
      "where replace leaves code out",
      "    sum = 0",
      "    # ... rest of the code ...",
      "would delete what it stands for",
    ],
    ["where nothing is like it", "zebra quagga", "x", "nor anything like it"],
  ])("%s", async (_what, ...[search, replace, said]) => {
    using copy = projectCopy({ "a.py": SUM.replace("return sum", "return sum # sum") });
    const before = copy.text("a.py");
    const { ok, output } = await copy.call("edit_file", edit(search, replace));
    expect(ok).toBe(false);
    expect(output).toContain(said);
    expect(copy.text("a.py")).toBe(before);
  });

  test("where lines that fit but for their indentation stand twice", async () => {
    const twice = "if a:\n    go()\n    end()\nif b:\n        go()\n        end()\n";
    using copy = projectCopy({ "a.py": twice });
    const { output } = await copy.call("edit_file", edit("go()\nend()", "stop()"));
    expect(output).toContain("2 times, at lines 2, 5");
    expect(copy.text("a.py")).toBe(twice);
  });

  test("where the passage is like another one, which it shows", async () => {
    using copy = projectCopy({ "a.py": SUM });
    const { output } = await copy.call(
      "edit_file",
      edit("    for thing in items:\n        sum += thing", "x"),
    );
    expect(output).toBe(
      "search is not in a.py. Nothing changed. Most like it is lines 3 to 4; copy from there what is to be replaced:\n    for item in items:\n        sum += item",
    );
  });

  test("where replace has the mark of a secret that it would delete", async () => {
    const line = 'password = "hunter2hunter2hunter2"\n';
    using copy = projectCopy({ "a.py": `a = 1\n${line}b = 2\n` });
    expect((await copy.call("read_file", { path: "a.py" })).output).toContain("[redacted]");
    const hidden = await copy.call("edit_file", edit('password = "[redacted]"', "b = 3"));
    expect(hidden.output).toContain("hides a secret of a.py");
    const whole = { path: "a.py", content: 'password = "[redacted]"\n' };
    expect((await copy.call("write_file", whole)).output).toContain("would delete it");
    expect(copy.text("a.py")).toContain("hunter2hunter2hunter2");
  });
});

test("edit_file replaces every place where a model asks for all of them", async () => {
  using copy = projectCopy({ "a.py": SUM });
  const all = { ...edit("sum", "$&"), replace_all: "true" };
  expect((await copy.call("edit_file", all)).output).toContain("edited a.py, lines 2 to 5 (+4 −4)");
  expect(copy.text("a.py")).toBe(SUM.split("sum").join("$&"));
  copy.put("long.py", "sum ".repeat(100_000));
  const bomb = { ...edit("sum", "x".repeat(1_000_000), "long.py"), replace_all: true };
  expect((await copy.call("edit_file", bomb)).output).toContain("8 times or more");
  const none = { ...edit("zebra", "x"), replace_all: true };
  expect((await copy.call("edit_file", none)).ok).toBe(false);
});

test("edit_file creates a file of an empty search where there is none", async () => {
  using copy = projectCopy();
  const { output } = await copy.call("edit_file", edit("", "a = 1\n", "./new/a.py"));
  expect(output).toBe("wrote new/a.py, 1 line (new)");
  expect(copy.text("new/a.py")).toBe("a = 1\n");
});

test("edit_file names the files that a missing one may be", async () => {
  using copy = projectCopy({ "src/deep/total.py": SUM, "src/other.ts": "" });
  const { output } = await copy.call("edit_file", edit("sum = 0", "sum = 1", "src/total.py"));
  expect(output).toBe(
    "There is no file src/total.py in the project. Did you mean src/deep/total.py?",
  );
});

test("edit_file follows no link and enters no .git", async () => {
  using copy = projectCopy({
    "a.py": SUM,
    ".git/config": "[core]\n",
    "../outside.txt": "sum = 0\n",
  });
  symlinkSync("../outside.txt", join(copy.root, "link.txt"));
  for (const path of ["link.txt", ".git/config", "../outside.txt", "/etc/hostname"]) {
    const { ok, output } = await copy.call("edit_file", edit("sum = 0", "sum = 1", path));
    expect({ path, ok, output }).toMatchObject({
      ok: false,
      output: expect.stringContaining("was refused"),
    });
  }
  expect(copy.text("../outside.txt")).toBe("sum = 0\n");
  expect(existsSync(join(copy.root, "link.txt"))).toBe(true);
});

test("an edit that matches exactly changes that one place and no other byte", async () => {
  const word = fc.constantFrom("a", "b", " ", "\t", "  ", "é", "{", "}");
  const lines = fc.array(
    fc.array(word, { maxLength: 4 }).map((words) => words.join("")),
    { minLength: 1, maxLength: 12 },
  );
  using copy = projectCopy();
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(lines, lines),
      fc.constantFrom("\n", "\r\n"),
      fc.tuple(fc.nat(), fc.nat()),
      async ([file, replace], end, [at, size]) => {
        const text = file.join(end);
        const from = at % text.length || 0;
        const search = text.slice(from, from + 1 + (size % 12));
        const first = text.indexOf(search);
        // Half a line end, and the rule of whole lines, have tests of their own.
        fc.pre(
          search.trim() !== "" &&
            text.indexOf(search, first + 1) < 0 &&
            !/^\n|[\r\n]$/.test(search),
        );
        copy.put("a.txt", text);
        const given = replace.join("\n");
        await copy.call("edit_file", edit(search, given, "a.txt"));
        const put = text.includes("\n") ? given.replaceAll("\n", end) : given;
        expect(copy.text("a.txt")).toBe(
          text.slice(0, first) + put + text.slice(first + search.length),
        );
      },
    ),
  );
});

test("an edit that only fits in blanks never changes a place that is not the only one", async () => {
  const line = fc.tuple(
    fc.constantFrom("", "  ", "    ", "\t"),
    fc.constantFrom("a", "b", ""),
    fc.constantFrom("", " "),
  );
  const lines = fc.array(
    line.map((parts) => parts.join("")),
    { minLength: 1, maxLength: 8 },
  );
  using copy = projectCopy();
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.array(lines, { minLength: 1, maxLength: 1 }),
      async (file, [search = []]) => {
        const text = `${file.join("\n")}\n`;
        copy.put("a.txt", text);
        const wanted = search.join("\n");
        fc.pre(wanted.trim() !== "");
        const { ok } = await copy.call("edit_file", edit(wanted, "REPLACED", "a.txt"));
        if (!ok) return expect(copy.text("a.txt")).toBe(text);
        const core = wanted
          .trim()
          .split("\n")
          .map((one) => one.trim());
        const trimmed = text.split("\n").map((one) => one.trim());
        const trailing = (one: string) => one.trimEnd();
        const places = (wantedLines: readonly string[], lines: readonly string[]) =>
          lines.filter((_, at) => wantedLines.every((one, index) => lines[at + index] === one))
            .length;
        const isExact = text.split(wanted).length === 2;
        const isAlone = places(core, trimmed) === 1;
        const inTrailing = wanted
          .replace(/^(?:[ \t]*\n)+|\s+$/g, "")
          .split("\n")
          .map(trailing);
        const isAloneByTrailing = places(inTrailing, text.split("\n").map(trailing)) === 1;
        expect(isExact || isAlone || isAloneByTrailing).toBe(true);
      },
    ),
  );
});

test("edit_file takes time in proportion to what it is given, also where everything repeats", async () => {
  using copy = projectCopy({ "a.txt": "a\n".repeat(200_000), "b.txt": "ab ".repeat(300_000) });
  const search = `${"a\n".repeat(16_000)}b\n${"a\n".repeat(16_000)}`;
  const spentMs = await processorMs(async () => {
    for (const path of ["a.txt", "b.txt"]) {
      expect((await copy.call("edit_file", edit(search, "x", path))).ok).toBe(false);
    }
  });
  // Comparing at every place would take 6.4e9 steps, which is more than this on any machine.
  expect(spentMs).toBeLessThan(8000);
});
