/** The candidates of a home as the gate last judged them, for the command line, HTTP and the dashboard alike. */
import type { VerdictRecord } from "#fitness/gate/gate.ts";
import { resolveCommit } from "#fitness/gate/gate-repository.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { type VerdictRow, VerdictStore } from "#fitness/gate/verdict-store.ts";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { readGeneration } from "../processes/generation-record.ts";
import { readAlarms } from "../release/alarms.ts";
import { candidateBranches } from "../release/candidate.ts";
import { ChangeLedger } from "../release/ledger.ts";
import { type Scoreboard, scoreboardOf } from "../release/scoreboard.ts";

export interface CandidateRow {
  readonly branch: string;
  readonly commit: string;
  /** null: it was not judged yet. */
  readonly verdict: VerdictRow["verdict"] | null;
  readonly stage: string | null;
  readonly reason: string | null;
  /** Where it serves now. */
  readonly port: number | null;
}

/** The newest first. @param home a checkout. */
export async function candidateRows(home: string): Promise<readonly CandidateRow[]> {
  const checkout = await openCheckout(home);
  const serving = await readGeneration(home, "candidate");
  using verdicts = new VerdictStore(promotionPaths(home).verdicts);
  return await Promise.all(
    (await candidateBranches(home)).map(async (branch): Promise<CandidateRow> => {
      const commit = await resolveCommit(checkout, branch);
      const { verdict = null, stage = null, reason = null } = verdicts.lastOn(commit) ?? {};
      const port = serving?.branch === branch ? serving.port : null;
      return { branch, commit, verdict, stage, reason, port };
    }),
  );
}

/** A verdict, and the text of the record as the gate signed it. */
export interface LastVerdict extends Pick<VerdictRow, "signature"> {
  readonly record: VerdictRecord;
  readonly text: string;
}

/** The last verdict on a commit. @param home a checkout. */
export function lastVerdict(home: string, commit: string): LastVerdict | undefined {
  using verdicts = new VerdictStore(promotionPaths(home).verdicts);
  const last = verdicts.lastOn(commit);
  if (last === undefined) return undefined;
  // Our own record, out of a database that no candidate reaches.
  const record = JSON.parse(last.record) as VerdictRecord;
  return { record, text: last.record, signature: last.signature };
}

/**
 * What a candidate changes in main, as a patch; not clean.
 *
 * @param part `tests`: its cases and tests alone. @default all of it
 */
export async function candidateDiff(
  home: string,
  commit: string,
  part: "all" | "tests" = "all",
): Promise<string> {
  const checkout = await openCheckout(home);
  const range = `refs/heads/main...${commit}`;
  if (part === "all") return await gitText(checkout, ["diff", range]);
  const listing = await gitText(checkout, ["diff", "--name-only", "-z", range]);
  const paths = listing
    .split("\0")
    .filter((path) => /(?:^|\/)(?:cases\.json|.*\.test\.ts|test_.*\.py)$/.test(path));
  const named = paths.length > 0 ? paths : [":nothing"];
  return await gitText(checkout, ["diff", range, "--", ...named]);
}

/** What the gate has done so far. @throws {OrgError} `FILE_FAILED` */
export async function readScoreboard(home: string): Promise<Scoreboard> {
  const paths = promotionPaths(home);
  using ledger = new ChangeLedger(paths.ledger);
  using verdicts = new VerdictStore(paths.verdicts);
  const alarms = await readAlarms(home);
  const history = { verdicts: verdicts.all(), changes: ledger.all(), alarms };
  return scoreboardOf(history, Date.now());
}
