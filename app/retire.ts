/** Proposes that a tool goes: a candidate that removes it, judged by the gate and held for a human. */
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { VerdictRecord } from "#fitness/gate/gate.ts";
import { candidateWithout } from "#ops/release/candidate.ts";
import { inGateLog, verdictFields } from "#ops/release/gate-log.ts";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { firstBySearch, validatorIn, withGate } from "./gate.ts";

const TOOLS = "tools/generated";

export interface Retirement {
  /** ORG_HOME, the top of a checkout. */
  readonly home: string;
  /** Name of the tool. */
  readonly name: string;
  /** Why it goes, for the human who decides and for the history. */
  readonly why: string;
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
 * @throws {OrgError} `TOOL_UNKNOWN` when main has no such tool.
 */
export async function proposeRetirement(about: Retirement): Promise<ProposedRetirement> {
  const { home, name, why, cleaner, signal } = about;
  await expectInMain(home, name);
  return await inGateLog({ home, cleaner, what: "retire", subject: name }, async (log) =>
    withGate({ home, checkout: home }, async (gate) => {
      const nowMs = Date.now();
      // For no other reason may a candidate change a tool.
      gate.verdicts.ask({ tool: name, goal: `retire ${name}: ${why}`, maker: "human", at: nowMs });
      const title = `chore(tools): retire ${name}\n\n${why}.`;
      const { branch } = await candidateWithout(home, `${TOOLS}/${name}`, { title, nowMs });
      const judging = { validatorOf: validatorIn(gate), firstHit: firstBySearch, signal, nowMs };
      const { record } = await gate.judge(home, { candidate: branch, ...judging });
      log.info("verdict", verdictFields(record));
      return { branch, record };
    }),
  );
}

async function expectInMain(home: string, name: string): Promise<void> {
  const repository = await openCheckout(home);
  const listing = await gitText(repository, ["ls-tree", "--name-only", `main:${TOOLS}`]).catch(
    () => "",
  );
  const names = listing.split("\n").filter((one) => one !== "");
  if (names.includes(name)) return;
  const near = nearestNames(name, names);
  throw new OrgError(`Main has no generated tool "${name.slice(0, 80)}"`, {
    code: "TOOL_UNKNOWN",
    why: `there ${names.length === 0 ? "is none" : `are ${names.join(", ")}`}`,
    remedies: near.length > 0 ? near.map((one) => `org tools retire ${one}`) : ["org tools list"],
    left: "No candidate was made.",
  });
}
