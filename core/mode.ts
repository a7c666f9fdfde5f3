/** Where a human's messages go: to the room, to one persona, or to the room with the answers written to a file. */
import { OrgError } from "./errors.ts";
import { nearestNames } from "./nearest.ts";

export type Mode =
  | { readonly kind: "group" }
  | { readonly kind: "direct"; readonly persona: string }
  | { readonly kind: "file"; readonly path: string };

export const GROUP: Mode = { kind: "group" };

/** The text form: "group", "direct:agent" or "file:notes.md". */
export function formatMode(mode: Mode): string {
  if (mode.kind === "direct") return `direct:${mode.persona}`;
  return mode.kind === "file" ? `file:${mode.path}` : mode.kind;
}

/** Whether the text form of a mode is that of a conversation with one persona. */
export function isDirect(mode: string): boolean {
  return mode.startsWith("direct:");
}

/**
 * Reads the text form of a mode. Whether a path lies inside the workspace is checked when it is written.
 *
 * @throws {OrgError} `MODE_INVALID`, or `PERSONA_UNKNOWN` with the nearest names.
 */
export function parseMode(text: string, personas: readonly string[]): Mode {
  const trimmed = text.trim();
  if (trimmed === "group") return GROUP;
  const [, kind, target = ""] = /^(direct|file):\s*(\S.*)$/.exec(trimmed) ?? [];
  if (kind === "file") return { kind: "file", path: target };
  if (kind !== "direct") {
    throw new OrgError(`"${trimmed.slice(0, 80)}" is not a mode`, {
      code: "MODE_INVALID",
      why: "a mode is group, direct:<persona> or file:<path>",
      remedies: ["/mode group", `/mode direct:${personas[0] ?? "agent"}`, "/mode file:notes.md"],
      unchanged: "The mode was not changed.",
    });
  }
  if (!personas.includes(target)) {
    throw unknownPersona(target, personas, {
      remedyOf: (persona) => `/mode direct:${persona}`,
      unchanged: "The mode was not changed.",
    });
  }
  return { kind: "direct", persona: target };
}

/** What a persona was named for. */
interface NamedFor {
  readonly remedyOf: (persona: string) => string;
  readonly unchanged: string;
}

/** A line begins with its name. */
const MENTIONED: NamedFor = {
  remedyOf: (persona) => `@@${persona}`,
  unchanged: "Nothing was sent.",
};

/** The failure of naming a persona that is not in the room. */
export function unknownPersona(
  name: string,
  personas: readonly string[],
  { remedyOf, unchanged }: NamedFor = MENTIONED,
): OrgError {
  const near = nearestNames(name, personas);
  return new OrgError(`There is no persona "${name.slice(0, 80)}"`, {
    code: "PERSONA_UNKNOWN",
    why: `the personas are ${personas.join(", ")}`,
    remedies: near.length > 0 ? near.map(remedyOf) : ["/personas"],
    unchanged,
  });
}
