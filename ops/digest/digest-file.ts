import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { readTextFile } from "#platform/files.ts";
import type { Digest } from "./digest.ts";

const counts = z.record(z.string(), z.number());
const digestSchema: z.ZodType<Digest> = z.object({
  ...{ from: z.number(), until: z.number(), rooms: z.number(), lines: z.number() },
  turns: counts,
  tools: z.array(z.object({ name: z.string(), calls: z.number(), failed: z.number() })),
  spent: z.object({ tokens: z.number(), micros: z.number() }),
  changes: z.array(z.object({ kind: z.enum(["promotion", "rollback"]), tag: z.string() })),
  alarms: z.array(z.string()),
  notes: z.object({
    ...{ added: z.number(), superseded: z.number(), staged: z.number() },
    learnt: z.number().optional(),
  }),
  backups: z.object({ made: z.number(), newest: z.string().nullable() }),
  fixes: z.object({ found: counts, mended: z.number() }),
  autonomy: z.object({ bursts: z.number(), fruitful: z.number(), tokens: z.number() }).optional(),
  dead: counts,
  proposals: z.object({ make: z.number(), retire: z.number() }).optional(),
  merges: z.array(z.object({ sources: z.array(z.number()), text: z.string() })),
  withoutMerges: z.string().nullable(),
});

/** The newest digest of a home. @throws {OrgError} `FILE_FAILED` for what is none: it can be counted again. */
export function readDigest(path: string): Digest {
  try {
    return digestSchema.parse(JSON.parse(readTextFile(path)));
  } catch (cause) {
    throw new OrgError(`The digest "${path}" cannot be read`, {
      code: "FILE_FAILED",
      why: "it is damaged, or not in the form that this version writes",
      remedies: ["org digest now   # counts it again"],
      unchanged: "Nothing was changed.",
      cause,
    });
  }
}
