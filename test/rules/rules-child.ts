/**
 * A process of its own that owns rules, for the test that kills it. It learns and forgets without end, and prints a JSON
 * line before it begins something and after it was confirmed.
 *
 *   bun rules-child.ts FILE PREFIX
 */
import { openRules } from "#home/rules/open-rules.ts";

export interface Said {
  readonly step: "learning" | "learnt" | "forgetting" | "forgotten";
  /** Head of the line. */
  readonly text: string;
}

async function main([path = "", prefix = ""]: readonly string[]): Promise<void> {
  const book = await openRules(path, { most: 1_000_000 });
  for (let n = 0; ; n += 1) {
    const text = `search memory pebble ${prefix}n${n}end`;
    const template = { tool: "memory_search", fixed: "{}", argument: undefined };
    const pattern = { head: text, slot: undefined };
    say({ step: "learning", text });
    const lesson = { persona: "agent", place: "workspace", pattern, template } as const;
    await book.observe({ outcomes: [], lesson, tools: "t" });
    say({ step: "learnt", text });
    const id = book.list().at(-1)?.id ?? 0;
    if (n % 2 === 0) await book.judge(id, "against", "t");
    else {
      say({ step: "forgetting", text });
      await book.forget(id);
      say({ step: "forgotten", text });
    }
  }
}

function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

if (import.meta.main) await main(process.argv.slice(2));
