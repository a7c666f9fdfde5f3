/** Proposes that a tool goes: a candidate that removes it, judged by the gate and held for a human. */

import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { echoed } from "#core/text/echoed.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { VerdictRecord } from "#fitness/gate/gate.ts";
import { candidateWithout } from "#ops/release/candidate.ts";
import { inGateLog, verdictFields } from "#ops/release/gate-log.ts";
import { mainOf } from "#ops/release/transaction.ts";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { firstBySearch, validatorIn, withGate } from "./gate.ts";

const TOOLS = "tools/generated";

export interface Retirement {
  /** ORG_HOME, the top of a checkout. */
  readonly home: string;
  /** Name of the tool. */
  readonly name: string;
  /** Why it goes, for the human who decides and for the history; called when main has the tool. */
  readonly why: () => Promise<string>;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
}

/** A candidate that waits for a human. */
export interface ProposedRetirement {
  /** `cand/20261121T083000Z` */
  readonly branch: string;
  readonly record: VerdictRecord;
}

/**
 * Main is not changed: a human reads the difference and promotes the candidate, and a rollback brings the tool back.
 *
 * @throws {OrgError} `TOOL_UNKNOWN` when main has no such tool, `SANDBOX_UNAVAILABLE` when it cannot be judged here; then
 *   the candidate stays, without a verdict.
 */
export async function proposeRetirement(about: Retirement): Promise<ProposedRetirement> {
  const { home, name, why, cleaner, signal } = about;
  await expectInMain(home, name);
  const reason = await why();
  return await inGateLog({ home, cleaner, what: "retire", subject: name }, async (log) =>
    withGate({ home, checkout: home }, async (gate) => {
      const nowMs = Date.now();
      const title = `chore(tools): retire ${name}\n\n${reason}.`;
      const { branch } = await candidateWithout(home, `${TOOLS}/${name}`, { title, nowMs });
      const judging = { validatorOf: validatorIn(gate), firstHit: firstBySearch, signal, nowMs };
      // For this candidate alone: what is asked for in the home stays asked for, and is written beside a later tool.
      const request = { candidate: branch, intent: [name], ...judging };
      const { record } = await gate.judge(home, request).catch((error: unknown) => {
        throw noVerdict(error, { branch, name });
      });
      log.info("verdict", verdictFields(record));
      return { branch, record };
    }),
  );
}

/** What kept the gate from a verdict, with the candidate that is left. */
function noVerdict(error: unknown, { branch, name }: { branch: string; name: string }): unknown {
  if (!(error instanceof OrgError)) return error;
  const { message, code, why, remedies } = error;
  return new OrgError(message, {
    ...{ code, cause: error },
    ...(why === undefined ? {} : { why }),
    remedies: [...remedies, `org fitness ${branch} --intent ${name}`, `org cand rm ${branch}`],
    unchanged: `The candidate ${branch} stays, and has no verdict. Main is unchanged.`,
  });
}

async function expectInMain(home: string, name: string): Promise<void> {
  const repository = await openCheckout(home);
  // A main without the folder has no entry there, and that is not an error.
  const options = ["ls-tree", "--name-only", "--full-tree", "-z"];
  const listing = await gitText(repository, [...options, await mainOf(repository), `${TOOLS}/`]);
  const names = listing.split("\0").flatMap((path) => path.split("/")[2] ?? []);
  if (names.includes(name)) return;
  const near = nearestNames(name, names);
  throw new OrgError(`Main has no generated tool ${echoed(name)}`, {
    code: "TOOL_UNKNOWN",
    why: `there ${names.length === 0 ? "is none" : `are ${names.join(", ")}`}`,
    remedies: near.length > 0 ? near.map((one) => `org tools retire ${one}`) : ["org tools list"],
    unchanged: "No candidate was made.",
  });
}
