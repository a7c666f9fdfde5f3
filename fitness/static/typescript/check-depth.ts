import type { Finding } from "../finding.ts";
import { type InsideOptions, runProbe } from "../inside/run-inside.ts";
import { MAX_SYNTAX_DEPTH } from "./syntax.ts";

/**
 * Finds the sources that nest too deep to be looked at here.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 */
export async function checkDepth(
  sources: Readonly<Record<string, string>>,
  options: InsideOptions,
): Promise<readonly Finding[]> {
  const answers = new Map(
    (await runProbe("depth-probe.ts", sources, options)) as readonly [string, number][], // what it writes
  );
  const findings: Finding[] = [];
  for (const file of Object.keys(sources)) {
    const depth = answers.get(file);
    if (depth === undefined || depth > MAX_SYNTAX_DEPTH) {
      const depthText =
        depth === undefined ? "deeper than the parser follows" : `${depth} levels deep`;
      findings.push({ file, message: `nests ${depthText}; ${MAX_SYNTAX_DEPTH} is the most` });
    }
    // The probe ended here: nothing is known of those behind it.
    if (depth === undefined) break;
  }
  return findings;
}
