import type { ModelProfile } from "./extract/extractor.ts";

/** Who takes part in a room, as plain data. The three built-in ones are in `models/personas/`. */
export interface Persona {
  /** How it is called: `@@<id>`. Lower-case letters, digits and dashes. */
  readonly id: string;
  /** One line for the human and for the other personas. */
  readonly description: string;
  /** Who it is and how it works; the room adds who else is there. */
  readonly prompt: string;
  /** The same for models that get the short prompt; empty: the rules that all share are enough. @default the prompt */
  readonly leanPrompt?: string | undefined;
  /** Names of the tools it may call. */
  readonly tools: readonly string[];
  /** Those of its tools that a model with the short prompt gets; each more is a chance to choose wrongly. @default all */
  readonly leanTools?: readonly string[] | undefined;
  /** Model on the provider; absent: the room's default. */
  readonly model?: string | undefined;
  /** 0 to 2; absent: the server's default. */
  readonly temperature?: number | undefined;
  /** How its model writes; absent: learnt from the server. */
  readonly profile?: ModelProfile | undefined;
}

/** @returns the first 16 hexadecimal digits of the SHA-256 of the persona's prompt: what it was when it spoke. */
export function promptHash({ prompt }: Pick<Persona, "prompt">): string {
  return new Bun.CryptoHasher("sha256").update(prompt).digest("hex").slice(0, 16);
}

/** What an id may look like: it must be recognisable behind `@@` and usable as a file name. */
export const PERSONA_ID: RegExp = /^[a-z][a-z0-9-]{0,31}$/;

/** Ids with a meaning of their own behind `@@`. */
export const RESERVED_IDS: readonly string[] = ["user", "group", "pass", "autonomy"];
