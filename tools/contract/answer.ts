/** Makes an outcome of what a sandboxed program wrote. Whatever is odd about it is a breakdown. */
import { z } from "zod";
import { exitText } from "#platform/sandbox/exit-status.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import type { CallBreakdown, CallFailure, CallOutcome } from "./outcome.ts";
import { type Contract, INVALID_INPUT } from "./spec.ts";

/** Longest part of a log in a detail, in characters. */
const MAX_LOG = 2000;

const frameSchema = z.object({
  nonce: z.string(),
  call: z.number().optional(),
  tampered: z.string().optional(),
  answer: z.string().optional(),
  ask: z.number().optional(),
});

const answerSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("result"), value: z.json() }),
  z.object({ kind: z.literal("thrown"), code: z.string(), message: z.string() }),
  z.object({
    kind: z.enum(["refused", "load", "capability", "unfit", "crash"]),
    message: z.string(),
  }),
]);

type Answer = z.infer<typeof answerSchema>;

type Frame = z.infer<typeof frameSchema>;

/** @param nonce the secret of the call. */
export function readAnswer(result: SandboxResult, nonce: string, spec: Contract): CallOutcome {
  if (result.killed !== null) return breakdown(result.killed, endOf(result.stderr));
  const frames = readFrames(result.stdout, nonce);
  if (frames === undefined) {
    return breakdown("forged", "It wrote to the channel of the call by itself.");
  }
  const [frame, second] = frames;
  if (second !== undefined) return breakdown("forged", "It answered twice.");
  return frame?.answer === undefined
    ? breakdown("no-answer", silence(result))
    : answerIn({ ...frame, answer: frame.answer }, spec);
}

/**
 * Reads the answers of several calls that one process made.
 *
 * @returns nothing for a call without an answer of its own, and for all of them where something about the process is odd.
 */
export function readAnswers(
  result: SandboxResult,
  nonce: string,
  { spec, calls }: { readonly spec: Contract; readonly calls: number },
): readonly (CallOutcome | undefined)[] {
  const isOrderly = result.killed === null && result.exit === 0;
  const frames = isOrderly ? readFrames(result.stdout, nonce) : undefined;
  return Array.from({ length: calls }, (_, index) => {
    const [frame, second] = frames?.filter(({ call }) => call === index) ?? [];
    if (frame?.answer === undefined || second !== undefined) return undefined;
    return answerIn({ ...frame, answer: frame.answer }, spec);
  });
}

/** What is not a question to the host; nothing where a line is not of the program with the secret. */
function readFrames(stdout: string, nonce: string): readonly Frame[] | undefined {
  const frames: Frame[] = [];
  for (const line of stdout.split("\n")) {
    if (line === "") continue;
    const frame = parse(line, frameSchema);
    if (frame?.nonce !== nonce) return undefined;
    if (frame.ask === undefined) frames.push(frame);
  }
  return frames;
}

function answerIn(frame: Frame & { readonly answer: string }, spec: Contract): CallOutcome {
  if (frame.tampered !== undefined) {
    return breakdown("tampered", `It changed ${frame.tampered}.`);
  }
  const answer = parse(frame.answer, answerSchema);
  return answer === undefined
    ? breakdown("forged", "Its answer is not an answer of the protocol.")
    : outcomeOf(answer, spec);
}

function outcomeOf(answer: Answer, spec: Contract): CallOutcome {
  switch (answer.kind) {
    case "result":
      return { kind: "result", value: answer.value };
    case "thrown":
      return failure(answer.code, answer.message, spec);
    case "refused":
      return { kind: "failure", code: INVALID_INPUT, message: answer.message, declared: true };
    case "unfit":
      return breakdown("schema", answer.message);
    case "crash":
      return breakdown("no-answer", answer.message);
    case "load":
    case "capability":
      return breakdown(answer.kind, answer.message);
  }
}

function failure(code: string, message: string, { failures }: Contract): CallFailure {
  const codes = [INVALID_INPUT, ...failures.map((declared) => declared.code)];
  // `throw new Error("EMPTY: there is no text")` is how most models write it.
  const [, prefix = ""] = /^([^\s:]+):/.exec(message) ?? [];
  const reportedCode = !codes.includes(code) && codes.includes(prefix) ? prefix : code;
  return { kind: "failure", code: reportedCode, message, declared: codes.includes(reportedCode) };
}

function silence({ exit, stderr }: SandboxResult): string {
  const log = endOf(stderr);
  return `It ended with ${exitText(exit)} and gave no answer.${log === "" ? "" : ` ${log}`}`;
}

function endOf(log: string): string {
  return log.trim().slice(-MAX_LOG).toWellFormed();
}

function breakdown(why: CallBreakdown["why"], detail: string): CallBreakdown {
  return { kind: "breakdown", why, detail };
}

function parse<Value>(text: string, schema: z.ZodType<Value>): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
