/** From a verdict to main: what `org promote` does, and what the room does with a human's approval. */
import { OrgError } from "#core/errors.ts";
import type { Gate, GateRequest, SignedVerdict, VerdictRecord } from "#fitness/gate/gate.ts";
import { resolveCommit } from "#fitness/gate/gate-repository.ts";
import { metadataOf } from "#fitness/gate/tool-metadata.ts";
import type { VerdictRow } from "#fitness/gate/verdict-store.ts";
import type { GateStage } from "#fitness/stages.ts";
import type { Promoted } from "./promote.ts";
import { promote } from "./promote.ts";
import { mainOf, type Promoter } from "./transaction.ts";

export interface PromoteRequest extends GateRequest {
  /** A human has read the difference, and approves what the gate holds for one. */
  readonly isApproved?: boolean | undefined;
  /** Promotions are switched off in this home. */
  readonly isOff?: boolean | undefined;
}

/**
 * Promotes a candidate that passed. When main has moved since, or it was not judged yet, it is judged now; also when
 * another promotion moved main while this one waited for it.
 *
 * @param checkout the home.
 * @throws {OrgError} `CANDIDATE_REFUSED` when the verdict is not a promotion, and whatever {@link promote} throws.
 */
export async function promoteCandidate(
  gate: Gate,
  promoter: Promoter,
  request: PromoteRequest,
): Promise<Promoted> {
  if (request.isOff === true) throw switchedOff();
  const checkout = promoter.home.workTree ?? promoter.home.gitDir;
  const candidate = await resolveCommit(promoter.home, request.candidate);
  let approved: string | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const context = { request, promoter, checkout };
    const verdict = await verdictFor(gate, candidate, context);
    const { record } = verdict;
    // What a human approved is what it was held for: for another reason the human is asked again.
    const isApproved = request.isApproved === true && (approved ?? record.reason) === record.reason;
    if (!mayPass(record, isApproved)) throw refused(record, request.candidate);
    approved = record.reason;
    try {
      return await promoteVerdict(gate, promoter, { verdict, candidate, request });
    } catch (error) {
      const isStale = error instanceof OrgError && error.code === "CANDIDATE_STALE";
      const hasMoved = isStale && record.main !== (await mainOf(promoter.home));
      if (!hasMoved || attempt === ATTEMPTS) throw error;
    }
  }
}

/** So often a candidate is judged anew because others were promoted before it. */
const ATTEMPTS = 8;

interface Passed {
  readonly verdict: Pick<SignedVerdict, "record" | "text">;
  /** Id of the commit. */
  readonly candidate: string;
  readonly request: PromoteRequest;
}

async function promoteVerdict(gate: Gate, promoter: Promoter, passed: Passed): Promise<Promoted> {
  const { verdict, candidate, request } = passed;
  const { record, text } = verdict;
  const names = Object.keys(record.tools);
  const what = names.length > 0 ? `feat(tools): ${names.join(", ")}` : `merge ${request.candidate}`;
  const intentOf = (tool: string) => gate.verdicts.intentOf(tool);
  const metadata = await metadataOf(gate.repository, { record, intentOf, nowMs: request.nowMs });
  const about = { title: what, record: text, metadata, nowMs: request.nowMs };
  return await promote(promoter, { candidate, judgement: record, ...about });
}

interface JudgeContext {
  readonly request: GateRequest;
  readonly promoter: Promoter;
  readonly checkout: string;
}

/** The last verdict, if it is about main as it is and as thorough as requested. */
async function verdictFor(
  gate: Gate,
  candidate: string,
  { request, promoter, checkout }: JudgeContext,
): Promise<Pick<SignedVerdict, "record" | "text">> {
  const last = gate.verdicts.lastOn(candidate);
  if (last !== undefined && last.main === (await mainOf(promoter.home))) {
    // Our own record, out of a database that no candidate reaches.
    const record = JSON.parse(last.record) as VerdictRecord;
    if (isThorough(record, request.until)) return { record, text: last.record };
  }
  return await gate.judge(checkout, { ...request, intent: intentOf(gate, last, request) });
}

/** What a human named for the last verdict still holds, beside the requests since. */
function intentOf(
  { verdicts }: Gate,
  last: VerdictRow | undefined,
  { intent }: GateRequest,
): readonly string[] {
  const named = (last?.intent ?? "").split(",").filter((name) => name !== "");
  return intent ?? [...new Set([...named, ...verdicts.intents()])];
}

function isThorough({ verdict, stages }: VerdictRecord, until: GateStage = "S6"): boolean {
  return verdict !== "promote" || stages.some(({ id }) => id === until);
}

function mayPass({ verdict }: VerdictRecord, isApproved: boolean): boolean {
  return verdict === "promote" || (verdict === "hold" && isApproved);
}

function refused({ verdict, stage, reason }: VerdictRecord, name: string): OrgError {
  const isHeld = verdict === "hold";
  return new OrgError(isHeld ? `${name} is held for a human` : `${name} was rejected`, {
    code: "CANDIDATE_REFUSED",
    why: `${stage ?? "The gate"}: ${reason}.`,
    remedies: isHeld
      ? [`org cand show ${name} --diff`, `org promote ${name} --approve`]
      : [`org cand show ${name} --evidence`, "org scoreboard"],
    unchanged: "Main was not changed.",
  });
}

function switchedOff(): OrgError {
  return new OrgError("Promotions are switched off", {
    code: "CANDIDATE_REFUSED",
    why: 'org.config says promotion = "off".',
    remedies: ['write promotion = "ask" into org.config'],
    unchanged: "Main was not changed.",
  });
}
