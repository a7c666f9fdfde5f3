/** What may stand in `[http]` of org.config. */
import { z } from "zod";
import { SCOPES, type Scope } from "#core/access.ts";

/** What holds at the ports of the home, as it is written. */
export interface HttpEntry {
  readonly hosts: readonly string[];
  readonly connections?: number | undefined;
  readonly request_seconds?: number | undefined;
  readonly signature_seconds?: number | undefined;
  readonly keys: Readonly<Record<string, { readonly secret: string; readonly scope: Scope }>>;
}

/** As it is written: what is left out has its default. */
type HttpInput = { readonly [Key in keyof HttpEntry]?: HttpEntry[Key] | undefined };

const positive = z.int().min(1);
// As the header Host has it: a name and, but for 80, a port.
const host = z.string().regex(/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/);
const key = z.strictObject({ secret: z.string().min(16), scope: z.enum(SCOPES) });

export const httpSchema: z.ZodType<HttpEntry, HttpInput> = z.strictObject({
  hosts: z.array(host).default([]),
  connections: positive.max(100_000).optional(),
  request_seconds: positive.max(3600).optional(),
  signature_seconds: positive.max(3600).optional(),
  keys: z.record(z.string().regex(/^[\w.-]{1,64}$/), key).default({}),
});
