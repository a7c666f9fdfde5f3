/** Three personas at 200 tokens a second each, as a screen meets them. */
import { PIECES } from "./prose.ts";

export const SPEAKERS = ["agent", "python", "toolsmith"] as const;
export type Speaker = (typeof SPEAKERS)[number];

/** Time from one token of a persona to its next, in milliseconds. */
const TOKEN_MS = 1000 / 200;

/** How often the clock is looked at, in milliseconds: each look costs processor time that no screen has spent. */
const LOOK_MS = 10;

/** Hands out `count` tokens in real time, one of each persona in turn. Resolves behind the last one. */
export async function speak(
  count: number,
  take: (speaker: Speaker, text: string) => void,
): Promise<void> {
  const startMs = performance.now();
  let given = 0;
  while (given < count) {
    // A timer is late now and then: what is due meanwhile comes at once, as from a socket.
    const due = Math.ceil((performance.now() - startMs) / TOKEN_MS) * SPEAKERS.length;
    for (; given < Math.min(due, count); given += 1) {
      const speaker = SPEAKERS[given % SPEAKERS.length] ?? "agent";
      // Each says the whole text, and not every third piece of it.
      take(speaker, PIECES[Math.floor(given / SPEAKERS.length) % PIECES.length] ?? "");
    }
    await Bun.sleep(LOOK_MS);
  }
}
