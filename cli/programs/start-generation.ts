/** `org serve --background`: starts a generation that goes on without this process. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { GenerationName } from "#home/home-paths.ts";
import type { GenerationRecord } from "#ops/processes/generation-record.ts";
import { startGeneration } from "#ops/processes/generations.ts";
import { programIn, releaseMain } from "#ops/release/main-release.ts";
import { currentTree } from "#ops/release/served-tree.ts";
import type { CommandContext } from "../context.ts";

export interface Wanted {
  readonly name: GenerationName;
  readonly port: number;
  readonly branch?: string | undefined;
  /** How many jobs run at once. @default as its own command line says */
  readonly workers?: number | undefined;
}

/** Current is started from a release of main; a candidate by the same program, with its own tools. */
export async function startInBackground(
  { line, settings }: CommandContext,
  { name, port, branch }: Wanted,
): Promise<GenerationRecord> {
  const { home } = settings;
  const release =
    name === "current" ? await releaseMain(home, Date.now()) : (await currentTree(home)).commit;
  const program = programIn(join(home, ".org", "releases", release), Bun.main);
  const passed = ["host", "workers", "base", "model", "cassette", "sandbox"];
  const words = passed.flatMap((flag) => {
    const value = line.options.get(flag);
    return value === undefined ? [] : [`--${flag}`, value];
  });
  return await startGeneration({ home, name, port, program, branch, words });
}

/** Says what serves where. */
export function tell({ line, output }: CommandContext, record: GenerationRecord): void {
  const { key: _secret, ...told } = record;
  const { name, port, commit, branch } = told;
  output.write(
    line.options.has("json")
      ? jsonLine(told)
      : `${branch ?? name} (${commit.slice(0, 12)}) serves on http://127.0.0.1:${port}\n`,
  );
}

/** @throws {OrgError} `USAGE` */
export function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new OrgError(`--port ${JSON.stringify(text.slice(0, 40))} is not a port`, {
    code: "USAGE",
    why: "it is a number from 1 to 65535, or 0 for any that is free",
    remedies: ["org help serve"],
  });
}
