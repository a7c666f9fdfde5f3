/** Which calls of one answer are run, when the server declared some and the text holds some too. */
import type { ToolCall } from "#core/calls.ts";
import { canonicalJson } from "#core/canonical-json.ts";
import type { ExtractedCall } from "#models/extract/extractor.ts";

export interface PlannedCall {
  readonly call: ToolCall;
  readonly origin: "declared" | "embedded";
  /** The call was cut off by the end of the answer. */
  readonly truncated: boolean;
}

/** Equal calls have equal keys, whatever the order of their arguments. */
export function callKey(name: string, args: unknown): string {
  return `${name} ${canonicalJson(args)}`;
}

/**
 * One call that arrives both ways runs once: n declared ones cancel at most n equal embedded ones.
 * Two equal embedded calls without a declared twin stay two, because the model wrote it twice.
 */
export function planCalls(
  declared: readonly ToolCall[],
  embedded: readonly ExtractedCall[],
): PlannedCall[] {
  const cancels = new Map<string, number>();
  for (const { name, arguments: args } of declared) {
    const key = callKey(name, args);
    cancels.set(key, (cancels.get(key) ?? 0) + 1);
  }
  const own = embedded.filter((call) => {
    const key = callKey(call.name, call.arguments);
    const left = cancels.get(key) ?? 0;
    if (left > 0) cancels.set(key, left - 1);
    return left === 0;
  });
  return [
    ...declared.map((call) => ({ call, origin: "declared" as const, truncated: false })),
    ...own.map((call) => ({
      call: {
        id: call.id ?? callId(call.name, call.arguments, 0),
        name: call.name,
        arguments: call.arguments,
      },
      origin: "embedded" as const,
      truncated: call.truncated === true,
    })),
  ];
}

/**
 * Gives a new id to every call whose id was used before in the turn: some servers count from
 * `call_0` in every answer, and a result must name exactly one call.
 *
 * @param used ids so far; the ids of the plan are added.
 */
export function withDistinctIds(plan: readonly PlannedCall[], used: Set<string>): PlannedCall[] {
  return plan.map((planned) => {
    const { name, arguments: args } = planned.call;
    let id = planned.call.id;
    for (let count = 1; used.has(id); count += 1) id = callId(name, args, count);
    used.add(id);
    return { ...planned, call: { ...planned.call, id } };
  });
}

/**
 * An id for a call that came without one. Made from the call, not at random: the id is part of the next
 * request, and a recorded session can only be played back when that is the same every time. Nine
 * letters and digits, because Mistral's templates take nothing else.
 */
function callId(name: string, args: unknown, count: number): string {
  const hash = Bun.hash(`${count} ${callKey(name, args)}`);
  return hash.toString(36).padStart(9, "0").slice(-9);
}
