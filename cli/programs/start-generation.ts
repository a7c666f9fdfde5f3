/** `org serve --background`: starts a generation that goes on without this process. */
import { join } from "node:path";
import { jsonLine } from "#core/text/json-line.ts";
import type { GenerationName } from "#home/home-paths.ts";
import type { GenerationRecord } from "#ops/processes/generation-record.ts";
import { startGeneration } from "#ops/processes/generations.ts";
import { programIn, releaseMain } from "#ops/release/main-release.ts";
import { currentTree } from "#ops/release/served-tree.ts";
import type { CommandContext } from "../context.ts";

export interface GenerationRequest {
  readonly name: GenerationName;
  readonly port: number;
  readonly branch?: string | undefined;
  /** How many jobs run at once. @default as its own command line says */
  readonly workers?: number | undefined;
}

/** Current is started from a release of main, a candidate by the same program with its own tools; says what serves where. */
export async function startInBackground(
  { line, settings, output }: CommandContext,
  { name, port, branch }: GenerationRequest,
): Promise<void> {
  const { home } = settings;
  const release =
    name === "current" ? await releaseMain(home, Date.now()) : (await currentTree(home)).commit;
  const program = programIn(join(home, ".org", "releases", release), Bun.main);
  const passed = ["host", "workers", "base", "model", "cassette", "sandbox"];
  const args = passed.flatMap((flag) => {
    const value = line.options.get(flag);
    return value === undefined ? [] : [`--${flag}`, value];
  });
  const record = await startGeneration({ home, name, port, program, branch, args });
  output.write(line.options.has("json") ? jsonLine(withoutKey(record)) : sentence(record));
}

function withoutKey({ key: _secret, ...visible }: GenerationRecord): Omit<GenerationRecord, "key"> {
  return visible;
}

function sentence({ branch, name, commit, port }: GenerationRecord): string {
  return `${branch ?? name} (${commit.slice(0, 12)}) serves on http://127.0.0.1:${port}\n`;
}
