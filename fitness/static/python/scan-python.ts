import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PYTHON_MODULES } from "#tools/contract/python-modules.ts";
import type { Uses } from "../capabilities.ts";
import type { Finding } from "../finding.ts";
import { type InsideOptions, runInside } from "../inside/run-inside.ts";
import { textsOfCodes } from "../text/coded-texts.ts";
import { orderingTexts, type ProgramText } from "../text/program-texts.ts";

const FOLDER = "/run/scan";
// Isolated from folder, environment and site packages: only our script and the standard library.
const COMMAND = ["/usr/bin/python3", "-I", "-S", "-B", "-X", "utf8", `${FOLDER}/main.py`];
const FILES = { tool: "tool.py", test: "test_tool.py" } as const;

const scanSchema = z.object({
  findings: z.array(z.tuple([z.number(), z.string()])),
  uses: z.array(z.tuple([z.string(), z.string(), z.number(), z.string().nullable()])),
  opaque: z.boolean(),
  texts: z.array(z.tuple([z.number(), z.number(), z.string()])),
  codes: z.array(z.tuple([z.number(), z.number(), z.array(z.number())])),
});
const answerSchema = z.record(z.string(), scanSchema);

export interface PythonScan extends Uses {
  readonly findings: readonly Finding[];
  /** Those of the program, in its order. */
  readonly texts: readonly ProgramText[];
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
  const scans = await scan({ tool: source, test: tests ?? "" }, options);
  if (typeof scans === "string") return notRead(scans);
  const tool = toScan(scans["tool"]);
  const found = tests === undefined ? [] : toScan(scans["test"], FILES.test).findings;
  return { ...tool, findings: [...tool.findings, ...found] };
}

/**
 * The same for the programs of many tools at once, in their order.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 */
export async function scanPythonTools(
  sources: readonly string[],
  options: InsideOptions,
): Promise<readonly PythonScan[]> {
  const named = Object.fromEntries(sources.map((source, index) => [`tool ${index}`, source]));
  const scans = await scan(named, options);
  if (typeof scans === "string") return sources.map(() => notRead(scans));
  return sources.map((_source, index) => toScan(scans[`tool ${index}`]));
}

/** @returns why nothing could be read, or what was found in each. */
async function scan(
  sources: Readonly<Record<string, string>>,
  options: InsideOptions,
): Promise<Readonly<Record<string, z.infer<typeof scanSchema>>> | string> {
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
    stdin: JSON.stringify(sources),
  });
  if (exit !== 0) return killed ?? stderr.trim().split("\n").at(-1) ?? "";
  return answerSchema.parse(JSON.parse(stdout));
}

function toScan(
  scan: z.infer<typeof scanSchema> | undefined,
  file: string = FILES.tool,
): PythonScan {
  if (scan === undefined) return notRead("it was left out");
  const coded = scan.codes.flatMap(([line, column, codes]) =>
    textsOfCodes(codes).map((text) => [line, column, text] as const),
  );
  const texts = [...scan.texts, ...coded]
    .sort((one, other) => one[0] - other[0] || one[1] - other[1])
    .map(([line, _column, text]) => ({ line, text }));
  const orders = file === FILES.tool ? orderingTexts(texts) : [];
  return {
    file,
    findings: [
      ...scan.findings.map(([line, message]) => ({ file, line, message })),
      ...orders.map((one) => ({ file, ...one })),
    ],
    uses: scan.uses.map(([capability, what, line, host]) => ({
      capability,
      what,
      line,
      host: host ?? undefined,
    })),
    isOpaque: scan.opaque,
    texts,
  };
}

/** A source that no parser comes to an end with is refused like one that is not Python. */
function notRead(why: string): PythonScan {
  const message = `could not be read: ${why.slice(0, 200)}`;
  const findings = [{ file: FILES.tool, message }];
  return { file: FILES.tool, findings, uses: [], isOpaque: true, texts: [] };
}
