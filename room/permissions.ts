/** What stands between the calls of a turn and their tools. */
import { explain, OrgError, unreachable } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import type { LeaseSpender } from "#core/lease.ts";
import { approvalHash } from "#core/policy/approval-hash.ts";
import { decide } from "#core/policy/decide.ts";
import { type CallFacts, DEFAULT_POLICY, type Decision, type Policy } from "#core/policy/policy.ts";
import type { ResolveProgram } from "#core/policy/shell-allowlist.ts";
import type { RateLimits } from "#core/rate-limit.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { CallGuard, GuardedCall, Refusal } from "#tools/call-guard.ts";
import type { Answered, Approval, Approvals, Question } from "./approvals.ts";

/** What the human has laid down for the tools of a room. */
export interface Permissions {
  readonly policy: Policy;
  readonly resolveProgram: ResolveProgram;
  /** How long a question to the human waits, in milliseconds. */
  readonly approvalMs?: number;
  /** What the human has allowed beforehand. */
  readonly leases?: LeaseSpender;
  /** Of all rooms together. */
  readonly rates?: RateLimits;
}

export const DEFAULT_PERMISSIONS: Permissions = {
  policy: DEFAULT_POLICY,
  resolveProgram: () => undefined,
};

/**
 * What becomes of the questions of one line of the human: they wait for an answer, where somebody is
 * there to give it; they are answered with no; or with yes, which the human said beforehand.
 */
export type Consent = "ask" | "deny" | "approve";

export interface TurnGuardOptions {
  readonly permissions: Permissions;
  readonly approvals: Approvals;
  /**
   * Cleans what the human is shown; what a yes is bound to stays as the model wrote it.
   *
   * @default knows what secrets look like, and none by its value
   */
  readonly cleaner?: TextCleaner;
  readonly consent: Consent;
  readonly turn: string;
  readonly emit: (event: RoomEvent) => Promise<void>;
}

/** Checks every call of one turn. */
export function turnGuard(options: TurnGuardOptions): CallGuard {
  return { refusalOf: (guarded) => refusalOf(guarded, options) };
}

async function refusalOf(
  guarded: GuardedCall,
  options: TurnGuardOptions,
): Promise<Refusal | undefined> {
  const { permissions } = options;
  const decision = decisionOn(guarded.facts, permissions);
  if (decision.permission === "deny") return denied(decision);
  const waitMs = permissions.rates?.take(guarded.facts.tool) ?? 0;
  if (waitMs > 0) return tooOften(guarded.facts.tool, waitMs);
  if (decision.permission === "allow") return undefined;
  const consent = await consentTo(guarded, decision, options);
  if (!("redeem" in consent)) return consent;
  // Between the question and the answer anything may have changed.
  const now = decisionOn(guarded.facts, permissions);
  if (now.permission === "deny") return denied(now);
  return consent.redeem(approvalHash(guarded.facts)) ? undefined : refused("the yes has expired");
}

function decisionOn(facts: CallFacts, { policy, resolveProgram }: Permissions): Decision {
  return decide(policy, facts, resolveProgram);
}

async function consentTo(
  { call, facts, signal }: GuardedCall,
  { why }: Decision,
  { permissions, approvals, cleaner = new TextCleaner(), consent, turn, emit }: TurnGuardOptions,
): Promise<Approval | Refusal> {
  const { persona } = facts;
  const question: Question = {
    ...{ turn, persona, why, signal, emit },
    call: cleaner.redactData(call),
    hash: approvalHash(facts),
  };
  await emit({ type: "phase", turn, persona, phase: "approval", detail: call.name });
  const lease = permissions.leases?.spend(facts);
  const { outcome, approval } =
    lease === undefined
      ? await answerTo(question, consent, approvals)
      : await approvals.settle(question, "approved", `lease ${lease}`);
  if (outcome === "unattended") return needsYes(call.name, why);
  if (approval === undefined) return refused(`the user did not allow it (${outcome})`);
  await emit({ type: "phase", turn, persona, phase: "running", detail: call.name });
  return approval;
}

async function answerTo(
  question: Question,
  consent: Consent,
  approvals: Approvals,
): Promise<Answered> {
  switch (consent) {
    case "approve":
      return await approvals.settle(question, "approved", "--yes");
    case "deny":
      return await approvals.settle(question, "unattended", "org");
    case "ask":
      return await approvals.ask(question);
    default:
      return unreachable(consent);
  }
}

function denied({ why }: Decision): Refusal {
  return refused(`the user's policy denies this call: ${why}`);
}

function tooOften(tool: string, waitMs: number): Refusal {
  const seconds = Math.ceil(waitMs / 1000);
  return { output: `Not run: "${tool}" was called too often. It may run again in ${seconds} s.` };
}

function refused(why: string): Refusal {
  return { output: `Not run: ${why}. Do not try it in another way; answer without it.` };
}

/** Nobody can be asked, and nobody has said yes beforehand. */
function needsYes(tool: string, why: string): Refusal {
  const code = "APPROVAL_NEEDED";
  const error = new OrgError(
    `"${tool.slice(0, 80)}" needs your yes, and nobody can be asked here`,
    {
      code,
      why,
      remedies: ["org   # and answer in the room", "org ask --yes …   # yes to all that is asked"],
      left: "The call did not run.",
    },
  );
  return { output: explain(error), code };
}
