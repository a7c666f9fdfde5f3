/** The texts that a room holds in memory, with the same change that the journal has got. */
import type { ToolCall } from "#core/calls.ts";
import type { Answer, Attached, HumanMessage, Summary } from "#core/events.ts";
import { mapTexts } from "#core/text/map-texts.ts";
import type { HumanUnit, TurnUnit } from "./prompt-units.ts";

/** @returns the same text where nothing of it changes. */
export type ChangeText = (text: string) => string;

interface HistoryTexts {
  readonly messages: Map<string, HumanMessage>;
  readonly attached: ReadonlyMap<string, Map<string, Attached>>;
  readonly pending: HumanMessage[];
  readonly summaries: Map<string, Summary>;
  readonly units: (HumanUnit | TurnUnit)[];
}

/** Changes them where they are: others point to a turn, and add to it while it goes on. */
export function rewriteHistory(texts: HistoryTexts, change: ChangeText): void {
  const { messages, attached, pending, summaries, units } = texts;
  const line = <Entry extends { readonly text: string }>(one: Entry): Entry => ({
    ...one,
    text: change(one.text),
  });
  for (const [id, one] of messages) messages.set(id, line(one));
  for (const files of attached.values()) {
    for (const [path, file] of files) files.set(path, rewrittenFile(file, change));
  }
  for (const [persona, one] of summaries) summaries.set(persona, line(one));
  for (const [index, one] of pending.entries()) pending[index] = line(one);
  for (const [index, unit] of units.entries()) units[index] = rewrittenUnit(unit, change);
}

function rewrittenUnit(unit: HumanUnit | TurnUnit, change: ChangeText): HumanUnit | TurnUnit {
  if (unit.kind === "human") {
    const attached = unit.attached.map((file) => rewrittenFile(file, change));
    return { ...unit, text: change(unit.text), attached };
  }
  const { answers, results, lastStep } = unit;
  for (const [index, one] of answers.entries()) answers[index] = rewrittenAnswer(one, change);
  for (const [id, output] of results) results.set(id, change(output));
  unit.lastStep = lastStep && rewrittenCall(lastStep, change);
  return unit;
}

function rewrittenFile(file: Attached, change: ChangeText): Attached {
  return file.text === undefined ? file : { ...file, text: change(file.text) };
}

function rewrittenAnswer(answer: Answer, change: ChangeText): Answer {
  const { text, reasoning, calls } = answer;
  return {
    ...answer,
    text: change(text),
    reasoning: reasoning && change(reasoning),
    calls: calls.map((call) => rewrittenCall(call, change)),
  };
}

function rewrittenCall(call: ToolCall, change: ChangeText): ToolCall {
  return { ...call, arguments: mapTexts(call.arguments, change) };
}
