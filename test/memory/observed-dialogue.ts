import type { JournaledEvent } from "#core/events.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { LineReader } from "#memory/observer/human-lines.ts";
import type { Observed } from "#memory/observer/judge-item.ts";
import type { Turn } from "./observer-dialogues.ts";

/** A dialogue as a room writes it down. */
export function eventsOfDialogue(turns: readonly Turn[]): readonly JournaledEvent[] {
  let message = "m0";
  return turns.flatMap(([who, text], at): readonly JournaledEvent[] => {
    const turn = `t${at}`;
    const persona = who === "python" ? "python" : "agent";
    switch (who) {
      case "user":
        message = `m${at}`;
        return [{ type: "message", id: message, from: "user", text, to: ["agent"], mode: "group" }];
      case "file":
        return [{ type: "attached", message, path: "a.txt", bytes: text.length, text }];
      case "tool": {
        const result = { id: `c${at}`, name: "web_fetch", ok: true, ms: 1, size: text.length };
        return [
          { type: "turn-start", turn, persona, message, model: "m", window: 8192 },
          { type: "tool-result", turn, persona, ...result, output: text },
          { type: "turn-end", turn, persona, reason: "complete" },
        ];
      }
      default:
        return [
          { type: "turn-start", turn, persona, message, model: "m", window: 8192 },
          { type: "answer", turn, persona, hop: 0, text, calls: [] },
          { type: "turn-end", turn, persona, reason: "complete" },
        ];
    }
  });
}

/** What a judgement looks at in a dialogue in which nothing was forgotten. */
export function observedIn(turns: readonly Turn[], statementsOnly = false): Observed {
  const reader = new LineReader(() => undefined);
  for (const [at, event] of eventsOfDialogue(turns).entries()) {
    reader.apply({ seq: at + 1, at, key: `k${at}`, event });
  }
  const cleaner = new TextCleaner();
  return {
    lines: reader.lines,
    next: (line) => reader.lines[reader.lines.indexOf(line) + 1],
    before: (seq) => reader.before(seq),
    holdsSecret: (text) => cleaner.secretsIn(text).length > 0,
    isErased: () => false,
    statementsOnly,
  };
}
