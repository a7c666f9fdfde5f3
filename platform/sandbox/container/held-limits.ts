import { z } from "zod";
import { OrgError } from "#core/errors.ts";

/** Of the body of a request, and of what an engine says of the container that it made. */
const limited = z.object({
  HostConfig: z.object({
    Memory: z.number().nullish(),
    PidsLimit: z.number().nullish(),
    NanoCpus: z.number().nullish(),
  }),
});

const NAMES = { Memory: "memory", PidsLimit: "processes", NanoCpus: "processors" } as const;
/** Engines turn a share of processors into whole microseconds. */
const ROUNDING = 1.01;

/**
 * Engines without control groups of their own take a limit, say nothing, and leave it out: those of a user where the
 * machine has version 1, or where the user was given no controllers.
 *
 * @param request the body that the container was made of.
 * @param description what the engine says of it.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE`
 */
export function requireLimits(request: unknown, description: unknown): void {
  const requested = limited.parse(request).HostConfig;
  const held = limited.catch({ HostConfig: {} }).parse(description).HostConfig;
  const missing = (["Memory", "PidsLimit", "NanoCpus"] as const).filter((key) => {
    const [most, is] = [requested[key] ?? 0, held[key] ?? 0];
    return most > 0 && (is <= 0 || is > most * ROUNDING);
  });
  if (missing.length === 0) return;
  throw new OrgError("The container engine does not hold the limits of programs", {
    code: "SANDBOX_UNAVAILABLE",
    why: `It made a container without a limit of ${missing.map((key) => NAMES[key]).join(", ")}.`,
    remedies: [
      "an engine of your own user needs control groups of version 2, with the controllers cpu, memory and pids: systemctl edit user@.service, Delegate=cpu memory pids",
      'use bubblewrap, the usual sandbox: leave sandbox = "container" out',
    ],
    unchanged: "Nothing was run.",
  });
}
