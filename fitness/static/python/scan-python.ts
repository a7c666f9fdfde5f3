import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PYTHON_MODULES } from "#tools/contract/python-modules.ts";
import type { Uses } from "../capabilities.ts";
import type { Finding } from "../finding.ts";
import { type InsideOptions, runInside } from "../inside/run-inside.ts";

const FOLDER = "/run/scan";
// Isolated from folder, environment and site packages: only our script and the standard library.
const COMMAND = ["/usr/bin/python3", "-I", "-S", "-B", "-X", "utf8", `${FOLDER}/main.py`];
const FILES = { tool: "tool.py", test: "test_tool.py" } as const;

const scanSchema = z.object({
  findings: z.array(z.tuple([z.number(), z.string()])),
  uses: z.array(z.tuple([z.string(), z.string(), z.number(), z.string().nullable()])),
  opaque: z.boolean(),
});
const answerSchema = z.object({ tool: scanSchema, test: scanSchema });

export interface PythonScan extends Uses {
  readonly findings: readonly Finding[];
}

/**
 * Reads a Python tool and its tests, as `scanTool` and `scanTests` read TypeScript; nothing of them runs.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 */
export async function scanPython(
  { tool: source, test: tests }: { readonly tool: string; readonly test: string | undefined },
  options: InsideOptions,
): Promise<PythonScan> {
  const scripts = readdirSync(import.meta.dir).filter((name) => name.endsWith(".py"));
  const { exit, killed, stdout, stderr } = await runInside({
    ...options,
    command: COMMAND,
    files: [
      ...scripts.map((name) => ({
        path: `${FOLDER}/${name}`,
        content: readFileSync(join(import.meta.dir, name), "utf8"),
      })),
      { path: `${FOLDER}/modules.json`, content: JSON.stringify(PYTHON_MODULES) },
    ],
    stdin: JSON.stringify({ tool: source, test: tests ?? "" }),
  });
  if (exit !== 0) return notRead(killed ?? stderr.trim().split("\n").at(-1) ?? "");
  const { tool, test } = answerSchema.parse(JSON.parse(stdout));
  const findings = (name: keyof typeof FILES, scan: z.infer<typeof scanSchema>): Finding[] =>
    scan.findings.map(([line, message]) => ({ file: FILES[name], line, message }));
  return {
    file: FILES.tool,
    findings: [...findings("tool", tool), ...(tests === undefined ? [] : findings("test", test))],
    uses: tool.uses.map(([capability, what, line, host]) => ({
      capability,
      what,
      line,
      host: host ?? undefined,
    })),
    isOpaque: tool.opaque,
  };
}

/** A source that no parser comes to an end with is refused like one that is no Python. */
function notRead(why: string): PythonScan {
  const message = `could not be read: ${why.slice(0, 200)}`;
  return { file: FILES.tool, findings: [{ file: FILES.tool, message }], uses: [], isOpaque: true };
}
