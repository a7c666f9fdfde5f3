/** run.sh and stop.sh around a stand-in for the room, on a tmux server of their own. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { exists, readdir } from "node:fs/promises";
import { type Checkout, openCheckout, type Ran } from "./checkout.ts";
import { until } from "./until.ts";

// By a rename, so that the test never reads half of it.
const TELL = `
  import fs from "node:fs";
  const here = import.meta.dir;
  const seen = { arguments: process.argv.slice(2), environment: Bun.env };
  fs.writeFileSync(here + "/seen.part", JSON.stringify(seen));
  fs.renameSync(here + "/seen.part", here + "/seen.json");
  console.log("the room is open");
`;

/** Lives until it is told to leave, and saves before it does. */
const ROOM = `
  process.on("SIGTERM", () => {
    fs.writeFileSync(here + "/saved", "yes");
    process.exit(143);
  });
  setInterval(() => {}, 60_000);
  ${TELL}
`;

/** Ignores every polite signal, and so does its child. */
const STUBBORN = `
  process.on("SIGTERM", () => {});
  process.on("SIGHUP", () => {});
  setInterval(() => {}, 60_000);
  const script = "trap '' TERM HUP; echo up; sleep 300; :";
  const child = Bun.spawn(["sh", "-c", script, import.meta.dir], { stdout: "pipe" });
  await child.stdout.getReader().read();
  ${TELL}
`;

const BROKEN = `
  console.error("The configuration is invalid [CONFIG_INVALID]");
  process.exit(78);
`;

let checkout: Checkout;
let environment: Record<string, string>;

/** What run.sh asks first: whether the room would take the arguments. */
const TAKES_ARGUMENTS = 'if (process.argv[2] === "--help") process.exit(0);';

async function open(main: string): Promise<void> {
  checkout = await openCheckout(`${TAKES_ARGUMENTS}\n${main}`);
  environment = {
    PATH: `${process.execPath.replace(/\/[^/]*$/, "")}:${Bun.env["PATH"]}`,
    HOME: checkout.home,
    // The server's socket and the handover lie in a folder of this test, so that no other is met.
    TMUX_TMPDIR: checkout.home,
    XDG_RUNTIME_DIR: checkout.home,
    TERM: "xterm-256color",
  };
}

const run = (...command: readonly string[]): Promise<Ran> => checkout.run(command, environment);
const tmux = (...words: readonly string[]): Promise<Ran> => run("tmux", ...words);

async function sessions(): Promise<readonly string[]> {
  const { stdout } = await tmux("list-sessions", "-F", "#{session_name}");
  return stdout.split("\n").filter((name) => name !== "");
}

interface Seen {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

function seen(): Promise<Seen> {
  const path = `${checkout.root}/seen.json`;
  // A new Bun.file every time: one that met no file goes on believing that it is empty.
  return until("the room to start", async () =>
    (await exists(path)) ? Bun.file(path).json() : undefined,
  );
}

/** Command lines of every process of the machine that mention the checkout. */
async function commandLines(): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) =>
      Bun.file(`/proc/${pid}/cmdline`)
        .text()
        .catch(() => ""),
    ),
  );
  return lines.filter((line) => line.includes(checkout.root));
}

beforeEach(() => open(ROOM));
afterEach(async () => {
  await tmux("kill-server");
  await checkout[Symbol.asyncDispose]();
});

test("arguments and environment reach the room as they are, and no process shows a secret", async () => {
  const words = ["--plain", "two words", "semi;", 'it\'s "quoted" $HOME `id`', "line\nbreak", ""];
  environment["OPENAI_API_KEY"] = "sk-not-for-ps";
  environment["ORG_TEXT"] = "first\nsecond 'x' \"y\" $z;";
  const started = await run("./ops/run.sh", ...words);
  expect(started.stderr).toContain('the room is open in tmux session "org"');
  expect(started.stderr).toContain("→ tmux attach -t org");
  expect(started.exitCode).toBe(0);

  const room = await seen();
  expect(room.arguments).toEqual(words);
  expect(room.environment).toMatchObject({
    OPENAI_API_KEY: "sk-not-for-ps",
    ORG_TEXT: "first\nsecond 'x' \"y\" $z;",
    TERM: expect.stringMatching(/^(screen|tmux)/),
  });
  const lines = await commandLines();
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join("\n")).not.toContain("sk-not-for-ps");
  expect((await readdir(checkout.home)).filter((name) => name.includes("handover"))).toEqual([]);
});

test("the environment is the caller's, not that of a tmux server which already runs", async () => {
  environment["ORG_OLD"] = "from the server";
  environment["ORG_BOTH"] = "old";
  await tmux("new-session", "-d", "-s", "other");
  delete environment["ORG_OLD"];
  environment["ORG_BOTH"] = "new";
  await run("./ops/run.sh");
  const room = await seen();
  expect(room.environment["ORG_OLD"]).toBeUndefined();
  expect(room.environment["ORG_BOTH"]).toBe("new");
});

test("a second run finds the room, stop.sh lets it save, and nothing is left", async () => {
  await run("./ops/run.sh");
  await seen();
  const again = await run("./ops/run.sh");
  expect(again.exitCode).toBe(0);
  expect(await sessions()).toEqual(["org"]);

  const stopped = await run("./ops/stop.sh");
  expect(stopped.stderr).toBe("stop: the room has left\n");
  expect(stopped.exitCode).toBe(0);
  expect(await Bun.file(`${checkout.root}/saved`).text()).toBe("yes");
  expect(await sessions()).toEqual([]);
  expect(await commandLines()).toEqual([]);

  const stoppedAgain = await run("./ops/stop.sh");
  expect(stoppedAgain.stderr).toBe('stop: not running: there is no tmux session "org"\n');
  expect(stoppedAgain.exitCode).toBe(0);
});

test("a room that does not leave is killed together with its children, and only they", async () => {
  await Bun.write(`${checkout.root}/main.ts`, STUBBORN);
  await tmux("new-session", "-d", "-s", "other");
  await run("./ops/run.sh");
  await seen();
  const stopped = await run("bun", "ops/stop.ts", "org", "200");
  expect(stopped.stderr).toMatch(/did not leave within 200 ms; processes killed: [23]\n/);
  expect(stopped.exitCode).toBe(0);
  expect(await sessions()).toEqual(["other"]);
  expect(await commandLines()).toEqual([]);
});

test("a room that cannot start leaves its error on the screen", async () => {
  await Bun.write(`${checkout.root}/main.ts`, BROKEN);
  await run("./ops/run.sh");
  const screen = await until("the explanation", async () => {
    const { stdout } = await tmux("capture-pane", "-p", "-t", "org");
    return stdout.includes("Enter closes this window") && stdout;
  });
  expect(screen).toContain("The configuration is invalid [CONFIG_INVALID]");
  expect(screen).toContain("org ended with exit code 78");
  expect((await run("./ops/stop.sh")).exitCode).toBe(0);
  expect(await sessions()).toEqual([]);
});

test("on a terminal run.sh shows the room itself", async () => {
  let screen = "";
  const decoder = new TextDecoder();
  const child = Bun.spawn(["./ops/run.sh"], {
    cwd: checkout.root,
    env: environment,
    terminal: {
      cols: 80,
      rows: 24,
      data: (_terminal, data) => {
        screen += decoder.decode(data, { stream: true });
      },
    },
  });
  await until("the room on the screen", async () => screen.includes("the room is open"));
  await run("./ops/stop.sh");
  expect(await child.exited).toBe(0);
  child.terminal?.close();
});

test("a session of another user with the same name is neither used nor ended", async () => {
  await tmux("new-session", "-d", "-s", "org");
  const started = await run("./ops/run.sh");
  expect(started.stderr).toContain('tmux session "org" belongs to something else');
  expect(started.stderr).toContain("→ ORG_SESSION=org2 ./ops/run.sh");
  expect(started.exitCode).toBe(75);
  const stopped = await run("./ops/stop.sh");
  expect(stopped.stderr).toContain("nothing was changed");
  expect(stopped.exitCode).toBe(75);
  expect(await sessions()).toEqual(["org"]);
});

test("ORG_SESSION names another session, and a name that tmux would change is refused", async () => {
  environment["ORG_SESSION"] = "second_room-2";
  await run("./ops/run.sh");
  expect(await sessions()).toEqual(["second_room-2"]);
  await seen();
  environment["ORG_SESSION"] = "a.b";
  const refused = await run("./ops/run.sh");
  expect(refused.stderr).toContain('ORG_SESSION="a.b" is not a name for a session');
  expect(refused.exitCode).toBe(64);
});
