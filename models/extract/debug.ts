import type { ToolSchema } from "#core/calls.ts";
import { isFields } from "#core/json.ts";
import { createExtractor } from "./create.ts";
import type { ExtractEvent, ExtractedCall } from "./extractor.ts";

/** One line of the input of `org debug extract`. */
export interface ExtractRecord {
  readonly id: string;
  readonly model_output: string;
  /** `{name, parameters}`, or the same in OpenAI's `{"type": "function", "function": …}`. */
  readonly tools?: readonly unknown[] | undefined;
}

export interface ExtractOptions {
  /** Feeds one UTF-16 code unit at a time, as the worst server would. */
  readonly chars: boolean;
  /** For records without tools of their own. */
  readonly tools?: readonly unknown[] | undefined;
}

/** What was made of it. */
export interface ExtractedRecord {
  readonly id: string;
  readonly calls: readonly ExtractedRecordCall[];
  readonly text: string;
  readonly reasoning: string;
  /** How many UTF-16 code units had been fed when the first text other than white space came; -1 when none came. */
  readonly firstTextAt: number;
}

interface ExtractedRecordCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The end of the answer cut it off. */
  readonly truncated: boolean;
  /** Its arguments cannot be read. */
  readonly invalid?: true;
  /** There is no such tool. */
  readonly unknown?: true;
}

/** Splits an answer of a model, so that a person sees what the extractor makes of it. */
export function extractRecord(record: ExtractRecord, options: ExtractOptions): ExtractedRecord {
  const tools = readTools(record.tools ?? options.tools ?? []);
  const extractor = createExtractor({ tools });
  const events: ExtractEvent[] = [];
  const pieces = options.chars ? record.model_output.split("") : [record.model_output];
  let consumed = 0;
  let firstTextAt = -1;
  const take = (found: readonly ExtractEvent[]): void => {
    if (firstTextAt < 0 && found.some(isVisible)) firstTextAt = consumed;
    events.push(...found);
  };
  for (const piece of pieces) {
    consumed += piece.length;
    take(extractor.push(piece));
  }
  take(extractor.end());
  return { id: record.id, ...summarise(events), firstTextAt };
}

function isVisible(event: ExtractEvent): boolean {
  return event.type === "text" && event.text.trim() !== "";
}

/** Puts the events of one answer together. */
function summarise(
  events: readonly ExtractEvent[],
): Pick<ExtractedRecord, "calls" | "text" | "reasoning"> {
  let text = "";
  let reasoning = "";
  let calls: ExtractedRecordCall[] = [];
  for (const event of events) {
    if (event.type === "text") text += event.text;
    else if (event.type === "reasoning") reasoning += event.text;
    else if (event.type === "call") {
      calls.push(recordCall(event.call));
    } else if (event.type === "reclassify") {
      // What was called while it thought was a rehearsal.
      reasoning += text;
      text = "";
      calls = [];
    }
  }
  return { calls, text, reasoning };
}

function recordCall(call: ExtractedCall): ExtractedRecordCall {
  return {
    name: call.name,
    arguments: call.arguments,
    truncated: call.truncated === true,
    ...(call.invalid === true ? { invalid: true } : {}),
    ...(call.unknown === true ? { unknown: true } : {}),
  };
}

/** Reads tools in either of the two shapes that are in use; anything else is left out. */
export function readTools(tools: readonly unknown[]): ToolSchema[] {
  return tools.flatMap((tool) => {
    const schema = isFields(tool) && isFields(tool["function"]) ? tool["function"] : tool;
    if (!isFields(schema) || typeof schema["name"] !== "string") return [];
    const { name, description, parameters } = schema;
    return [
      {
        name: String(name),
        description: typeof description === "string" ? description : "",
        parameters: isFields(parameters) ? parameters : {},
      },
    ];
  });
}
