import { expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostOfContainers } from "#platform/sandbox/host.ts";
import { TEST_HOME, TEST_IMAGE } from "#test/container-calls.ts";
import { EngineDouble } from "#test/engine-double.ts";
import { pythonRunTool } from "./python-run.ts";
import { shTool } from "./sh.ts";

const context = { signal: new AbortController().signal, persona: "agent" };

test("sh runs a command and returns what it printed", async () => {
  expect(await shTool().run({ cmd: "echo $((6 * 7)); [[ a == a ]]" }, context)).toEqual({
    ok: true,
    output: "42",
    exit: 0,
  });
});

test("python is the one that there is, and errors name the lines of the command", async () => {
  const { output } = await shTool().run(
    { cmd: "python -c 'print(6 * 7)'\nnothing-there" },
    context,
  );
  expect(output).toMatch(/^42\n[\s\S]*line 2: nothing-there: /);
  const run = await shTool().run({ cmd: "ls python.txt" }, context);
  expect(run.output).toContain("python.txt");
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

test("a command longer than a command line runs", async () => {
  const { output } = await shTool().run({ cmd: `: ${"x".repeat(300_000)}\necho done` }, context);
  expect(output).toBe("done");
});

test("both start where the user's files are, and change nothing of them", async () => {
  const workspace = mkdtempSync(join(tmpdir(), "org-workspace-"));
  try {
    writeFileSync(join(workspace, "a.txt"), "hello\n");
    const sh = await shTool({ workspace }).run(
      { cmd: "cat a.txt /workspace/a.txt; echo x > b.txt; cat /workspace/b.txt; pwd" },
      context,
    );
    expect(sh.output).toBe("hello\nhello\nx\n/workspace");
    const python = await pythonRunTool({ workspace }).run(
      { code: "open('a.txt', 'a').write('more')\nprint(open('/workspace/a.txt').read())" },
      context,
    );
    expect(python.output).toBe("hello\nmore");
    expect(readdirSync(workspace)).toEqual(["a.txt"]);
    expect(readFileSync(join(workspace, "a.txt"), "utf8")).toBe("hello\n");
  } finally {
    rmSync(workspace, { recursive: true });
  }
});

test("scratch is a folder of its own, for homes and for files that come and go", async () => {
  const { output } = await shTool({ workspace: tmpdir() }).run(
    { cmd: "echo $HOME $TMPDIR; ls -A $HOME $TMPDIR" },
    context,
  );
  expect(output).toBe("/work /tmp\n/tmp:\n\n/work:");
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

test("the schemas of both tools together stay small", () => {
  const workspace = tmpdir();
  const schemas = [shTool({ workspace }), pythonRunTool({ workspace })].map(({ schema }) => schema);
  // 4 characters a token is what English and JSON come to; the budget is 150 tokens.
  expect(JSON.stringify(schemas).length / 4).toBeLessThan(150);
});

test.each([null, 0, -1, 1e9, "soon", "0"])(
  "a time of %j means the usual one",
  async (timeout_s) => {
    expect((await shTool().run({ cmd: "echo ran", timeout_s }, context)).output).toBe("ran");
  },
);

test("both work in the room's copy, and what they change there is kept", async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "org-copy-")));
  const copy = join(root, "copy");
  const modules = join(root, "node_modules");
  try {
    for (const folder of [copy, modules]) mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(copy, "old.txt"), "old\n");
    writeFileSync(join(modules, "a.js"), "a\n");
    const dependencies = [{ from: modules, name: "node_modules" }];
    // The copy takes the place of the workspace.
    const sandbox = { workspace: tmpdir(), copy, dependencies };
    const script =
      "pwd; echo hi > new.txt; rm old.txt; cat node_modules/a.js; echo x > node_modules/b; cat node_modules/b; rm node_modules/a.js";
    expect((await shTool(sandbox).run({ cmd: script }, context)).output).toBe("/workspace\na\nx");
    // What was written among the dependencies is gone with the call.
    const later = await shTool(sandbox).run({ cmd: "ls node_modules" }, context);
    expect(later.output).toBe("a.js");
    const code = "open('new.txt', 'a').write('more\\n')\nprint(open('/workspace/new.txt').read())";
    expect((await pythonRunTool(sandbox).run({ code }, context)).output).toBe("hi\nmore");
    expect(readFileSync(join(copy, "new.txt"), "utf8")).toBe("hi\nmore\n");
    expect(readdirSync(copy).sort()).toEqual(["new.txt", "node_modules"]);
    expect(readdirSync(modules)).toEqual(["a.js"]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("a dependency is left out where the copy has a link, or the checkout has one", async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "org-copy-")));
  try {
    for (const name of ["copy", "vendor", "private"]) mkdirSync(join(root, name));
    writeFileSync(join(root, "private", "key"), "private\n");
    symlinkSync(join(root, "private"), join(root, "linked"));
    symlinkSync("../private", join(root, "copy", "vendor"));
    const dependencies = [
      { from: join(root, "vendor"), name: "vendor" },
      { from: join(root, "linked"), name: "linked" },
      { from: join(root, "gone"), name: "gone" },
    ];
    const tool = shTool({ copy: join(root, "copy"), dependencies });
    const { output } = await tool.run(
      { cmd: "ls; cat vendor/key linked/key 2>/dev/null" },
      context,
    );
    expect(output).toBe("vendor\n[exit code 1]");
    expect(readdirSync(join(root, "private"))).toEqual(["key"]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("both say in which folder a program starts, and what becomes of changes", () => {
  for (const make of [shTool, pythonRunTool]) {
    expect(make().schema.description).toEndWith("Sandboxed: no network, own /etc.");
    expect(make({ workspace: "/w" }).schema.description).toEndWith(
      "cwd has the user's files; changes are not kept.",
    );
    expect(make({ workspace: "/w", copy: "/c" }).schema.description).toEndWith(
      "cwd has the user's files; changes are kept.",
    );
  }
});

test("sh and python_run of a room share its container, and take the shell that the image has", async () => {
  await using engine = new EngineDouble();
  engine.program = { stdout: "said\n" };
  const container = { socket: engine.socket, image: TEST_IMAGE, home: TEST_HOME, shows: [] };
  const host = hostOfContainers(container);
  const inRoom = { ...context, room: "tea" };
  expect(await shTool({ host }).run({ cmd: "ls" }, inRoom)).toMatchObject({ output: "said" });
  expect(await pythonRunTool({ host }).run({ code: "1" }, inRoom)).toMatchObject({ ok: true });
  expect(engine.asked("POST /containers/create")).toHaveLength(1);
  expect(await shTool({ host }).run({ cmd: "ls" }, context)).toMatchObject({ ok: true });
  expect(engine.asked("POST /containers/create")).toHaveLength(2);
});
