/**
 * A program of the user's that has a say in every call. It only narrows: what it says can make a decision stricter, and
 * anything that is not an answer denies the call.
 */
import { z } from "zod";
import { approvalHash } from "./approval-hash.ts";
import { modeOf } from "./decide.ts";
import { hostsOf } from "./hosts.ts";
import type { CallFacts, Decision, Permission, Policy } from "./policy.ts";

/** What the program reads: one JSON object. */
export interface PolicyQuestion {
  readonly version: 1;
  /** Of the call, as the journal has it. */
  readonly id: string;
  /** Time of the call: ISO 8601, in UTC. */
  readonly now: string;
  /** Id of the room that the call belongs to; absent for jobs, workflows and callers over HTTP. */
  readonly room?: string | undefined;
  /** Of the turn that the call belongs to. */
  readonly turn: string;
  readonly persona: string;
  readonly call: {
    readonly tool: string;
    readonly effect: CallFacts["effect"];
    readonly capabilities: readonly string[];
    /** That the call names, in lower case; none where others wrote the tool, for it may reach any. */
    readonly hosts: readonly string[];
    /** Secrets are covered in them. */
    readonly arguments: unknown;
    /** SHA-256 of the call as the model wrote it, in hexadecimal. */
    readonly hash: string;
  };
  /** What org.config says. */
  readonly decision: Decision;
  readonly mode: string;
}

/** What the program writes: one JSON object, and nothing else. */
export interface PolicyAnswer {
  /** `abstain`: the decision stands as it is. */
  readonly decision: Permission | "abstain";
  /** Told to the model and to the user. */
  readonly reason?: string | undefined;
  /** For how many seconds the same question has this answer. @default the program runs each time */
  readonly ttl_s?: number | undefined;
}

/** Has a say in calls. */
export interface PolicyProgram {
  /**
   * @param question of a call that is allowed, or that the user would have to approve.
   * @returns the decision that holds, at least as strict unless the user's file lets the program allow.
   */
  narrow(question: PolicyQuestion, signal: AbortSignal): Promise<Decision>;
}

/** @param redacted the arguments as they may leave the process, with secrets covered. */
export function policyQuestion(
  facts: CallFacts,
  { id, now, decision, policy, room, turn, redacted }: QuestionParts,
): PolicyQuestion {
  const { tool, effect, capabilities, persona, hidesHosts } = facts;
  const hosts = hidesHosts === true ? [] : hostsOf(facts.arguments);
  const about = { tool, effect, capabilities, hosts };
  const call = { ...about, arguments: redacted, hash: approvalHash(facts) };
  return { version: 1, id, now, room, turn, persona, call, decision, mode: modeOf(policy, tool) };
}

interface QuestionParts extends Pick<PolicyQuestion, "id" | "now"> {
  readonly decision: Decision;
  readonly policy: Policy;
  readonly room: string | undefined;
  readonly turn: string;
  readonly redacted: unknown;
}

const MOST_REASON = 500;

const answerSchema: z.ZodType<PolicyAnswer> = z.strictObject({
  decision: z.enum(["allow", "ask", "deny", "abstain"]),
  reason: z.string().max(MOST_REASON).optional(),
  ttl_s: z.int().min(0).max(300).optional(),
});

/** @returns the answer of the program, or why it is none; one clause. */
export function readPolicyAnswer(stdout: string): PolicyAnswer | string {
  if (stdout.trim() === "") return "it wrote nothing";
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch {
    return "it did not write one JSON object";
  }
  const read = answerSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return `${issue?.path.join(".") || "its answer"}: ${issue?.message ?? "unreadable"}`;
}

const STRICTNESS: Readonly<Record<Permission, number>> = { allow: 0, ask: 1, deny: 2 };

/**
 * The stricter of both.
 *
 * @param mayAllow the user's file lets the program allow what the user would have to approve; never in mode `locked`.
 */
export function narrowed(
  { decision, mode }: Pick<PolicyQuestion, "decision" | "mode">,
  { decision: answer, reason }: PolicyAnswer,
  mayAllow: boolean,
): Decision {
  if (answer === "abstain") return decision;
  const why = `the policy program says ${answer}${reason === undefined ? "" : `: ${reason}`}`;
  if (STRICTNESS[answer] > STRICTNESS[decision.permission]) return { permission: answer, why };
  const isWider = mayAllow && mode !== "locked" && decision.permission === "ask";
  return answer === "allow" && isWider ? { permission: "allow", why } : decision;
}
