import { z } from "zod";
import { INSIDE_BUN } from "../layout.ts";
import { DEFAULT_POLICY } from "../policy.ts";
import { runSandboxed, type SandboxOptions } from "../run.ts";
import type { AttackReport, Targets } from "./attacks.ts";

const PROGRAM = "/run/attacks.ts";
// Not the user's home by its name: it may be "/", "/tmp" or below "/usr", which exist inside as well.
const HOST_FOLDERS = ["/home", "/root", "/var", "/sys", "/boot", "/srv"];
const reportsSchema = z.array(z.object({ name: z.string(), safe: z.boolean(), seen: z.string() }));

/**
 * Attacks the sandbox from inside with ten harmless probes, in the sandbox that tools get.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is none.
 */
export async function attackSandbox(
  options: Pick<SandboxOptions, "signal" | "host">,
): Promise<readonly AttackReport[]> {
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: () => undefined },
  });
  try {
    const targets: Targets = { port: listener.port, folders: HOST_FOLDERS };
    const source = await Bun.file(new URL("./attacks.ts", import.meta.url)).text();
    const result = await runSandboxed([INSIDE_BUN, PROGRAM], DEFAULT_POLICY, {
      ...options,
      stdin: JSON.stringify(targets),
      files: [{ path: PROGRAM, content: source }],
    });
    return reportsSchema.parse(JSON.parse(result.stdout));
  } finally {
    listener.stop(true);
  }
}
