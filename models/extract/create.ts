import type { ExtractEvent, Extractor, ExtractorOptions } from "#models/extract/extractor.ts";

const MARKUP = /<think>([\s\S]*?)<\/think>|<tool_call>([\s\S]*?)<\/tool_call>/g;
const OPENERS = ["<think>", "<tool_call>"] as const;

/** Makes the splitter of one answer; a new answer needs a new one. */
export function createExtractor(options: ExtractorOptions): Extractor {
  let held = options.profile?.thinkOpen === true ? "<think>" : "";
  return {
    push(text) {
      held += text;
      const { events, rest } = split(held);
      held = rest;
      return events;
    },
    end() {
      const text = held;
      held = "";
      return text === "" ? [] : [{ type: "text", text }];
    },
  };
}

function split(text: string): { readonly events: ExtractEvent[]; readonly rest: string } {
  const events: ExtractEvent[] = [];
  let done = 0;
  for (const match of text.matchAll(MARKUP)) {
    if (match.index > done) events.push({ type: "text", text: text.slice(done, match.index) });
    events.push(
      match[1] === undefined
        ? readCall(match[0], match[2] ?? "")
        : { type: "reasoning", text: match[1] },
    );
    done = match.index + match[0].length;
  }
  const stop = holdFrom(text, done);
  if (stop > done) events.push({ type: "text", text: text.slice(done, stop) });
  return { events, rest: text.slice(stop) };
}

/** Where text begins that may still become markup. */
function holdFrom(text: string, from: number): number {
  const at = text.indexOf("<", from);
  if (at < 0) return text.length;
  const rest = text.slice(at);
  const open = OPENERS.some((opener) => rest.startsWith(opener) || opener.startsWith(rest));
  return open ? at : holdFrom(text, at + 1);
}

function readCall(raw: string, body: string): ExtractEvent {
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value) && typeof value["name"] === "string") {
      const given = value["arguments"];
      return {
        type: "call",
        call: {
          name: value["name"],
          arguments: isRecord(given) ? given : {},
          dialect: "hermes",
          raw,
        },
      };
    }
  } catch {
    // Not JSON: shown as it was written.
  }
  return { type: "text", text: raw };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
