import type { Speaker } from "./token-clock.ts";

/** One way to show what three personas say on a terminal. */
export interface Stage {
  readonly take: (speaker: Speaker, text: string) => void;
  /** Shows the rest, and gives the terminal back. */
  readonly end: () => Promise<void>;
}
