import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Finding } from "#core/check.ts";
import { homePaths } from "#home/home-paths.ts";
import { recordOwner } from "#platform/owner.ts";
import { readBootId, readProcessInfo } from "#platform/process-info.ts";
import { runProgram } from "#test/checkout.ts";
import { until } from "#test/until.ts";
import { machineChecks } from "./machine-checks.ts";

const { signal } = new AbortController();
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "org-doctor-"));
});

afterEach(async () => {
  await rm(home, { recursive: true });
});

async function finding(name: string, bunVersion: string = Bun.version): Promise<Finding> {
  const check = machineChecks({ home, bunVersion, ports: [] }).find((one) => one.name === name);
  if (check === undefined) throw new Error(`There is no check "${name}"`);
  return await check.run(signal);
}

describe("Bun", () => {
  test("of the version that this checkout is made for is fine", async () => {
    expect(await finding("bun")).toEqual({ state: "ok", detail: Bun.version, remedies: [] });
  });

  test("of another version is a warning", async () => {
    expect(await finding("bun", "9.9.9")).toEqual({
      state: "warning",
      detail: `${Bun.version}, but this checkout is made for 9.9.9`,
      remedies: ["./ops/setup.sh"],
    });
  });
});

describe("Git", () => {
  const git = async (...args: readonly string[]) =>
    await runProgram(["git", "-C", home, ...args], {
      cwd: home,
      environment: { PATH: Bun.env["PATH"] ?? "", HOME: home },
    });

  test("says its version, and in whose name one commits with it", async () => {
    await git("init");
    await git("config", "user.name", "Ada");
    await git("config", "user.email", "ada@example.org");
    expect(await finding("git")).toMatchObject({
      state: "ok",
      detail: expect.stringMatching(/^git version \d.*, you commit as Ada <ada@example.org>$/),
    });
  });

  test("that does not know one says which settings are missing", async () => {
    await git("init");
    await git("config", "user.name", "");
    await git("config", "user.email", "ada@example.org");
    expect(await finding("git")).toMatchObject({
      state: "warning",
      detail: expect.stringContaining("which does not know your name"),
      remedies: ['git config --global user.name "YOUR NAME"'],
    });
  });
});

describe("the checkout", () => {
  const git = (...args: readonly string[]) =>
    runProgram(["git", "-C", home, "-c", "user.name=t", "-c", "user.email=t@t", ...args], {
      cwd: home,
      environment: { PATH: Bun.env["PATH"] ?? "", HOME: home },
    });

  test("says its branch, its newest commit and how much is not in it", async () => {
    await git("init", "--initial-branch=main");
    await git("commit", "--allow-empty", "--message=first");
    await Bun.write(`${home}/new.txt`, "x");
    expect(await finding("checkout")).toMatchObject({
      state: "ok",
      detail: expect.stringMatching(/^main at [0-9a-f]{12}, 1 files changed$/),
    });
  });

  test("that is none is a warning: the room works without", async () => {
    expect(await finding("checkout")).toMatchObject({
      state: "warning",
      detail: expect.stringContaining("is not a checkout, so tools cannot be promoted here: "),
      remedies: [`git -C ${home} init`],
    });
  });
});

test("the disk of the home has its free space told", async () => {
  expect((await finding("disk")).detail).toMatch(/^\d+\.\d GiB free$/);
});

describe("the home", () => {
  test("that is not used is fine", async () => {
    expect(await finding("home")).toMatchObject({ state: "ok", detail: `${home}, not in use` });
  });

  test("names the process that uses it", async () => {
    const { ownerRecord } = homePaths(home);
    await mkdir(dirname(ownerRecord), { recursive: true });
    await using _ = await recordOwner(ownerRecord, "org chat");
    const { state, detail } = await finding("home");
    expect(detail).toStartWith(`${home}, in use by process ${process.pid} (org chat) since 20`);
    expect(state).toBe("ok");
  });

  test("whose owner is stopped says how to let it go on", async () => {
    await using owner = Bun.spawn(["sleep", "300"], { killSignal: "SIGKILL" });
    const { ownerRecord } = homePaths(home);
    const info = await readProcessInfo(owner.pid);
    const record = {
      pid: owner.pid,
      startTime: info?.startTime,
      boot: await readBootId(),
      command: "org chat",
      since: "2026-01-02T03:04:05.000Z",
    };
    await Bun.write(ownerRecord, JSON.stringify(record));
    owner.kill("SIGSTOP");
    await until("the owner to stop", async () => (await readProcessInfo(owner.pid))?.state === "T");
    expect(await finding("home")).toEqual({
      state: "fault",
      detail: `${home}, in use by process ${owner.pid} (org chat) since ${record.since}, which is stopped`,
      remedies: [`kill -CONT ${owner.pid}`],
    });
  });

  test.if(process.getuid?.() !== 0)("that cannot be written is a fault", async () => {
    await chmod(home, 0o500);
    expect(await finding("home")).toMatchObject({
      state: "fault",
      remedies: [`ls -ld ${home}`, "export ORG_HOME=DIRECTORY"],
    });
    await chmod(home, 0o700);
  });
});
