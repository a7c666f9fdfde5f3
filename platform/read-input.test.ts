import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readInput } from "./read-input.ts";

const { signal } = new AbortController();

test("a file is read whole up to the limit, and refused beyond it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "org-input-"));
  try {
    const path = join(folder, "text");
    await Bun.write(path, "größer");
    expect(await readInput(path, { maxBytes: 8, signal })).toBe("größer");
    await expect(readInput(path, { maxBytes: 7, signal })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: `"${path}" is too long`,
    });
    const none = readInput(join(folder, "none"), { maxBytes: 7, signal });
    await expect(none).rejects.toMatchObject({ code: "ENOENT" });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a command that has been ended reads nothing", async () => {
  const ended = AbortSignal.abort(new Error("ended"));
  await expect(readInput(import.meta.path, { maxBytes: 9, signal: ended })).rejects.toThrow(
    "ended",
  );
});

const PROGRAM = JSON.stringify(join(import.meta.dir, "read-input.ts"));

test("standard input that has no end is refused, and no more than the limit is kept of it", async () => {
  const script = `import { readInput } from ${PROGRAM};
    const { signal } = new AbortController();
    const before = process.memoryUsage.rss();
    const { code, message } = await readInput("-", { maxBytes: 10_000_000, signal }).catch((error) => error);
    const grown = process.memoryUsage.rss() - before;
    process.stdout.write(JSON.stringify([code, message, grown < 200_000_000]));
    process.exit(0);`;
  const piped = ["sh", "-c", 'yes | "$@"', "sh", process.execPath, "-e", script];
  const child = Bun.spawn(piped, { stdio: ["ignore", "pipe", "inherit"] });
  expect(await child.stdout.json()).toEqual(["INPUT_INVALID", "Standard input is too long", true]);
  await child.exited;
});

test("a pipe into which nothing is written holds no command that is ended", async () => {
  const folder = await mkdtemp(join(tmpdir(), "org-input-"));
  try {
    const path = join(folder, "pipe");
    Bun.spawnSync(["mkfifo", path]);
    // In a process of its own: the thread that opens the pipe waits as long as the process lives.
    const script = `import { readInput } from ${PROGRAM};
      const stop = new AbortController();
      process.on("SIGINT", () => stop.abort(new Error("ended")));
      const input = readInput(${JSON.stringify(path)}, { maxBytes: 9, signal: stop.signal });
      process.stdout.write("waits");
      await input.catch(({ message }) => process.stdout.write(message));
      process.exit(3);`;
    await using child = Bun.spawn([process.execPath, "-e", script], { killSignal: "SIGKILL" });
    let shown = "";
    for await (const chunk of child.stdout) {
      shown += new TextDecoder().decode(chunk);
      if (shown === "waits") child.kill("SIGINT");
    }
    expect([shown, await child.exited]).toEqual(["waitsended", 3]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
