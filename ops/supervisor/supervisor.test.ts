/** What a home keeps and does is broken for real, one thing at a time; looks are counted, not seconds. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ServeUpkeep } from "#app/serve-upkeep.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Health } from "#home/health-file.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openLog } from "#platform/log/log.ts";
import { identityOf } from "#platform/process-record.ts";
import { type Handler, serveOwner } from "#server/socket/owner-server.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { JobsBench } from "#test/local-jobs.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { candidate, expectSound, killedAt } from "#test/promoting.ts";
import { logLines, SupervisedHome } from "#test/supervised-home.ts";
import { until } from "#test/until.ts";
import { STEPS } from "../release/ledger.ts";
import type { OwnerPort } from "./owner-port.ts";

/** Looks in 30 and in 60 seconds. */
const FOUND = 6;
const FIXED = 12;
const MINUTE = 60_000;

let home: TestHome;
beforeEach(async () => {
  home = await testHome();
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

const NO_MODELS = {
  providers: () => Promise.reject(new Error("no models here")),
  mcpServers: () => Promise.reject(new Error("no servers here")),
  settings: readSettings({ flags: new Map(), env: {}, defaultHome: "/nowhere" }),
};

/** An owner in this process that answers what the supervisor asks. */
async function owning(
  endpoint: Partial<ConstructorParameters<typeof ServeUpkeep>[0]["endpoint"]>,
  checkpoint: () => void = () => undefined,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const folder = home.paths.logs;
  const log = stack.use(await openLog({ folder, name: "current", cleaner: new TextCleaner() }));
  const nothing = { figures: async () => undefined, dropSilent: async () => 0, checkpoint };
  const upkeep = new ServeUpkeep({ app: NO_MODELS, endpoint: { ...nothing, ...endpoint }, log });
  const service = { notify: async () => undefined };
  upkeep.owns({ checkpoint: () => undefined, service } as never);
  const empty: Handler = async function* () {
    yield* [];
  };
  const handlers = { rooms: empty, questions: empty, ...upkeep.handlers };
  stack.use(await serveOwner(home.paths.socket, handlers));
  return stack.move();
}

test("the log of a journal that has grown is moved into it by its owner, and the file is not opened", async () => {
  await createHome(home.paths);
  await using journal = await openSqliteJournal(home.paths.journal, {
    owner: async () => undefined,
  });
  await using _ = await owning({}, () => journal.checkpoint());
  const text = "x".repeat(1024 * 1024);
  const turns = Array.from({ length: 70 }, (_one, n) => {
    const event = {
      type: "message",
      id: `m${n}`,
      from: "user",
      text,
      to: [],
      mode: "group",
    } as const;
    return journal.append("r", { key: `k${n}`, event });
  });
  await Promise.all(turns);
  const wal = `${home.paths.journal}-wal`;
  expect((await stat(wal)).size).toBeGreaterThan(64 * 1024 ** 2);
  await using supervised = await SupervisedHome.open(home.path);
  const beats = await supervised.beats(FIXED, () => supervised.stateOf("wal-grown") === "verified");
  expect(beats).toBeLessThanOrEqual(FOUND);
  expect(supervised.records()).toMatchObject([{ pattern: "wal-grown", state: "verified" }]);
  expect((await stat(wal)).size).toBeLessThan(4 * 1024 ** 2);
  expect((await Array.fromAsync(journal.read("r", 1))).length).toBe(70);
});

test("a job that hangs and ignores its signal is taken from its worker, the next one runs, and hung twice it is dead", async () => {
  await createHome(home.paths);
  const deaf = Promise.withResolvers<null>();
  await using bench = await JobsBench.with(
    async ({ work }) => (work.kind === "goal" && work.text === "hang" ? await deaf.promise : null),
    { workers: 1 },
  );
  const jobs = bench.jobs;
  const { id } = await jobs.submit({ work: { kind: "goal", text: "hang" } });
  await until("it to run", async () => (await jobs.get(id)).state === "running");
  const after = await jobs.submit({ work: { kind: "goal", text: "go" }, priority: 5 });
  await using _ = await owning({
    // As after ten minutes without a sign of life.
    figures: async () => {
      const { depth, workers, busy } = await jobs.stats();
      const unsettledMs = jobs.silentMs > 0 ? 700_000 : 0;
      return { queued: depth.queued, oldestMs: 0, workers, busy, unsettledMs };
    },
    dropSilent: () => jobs.dropSilent(0),
  });
  await using supervised = await SupervisedHome.open(home.path);
  await supervised.beats(FOUND, () => supervised.records().length > 0);
  expect(supervised.records()).toMatchObject([{ pattern: "queue-stuck" }]);
  await until("the next job to be done", async () => (await jobs.get(after.id)).state === "done");
  const last = async () => await jobs.get(id);
  await until(
    "the job to run again",
    async () => (await last()).attempts === 2 && (await last()).state === "running",
  );
  expect(await jobs.dropSilent(0)).toBe(1);
  expect(await last()).toMatchObject({ state: "dead", error: { code: "HUNG" } });
  deaf.resolve(null);
});

test("a flood of warnings is found, the log is rotated and sampled, and other lines are written as before", async () => {
  await createHome(home.paths);
  await using _ = await owning({});
  const cleaner = new TextCleaner();
  using log = await openLog({ folder: home.paths.logs, name: "current", cleaner });
  const flood = () => {
    for (let n = 0; n < 1500; n += 1) log.warn(`the same again ${n}`);
  };
  flood();
  await using supervised = await SupervisedHome.open(home.path);
  const isSampled = () => supervised.stateOf("log-flood") === "applied";
  expect(await supervised.beats(FOUND, isSampled)).toBeLessThanOrEqual(FOUND);
  // The owner of the test writes into a log of its own; the message is the same.
  log.sample();
  flood();
  log.info("still here");
  await supervised.beats(FIXED - FOUND, () => supervised.stateOf("log-flood") === "verified");
  expect(supervised.stateOf("log-flood")).toBe("verified");
  const text = await Bun.file(join(home.paths.logs, "current.ndjson")).text();
  expect(text.split("\n").filter((line) => line.includes("the same again")).length).toBeLessThan(
    100,
  );
  expect(text).toContain("still here");
});

test.each(STEPS)(
  "a promotion that was killed before its step %s is finished or undone, and its record goes",
  async (step) => {
    using repository = new CandidateRepository();
    const id = candidate(repository);
    await killedAt(repository, step, id);
    const record = {
      ...(await identityOf()),
      startTime: 1,
      role: "promotion",
      command: "org promote",
    };
    const run = join(repository.checkout, ".org", "run");
    await mkdir(run, { recursive: true });
    await writeFile(join(run, "service-promotion.json"), JSON.stringify(record));
    await using supervised = await SupervisedHome.open(repository.checkout);
    const beats = await supervised.beats(
      FIXED,
      () => supervised.stateOf("lock-dead") === "verified",
    );
    expect(beats).toBeLessThanOrEqual(FIXED);
    expectSound(repository);
    expect(existsSync(join(run, "service-promotion.json"))).toBe(false);
  },
);

test("a work tree whose folder is gone is pruned; one that holds changes is left and told", async () => {
  using repository = new CandidateRepository();
  const root = join(repository.checkout, ".org", "worktrees");
  await mkdir(root, { recursive: true });
  for (const name of ["gone", "dirty", "clean"]) {
    candidate(repository, name);
    repository.git("worktree", "add", "--quiet", join(root, name), `cand/${name}`);
  }
  await using supervised = await SupervisedHome.open(repository.checkout);
  // It is not broken when a supervisor begins, but right after one has looked.
  await supervised.beats(1);
  await rm(join(root, "gone"), { recursive: true });
  await writeFile(join(root, "dirty", "notes.txt"), "mine\n");
  repository.git("update-ref", "-d", "refs/heads/cand/dirty");
  const isFound = () => supervised.stateOf("worktree-zombie") !== undefined;
  expect(await supervised.beats(FOUND, isFound)).toBeLessThanOrEqual(FOUND);
  await supervised.beats(FIXED, () => supervised.stateOf("worktree-zombie") === "verified");
  expect(supervised.stateOf("worktree-zombie")).toBe("verified");
  const left = repository.git("worktree", "list");
  expect([left.includes("/gone"), left.includes("/dirty"), left.includes("/clean")]).toEqual([
    false,
    true,
    true,
  ]);
  supervised.stepMs = MINUTE;
  await supervised.beats(70);
  expect(supervised.told.at(-1)).toMatchObject({ subject: "dirty", state: "told" });
  expect(await Bun.file(join(root, "dirty", "notes.txt")).text()).toBe("mine\n");
  expect(existsSync(join(root, "clean"))).toBe(true);
});

test("a clock that jumps, jobs that die, turns without a server, a stale backup, a damaged database and a question that waits are told once each; the server is paused, a backup made", async () => {
  await createHome(home.paths);
  const asks: OwnerPort = {
    ...{
      listens: async () => true,
      probe: async () => false,
      provider: async () => "paused" as const,
      shrinkEngine: async () => "halved" as const,
      tryModel: async () => true,
      queue: async () => undefined,
      checkpoint: async () => undefined,
    },
    ...{
      restartWorkers: async () => 0,
      sampleLog: async () => undefined,
      tell: async () => undefined,
    },
    questions: async () => [{ room: "r1", id: "A1" }],
  };
  await using supervised = await SupervisedHome.open(home.path, { owner: asks });
  await supervised.beats(2);
  expect(supervised.told).toEqual([]);
  supervised.wallOffset += 86_400_000;
  const at = Date.now() + supervised.wallOffset;
  const time = new Date(at).toISOString();
  await supervised.beats(1);
  await logLines(home.path, "current", [
    ...Array.from({ length: 11 }, () => ({
      time,
      level: "error",
      event: "job-dead",
      kind: "tool",
      code: "X",
    })),
    ...Array.from({ length: 5 }, () => ({ time, event: "turn-end", code: "PROVIDER_UNREACHABLE" })),
  ]);
  const made = at - 50 * 3_600_000;
  const health: Health = {
    ...{ v: 1, at, mono: 0, ...(await identityOf()), generation: "current", commit: "", beat: 1 },
    ...{
      db: { memory: { bytes: 1, wal: 0, check: "failed" } },
      queue: null,
      provider: { state: "up", since: 0 },
      rss: 0,
      disk_free: 0,
      tasks: {},
    },
    backup: { at: made, verified: true },
  };
  await writeFile(home.paths.health, JSON.stringify(health));
  await supervised.beats(2);
  // The backup is made by a process of its own, on a clock that no test sets.
  supervised.stepMs = 10;
  await until("a backup", async () => {
    await supervised.beats(1);
    return supervised.stateOf("backup-stale") === "verified";
  });
  supervised.stepMs = 5000;
  supervised.at += 16 * MINUTE;
  supervised.wallOffset += 16 * MINUTE;
  await supervised.beats(4);
  const told = supervised.told.map(({ pattern, state }) => `${pattern} ${state}`).sort();
  expect(told).toEqual([
    ...["approvals-waiting told", "backup-stale verified", "clock-jump told"],
    ...["db-corrupt proposed", "dead-letters proposed", "provider-down verified"],
  ]);
});

test("lines that quote errors, unknown files, and records of other programs are nothing", async () => {
  await createHome(home.paths);
  await logLines(home.path, "current", [
    {
      level: "error",
      msg: "SQLITE_CORRUPT JOURNAL_CORRUPT",
      event: "tool-result",
      code: "JOURNAL_CORRUPT",
    },
    { level: "error", msg: "EADDRINUSE ENOSPC", error: "ENOSPC", said: "PROVIDER_UNREACHABLE" },
    ...Array.from({ length: 30 }, () => ({ msg: "PROVIDER_UNREACHABLE", reason: "error" })),
    { level: "warn", msg: "x", event: 7, code: { nested: "JOURNAL_CORRUPT" } },
  ]);
  await writeFile(join(home.path, ".org", "run", "service-promotion.json.tmp"), "{");
  await writeFile(join(home.path, ".org", "run", "service-broken.json"), "{");
  await writeFile(join(home.path, ".org", "run", "generation-current.json"), "[]");
  await writeFile(home.paths.health, '{"v":2}');
  await writeFile(join(homePaths(home.path).logs, "notes.ndjson"), "\u0000\u0000{}\n");
  await using supervised = await SupervisedHome.open(home.path);
  await supervised.beats(200);
  expect([supervised.records(), supervised.told]).toEqual([[], []]);
});
