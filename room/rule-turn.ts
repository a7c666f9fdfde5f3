/** A turn in which a rule answers instead of a model. */
import type { ToolCall } from "#core/calls.ts";
import type { HumanMessage, RoomEvent, TurnEnd } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { ruleMark, ruleName } from "#core/rules/rule.ts";
import { contentStems } from "#language/text.ts";
import { foreignText } from "#models/extract/foreign-text.ts";
import { quoted } from "#models/turn-ending.ts";
import type { Toolbox } from "#tools/toolbox.ts";
import { endingAfter } from "./turn-surroundings.ts";

export interface RuleTurn {
  /** Id of the turn. */
  readonly turn: string;
  readonly persona: string;
  readonly message: HumanMessage;
  /** Of the persona's model, which is not asked. */
  readonly model: { readonly name: string; readonly windowTokens: number };
  /** Number of the rule. */
  readonly rule: number;
  readonly call: Omit<ToolCall, "id">;
  /** Its search query, if it has one: a result without these terms is near it at best. */
  readonly query?: string | undefined;
  /** The tools of the persona, behind the guard of the room. */
  readonly tools: Toolbox;
  /** Everybody who speaks in the room. */
  readonly names: readonly string[];
  readonly signal: AbortSignal;
  readonly emit: (event: RoomEvent) => Promise<void>;
}

/** `nothing`: its tool found nothing; then, and after a failure, the model is to answer. */
export type RuleEnd = "answered" | "stopped" | "nothing" | "failed";

/** Has the tool of a rule answer: every event is on disk before the next one, the call before its tool runs. */
export async function runRuleTurn(running: RuleTurn): Promise<RuleEnd> {
  const { turn, persona, message, model, rule, emit, signal } = running;
  const who = { turn, persona };
  const { name, windowTokens: window } = model;
  await emit({ type: "turn-start", ...who, message: message.id, model: name, window, rule });
  const end = (reason: TurnEnd["reason"], why?: string) =>
    emit({ type: "turn-end", ...who, reason, why });
  try {
    const done = await call(running);
    if (signal.aborted) {
      await end("aborted");
      return "stopped";
    }
    if (typeof done === "string") {
      await end("passed", `${ruleName(rule)} ${done}; the model answers`);
      return done === FAILED ? "failed" : "nothing";
    }
    await end("complete");
    return "answered";
  } catch (error) {
    await emit({ type: "turn-end", ...who, ...endingAfter(error, signal) });
    return "stopped";
  }
}

const FAILED = "failed";
const FOUND_NOTHING = "found nothing";

/** "What do you know about quantum physics?" is not answered by a note about a teacher of physics. */
function holds(output: string, query = ""): boolean {
  const found = new Set(contentStems(output));
  return contentStems(query).every((stem) => found.has(stem));
}

/** @returns why there is no answer, where there is none. */
async function call(running: RuleTurn): Promise<string | undefined> {
  const { turn, persona, rule, tools, names, signal, emit } = running;
  const who = { turn, persona };
  const made = { id: newId("call"), ...running.call };
  await emit({ type: "answer", ...who, hop: 0, text: "", calls: [made] });
  await emit({ type: "tool-call", ...who, call: made, origin: "declared" });
  const result = await tools.run(made, { signal, persona, turn });
  const { id, name, output, isEmpty = false, code: _, images: _images, ...figures } = result;
  await emit({ type: "tool-result", ...who, id, name, ...figures, size: output.length, output });
  if (!result.ok) return FAILED;
  if (isEmpty || output.trim() === "" || !holds(output, running.query)) return FOUND_NOTHING;
  const text = `${ruleMark(rule)}\n${quoted(foreignText(output, names))}`;
  await emit({ type: "text-delta", ...who, text });
  await emit({ type: "answer", ...who, hop: 1, text, calls: [] });
  return undefined;
}
