/** Which calls of one answer are run, when the server declared some and the text holds some too. */
import type { ToolCall, ToolResult } from "#core/calls.ts";
import { callKey, dedupeCalls } from "./extract/dedupe.ts";
import type { ExtractedCall } from "./extract/extractor.ts";

export interface PlannedCall {
  readonly call: ToolCall;
  readonly origin: "declared" | "embedded";
  /** The call was cut off by the end of the answer, or may have been. */
  readonly truncated: boolean;
  /** Its arguments cannot be read. */
  readonly invalid?: true;
}

/** The declared calls, then those of the text that the server has not declared as well. */
export function planCalls(
  declared: readonly ToolCall[],
  embedded: readonly ExtractedCall[],
): PlannedCall[] {
  const own = dedupeCalls(declared, embedded);
  return [
    ...declared.map((call) => ({ call, origin: "declared" as const, truncated: false })),
    ...own.map((call) => ({
      call: {
        id: call.id ?? callId(call, 0),
        name: call.name,
        arguments: call.arguments,
      },
      origin: "embedded" as const,
      truncated: call.truncated === true,
      ...(call.invalid === true ? { invalid: true as const } : {}),
    })),
  ];
}

/**
 * Why a call is answered without being run, as text for the model.
 *
 * @param isProgram its arguments are a program, half of which may do something else than the whole.
 */
export function whyNotRun(
  { invalid, truncated }: PlannedCall,
  isProgram: boolean,
): string | undefined {
  if (invalid) {
    return "Not run: the arguments of the call cannot be read. Write it again, with its arguments as one JSON object.";
  }
  return truncated && isProgram
    ? "Not run: the call was cut off before its end. Write it again, shorter."
    : undefined;
}

/** The calls by the names that their tools really have. */
export function withNames(
  plan: readonly PlannedCall[],
  resolve: (call: ToolCall) => ToolCall,
): readonly PlannedCall[] {
  return plan.map((planned) => ({ ...planned, call: resolve(planned.call) }));
}

/**
 * Gives a new id to every call whose id was used before in the turn: some servers count from
 * `call_0` in every answer, and a result must name exactly one call.
 *
 * @param used ids so far; the ids of the plan are added.
 */
export function withDistinctIds(plan: readonly PlannedCall[], used: Set<string>): PlannedCall[] {
  return plan.map((planned) => {
    let id = planned.call.id;
    for (let count = 1; used.has(id); count += 1) id = callId(planned.call, count);
    used.add(id);
    return { ...planned, call: { ...planned.call, id } };
  });
}

/**
 * An id for a call that came without one. Made from the call, not at random: the id is part of the next
 * request, and a recorded session can only be played back when that is the same every time. Nine
 * letters and digits, because Mistral's templates take nothing else.
 */
function callId(call: Omit<ToolCall, "id">, count: number): string {
  const hash = Bun.hash(`${count} ${callKey(call)}`);
  return hash.toString(36).padStart(9, "0").slice(-9);
}

/** The result of a call that is not run. @param output why; the model reads it. */
export function refused(call: ToolCall, output: string): ToolResult {
  return { id: call.id, name: call.name, ok: false, output, ms: 0 };
}
