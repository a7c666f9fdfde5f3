/** A disk that is full: `org serve` is alive and not ready, and `org ask` says what was not written and loses nothing. */
import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { textLines } from "#core/lines.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import type { DiskRound } from "./fixtures/full-disk-project.ts";
import { environmentOf, testHome } from "./org-process.ts";
import { PROGRAM } from "./program.ts";
import { gate, say, several } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

/** Fills the disk at the first line that is typed, and makes room at the second. */
const FILL =
  '"$@" 2>&1 & read -r _; cat /dev/zero > "$BALLAST" || true; read -r _; rm "$BALLAST"; wait';

test("a generation on a full disk says that it is alive and not ready, and why; with room again it is ready", async () => {
  await using home = await testHome();
  const state = dirname(home.paths.journal);
  await mkdir(state, { recursive: true });
  const serve = [process.execPath, PROGRAM, "serve", "--port", "0"];
  const child = Bun.spawn(
    [...inSmallDisk(state, 4 * 1024 * 1024), "sh", "-c", FILL, "sh", ...serve],
    {
      env: { ...environmentOf(home.path, {}), BALLAST: join(state, "ballast") },
      stdio: ["pipe", "pipe", "ignore"],
    },
  );
  try {
    const url = await addressIn(child.stdout);
    const ready = readyAt(url);
    expect(await ready()).toEqual([200, { status: "ready" }]);
    child.stdin.write("fill\n");
    await until("the disk to be full", async () => (await ready())[0] === 503);
    expect(await ready()).toEqual([
      503,
      {
        status: "unwritable",
        code: "ENOSPC",
        remedy: "free some space; `df -h` shows where it is missing",
      },
    ]);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.stdin.write("make room\n");
    await until("the home to be ready", async () => (await ready())[0] === 200);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
});

test.each(["help", "config show", "token create --name ci --scope run"])(
  "org %s that cannot write its output fails, and says why",
  async (words) => {
    await using home = await testHome();
    const child = Bun.spawn(
      ["sh", "-c", 'exec "$@" > /dev/full', "sh", process.execPath, PROGRAM, ...words.split(" ")],
      {
        env: environmentOf(home.path, {}),
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    const stderr = await child.stderr.text();
    expect(stderr).toContain("The output could not be written [FILE_FAILED]\nENOSPC: ");
    expect(stderr).toEndWith(
      "The output is incomplete. What the command has changed stays changed.\n",
    );
    expect(await child.exited).toBe(74);
  },
);

test("a generation whose journal takes nothing more after an error of its disk is alive and not ready, and says why", async () => {
  await using home = await testHome();
  await mkdir(dirname(home.paths.journal), { recursive: true });
  // A limit on the size of files fails writes with EFBIG, which to SQLite is a disk that fails.
  const limited = 'trap "" XFSZ; ulimit -f 700; exec "$@" 2>&1';
  const child = Bun.spawn(
    ["sh", "-c", limited, "sh", process.execPath, PROGRAM, "serve", "--port", "0"],
    { env: environmentOf(home.path, {}), stdio: ["ignore", "pipe", "ignore"] },
  );
  try {
    const url = await addressIn(child.stdout);
    const ready = readyAt(url);
    expect(await ready()).toEqual([200, { status: "ready" }]);
    const post = () =>
      fetch(`${url}/v1/messages`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: "word ".repeat(20_000) }),
      }).then((answer) => answer.text());
    await until("the journal to be full", async () => {
      await post();
      return (await ready())[0] === 503;
    });
    expect(await ready()).toEqual([
      503,
      {
        status: "unwritable",
        code: "SQLITE_IOERR_WRITE",
        remedy: "look at the disk (`dmesg | tail`), then start org again: `org restart`",
      },
    ]);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
});

test("a question on a disk that is full, or gets full as it is answered, ends with an error, and all that was said before stays", async () => {
  const rest = gate();
  await using server = scriptedServer(({ body }) =>
    body.messages.at(-1)?.content?.includes("slow") === true
      ? several(say("One"), rest, say(" two."))
      : say("Ok."),
  );
  await using home = await testHome();
  const state = dirname(home.paths.journal);
  await mkdir(state, { recursive: true });
  await using disk = smallDisk(state, environmentOf(home.path, { url: server.url }));
  const said = ["Ok.", "ended 0"];
  expect(await disk.run("$ORG ask first")).toEqual(said);
  await disk.run(disk.fill);
  const refused = await disk.run("$ORG ask lost");
  expect(refused.at(-1)).toBe("ended 74");
  expect(refused.join("\n")).toMatch(/df -h/);
  expect(refused.join("\n")).toMatch(/Nothing was written\.|this was not written\./);
  expect((await disk.run("$ORG log")).slice(-2)).toEqual(said);
  await disk.run(disk.makeRoom);

  const asked = disk.run("$ORG ask slow");
  await rest.reached;
  await disk.fillFromOutside();
  rest.open();
  const cut = await asked;
  expect(cut.at(-1)).toBe("ended 74");
  expect(cut.join("\n")).toContain("SQLITE_FULL: database or disk is full");
  expect(cut.join("\n")).toContain("Earlier data is safe; this was not written.");
  await disk.run(disk.makeRoom);

  expect(await disk.run("$ORG ask last")).toEqual(said);
  const rooms = await disk.run("$ORG log --list");
  const events = rooms.slice(0, -1).map((line) => line.split("\t")[1]);
  // The newest first: of the answer that was cut off, the question is there and that it began.
  expect(events).toEqual(["4 events", "2 events", "4 events"]);
});

test("a promotion into a project on a full disk, and its rollback, change nothing or are finished with room again, and say what helps", async () => {
  await using disk = await temporaryFolder("small-disk");
  await using saved = await temporaryFolder("saved");
  const script = join(import.meta.dir, "fixtures/full-disk-project.ts");
  const child = Bun.spawn(
    [...inSmallDisk(disk.path, 8 * 1024 * 1024), process.execPath, script, saved.path],
    { env: { ...Bun.env, TMPDIR: disk.path }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const [text, errors] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect([await child.exited, errors]).toEqual([0, ""]);
  const rounds: readonly DiskRound[] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  for (const what of ["promotion", "rollback"]) {
    const states = rounds.filter((round) => round.what === what).map(({ state }) => state);
    expect(states[0]).toBe("before");
    // With more room, more of it is done.
    expect(states).toEqual(states.toSorted().reverse());
    expect(states.at(-1)).toBe("after");
  }
  for (const round of rounds.filter(({ code }) => code !== "none")) {
    expect(round.said, JSON.stringify(round)).toMatch(/free some space|free space/);
  }
  for (const { code, state } of rounds) if (code === "none") expect(state).toBe("after");
});

interface SmallDisk extends AsyncDisposable {
  /** Runs a line of a shell there, in which `$ORG` is the program. @returns what it printed, and `ended CODE` behind it. */
  readonly run: (line: string) => Promise<readonly string[]>;
  /** Lines for {@link run}. */
  readonly fill: string;
  readonly makeRoom: string;
  /** The same while a line runs. */
  readonly fillFromOutside: () => Promise<void>;
}

/** What a command begins with that is to see a small disk in the place of a folder. */
function inSmallDisk(folder: string, bytes: number): readonly string[] {
  const shared = ["--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--die-with-parent"];
  return ["bwrap", ...shared, "--size", `${bytes}`, "--tmpfs", folder];
}

/** A shell for which a folder is a disk of 4 MiB. */
function smallDisk(folder: string, environment: Record<string, string>): SmallDisk {
  const fifo = `${folder}.fill`;
  const fill = 'cat /dev/zero > "$BALLAST" 2> /dev/null';
  const loop = `mkfifo "$FIFO"; (while read -r _ < "$FIFO"; do ${fill}; echo full > "$FIFO"; done) &
while read -r line; do eval "$line" < /dev/null 2>&1; echo "ended $?"; done`;
  const child = Bun.spawn([...inSmallDisk(folder, 4 * 1024 * 1024), "sh", "-c", loop], {
    cwd: dirname(folder),
    env: {
      ...environment,
      ORG: `${process.execPath} ${PROGRAM}`,
      BALLAST: join(folder, "ballast"),
      FIFO: fifo,
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = textLines(child.stdout)[Symbol.asyncIterator]();
  return {
    fill,
    makeRoom: 'rm "$BALLAST"',
    run: async (line) => {
      child.stdin.write(`${line}\n`);
      child.stdin.flush();
      const printed: string[] = [];
      while (!/^ended \d+$/.test(printed.at(-1) ?? "")) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`It ended at ${line}: ${printed.join("\n")}`);
        printed.push(value);
      }
      return printed;
    },
    fillFromOutside: async () => {
      const filling = Bun.spawn(["sh", "-c", 'echo fill > "$0"; read -r _ < "$0"', fifo]);
      expect(await filling.exited).toBe(0);
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** Asks whether what serves there is ready. @returns status and body. */
function readyAt(url: string): () => Promise<readonly [number, unknown]> {
  return async () => {
    const answer = await fetch(`${url}/ready`);
    return [answer.status, await answer.json()];
  };
}

/** @returns the address in the line that says where it serves. */
async function addressIn(stdout: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stdout) {
    text += decoder.decode(chunk, { stream: true });
    const [address] = /http:\/\/\S+(?=\n)/.exec(text) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error(`It never served. There was:\n${text}`);
}
