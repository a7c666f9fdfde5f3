/** `org supervise` as a process of its own: killed on the way, started twice, on a full disk, and after a bad promotion. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readGeneration } from "#ops/processes/generation-record.ts";
import { stopGeneration } from "#ops/processes/generations.ts";
import { openSupervisorStore } from "#ops/supervisor/supervisor.ts";
import { identityOf } from "#platform/process-record.ts";
import { CandidateRepository } from "./candidate-repository.ts";
import { environmentOf, type OrgProcess, type TestHome, testHome } from "./org-process.ts";
import { PROGRAM } from "./program.ts";
import { candidate, expectSound, promoteIn } from "./promoting.ts";
import { SupervisedHome } from "./supervised-home.ts";
import { until } from "./until.ts";

let home: TestHome;
beforeEach(async () => {
  home = await testHome();
  await writeFile(join(home.path, "org.config"), '[supervisor]\nfixes = "auto"\n');
});
afterEach(async () => {
  await home.run(["stop", "--grace", "0"]);
  await home[Symbol.asyncDispose]();
});

async function served(): Promise<OrgProcess> {
  const process = home.start(["serve", "--port", "0"]);
  await process.stderr.line((text) => text.includes("serves on"));
  return process;
}

async function supervising(): Promise<OrgProcess> {
  const process = home.start(["supervise", "--json"]);
  await process.stderr.line((text) => text.startsWith("supervises"));
  return process;
}

const stateSchema = z.object({
  fixes: z.array(z.object({ pattern: z.string(), state: z.string() })),
});
const states = async () =>
  stateSchema.parse(JSON.parse((await home.run(["fixes", "--json"])).stdout)).fixes;

test.each(["applying", "applied"])(
  "a supervisor that is killed in the state %s goes on when it is started again, and the home serves once",
  async (state) => {
    const serving = await served();
    const first = await supervising();
    using store = await openSupervisorStore(home.path);
    serving.signal("SIGKILL");
    await until(`the state ${state}`, async () => store.all(1)[0]?.state === state);
    first.signal("SIGKILL");
    await first.ended;
    await supervising();
    await until("the fix to be verified", async () =>
      store.all(9).every((one) => one.state === "verified"),
    );
    expect(store.all(9)).toMatchObject([{ pattern: "owner-gone", state: "verified" }]);
    const ps = await home.run(["ps"]);
    expect(ps.stdout.match(/^current /gm)).toHaveLength(1);
  },
);

test("there is one supervisor a home; org ps shows it, org stop ends it first, and it leaves no record", async () => {
  await served();
  const first = await supervising();
  const second = await home.run(["supervise"]);
  expect([second.exitCode, second.stderr.includes("SUPERVISOR_RUNNING")]).toEqual([75, true]);
  expect(second.stderr).toContain(`process ${first.pid}`);
  expect((await home.run(["ps"])).stdout).toMatch(/^supervisor /m);
  const stopped = await home.run(["stop"]);
  expect(stopped.stdout).toMatch(/^supervisor, process \d+: has left\ncurrent, /);
  expect((await first.ended).exitCode).toBe(143);
  expect((await home.run(["ps"])).stdout).toBe("");
});

test("org supervise --once tells what is wrong and changes nothing; nothing wrong is exit code 0", async () => {
  const serving = await served();
  expect((await home.run(["supervise", "--once"])).exitCode).toBe(0);
  serving.signal("SIGKILL");
  await serving.ended;
  const once = await home.run(["supervise", "--once", "--json"]);
  expect(once.exitCode).toBe(1);
  expect(JSON.parse(once.stdout)).toMatchObject({ findings: [{ pattern: "owner-gone" }] });
  expect(await readGeneration(home.path, "current")).toBeUndefined();
});

test("words that make no sense are refused with the nearest ones", async () => {
  const none = await home.run(["fixes"]);
  expect([none.exitCode, none.stderr.includes("No supervisor has ever")]).toEqual([0, true]);
  await home.run(["supervise", "--once"]);
  expect((await home.run(["fixes", "aprove", "1"])).exitCode).toBe(64);
  expect((await home.run(["fixes", "show", "7"])).exitCode).toBe(66);
  expect((await home.run(["fixes", "resume", "current"])).stderr).toContain("FIX_UNKNOWN");
  expect(await states()).toEqual([]);
});

test.each([
  ["that logs have filled", ":"],
  ["without a free byte", "{ cat /dev/zero > .org/workspace/fill; } 2> /dev/null"],
])(
  "on a small disk %s, old logs go and nothing else",
  async (_what, fill) => {
    const folder = join(home.path, "small");
    const script = [
      ...['mkdir -p "$ORG_HOME/.org/logs" "$ORG_HOME/.org/workspace"; cd "$ORG_HOME"'],
      `printf '[supervisor]\\nfixes = "auto"\\n' > org.config; echo mine > .org/workspace/notes.txt`,
      // Not on the small disk.
      '"$@" supervise --json > ../told.ndjson & supervisor=$!',
      "until [ -f .org/state/supervisor.reserve ]; do sleep 0.1; done",
      // It stands still meanwhile, or it would make room while the disk is being filled.
      "kill -STOP $supervisor",
      "for n in 1 2 3 4 5; do head -c 10485760 /dev/zero > .org/logs/current.2026010$n'T000000000Z-0000000'$n.ndjson; done",
      fill,
      "kill -CONT $supervisor",
      `until grep -q '"state":"verified"' ../told.ndjson; do sleep 0.1; done`,
      'kill $supervisor; wait $supervisor; "$@" fixes; ls .org/logs; cat .org/workspace/notes.txt',
    ].join("; ");
    await mkdir(folder);
    const bwrap = ["bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc"];
    const child = Bun.spawn(
      [
        ...[...bwrap, "--die-with-parent", "--size", `${64 * 1024 * 1024}`, "--tmpfs", folder],
        ...["sh", "-c", script, "sh", process.execPath, PROGRAM],
      ],
      { env: environmentOf(folder, {}), stdio: ["ignore", "pipe", "ignore"] },
    );
    const text = await child.stdout.text();
    expect(text).toContain("disk-low (home)");
    expect(text).toMatch(/verified +disk-low/);
    expect(text).toContain("mine\n");
    expect(text.match(/current\.2026/g)).toHaveLength(1);
  },
  120_000,
);

test("a loop that began after a promotion has that promotion reverted, once; the next loop is left to a person", async () => {
  using repository = new CandidateRepository();
  const before = repository.id("main");
  await promoteIn(repository, candidate(repository));
  expect(repository.id("main")).not.toBe(before);
  const run = join(repository.checkout, ".org", "run");
  await mkdir(run, { recursive: true });
  const dead = { ...(await identityOf()), startTime: 1, name: "current", port: 0, commit: "c" };
  await writeFile(join(run, "generation-current.json"), JSON.stringify(dead));
  await using supervised = await SupervisedHome.open(repository.checkout);
  const loop = () => {
    for (const pid of [1, 2, 3, 4]) {
      supervised.store.addEnd("current", { pid, startTime: supervised.at + pid }, supervised.at);
    }
  };
  loop();
  await supervised.beats(12, () => supervised.stateOf("crash-loop") === "verified");
  expect(supervised.records()).toMatchObject([{ pattern: "crash-loop", state: "verified" }]);
  expect(repository.git("diff", before, "main")).toBe("");
  expectSound(repository);
  const running = await readGeneration(repository.checkout, "current");
  expect(running?.commit).toBe(repository.id("main"));
  // It ends again and again all the same.
  process.kill(running?.pid ?? 0, "SIGKILL");
  await until(
    "it to end",
    async () => (await readGeneration(repository.checkout, "current")) === undefined,
  );
  const main = repository.id("main");
  loop();
  await supervised.beats(12, () => supervised.store.givenUp().length > 0);
  expect(supervised.store.givenUp()).toMatchObject([{ role: "current" }]);
  expect(repository.id("main")).toBe(main);
  await stopGeneration(repository.checkout, "current");
}, 600_000);
