/** A home in which much has happened, for pages to be looked at and to be drawn: its gate, jobs and memory are real. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withGate } from "#app/gate.ts";
import { canonicalJson } from "#core/canonical-json.ts";
import { OrgError } from "#core/errors.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { signText } from "#fitness/gate/signing.ts";
import { VerdictStore } from "#fitness/gate/verdict-store.ts";
import { createValidator } from "#fitness/validate-tool.ts";
import { HealthFile } from "#home/health-file.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { UseStore } from "#home/use-store.ts";
import { backupName } from "#ops/backup/list-backups.ts";
import { recordGeneration } from "#ops/processes/generation-record.ts";
import { openSupervisorStore } from "#ops/supervisor/supervisor.ts";
import { SERVED_COMMIT } from "./dashboard.ts";
import type { DashboardHome } from "./dashboard-home.ts";
import { type Handle, untilAborted } from "./local-jobs.ts";
import { candidate, promoteIn, rollbackIn } from "./promoting.ts";
import { registerTool } from "./registered-tool.ts";

/** Texts of models, tools and people that a page must show as what they are. */
export interface Texts {
  readonly note: string;
  readonly goal: string;
  readonly error: string;
  readonly commit: string;
  readonly tool: string;
}

const { signal } = new AbortController();
const DAY_MS = 24 * 60 * 60 * 1000;

/** Does the jobs of {@link fillHome}. */
export function jobsOf({ error }: Pick<Texts, "error">): Handle {
  return async ({ note, work, signal: ended }) => {
    await note({ cycle: 1, did: "looked at the folder" });
    const text = work.kind === "goal" ? work.text : "";
    if (text.includes("every night")) return await untilAborted(ended);
    if (text.includes("newest")) throw new OrgError(error, { code: "MODEL_MISSING", remedies: [] });
    return { text: "The folder holds 12 reports of 2026.", end: "reached" };
  };
}

/** @returns what ends with the home, and before it. */
export async function fillHome(home: DashboardHome, texts: Texts): Promise<AsyncDisposable> {
  await using parts = new AsyncDisposableStack();
  await fillGate(home, texts);
  await fillTools(home, texts);
  await fillJobs(home, texts);
  await fillMemory(home, texts);
  await fillSpending(home);
  parts.use(await fillHealth(home));
  return parts.move();
}

/** Main was moved there and back; one candidate was compared with it, one was not judged yet. */
async function fillGate({ repository, path }: DashboardHome, { commit }: Texts): Promise<void> {
  await promoteIn(repository, candidate(repository, "shout"));
  await rollbackIn(repository);
  await promoteIn(repository, candidate(repository, "csv-totals"));
  const files = { "core/totals.ts": "export const TOTALS = true;\n" };
  repository.branch("faster-totals").commit("perf(core): add up while reading", files);
  repository.branch("raw", "main").commit(commit, { "docs/raw.md": `${commit}\n` });
  repository.git("checkout", "--quiet", "main");
  await withGate({ home: path, checkout: path }, async (gate) => {
    const validatorOf = () => createValidator({ others: new Map(), hiddenCases: () => [] });
    const about = { candidate: "cand/faster-totals", validatorOf, signal, nowMs: Date.now() };
    await gate.judge(path, about);
  });
  await addComparisons(path, repository.id("cand/faster-totals"));
}

/** Pairs, evidence for and evidence against of each comparison with what came of it, the oldest first. */
const COMPARISONS = [
  [12, 2.1, 0.9, "hold"],
  [34, 41.5, 0.4, "promote"],
  [20, 0.6, 44, "reject"],
  [60, 18, 1.1, "hold"],
  [41, 63, 0.3, "hold"],
] as const;

/** Signed as the gate signs. */
async function addComparisons(home: string, commit: string): Promise<void> {
  const paths = promotionPaths(home);
  using store = new VerdictStore(paths.verdicts);
  const { id: _, ...last } = store.lastOn(commit) ?? { id: 0 };
  if (!("record" in last)) throw new Error("It was not judged");
  const tests = { cases: 5, passed: 5, coverage: 1, mutationScore: 0.9, mutants: 10 };
  for (const [at, [pairs, againstCurrent, harm, verdict]] of COMPARISONS.entries()) {
    const isLast = at === COMPARISONS.length - 1;
    const measured = {
      S7: {
        ...{ pairs, againstCurrent, againstAnchor: againstCurrent / 2, harm, needed: 40 },
        scores: { "greets the user": { pairs, current: 0.5, candidate: 0.75 } },
      },
      S8: { "word-count": { measured: 8, cpuRatio: 1.06, cpuMs: 51, peakBytes: 2e7 } },
    };
    const read = JSON.parse(last.record);
    const record = canonicalJson({ ...read, measured, tools: { "word-count": { tests } } });
    const stage = verdict === "promote" ? null : "S7";
    const branch = `cand/attempt-${at + 1}`;
    const other = { candidate: "0".repeat(40), branch, verdict, stage };
    const when = last.at - (COMPARISONS.length - at) * DAY_MS;
    store.add({
      ...{ ...last, record, signature: await signText(record, paths) },
      ...(isLast ? {} : { ...other, at: when }),
    });
  }
}

async function fillTools({ path, paths }: DashboardHome, { tool }: Texts): Promise<void> {
  const folder = join(path, "tools/generated");
  rmSync(join(folder, "shout"), { recursive: true, force: true });
  const text = { type: "object", properties: { text: { type: "string" } } };
  await registerTool(folder, {
    ...{ name: "word-count", description: "Counts the words of a text.", input: text },
  });
  await registerTool(folder, { name: "csv-totals", description: "Adds up columns of a table." });
  await registerTool(folder, { name: "mend-dates", description: tool, asks: [tool.slice(0, 200)] });
  using store = new UseStore(paths.toolUses);
  const now = Date.now();
  for (let use = 0; use < 340; use += 1) {
    // Of the second hundred one in ten broke down.
    const ok = use < 100 || use >= 200 || use % 10 > 0;
    const outcome = ok ? undefined : "breakdown";
    store.add({ tool: "csv-totals", ok, outcome, at: now - (340 - use) * 60_000 });
  }
}

async function fillJobs({ jobs: { jobs } }: DashboardHome, { goal }: Texts): Promise<void> {
  const put = async (requestId: string, text: string, more: object = {}) =>
    await jobs.submit({ work: { kind: "goal", text }, requestId, ...more });
  await put("job_reports", "What is in the folder reports?");
  await put("job_newest", `Which report is the newest? ${goal}`, { maxAttempts: 1 });
  for (const id of ["job_reports", "job_newest"]) {
    await Array.fromAsync(jobs.events(id, 1, signal));
  }
  await put("job_nightly", "Watch the folder every night.");
  await put("job_later", "Clean up tomorrow.", { delayMs: DAY_MS });
}

async function fillMemory({ own }: DashboardHome, { note }: Texts): Promise<void> {
  const add = async (text: string, staged = false) =>
    await own.memory({ kind: "add", draft: { text, kind: "fact", staged } }, signal);
  await add("Reports go to the folder out/ as CSV.");
  await add("The fiscal year begins in April.");
  await add(note, true);
}

async function fillSpending({ paths }: DashboardHome): Promise<void> {
  using store = openSpendStore(paths.spending);
  for (let back = 0; back < 6; back += 1) {
    const day = new Date(Date.now() - back * DAY_MS).toISOString().slice(0, 10);
    const tokens = 40_000 - back * 5500;
    await store.adjust({ day, session: "s", persona: "agent" }, { tokens, micros: tokens * 3 });
    await store.adjust({ day, session: "s", persona: "python" }, { tokens: tokens / 4, micros: 0 });
  }
}

/** A heartbeat, a process, a backup that is damaged, and a fix that waits. */
async function fillHealth({ path, paths, board }: DashboardHome) {
  await using parts = new AsyncDisposableStack();
  const commit = SERVED_COMMIT;
  parts.use(await recordGeneration(path, { name: "current", port: board.port, commit }));
  const now = Date.now();
  const beat = parts.use(new HealthFile(paths.health));
  const database = { bytes: 4_200_000, wal: 65_536, check: "ok" } as const;
  await beat.write({
    ...{ generation: "current", commit, disk_free: 42e9 },
    db: { journal: database, queue: database, memory: { ...database, check: "unknown" } },
    queue: { queued: 1, oldest_s: 12, dead: 1 },
    provider: { state: "up", since: now - DAY_MS },
    tasks: { backup: { next: now + DAY_MS, last: now - 60_000, outcome: "failed" } },
    backup: { at: now, verified: false },
  });
  mkdirSync(join(paths.backups, backupName(now - DAY_MS / 2)), { recursive: true });
  using store = await openSupervisorStore(path);
  const finding = { pattern: "log-storm", subject: "current", why: "9,000 lines in a minute" };
  store.add(finding, { fix: "sample-log", state: "proposed", foundAt: now - 60_000, now });
  store.giveUp({ role: "candidate", at: now, why: "it ended five times in ten minutes" });
  return parts.move();
}
