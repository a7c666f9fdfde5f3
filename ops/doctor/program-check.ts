import type { Check, Finding } from "#core/check.ts";
import { reasonOf } from "#core/errors.ts";
import { ok, outputOf } from "./program.ts";

interface Need {
  readonly needed: boolean;
  readonly why: string;
}

/** Whether a program is there, with its version. */
export function program(path: string, args: readonly string[], { needed, why }: Need): Check {
  const name = path.split("/").at(-1) ?? path;
  const missing = (detail: string): Finding => ({
    state: needed ? "fault" : "warning",
    detail: `${detail}; ${why}`,
    remedies: ["./ops/setup.sh", `sudo apt-get install -y ${name}`],
  });
  const run = async (signal: AbortSignal): Promise<Finding> => {
    try {
      const { text, code } = await outputOf([path, ...args], { signal, cwd: "/" });
      return code === 0 ? ok(text.trim()) : missing(`${path} ended with exit code ${code}`);
    } catch (error) {
      return missing(reasonOf(error));
    }
  };
  return { name, run };
}
