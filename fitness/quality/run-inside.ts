/** Runs one of our programs with a tool in a sandbox, and reads the lines that only it could write. */

import { z } from "zod";
import { parseJson } from "#core/json.ts";
import type { SandboxFile } from "#platform/sandbox/arguments.ts";
import type { SandboxHost } from "#platform/sandbox/host.ts";
import type { SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { programEnvironment } from "#tools/contract/programs.ts";
import type { OnSkipped } from "../oracle/skipped.ts";
import { filesOf, PROGRAM_FOLDER } from "./inside-files.ts";

/** Where and how long everything that is not a plain call of the tool runs. */
export interface Inside {
  readonly signal: AbortSignal;
  readonly host?: SandboxHost | undefined;
  /** Receives what a limit kept us from looking at. */
  readonly onSkipped?: OnSkipped | undefined;
}

export interface InsideRun {
  /** Name of the program; `.py` runs under the system's Python. */
  readonly program: string;
  /** What it reads; the secret is added. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly files: readonly SandboxFile[];
  readonly policy: SandboxPolicy;
}

export interface InsideResult<Line> {
  /** Lines that carry the secret of the run and are what they should be, in order. */
  readonly lines: readonly Line[];
  readonly result: SandboxResult;
}

/** A line that does not fit, or was written by the tool, counts as not written. */
export async function runInside<Line>(
  { program, request, files, policy }: InsideRun,
  schema: z.ZodType<Line>,
  { signal, host }: Inside,
): Promise<InsideResult<Line>> {
  const nonce = crypto.randomUUID();
  const environment = { ...policy.environment, ...programEnvironment(program.endsWith(".py")) };
  const result = await runSandboxed(
    commandOf(program),
    { ...policy, environment },
    {
      signal,
      host,
      files: [...(await filesOf(program)), ...files],
      stdin: JSON.stringify({ ...request, nonce }),
    },
  );
  signal.throwIfAborted();
  const marked = z.object({ nonce: z.literal(nonce) });
  const lines = result.stdout.split("\n").flatMap((text) => {
    const line = parseJson(text);
    const read = marked.safeParse(line).success ? schema.safeParse(line) : undefined;
    return read?.success ? [read.data] : [];
  });
  return { lines, result };
}

/** As in a call, without the packages of the system: to look for them takes 2 ms of 38. */
const WITHOUT_SITE: readonly string[] = ["ask_all.py", "program.py"];

function commandOf(program: string): readonly string[] {
  const path = `${PROGRAM_FOLDER}/${program}`;
  if (program.endsWith(".py")) {
    const site = WITHOUT_SITE.includes(program) ? ["-S"] : [];
    return ["/usr/bin/python3", "-s", ...site, "-X", "utf8", path];
  }
  const settings = [
    `--config=${PROGRAM_FOLDER}/bunfig.toml`,
    `--tsconfig-override=${PROGRAM_FOLDER}/tsconfig.json`,
  ];
  return ["bun", ...settings, "--no-env-file", "--no-install", "--no-macros", "--no-addons", path];
}
