/** What stands between the calls of a turn and their tools. */
import { explain, OrgError, unreachable } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import { approvalHash } from "#core/policy/approval-hash.ts";
import { decide } from "#core/policy/decide.ts";
import type { LeaseSpender } from "#core/policy/lease.ts";
import { mayEverRun } from "#core/policy/may-run.ts";
import { type CallFacts, DEFAULT_POLICY, type Decision, type Policy } from "#core/policy/policy.ts";
import { type PolicyProgram, policyQuestion } from "#core/policy/program.ts";
import type { Rates } from "#core/policy/rate-limit.ts";
import type { ResolveProgram } from "#core/policy/shell-allowlist.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type CallGuard, factsOfTool, type GuardedCall, type Refusal } from "#tools/call-guard.ts";
import type { Tool } from "#tools/tool.ts";
import type { Answered, Approval, Approvals, Question } from "./approvals.ts";

/** What the human has laid down for the tools of a room. */
export interface Permissions {
  readonly policy: Policy;
  readonly resolveProgram: ResolveProgram;
  /** How long a question to the human waits, in milliseconds. */
  readonly approvalMs?: number;
  /** What the human has allowed beforehand. */
  readonly leases?: LeaseSpender;
  /** Of the user's, and called for every tool call that is not denied already. @default there is none */
  readonly program?: PolicyProgram | undefined;
  /** Of all rooms together. */
  readonly rates?: Rates;
}

export const DEFAULT_PERMISSIONS: Permissions = {
  policy: DEFAULT_POLICY,
  resolveProgram: () => undefined,
};

/**
 * What becomes of the questions of one line of the human: they wait for an answer, where a user is
 * there to give it; they are rejected; or approved, which the human did beforehand.
 */
export type Consent = "ask" | "deny" | "approve";

export interface TurnGuardOptions {
  readonly permissions: Permissions;
  readonly approvals: Approvals;
  /**
   * Cleans what the human sees; what an approval is bound to stays as the model wrote it.
   *
   * @default knows what secrets look like, and none by its value
   */
  readonly cleaner?: TextCleaner;
  readonly consent: Consent;
  /** Id of the room. @default the calls belong to none */
  readonly room?: string | undefined;
  readonly turn: string;
  readonly emit: (event: RoomEvent) => Promise<void>;
}

/** Whether a persona gets the schema of a tool: not when every call of it would be refused. */
export function offersTool(
  tool: Tool,
  persona: string,
  {
    permissions,
    approvals,
    consent,
  }: Pick<TurnGuardOptions, "permissions" | "approvals" | "consent">,
): boolean {
  const { policy, leases } = permissions;
  const facts = { ...factsOfTool(tool), tool: tool.name, persona };
  // A lease may allow what no user is there to approve.
  const canApprove = consent === "approve" || (consent === "ask" && approvals.isInteractive);
  return mayEverRun(policy, facts, canApprove || leases?.mayAllow(tool.name, persona) === true);
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
  const waitMs = (await permissions.rates?.take(guarded.facts.tool)) ?? 0;
  if (waitMs > 0) return tooOften(guarded.facts.tool, waitMs);
  const narrow = await narrowed(guarded, decision, options);
  if (narrow.permission === "deny") return denied(narrow);
  if (narrow.permission === "allow") return undefined;
  const consent = await consentTo(guarded, narrow, options);
  if (!("redeem" in consent)) return consent;
  // Between the question and the answer anything may have changed.
  const now = await narrowed(guarded, decisionOn(guarded.facts, permissions), options);
  if (now.permission === "deny") return denied(now);
  if (guarded.signal.aborted) return refused("the turn was stopped before it began");
  return consent.redeem(approvalHash(guarded.facts)) ? undefined : refused("the yes has expired");
}

/** What the user's policy program makes of a decision. */
async function narrowed(
  { call, facts, signal }: GuardedCall,
  decision: Decision,
  { permissions, room, turn, cleaner = new TextCleaner() }: TurnGuardOptions,
): Promise<Decision> {
  const { policy, program } = permissions;
  if (program === undefined || decision.permission === "deny") return decision;
  const redacted = (await cleaner.ahead(facts.arguments, signal)).redactData(facts.arguments);
  const about = { id: cleaner.clean(call.id), now: new Date().toISOString(), room, turn };
  const question = policyQuestion(facts, { ...about, decision, policy, redacted });
  const { permission, why } = await program.narrow(question, signal);
  // The user's program wrote it, perhaps with text of the call.
  return { permission, why: cleaner.clean(why) };
}

/** Whether a call may run without a question to the user. */
export function isAllowed(facts: CallFacts, permissions: Permissions): boolean {
  return decisionOn(facts, permissions).permission === "allow";
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
    call: (await cleaner.ahead(call, signal)).redactData(call),
    hash: approvalHash(facts),
  };
  await emit({ type: "phase", turn, persona, phase: "approval", detail: call.name });
  const lease = await permissions.leases?.spend(facts);
  const { outcome, approval } =
    lease === undefined
      ? await answerTo(question, consent, approvals)
      : await approvals.settle(question, "approved", `lease ${lease}`);
  if (outcome === "unattended") {
    const { text, refusal } = unapproved(call.name, why);
    await emit({ type: "notice", level: "error", text, persona, code: refusal.code });
    return refusal;
  }
  if (approval === undefined) return refused(`the user did not allow it (${outcome})`);
  await emit({ type: "phase", turn, persona, phase: "running", detail: call.name });
  return approval;
}

/** How one question of a line of the human is answered. */
export async function answerTo(
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

const NEEDED = "APPROVAL_NEEDED";

/** No human can answer, and none has approved it beforehand: the model answers without, and the human learns why. */
function unapproved(
  tool: string,
  why: string,
): { readonly text: string; readonly refusal: Refusal & { readonly code: typeof NEEDED } } {
  const named = `"${tool.slice(0, 80)}"`;
  const error = new OrgError(`${named} needs your approval, and no human can be asked here`, {
    code: NEEDED,
    why,
    remedies: ["org   # and answer in the room", "org ask --yes …   # approves all that is asked"],
    unchanged: "The call did not run.",
  });
  const output = `Not run: ${named} needs an approval, and no human can approve it here. Do not call it again; answer without it.`;
  return { text: explain(error), refusal: { output, code: NEEDED } };
}
