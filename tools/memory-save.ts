import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import type { Tool, ToolContext } from "./tool.ts";

/** What a model asks to be kept. The room decides how far it is trusted and who may see it. */
export interface NoteWish {
  readonly text: string;
  readonly kind: "fact" | "procedure" | "insight";
  /** Number of the note that this one replaces. */
  readonly replaces?: number | undefined;
}

/** As notes are shown: "m12". Not as a pattern, which would be in every prompt. */
const noteId = z
  .string()
  .refine((text) => /^\s*m?\d{1,9}\s*$/i.test(text), "expected a note such as m12");

/**
 * Lets a model keep one sentence beyond this room.
 *
 * @param save keeps it, and says in words for the model what became of it; throws an `OrgError` for what cannot be kept.
 */
export function memorySaveTool(
  save: (wish: NoteWish, context: ToolContext) => Promise<string>,
): Tool {
  return defineTool({
    name: "memory_save",
    effect: "room",
    capabilities: ["memory"],
    description: "Keeps one fact or procedure for later rooms.",
    input: z.object({
      text: z.string().min(1),
      kind: z.enum(["fact", "procedure", "insight"]).default("fact"),
      replaces: noteId.optional(),
    }),
    example: { text: "The shop is deployed on Fridays.", kind: "fact" },
    run: async ({ text, kind, replaces }, context) => {
      const old = replaces === undefined ? undefined : Number(replaces.replace(/\D/g, ""));
      return { ok: true, output: await save({ text, kind, replaces: old }, context) };
    },
  });
}
