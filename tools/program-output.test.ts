import { expect, test } from "bun:test";
import fc from "fast-check";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { DEFAULT_POLICY } from "#platform/sandbox/policy.ts";
import type { KillReason, SandboxResult } from "#platform/sandbox/result.ts";
import { headAndTail, programOutput } from "./program-output.ts";

function ended(result: Partial<SandboxResult>): SandboxResult {
  return {
    exit: 0,
    signal: null,
    stdout: "",
    stderr: "",
    killed: null,
    wallMs: 1,
    cpuMs: 1,
    peakBytes: 1,
    truncated: { stdout: false, stderr: false },
    ...result,
  };
}

test("shows stdout, then stderr, then the exit code", async () => {
  const result = ended({ exit: 2, stdout: "one\n", stderr: "two\n" });
  expect(await programOutput(result, DEFAULT_POLICY)).toEqual({
    ok: false,
    output: "one\n[stderr]\ntwo\n[exit code 2]",
    exit: 2,
  });
});

test("says that a silent success printed nothing", async () => {
  expect(await programOutput(ended({}), DEFAULT_POLICY)).toEqual({
    ok: true,
    output: "(no output)",
    exit: 0,
  });
});

test("says where files can be written, where a program has tried elsewhere", async () => {
  const result = ended({ exit: 1, stderr: "sh: 1: cannot create a: Read-only file system\n" });
  const policy = { ...DEFAULT_POLICY, folder: "/workspace" };
  expect((await programOutput(result, policy)).output).toBe(
    "[stderr]\nsh: 1: cannot create a: Read-only file system\n[that folder cannot be written; $TMPDIR can]\n[exit code 1]",
  );
});

test("names the folder that is written for good beside the scratch", async () => {
  const result = ended({ exit: 1, stderr: "touch: x: Read-only file system\n" });
  const writable = [
    { from: "/copy", to: "/workspace", maxBytes: 2 * 1024 ** 3, maxFiles: 100_000 },
  ];
  const policy = { ...DEFAULT_POLICY, folder: "/workspace", writable };
  const { output } = await programOutput(result, policy);
  expect(output).toContain("[that folder cannot be written; /workspace and $TMPDIR can]");
  const stopped = ended({ exit: null, killed: "disk" });
  expect(await programOutput(stopped, policy)).toEqual({
    ok: false,
    output:
      "[stopped: it added more than 2048 MiB or 100,000 files, or filled the disk; what it wrote is kept]",
    killed: "disk",
  });
});

test("names the signal that ended a program", async () => {
  const result = ended({ exit: 139, signal: "SIGSEGV" });
  expect((await programOutput(result, DEFAULT_POLICY)).output).toBe(
    "[exit code 139 (128 + 11, SIGSEGV: it reached for memory that it does not have)]",
  );
});

test.each<[KillReason, string]>([
  ["wall", "[stopped: the time limit of 30 s was reached]"],
  ["cpu", "[stopped: it used more than 60 s of CPU time]"],
  ["memory", "[stopped: it used more than 1024 MiB of memory]"],
  ["output", "[stopped: it printed more than 4 MiB]"],
  ["processes", "[stopped: it had more than 64 processes]"],
  ["aborted", "[stopped: the user cancelled it]"],
])(
  "a stopped program (%s) has no exit code, a reason, and what it printed before",
  async (killed, line) => {
    const result = ended({ exit: null, killed, stdout: "so far" });
    const output = `so far\n${line}`;
    const counted = killed === "aborted" ? {} : { killed };
    expect(await programOutput(result, DEFAULT_POLICY)).toEqual({ ok: false, output, ...counted });
  },
);

test("a flood of output keeps its beginning, its end, and all of stderr's end", async () => {
  const result = ended({
    exit: 1,
    stdout: `first ${"x".repeat(1e6)} last`,
    stderr: "why it failed",
  });
  const { output } = await programOutput(result, DEFAULT_POLICY);
  expect(output.length).toBeLessThan(17_000);
  expect(output).toStartWith("first x");
  expect(output).toContain("characters left out");
  expect(output).toEndWith("x last\n[stderr]\nwhy it failed\n[exit code 1]");
});

test("a short text stays as it is, a long one says exactly how much is missing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 40 }), (text, limit) => {
      const rendered = headAndTail(text, limit);
      if (text.length <= limit) return rendered === text;
      const omitted = Number(/… ([\d,]+) characters/.exec(rendered)?.[1]?.replace(",", ""));
      return omitted === text.length - 2 * Math.floor(limit / 2) && rendered.isWellFormed();
    }),
  );
});

test("is cleaned before it is cut: no half of a secret is left", async () => {
  const cleaner = new TextCleaner();
  const token = `ghp_${"aB3dE5fG7h".repeat(4)}`;
  const clean = (text: string) => cleaner.clean(text);
  // The cut goes through the middle, wherever that is.
  for (let before = 8150; before < 8250; before += 7) {
    const stdout = `${"x ".repeat(before / 2)}${token} ${"y ".repeat(9000)}`;
    const { output } = await programOutput(ended({ stdout }), DEFAULT_POLICY, clean);
    expect(output).not.toMatch(/ghp_|aB3d/);
  }
});
