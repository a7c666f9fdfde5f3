/** What a chat template reveals of how its model writes. */

import { invalid } from "#core/invalid-setting.ts";
import { nearestNames } from "#core/nearest.ts";
import { DIALECTS } from "./extract/dialects/registry.ts";
import type { ModelProfile } from "./extract/extractor.ts";
import { isExplicit } from "./extract/markers.ts";

/** Ids of every dialect that a persona file may name. */
export function dialectIds(): readonly string[] {
  return DIALECTS.map(({ id }) => id);
}

/** What of a person's settings names a dialect. */
interface DialectSettings {
  readonly configPath: string;
  readonly models: Readonly<Record<string, { readonly dialect?: string | undefined }>>;
}

/**
 * Which dialects there are, the reader of the file does not know.
 *
 * @throws {OrgError} `CONFIG_INVALID` for one that is not a dialect.
 */
export function requireDialects({ configPath, models }: DialectSettings): void {
  for (const [name, { dialect }] of Object.entries(models)) {
    if (dialect === undefined || dialectIds().includes(dialect)) continue;
    const near = nearestNames(dialect, dialectIds()).map((id) => `"${id}"`);
    const hint = near.length === 0 ? "see docs/dialects.md" : `did you mean ${near.join(" or ")}?`;
    const why = `models.${name}.dialect: "${dialect.slice(0, 80)}" is not a dialect; ${hint}`;
    throw invalid(configPath, why);
  }
}

// The template's last words are what the server puts before the answer. A block that is opened and
// closed there ("<think>\n\n</think>") switches thinking off.
const OPENED = /<(think|thinking|seed:think|mm:think)>(?:\\n|\s)*['"]?\s*(?:[-}%{]|$)/i;

/**
 * Reads a chat template, in Jinja or in Go's language.
 *
 * It tells whether the server begins the answer inside a thinking block, and in which dialect the
 * template teaches calls.
 *
 * @see https://huggingface.co/docs/transformers/chat_templating
 */
export function profileOf(template: string): ModelProfile {
  const start = template.lastIndexOf("add_generation_prompt");
  const ending = template.slice(start === -1 ? -200 : start);
  const thinkOpen = OPENED.test(ending);
  const dialect = dialectOf(template);
  return { ...(thinkOpen ? { thinkOpen } : {}), ...(dialect === undefined ? {} : { dialect }) };
}

/** Several dialects share `<tool_call>`, so the longest marker that the template holds decides. */
function dialectOf(template: string): string | undefined {
  let best: { readonly id: string; readonly length: number } | undefined;
  for (const { id, markers } of DIALECTS) {
    for (const opener of markers.filter(isExplicit).flatMap((marker) => marker.open)) {
      const { length } = opener;
      if (length > (best?.length ?? 3) && template.includes(opener)) best = { id, length };
    }
  }
  return best?.id;
}
