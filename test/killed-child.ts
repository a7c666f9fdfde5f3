/** Programs of tests that work on a file without end, and are killed in the middle of it. */
import { expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Kills a program with SIGKILL after it has said some things, each a line of JSON; in each round elsewhere.
 *
 * @param program below `test/`.
 * @returns all that it said.
 */
export async function killedChild<Said>(
  program: string,
  args: readonly string[],
  round: number,
): Promise<readonly Said[]> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, program), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const decoder = new TextDecoder();
  let text = "";
  // 1 to 40 lines later, and in the middle of whatever it does then.
  const most = 1 + ((round * 17) % 40);
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true });
    if (text.split("\n").length > most) child.kill("SIGKILL");
  }
  expect(await child.exited).toBe(137);
  // What it had half said was never said.
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line): Said => JSON.parse(line));
}

/** Names of the files of a folder in which a text stands. */
export function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text));
}
