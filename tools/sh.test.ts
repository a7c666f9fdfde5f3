import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonRunTool } from "./python-run.ts";
import { shTool } from "./sh.ts";

const context = { signal: new AbortController().signal, persona: "agent" };

test("sh runs a command and returns what it printed", async () => {
  expect(await shTool().run({ cmd: "echo $((6 * 7)); [[ a == a ]]" }, context)).toEqual({
    ok: true,
    output: "42\n[exit code 0]",
    exit: 0,
  });
});

test("sh stops a command after timeout_s and shows what came before", async () => {
  const args = { cmd: "echo started; sleep 60", timeout_s: 0.2 };
  expect((await shTool().run(args, context)).output).toBe(
    "started\n[stopped: the time limit of 0.2 s was reached]",
  );
});

test("an abort ends sh at once", async () => {
  const stop = new AbortController();
  const running = shTool().run({ cmd: "sleep 60" }, { ...context, signal: stop.signal });
  stop.abort();
  expect((await running).output).toBe("[stopped: the user cancelled it]");
});

test("python_run runs a program and shows the line of an error", async () => {
  const { output, exit } = await pythonRunTool().run(
    { code: "print('größer')\nraise SystemExit(undefined_name)" },
    context,
  );
  expect(output).toStartWith("größer\n[stderr]\nTraceback");
  expect(output).toContain("raise SystemExit(undefined_name)");
  expect(exit).toBe(1);
});

test("a command longer than a command line runs", async () => {
  const { output } = await shTool().run({ cmd: `: ${"x".repeat(300_000)}\necho done` }, context);
  expect(output).toBe("done\n[exit code 0]");
});

test("both see the workspace, and neither can change it", async () => {
  const workspace = mkdtempSync(join(tmpdir(), "org-workspace-"));
  try {
    writeFileSync(join(workspace, "a.txt"), "hello");
    const sh = await shTool({ workspace }).run(
      { cmd: "cat /workspace/a.txt; echo x > /workspace/b.txt; pwd; touch here && ls" },
      context,
    );
    expect(sh.output).toContain("hello");
    expect(sh.output).toContain("Read-only file system");
    expect(sh.output).toContain("/work\nhere");
    const python = await pythonRunTool({ workspace }).run(
      { code: "print(open('/workspace/a.txt').read())" },
      context,
    );
    expect(python.output).toBe("hello\n[exit code 0]");
  } finally {
    rmSync(workspace, { recursive: true });
  }
});

test("a workspace that is gone is told, not run without", async () => {
  const running = shTool({ workspace: "/nonexistent/workspace" }).run({ cmd: "echo ran" }, context);
  await expect(running).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
});

test("the workspace shows neither our own state nor places of secrets", async () => {
  const workspace = mkdtempSync(join(tmpdir(), "org-workspace-"));
  try {
    mkdirSync(join(workspace, ".org"));
    writeFileSync(join(workspace, ".org", "journal"), "private");
    writeFileSync(join(workspace, ".env"), "KEY=secret");
    writeFileSync(join(workspace, "shown"), "public");
    const { output } = await shTool({ workspace }).run(
      { cmd: "cd /workspace; cat .env .org/journal shown" },
      context,
    );
    expect(output).toStartWith("public");
    expect(output).not.toContain("private");
    expect(output).not.toContain("secret");
  } finally {
    rmSync(workspace, { recursive: true });
  }
});

test.each([shTool(), pythonRunTool()])("the schema of $name stays small", ({ schema }) => {
  // 4 characters a token is what English and JSON come to; the budget is 150 tokens.
  expect(JSON.stringify(schema).length / 4).toBeLessThan(150);
});
