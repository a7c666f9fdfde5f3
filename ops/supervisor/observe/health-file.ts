/** Reads the file in which the process that serves says at each beat how it is. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import type { SeenHealth } from "../observation.ts";

/** Older than this it tells nothing of now, in milliseconds. */
const STALE_MS = 60_000;

const timeSchema = z.union([z.number(), z.iso.datetime().transform((text) => Date.parse(text))]);

// Of what the file holds only what a pattern judges by.
const healthSchema = z.object({
  v: z.literal(1),
  at: timeSchema,
  db: z.record(z.string(), z.object({ check: z.string().nullish() })).default({}),
  backup: z.object({ verified: timeSchema.nullish() }).nullish(),
});

/** @param wall milliseconds since the epoch. @returns nothing where the file is missing, stale or of another version. */
export async function readHealth(home: string, wall: number): Promise<SeenHealth | undefined> {
  const text = await readFile(join(home, ".org", "run", "health.json"), "utf8").catch(() => "");
  const health = healthSchema.safeParse(parseJson(text)).data;
  if (health === undefined || Math.abs(wall - health.at) > STALE_MS) return undefined;
  const damaged = Object.entries(health.db).flatMap(([name, { check }]) =>
    (check ?? "ok") === "ok" ? [] : [name],
  );
  return { backupVerifiedAt: health.backup?.verified ?? undefined, damaged };
}
