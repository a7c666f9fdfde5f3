import type { Notice } from "#core/events.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";

/** A line of the human as it may be stored and sent, and the notice about it. */
export interface SafeLine {
  readonly text: string;
  readonly notice: Notice | undefined;
}

/** Takes credentials out of what a human typed or pasted: no model needs them, and no log may keep them. */
export async function hideTypedSecrets(text: string, cleaner: TextCleaner): Promise<SafeLine> {
  // A pasted file can be megabytes.
  const ahead = await cleaner.ahead(text);
  const kinds = ahead.secretsIn(text);
  const clean = ahead.clean(text);
  if (kinds.length === 0) return { text: clean, notice: undefined };
  const lines = [
    `Your message held what looks like a secret (${kinds.join(", ")}). It was hidden: it was not sent, and it is stored nowhere.`,
    `→ for org itself: put it into an environment variable, and its name into org.config, such as api_key = "\${MY_KEY}"`,
    "→ if it was shown to anybody else, make a new one",
  ];
  return { text: clean, notice: { type: "notice", level: "warning", text: lines.join("\n") } };
}
