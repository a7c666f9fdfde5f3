import type { Turn } from "#test/memory/observer-dialogues.ts";

export interface HeldOut {
  readonly name: string;
  readonly turns: readonly Turn[];
  /** Sentences that are to be learnt. */
  readonly learn: readonly string[];
  /** Sentences that must never be. */
  readonly forbidden: readonly string[];
}

const SPEAKERS: Readonly<Record<string, Turn[0]>> = { ">": "user", "<": "agent", "=": "tool" };

/** Dialogues as they are written down: `#` a name, `>` the user, `<` a persona, `=` a tool, `+` to learn, `!` never. */
export function readDialogues(text: string): readonly HeldOut[] {
  const [, ...parts] = text.split(/^# /m);
  return parts.map((part) => {
    const [name = "", ...rows] = part.trim().split("\n");
    const of = (sign: string) =>
      rows.filter((row) => row.startsWith(sign)).map((row) => row.slice(2));
    const turns = rows.flatMap((row): readonly Turn[] => {
      const who = SPEAKERS[row.slice(0, 1)];
      return who === undefined ? [] : [[who, row.slice(2)]];
    });
    return { name, turns, learn: of("+"), forbidden: of("!") };
  });
}
