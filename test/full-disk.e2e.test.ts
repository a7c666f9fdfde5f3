/** `org serve` on a disk that is full: alive, and not ready. */
import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { environmentOf, testHome } from "./org-process.ts";
import { PROGRAM } from "./program.ts";
import { until } from "./until.ts";

/** Fills the disk at the first line that is typed, and makes room at the second. */
const FILL =
  '"$@" 2>&1 & read -r _; cat /dev/zero > "$BALLAST" || true; read -r _; rm "$BALLAST"; wait';

test("a generation on a full disk says that it is alive and not ready, and why; with room again it is ready", async () => {
  await using home = await testHome();
  const state = dirname(home.paths.journal);
  await mkdir(state, { recursive: true });
  const small = ["--size", `${4 * 1024 * 1024}`, "--tmpfs", state];
  const child = Bun.spawn(
    [
      ...["bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--die-with-parent"],
      ...[...small, "sh", "-c", FILL, "sh", process.execPath, PROGRAM, "serve", "--port", "0"],
    ],
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
