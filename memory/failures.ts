/** What a person or a model reads when the memory refuses. */
import { OrgError } from "#core/errors.ts";

const NOTHING_WRITTEN = "Nothing was written.";

/** @param kinds what the text holds, such as "GitHub token". */
export function holdsSecret(kinds: readonly string[]): OrgError {
  return new OrgError(`This looks like a secret (${kinds.join(", ")}) and was not stored`, {
    code: "MEMORY_SECRET",
    why: "Notes are put into prompts and copied into backups.",
    remedies: ["keep it in the environment, and save the note without it"],
    unchanged: NOTHING_WRITTEN,
  });
}

export function tooLong(length: number, most: number): OrgError {
  const [is, may] = [length, most].map((count) => count.toLocaleString("en"));
  return new OrgError(`A note has at most ${may} characters, this one ${is}`, {
    code: "MEMORY_TOO_LONG",
    remedies: ["save what matters of it"],
    unchanged: NOTHING_WRITTEN,
  });
}

export function tooShort(least: number): OrgError {
  return new OrgError("The note contains nothing that a search could find", {
    code: "INPUT_INVALID",
    why: `A note has at least ${least} characters, and a word or a number among them.`,
    remedies: ["write it as a sentence"],
    unchanged: NOTHING_WRITTEN,
  });
}

/** @param limit for example "5 notes a turn". */
export function tooMany(limit: string): OrgError {
  return new OrgError(`${limit} are saved; this was one more`, {
    code: "MEMORY_LIMIT",
    remedies: ["`/memory add` is not counted"],
    unchanged: NOTHING_WRITTEN,
  });
}

/** The limit is reached for everyone. */
export function memoryFull(most: number): OrgError {
  return new OrgError(`This home keeps ${most.toLocaleString("en")} notes already`, {
    code: "MEMORY_LIMIT",
    why: "Old notes are never deleted by themselves.",
    remedies: ["org memory list   # in a room: /memory; forget what is not needed"],
    unchanged: NOTHING_WRITTEN,
  });
}

export function unknownNote(id: number): OrgError {
  return new OrgError(`There is no note m${id} that you may see`, {
    code: "MEMORY_UNKNOWN",
    remedies: ["org memory list   # in a room: /memory"],
    unchanged: "Nothing was changed.",
  });
}

/** A model may replace only notes that its prompt contained. */
export function notNear(id: number): OrgError {
  return new OrgError(`The note m${id} is not one of those that this one could replace`, {
    code: "MEMORY_UNKNOWN",
    why: "A note can replace only a similar one, and there is none with this number.",
    remedies: ["save it without `replaces`; what is near is shown then"],
    unchanged: NOTHING_WRITTEN,
  });
}

/** @param by who saved the old note, for example "by the human". */
export function trustedMore(id: number, by: string): OrgError {
  return new OrgError(`m${id} was said ${by}; a note of lower trust cannot replace it`, {
    code: "MEMORY_TRUST",
    remedies: ["ask the human, or `/memory` it yourself"],
    unchanged: "Nothing was changed.",
  });
}

export function wasForgotten(): OrgError {
  return new OrgError("The user forgot this note; it is not learnt again", {
    code: "MEMORY_TRUST",
    why: "Only the user can save it again.",
    remedies: ["ask the human"],
    unchanged: NOTHING_WRITTEN,
  });
}

export function memoryDamaged(path: string, aside: string, cause: OrgError): OrgError {
  return new OrgError(`${path} did not pass its check at the start and was put aside`, {
    code: "MEMORY_DAMAGED",
    why: cause.why ?? cause.message,
    remedies: [
      "org backup restore --damaged   # brings back that of the newest backup; the next start begins an empty one else",
      "`org memory reindex` makes the episodes anew from the journal",
    ],
    unchanged: `The room continues without a memory. The damaged file is ${aside}.`,
    cause,
  });
}
