/** A command of org in a process of its own: what takes processor time must not hold up those who talk. */
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import { runProgram } from "#platform/programs/run-program.ts";

export interface OrgCommand {
  /** ORG_HOME of the command. */
  readonly home: string;
  /** The program: what Bun was started with. */
  readonly program: string;
  /** The command line; it should end in --json. */
  readonly args: readonly string[];
  /** Ends the process. */
  readonly signal: AbortSignal;
  /** @default [0] */
  readonly exitCodes?: readonly number[];
}

/** Longest life in milliseconds: a backup of many gigabytes, a drill on a slow machine. */
const LIFE_MS = 2 * 60 * 60_000;

interface OrgOutput {
  readonly exitCode: number;
  /** What it printed last; null for what is not JSON. */
  readonly data: z.core.util.JSONType;
}

/** @throws {OrgError} `PROCESS_FAILED` for another exit code, with its output. */
export async function runOrg({ home, program, args, ...options }: OrgCommand): Promise<OrgOutput> {
  const { stdout, exitCode } = await runProgram(
    {
      command: [process.execPath, "--no-env-file", "--no-install", program, ...args],
      ...{
        displayCommand: ["org", ...args],
        cwd: home,
        environment: { ...Bun.env, ORG_HOME: home },
      },
    },
    { ...options, timeoutMs: LIFE_MS },
  );
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  const data = z
    .json()
    .catch(null)
    .parse(parseJson(lines.at(-1) ?? "") ?? null);
  return { exitCode, data };
}
