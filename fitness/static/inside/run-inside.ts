/** Runs a program of ours in the sandbox, where what models wrote can hang or crash a parser without harm. */
import type { SandboxFile } from "#platform/sandbox/arguments.ts";
import type { SandboxHost } from "#platform/sandbox/host.ts";
import { POLICIES, type ReadOnlyBind, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { showPackages } from "./packages.ts";

/** Most processor time in milliseconds; a check of an ordinary tool takes a tenth of a second. */
const CPU_MS = 20_000;
/** Of a busy machine: only what waits for ever is ended by the clock on the wall. */
const WALL_MS = 120_000;

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
    cpuMs: CPU_MS,
    wallMs: WALL_MS,
    readOnly,
  };
  const result = await runSandboxed(command, policy, { signal, host, files, stdin });
  signal.throwIfAborted();
  return result;
}

const ROOT = "/run/static";
const SETTINGS = [
  // Bun looks for both beside the program when nothing names them.
  { path: `${ROOT}/bunfig.toml`, content: "" },
  { path: `${ROOT}/tsconfig.json`, content: "{}" },
];
/** Native, so that it cannot become part of a program in one file. */
const PARSER = ["oxc-parser", "@oxc-parser"];

export type Probe = "depth-probe.ts" | "schema-probe.ts";

/**
 * Runs one of the probes beside this file.
 *
 * @returns one value for each line that it wrote before it ended, by a limit or a crash of a parser as well.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 * @throws {Error} when it fails by itself: that says nothing of what it looks at.
 */
export async function runProbe(
  name: Probe,
  request: unknown,
  options: InsideOptions,
): Promise<readonly unknown[]> {
  const program = `${ROOT}/${name}.js`;
  const { exit, stdout, stderr } = await runInside({
    ...options,
    command: [
      ...["bun", `--config=${ROOT}/bunfig.toml`, `--tsconfig-override=${ROOT}/tsconfig.json`],
      ...["--no-env-file", "--no-install", program],
    ],
    files: [...SETTINGS, { path: program, content: await programOf(name) }],
    readOnly: showPackages(PARSER, `${ROOT}/node_modules`),
    stdin: JSON.stringify(request),
  });
  if (exit === 1) throw new Error(`${name} failed: ${stderr}`);
  const complete = stdout.slice(0, stdout.lastIndexOf("\n") + 1);
  return complete
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
}

const programs = new Map<Probe, Promise<string>>();

/** A probe and all that it imports of ours, as one file; built once for each process. */
function programOf(name: Probe): Promise<string> {
  const program = programs.get(name) ?? build(`${import.meta.dir}/${name}`);
  programs.set(name, program);
  return program;
}

async function build(path: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [path],
    target: "bun",
    format: "esm",
    external: ["oxc-parser"],
    minify: { whitespace: true },
  });
  const [output] = outputs;
  if (output === undefined) throw new Error(`Building ${path} gave nothing`);
  return await output.text();
}
