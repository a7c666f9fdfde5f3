import { homedir } from "node:os";
import { z } from "zod";
import { INSIDE_BUN } from "../layout.ts";
import { DEFAULT_POLICY } from "../policy.ts";
import { runSandboxed, type SandboxOptions } from "../run.ts";
import type { AttackReport, Targets } from "./attacks.ts";

const PROGRAM = "/run/attacks.ts";
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
    const targets: Targets = { port: listener.port, folders: hostFolders() };
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

function hostFolders(): string[] {
  // A user without a home has "/" for it, which exists everywhere.
  return [homedir(), "/home", "/var", "/sys"].filter((folder) => folder !== "/");
}
