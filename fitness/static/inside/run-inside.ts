/** Runs a program of ours in the sandbox, where what models wrote can hang or crash a parser and harm nobody. */
import { readFileSync } from "node:fs";
import type { SandboxFile } from "#platform/sandbox/arguments.ts";
import type { SandboxHost } from "#platform/sandbox/host.ts";
import { POLICIES, type ReadOnlyBind, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { ourPath, showPackages } from "./packages.ts";

/** Longest run in milliseconds; a check of an ordinary tool takes a tenth of a second. */
const LIMIT_MS = 20_000;

export interface InsideOptions {
  readonly signal: AbortSignal;
  readonly host?: SandboxHost | undefined;
}

export interface InsideProgram extends InsideOptions {
  readonly command: readonly string[];
  readonly files: readonly SandboxFile[];
  readonly readOnly?: readonly ReadOnlyBind[] | undefined;
  readonly stdin?: string | undefined;
}

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox. */
export async function runInside(program: InsideProgram): Promise<SandboxResult> {
  const { command, files, readOnly = [], stdin, signal, host } = program;
  const policy: SandboxPolicy = {
    ...POLICIES.forgeCheck,
    cpuMs: LIMIT_MS,
    wallMs: LIMIT_MS,
    readOnly,
  };
  const result = await runSandboxed(command, policy, { signal, host, files, stdin });
  signal.throwIfAborted();
  return result;
}

const ROOT = "/run/static";
const OURS = ["fitness/static/typescript/syntax.ts", "tools/contract/schema-check.ts"];
const PACKAGES = ["zod", "oxc-parser", "@oxc-parser"];

/**
 * Runs one of the probes beside this file, with what it imports of ours.
 *
 * @returns one value for each line that it wrote before it ended, however it ended.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 */
export async function runProbe(
  name: "depth-probe.ts" | "schema-probe.ts",
  request: unknown,
  options: InsideOptions,
): Promise<readonly unknown[]> {
  const probe = `fitness/static/inside/${name}`;
  const sources = [probe, ...OURS].map((path) => ({
    path: `${ROOT}/${path}`,
    content: readFileSync(ourPath(path), "utf8"),
  }));
  const settings = {
    "package.json": JSON.stringify({
      type: "module",
      imports: { "#tools/*": "./tools/*", "#fitness/*": "./fitness/*" },
    }),
    "tsconfig.json": "{}",
    "bunfig.toml": "",
  };
  const { stdout } = await runInside({
    ...options,
    command: [
      ...["bun", `--config=${ROOT}/bunfig.toml`, `--tsconfig-override=${ROOT}/tsconfig.json`],
      ...["--no-env-file", "--no-install", `${ROOT}/${probe}`],
    ],
    files: [
      ...sources,
      ...Object.entries(settings).map(([file, content]) => ({ path: `${ROOT}/${file}`, content })),
    ],
    readOnly: showPackages(PACKAGES, `${ROOT}/node_modules`),
    stdin: JSON.stringify(request),
  });
  const complete = stdout.slice(0, stdout.lastIndexOf("\n") + 1);
  return complete
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
}
