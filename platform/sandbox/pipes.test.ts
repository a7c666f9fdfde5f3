import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, constants, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "../temporary-folder.ts";
import { landlockHost } from "./landlock/host.ts";
import { Kernel } from "./landlock/kernel.ts";
import { LEAST_VERSION } from "./landlock/rules.ts";
import { withoutPipes } from "./pipes.ts";
import { DEFAULT_POLICY, type ReadOnlyBind } from "./policy.ts";
import { runSandboxed, type SandboxOptions } from "./run.ts";

const PIPES = ["pipe", "deep/er/pipe"];
/** What another process of the user wrote into each, still unread. */
const PENDING = "private\n";
/** The kernel lays nothing over its own files: beside this folder, all but the first have no layer. */
const ODD = { from: "/proc/sys/kernel", to: "/opt/kernel", layered: true };

let folder: TemporaryFolder;
let held: readonly number[] = [];
beforeAll(async () => {
  folder = await temporaryFolder("org-pipes-");
  mkdirSync(join(folder.path, "deep/er"), { recursive: true });
  mkdirSync(join(folder.path, "first"));
  held = PIPES.map((name) => {
    const path = join(folder.path, name);
    expect(Bun.spawnSync(["mkfifo", "-m", "666", path]).exitCode).toBe(0);
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  });
  for (const fd of held) writeSync(fd, PENDING);
});
afterAll(async () => {
  for (const fd of held) closeSync(fd);
  await folder[Symbol.asyncDispose]();
});

/** Reads and writes each pipe, and waits for neither. */
async function attack(
  readOnly: readonly ReadOnlyBind[],
  place: string,
  options: Partial<SandboxOptions> = {},
): Promise<string> {
  const tries = PIPES.flatMap((name) =>
    ["head -n 1 <", "echo said >"].map((use) => `timeout 0.2 sh -c '${use} ${join(place, name)}'`),
  );
  // The shell opens a pipe for both at once, which waits for no other process.
  const both = PIPES.map((name) => `exec 9<>${join(place, name)} && echo said >&9`);
  const script = [...tries, ...both, "echo done"].map((line) => `( ${line} )`).join("\n");
  const policy = { ...DEFAULT_POLICY, readOnly };
  const { signal } = new AbortController();
  return (await runSandboxed(["bash", "-c", script], policy, { signal, ...options })).stdout;
}

/** What the user's other process reads then. */
function heard(): readonly string[] {
  return held.map((fd) => {
    const bytes = Buffer.alloc(100);
    const text = bytes.toString("utf8", 0, readSync(fd, bytes));
    writeSync(fd, PENDING);
    return text;
  });
}

describe("a program neither reads nor writes a pipe of the user", () => {
  test("in a folder with a layer", async () => {
    const shown = { from: folder.path, to: "/data", layered: true };
    expect(await attack([shown], "/data")).toBe("done\n");
    expect(heard()).toEqual([PENDING, PENDING]);
  });

  test("in a folder that was to have one, and the kernel refuses it", async () => {
    const first = { from: join(folder.path, "first"), to: "/first", layered: true };
    const shown = { from: folder.path, to: "/data", layered: true };
    expect(await attack([first, shown, ODD], "/data")).toBe("done\n");
    expect(heard()).toEqual([PENDING, PENDING]);
  });

  test.if(new Kernel().landlockVersion >= LEAST_VERSION)("under Landlock", async () => {
    const shown = { from: folder.path, to: "/data", layered: true };
    expect(await attack([shown], folder.path, { host: landlockHost() })).toBe("done\n");
    expect(heard()).toEqual([PENDING, PENDING]);
  });
});

test("what is hidden already is not looked into, and what has a layer not at all", () => {
  const shown = { from: folder.path, to: "/data", layered: true, hide: ["deep"] };
  const bare = { from: folder.path, to: "/bare" };
  const missing = { from: join(folder.path, "none"), to: "/none", layered: true };
  const layered = { ...shown, to: "/layered" };
  const policy = { ...DEFAULT_POLICY, readOnly: [shown, bare, missing, layered] };
  expect(withoutPipes(policy, (to) => to === "/layered").readOnly).toEqual([
    { ...shown, hide: ["deep", "pipe"] },
    bare,
    { ...missing, hide: [] },
    layered,
  ]);
});
