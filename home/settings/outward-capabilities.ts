/** What a new tool may reach outside itself without a human: `approved_capabilities` of org.config. */
import { z } from "zod";

const outward = z
  .string()
  .regex(
    /^(?:net:(?:\*\.)?[a-z0-9.-]{1,253}|files:read|files:write)$/,
    'write "net:HOST", "net:*.HOST", "files:read" or "files:write"',
  );

export const approvedCapabilitiesSchema: z.ZodType<
  readonly string[],
  readonly string[] | undefined
> = z.array(outward).default([]);
