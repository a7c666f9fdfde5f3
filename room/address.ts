/** Who is spoken to: parsed from what the human wrote, never guessed by a model. */
import { type Mode, unknownPersona } from "#core/mode.ts";
import { readTags, type Tags } from "#core/tags.ts";

export interface Address {
  /** Ids of those who shall answer, in that order. Empty: the line is for the record only. */
  readonly to: readonly string[];
  /** Everybody was called: they may answer at the same time. */
  readonly together: boolean;
  readonly tags: Tags;
}

export interface Present {
  readonly personas: readonly string[];
  readonly mode: Mode;
  /** The persona that answered the human last. */
  readonly lastSpeaker: string | undefined;
}

/**
 * An `@@mention` in the order written, else the direct mode, else the persona that answered last, else the first.
 *
 * @throws {OrgError} `PERSONA_UNKNOWN` for a mention of an unknown persona, with the nearest names.
 */
export function addressees(text: string, present: Present): Address {
  const { personas } = present;
  const tags = readTags(text);
  const unknown = tags.mentions.find(
    (name) => !personas.includes(name) && name !== "group" && name !== "user",
  );
  if (unknown !== undefined) throw unknownPersona(unknown, personas);
  if (tags.mentions.includes("group")) return { to: personas, together: true, tags };
  const named = tags.mentions.filter((name) => name !== "user");
  if (named.length > 0) return { to: named, together: false, tags };
  return { to: standing(present), together: false, tags };
}

function standing({ personas, mode, lastSpeaker }: Present): string[] {
  if (mode.kind === "direct") return [mode.persona];
  const there = lastSpeaker !== undefined && personas.includes(lastSpeaker);
  const first = there ? lastSpeaker : personas[0];
  return first === undefined ? [] : [first];
}
