import { afterEach, beforeEach, expect, test } from "bun:test";
import { capturedOutput } from "#test/captured-output.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { COMMANDS } from "./command-table.ts";
import type { CommandContext } from "./context.ts";
import { Program, type ProgramProcess } from "./program.ts";

let home: TestHome;
beforeEach(async () => {
  home = await testHome();
});
afterEach(() => home[Symbol.asyncDispose]());

async function run(args: readonly string[], about: Partial<ProgramProcess> = {}) {
  const output = capturedOutput();
  let endings = 0;
  const program = new Program({
    ...{ root: home.path, version: "1.2.3", isTyped: true, output },
    ...{ signal: new AbortController().signal, leave: () => undefined },
    ...{ interrupted: () => undefined, ...about },
    endOnSignals: () => {
      endings += 1;
    },
    env: { ORG_HOME: home.path, ...about.env },
  });
  const code = await program.run(args);
  return { code, stdout: output.stdout, stderr: output.stderr, endings };
}

test("a page is printed without a home, and ends with 0", async () => {
  const there = { ORG_HOME: `${home.path}/org.config` };
  expect(await run(["--version"], { env: there })).toEqual({
    ...{ code: 0, stdout: "org 1.2.3\n", stderr: "", endings: 0 },
  });
  expect((await run(["--help"], { env: there })).stdout).toContain(
    "Usage: org [COMMAND] [OPTIONS]",
  );
  expect((await run(["log", "--help"], { env: there })).stdout).toStartWith("org log: ");
  const topic = await run(["help", "exit-codes"], { env: there });
  expect(topic).toMatchObject({ code: 0, stdout: expect.stringContaining("Exit codes:") });
});

test("a failure is told on standard error, and as a line of JSON where JSON is asked for", async () => {
  const plain = await run(["jobs", "lsit"]);
  expect(plain).toMatchObject({ code: 64, stdout: "" });
  expect(plain.stderr).toStartWith('org jobs: unknown action "lsit" [USAGE]\n');
  const json = await run(["config", "get", "nothing", "--json"]);
  expect(json).toMatchObject({ code: 64, stderr: expect.stringContaining('no setting "nothing"') });
  expect(JSON.parse(json.stdout)).toMatchObject({ code: "USAGE" });
  expect(await run(["config", "get", "nothing"])).toMatchObject({ code: 64, stdout: "" });
});

test.each([[["-v"]], [["--verbose"]], [[]]])(
  "where an error was made is told with %j",
  async (more) => {
    const { stderr } = await run(["config", "get", "nothing", ...more]);
    expect(/\n +at /.test(stderr)).toBe(more.length > 0);
  },
);

test("a command that a signal ended has its exit code, and no error is told", async () => {
  expect(await run(["config", "get", "nothing"], { interrupted: () => 130 })).toMatchObject({
    ...{ code: 130, stdout: "", stderr: "" },
  });
});

test("a secret of the environment is told in no error, though no setting was read", async () => {
  const { stderr } = await run(["hunter2-hunter2"], { env: { MY_API_KEY: "hunter2-hunter2" } });
  expect(stderr).toStartWith("There is no command ");
  expect(stderr).not.toContain("hunter2");
});

/** What a command is given, in place of what it does. */
async function contextOf(
  name: string,
  about: Partial<ProgramProcess> = {},
  args: readonly string[] = [name],
): Promise<{ readonly context: CommandContext; readonly endings: number }> {
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined || !("run" in command)) throw new Error(`no command ${name}`);
  const { run: before } = command;
  let seen: CommandContext | undefined;
  const keep = async (context: CommandContext): Promise<number> => {
    seen = context;
    return 0;
  };
  Object.assign(command, { run: keep });
  try {
    const { code, endings } = await run(args, about);
    if (seen === undefined) throw new Error(`It was not called, and ended with ${code}`);
    return { context: seen, endings };
  } finally {
    Object.assign(command, { run: before });
  }
}

test.each([
  [{ LC_ALL: "de_AT.UTF-8", LC_CTYPE: "C", LANG: "C" }, "de_AT.UTF-8"],
  [{ LC_ALL: "", LC_CTYPE: "de_AT.UTF-8", LANG: "C" }, "de_AT.UTF-8"],
  [{ LC_ALL: "", LANG: "de_AT.UTF-8" }, "de_AT.UTF-8"],
  [{ LANG: "" }, ""],
  [{}, undefined],
])("with the environment %j the locale is %p", async (env, locale) => {
  expect((await contextOf("log", { env })).context.screen.locale).toBe(locale);
});

test.each([
  [{}, true, false],
  [{ NO_COLOR: "" }, true, false],
  [{ NO_COLOR: "1" }, false, false],
  [{ ACCESSIBLE: "1" }, true, true],
  [{ ACCESSIBLE: "0" }, true, false],
])(
  "with the environment %j colour is %p and the plain screen %p",
  async (env, colour, accessible) => {
    const { screen } = (await contextOf("log", { env })).context;
    expect(screen).toMatchObject({ colour, accessible, isTyped: true });
  },
);

test("a command is handed what its process has, with secrets of the settings known", async () => {
  const leave = () => undefined;
  const env = { TERM: "dumb", MY_API_KEY: "hunter2-hunter2" };
  const { context } = await contextOf("log", { env, leave, isTyped: false });
  expect(context.screen).toMatchObject({ term: "dumb", isTyped: false });
  expect(context.leave).toBe(leave);
  expect(context.line.command.name).toBe("log");
  expect(context.settings.home).toBe(home.path);
  expect(context.cleaner.clean("hunter2-hunter2")).toBe("[redacted]");
  expect(context.environment).toMatchObject({ MY_API_KEY: "hunter2-hunter2" });
  expect(context.signal.aborted).toBe(false);
  expect(context.app.settings).toBe(context.settings);
});

test("without a command it asks what is piped in, and opens the room for who types", async () => {
  const piped = await contextOf("ask", { isTyped: false }, []);
  expect(piped.context.line.command.name).toBe("ask");
  const typed = await contextOf("chat", { isTyped: true }, []);
  expect(typed.context.line.command.name).toBe("chat");
});

test("signals end every command but the room, which deals with them itself", async () => {
  expect((await contextOf("log")).endings).toBe(1);
  expect((await contextOf("chat")).endings).toBe(0);
});
