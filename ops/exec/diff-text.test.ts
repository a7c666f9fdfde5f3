import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readDiff, writeDiff } from "./diff-text.ts";

const read = (text: string) => {
  const outcome = readDiff(text.split("\n"));
  return "refused" in outcome ? outcome.refused.why : outcome.value;
};
const BODY = "@@ -1 +1 @@\n-a\n+b";

describe("the diff of a model", () => {
  test("is read without its numbers, and written with the right ones", () => {
    const files = read("--- a/x.ts\n+++ b/x.ts\n@@ -7,99 +3,1 @@ in f()\n a\n-b\n+c\n+d\n");
    expect(files).toEqual([
      { path: "x.ts", kind: "change", hunks: [{ oldStart: 7, lines: [" a", "-b", "+c", "+d"] }] },
    ]);
    expect(writeDiff(files as never, () => "\n")).toBe(
      "diff --git a/x.ts b/x.ts\n--- a/x.ts\n+++ b/x.ts\n@@ -7,2 +7,3 @@\n a\n-b\n+c\n+d\n",
    );
  });

  test("may make, take away and change several files, with chatter between them", () => {
    const text = [
      "Here:",
      `--- a/x\n+++ b/x\n${BODY}`,
      "And a new one:",
      "diff --git a/new b/new\nnew file mode 100644\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+n",
      "diff --git a/old b/old\ndeleted file mode 100755\nindex 1..0",
      "--- old2\t2026-01-01\n+++ /dev/null\n@@ -1 +0,0 @@\n-o\n```",
    ].join("\n");
    expect(read(text)).toMatchObject([
      { path: "x", kind: "change" },
      { path: "new", kind: "create", hunks: [{ lines: ["+n"] }] },
      { path: "old", kind: "delete", hunks: [] },
      { path: "old2", kind: "delete", hunks: [{ lines: ["-o"] }] },
    ]);
  });

  test("ends where its numbers say, when a list follows", () => {
    const text = `--- a/x\n+++ b/x\n${BODY}\n\n- It is b now.\n`;
    expect(read(text)).toMatchObject([{ hunks: [{ lines: ["-a", "+b"] }] }]);
    // Numbers that are too small end nothing.
    expect(read(`--- a/x\n+++ b/x\n${BODY}\n+c\n`)).toMatchObject([
      { hunks: [{ lines: ["-a", "+b", "+c"] }] },
    ]);
  });

  test("gets the line ends of its file, but for a line that has none", () => {
    const files = read(`--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file`);
    expect(writeDiff(files as never, () => "\r\n")).toEndWith(
      "@@ -1,1 +1,1 @@\n-a\r\n+b\n\\ No newline at end of file\n",
    );
  });

  test.each([
    ["nothing", "no diff", "the PATCH block holds no diff"],
    [
      "a rename",
      "diff --git a/x b/y\nrename from x\nrename to y",
      '"y": the diff says "rename from x"',
    ],
    ["a rename that is not said", `--- a/x\n+++ b/y\n${BODY}`, '"y": it was "x" before'],
    ["a mode", "diff --git a/x b/x\nold mode 100644\nnew mode 100755", '"x": the diff says'],
    [
      "a link",
      "diff --git a/x b/x\nnew file mode 120000",
      '"x": the diff says "new file mode 120000"',
    ],
    ["bytes", "diff --git a/x b/x\nGIT binary patch\nliteral 3", "x would be binary"],
    [
      "no place",
      "--- a/x\n+++ b/x\n@@ -3,0 +4 @@\n+a",
      "a part of the diff shows no line that x has",
    ],
    ["no name", `--- /dev/null\n+++ /dev/null\n${BODY}`, "the diff names no file"],
  ])("is refused with %s", (_name, text, why) => {
    expect(read(text)).toStartWith(why);
  });

  test("a removed line that looks like a head stays a line", () => {
    expect(read("--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n--- old\n a\n")).toMatchObject([
      { hunks: [{ lines: ["--- old", " a"] }] },
    ]);
  });

  test("what was written is read again as it was", () => {
    const line = fc
      .tuple(fc.constantFrom(" ", "+", "-"), fc.stringMatching(/^[a-z ]{0,8}$/))
      .map(([sign, text]) => sign + text);
    const hunk = fc.record({
      oldStart: fc.integer({ min: 1, max: 999 }),
      lines: fc.array(line).map((lines) => [" ", ...lines]),
    });
    const file = fc.record({
      path: fc.stringMatching(/^[a-z]{1,5}(\/[a-z."\\]{1,5}x)?$/),
      kind: fc.constant("change" as const),
      hunks: fc.array(hunk, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 3 }), (files) => {
        expect(readDiff(writeDiff(files, () => "\n").split("\n"))).toEqual({ value: files });
      }),
    );
  });

  test("whatever is said, it is read or refused, and every path in it is known", () => {
    const line = fc.constantFrom(
      ...[
        "--- a/x",
        "+++ b/x",
        "--- /dev/null",
        "+++ b/y",
        "@@ -1,2 +1 @@",
        "@@ -0,0 +1 @@",
        "+a",
        "-a",
        " a",
        "",
      ],
      ...[
        "diff --git a/x b/x",
        'diff --git "a/\\"z" b/z',
        "rename from x",
        "new file mode 100644",
        "```",
        "\\ No",
      ],
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const outcome = readDiff(lines);
        if ("refused" in outcome) expect(outcome.refused.why).not.toBe("");
        else
          expect(outcome.value.filter(({ path }) => !["x", "y", "z", '"z'].includes(path))).toEqual(
            [],
          );
      }),
    );
  });
});
