/** The gate for the dashboard: what waits, what was found, where main comes from, and a human's word about it. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { fieldsOf } from "#core/json.ts";
import { echoed } from "#core/text/echoed.ts";
import { headOf } from "#core/text/head.ts";
import { resolveCommit } from "#fitness/gate/gate-repository.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { VerdictStore } from "#fitness/gate/verdict-store.ts";
import { GATE_STAGES, STAGE_ASKS } from "#fitness/stages.ts";
import {
  candidateDiff,
  candidateRows,
  lastVerdict,
  readScoreboard,
} from "#ops/candidates/candidate-rows.ts";
import { askGeneration } from "#ops/processes/ask.ts";
import { type GenerationRecord, readGeneration } from "#ops/processes/generation-record.ts";
import { startPromotion } from "#ops/processes/generations.ts";
import { PROMOTION } from "#ops/processes/home-processes.ts";
import { lastFailure } from "#ops/release/last-failure.ts";
import { ChangeLedger } from "#ops/release/ledger.ts";
import { mainOf } from "#ops/release/transaction.ts";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { processOf, readServices } from "#platform/process-record.ts";
import type { CandidatesApi } from "#server/api/candidates.ts";
import type {
  CandidateSummary,
  CandidateView,
  GateOverview,
  GateSource,
  ReviewedCandidate,
  ServingView,
} from "#server/ui/gate-view.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import type { AppContext } from "./context.ts";
import { evidenceOf, verdictView } from "./judged-view.ts";
import { readLineage } from "./lineage.ts";

const PREFIX = "cand/";
/** So much of a patch stands on a page, in characters; the whole is a `git diff` away. */
const LONGEST_DIFF = 60_000;
/** So many comparisons are drawn, and so many alarms listed. */
const MOST_POINTS = 40;
const MOST_ALARMS = 5;
/** See {@link GateParts}. */
const HEALTH_MS = 2000;

export interface GateParts {
  readonly context: Pick<AppContext, "settings" | "cleaner">;
  /** Tools as main has them. */
  readonly registry: () => Promise<Pick<ToolRegistry, "list">>;
  readonly candidates: Pick<CandidatesApi, "reject">;
  /** Starts `org` with these words in a process of its own. @default by the program that runs */
  readonly start?: ((args: readonly string[]) => void) | undefined;
  /** Longest wait for a generation to say how it is, in milliseconds. @default 2000 */
  readonly healthMs?: number | undefined;
}

export function gateSource(parts: GateParts): GateSource {
  const { context, registry, candidates, start, healthMs = HEALTH_MS } = parts;
  const { settings, cleaner } = context;
  const { home } = settings;
  const startHere = start ?? ((args) => startPromotion(home, Bun.main, args));
  return {
    overview: async () => cleaner.cleanData(await overviewOf(home)),
    candidate: async (id) => cleaner.cleanData(await viewOf(home, id, { registry, healthMs })),
    lineage: async (from, most) => cleaner.cleanData(await readLineage(home, { from, most })),
    promote: async (reviewed) => startHere(await promotionOf(home, reviewed)),
    reject: async (id, reason) => await candidates.reject(id, reason),
    rollback: async (tag, main) => {
      const now = await mainOf(await openCheckout(home));
      if (now !== main) throw moved("Main", main.slice(0, 12), now.slice(0, 12));
      using ledger = new ChangeLedger(promotionPaths(home).ledger);
      if (!ledger.done().some((change) => change.tag === tag)) throw noChange(tag);
      startHere(["rollback", tag]);
    },
  };
}

/** A home need not be a Git checkout; then there is nothing to decide about. */
function isCheckout(home: string): boolean {
  return existsSync(join(home, ".git"));
}

async function overviewOf(home: string): Promise<GateOverview> {
  const board = await readScoreboard(home);
  const { verdicts, promotions, standing, rollbacks, medianMs, stoppedAt, alarms, survival } =
    board;
  const moving = await underWay(home);
  return {
    main: isCheckout(home) ? await mainOf(await openCheckout(home)) : "",
    candidates: isCheckout(home) ? await summaries(home) : [],
    underWay: moving,
    failed: moving === undefined ? await lastFailure(home) : undefined,
    figures: {
      ...{ verdicts, promotions, standing, rollbacks, medianMs, survival },
      stoppedAt: GATE_STAGES.flatMap((stage) => {
        const count = stoppedAt[stage] ?? 0;
        return count === 0 ? [] : [{ stage, asks: STAGE_ASKS[stage], count }];
      }),
    },
    alarms: alarms.slice(0, MOST_ALARMS),
    evidence: comparisons(home),
  };
}

async function underWay(home: string): Promise<GateOverview["underWay"]> {
  const found = (await readServices(home)).find(({ role }) => role === PROMOTION);
  if (found === undefined || (await processOf(found)) === undefined) return undefined;
  using ledger = new ChangeLedger(promotionPaths(home).ledger);
  const [open] = ledger.unfinished();
  const step = open === undefined ? "the gate judges" : `step ${open.step} of ${open.tag}`;
  return { what: `${found.command}: ${step}`, since: open?.at ?? 0 };
}

/** The comparisons with main, oldest first. */
function comparisons(home: string): GateOverview["evidence"] {
  using verdicts = new VerdictStore(promotionPaths(home).verdicts);
  const points = verdicts.all().flatMap((row) => evidenceOf(row) ?? []);
  return points.slice(0, MOST_POINTS).toReversed();
}

async function summaries(home: string): Promise<readonly CandidateSummary[]> {
  const checkout = await openCheckout(home);
  const options = ["--merged=refs/heads/main", "--format=%(refname:lstrip=2)", "refs/heads/cand/"];
  const merged = new Set((await gitText(checkout, ["for-each-ref", ...options])).split("\n"));
  const rows = await candidateRows(home);
  return rows.map((row) => ({
    ...row,
    id: row.branch.slice(PREFIX.length),
    isMerged: merged.has(row.branch),
  }));
}

async function summaryOf(home: string, id: string): Promise<CandidateSummary> {
  const all = isCheckout(home) ? await summaries(home) : [];
  const found = all.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new OrgError(`There is no candidate ${echoed(id)}`, {
    code: "INPUT_MISSING",
    why: all.length === 0 ? "there is none at all" : `there are ${all.length}`,
    remedies: ["org cand list"],
    unchanged: "Nothing was changed.",
  });
}

/** By its commit: the branch may move until the gate looks at it. @returns the words of the command. */
async function promotionOf(home: string, reviewed: ReviewedCandidate): Promise<readonly string[]> {
  const { id, commit, judgedAt } = reviewed;
  const { commit: now } = await summaryOf(home, id);
  if (now !== commit) {
    throw moved(`The candidate ${echoed(id)}`, commit.slice(0, 12), now.slice(0, 12));
  }
  const record = lastVerdict(home, commit)?.record;
  const { at = "" } = record ?? {};
  if (at !== judgedAt) throw moved("The verdict", judgedAt || "none", at || "none");
  // Against another main it is judged anew, and may be held for a reason that no person has seen.
  const main = await mainOf(await openCheckout(home));
  const isApproved = record?.verdict === "hold" && record.main === main;
  return ["promote", commit, ...(isApproved ? ["--approve"] : [])];
}

async function viewOf(
  home: string,
  id: string,
  { registry, healthMs }: Pick<GateParts, "registry"> & { readonly healthMs: number },
): Promise<CandidateView> {
  const summary = await summaryOf(home, id);
  const { commit } = summary;
  const checkout = await openCheckout(home);
  const [main, about, patch, serves] = await Promise.all([
    resolveCommit(checkout, "main"),
    gitText(checkout, ["show", "-s", "--format=%an%n%s", commit]),
    candidateDiff(home, commit),
    serving(home, summary, healthMs),
  ]);
  const [author = "", title = ""] = about.split("\n");
  const text = headOf(patch, LONGEST_DIFF);
  const last = lastVerdict(home, commit);
  const tools = last === undefined ? [] : await (await registry()).list();
  return {
    ...summary,
    ...{ main, author, title, serves },
    verdictDetails: last && (await verdictView(home, last, { main, tools })),
    diff: { text, omitted: patch.length - text.length },
  };
}

/** What runs of both, asked at this moment. */
async function serving(
  home: string,
  { branch }: CandidateSummary,
  withinMs: number,
): Promise<CandidateView["serves"]> {
  const [current, other] = await Promise.all([
    readGeneration(home, "current"),
    readGeneration(home, "candidate"),
  ]);
  const [main, candidate] = await Promise.all([
    lookAt(current, withinMs),
    lookAt(other?.branch === branch ? other : undefined, withinMs),
  ]);
  return { main, candidate };
}

async function lookAt(
  record: GenerationRecord | undefined,
  withinMs: number,
): Promise<ServingView | null> {
  if (record === undefined) return null;
  const answer = await askGeneration(record, { path: "/health", withinMs }).catch(() => undefined);
  const { commit } = fieldsOf(answer?.data);
  return { port: record.port, isWell: answer?.status === 200 && commit === record.commit };
}

function moved(what: string, reviewed: string, now: string): OrgError {
  return new OrgError(`${what} is not the one that you looked at`, {
    code: "CANDIDATE_STALE",
    why: `it was ${reviewed} then, and is ${now} now`,
    remedies: ["look at it again, and decide anew"],
    unchanged: "Nothing was changed.",
  });
}

function noChange(tag: string): OrgError {
  return new OrgError(`There is no change ${echoed(tag)}`, {
    code: "INPUT_MISSING",
    why: "no promotion and no rollback of this home has that tag",
    remedies: ["org scoreboard"],
    unchanged: "Nothing was changed.",
  });
}
