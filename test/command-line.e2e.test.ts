/** The command line as a person types it: keys of a real shell, and mistakes of every command. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { COMMANDS } from "#cli/command-table.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { until } from "./until.ts";

let home: TestHome;
beforeAll(async () => {
  home = await testHome();
});
afterAll(async () => await home[Symbol.asyncDispose]());

describe("completion in a bash that a person types into", () => {
  test("the Tab key finishes commands, options, their values and names of files", async () => {
    await Bun.write(join(home.path, "said.cassette"), "");
    const main = join(import.meta.dir, "../main.ts");
    let shown = "";
    const decoder = new TextDecoder();
    const terminal = new Bun.Terminal({
      cols: 200,
      rows: 20,
      data: (_terminal, bytes) => {
        shown += decoder.decode(bytes, { stream: true });
      },
    });
    await using shell = Bun.spawn(["bash", "--norc", "--noprofile", "-i"], {
      terminal,
      cwd: home.path,
      env: { PATH: Bun.env["PATH"] ?? "", HOME: home.path, TERM: "dumb", PS1: "$ " },
      killSignal: "SIGKILL",
    });
    terminal.write(`org() { '${process.execPath}' '${main}' "$@"; }\n`);
    terminal.write("source <(org completion bash); echo rea''dy\n");
    await until("the completion", async () => shown.includes("ready"));
    for (const [keys, line] of [
      ["org lo\t--ex\tm\t", "org log --export md "],
      ["org ask --wire=an\t", "org ask --wire=anthropic "],
      ["org --cassette sai\tconf\tge\t", "org --cassette said.cassette config get "],
    ] as const) {
      terminal.write(keys);
      await until(`"${line}" and not ${JSON.stringify(shown)}`, async () => shown.includes(line));
      terminal.write("\u0015");
    }
    shell.kill("SIGKILL");
    await shell.exited;
    terminal.close();
  });
});

describe("a word that a command does not know", () => {
  const choosy = COMMANDS.filter(({ actions }) => actions !== undefined && actions.length > 1);

  test.each(
    choosy
      .filter(({ operands = "" }) => !/(?:^|\| )\[*[A-Z]/.test(operands))
      .map(({ name }) => name),
  )("org %s refuses it with exit code 64 and the nearest one", async (name) => {
    const [, action = ""] = COMMANDS.find((one) => one.name === name)?.actions ?? [];
    const { stdout, stderr, exitCode } = await home.run([
      name,
      `${action}x`,
      "--base",
      "http://127.0.0.1:9",
    ]);
    expect([stdout, exitCode]).toEqual(["", 64]);
    expect(stderr).toContain(`→ org ${name} ${action}`);
  });

  test("a command and a topic that there are not end with exit code 64, too", async () => {
    for (const [args, remedy] of [
      [["confg"], "→ org config\n"],
      [["help", "enviroment"], "→ org help environment\n"],
      [["log", "--exprot", "md"], "did you mean --export"],
    ] as const) {
      const { stdout, stderr, exitCode } = await home.run(args);
      expect([stdout, exitCode]).toEqual(["", 64]);
      expect(stderr).toContain(remedy);
    }
  });
});

test("org init makes a home that org accepts, and is content with one that is there", async () => {
  const environment = { ORG_HOME: join(home.path, "new") };
  const first = await home.run(["init"], { environment });
  expect([first.exitCode, first.stdout]).toEqual([0, expect.stringContaining("✔ ")]);
  const check = await home.run(["config", "check"], { environment });
  expect([check.exitCode, check.stderr]).toEqual([0, ""]);
  const again = await home.run(["init", "--json"], { environment });
  expect(JSON.parse(again.stdout)).toMatchObject({ created: [] });
});
