import { homedir } from "node:os";
import { openMind } from "#app/exec-mind.ts";
import { endpointLocks } from "#core/endpoint-locks.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { newId } from "#core/ids.ts";
import { execPaths } from "#home/settings/exec-settings.ts";
import { bestOf } from "#ops/exec/best-of.ts";
import { readBreadcrumb } from "#ops/exec/patch-text.ts";
import { runTask } from "#ops/exec/run-task.ts";
import { readTask } from "#ops/exec/task-file.ts";
import { withOverrides } from "#ops/exec/variables.ts";
import { findToolchains } from "#platform/sandbox/toolchains.ts";
import { attemptCount } from "../attempt-count.ts";
import type { CommandContext } from "../context.ts";
import { attemptsTable } from "../try-text.ts";
import { readNamed } from "./read-named.ts";

/** `org exec TASK`. @returns the exit code. */
export async function exec(context: CommandContext): Promise<number> {
  const { line, cleaner, environment, output, signal } = context;
  const { options: flags, repeated } = line;
  const variables = withOverrides(environment, repeated.get("var") ?? []);
  const breadcrumb = readBreadcrumb(flags.get("breadcrumb"));
  const task = readTask(await sourceOf(line.operands[0], signal), variables);
  const note = (text: string): void => output.say(`${cleaner.clean(text)}\n`);
  const toolchains = await findToolchains(context.app.searchPath, homedir());
  const run = { breadcrumb, cleaner, signal, toolchains, ...execPaths(flags) };
  const session = newId("exec");
  const several = flags.get("best-of");
  if (several === undefined) {
    const { mind } = await openMind(context, session);
    output.write(await runTask(task, { ...run, mind, note }));
    return EXIT.done;
  }
  const count = attemptCount(several, ["org exec --best-of 3 TASK.md"]);
  const lock = endpointLocks(context.settings.parallel)("exec");
  const runs = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const number = index + 1;
      const report = (text: string): void => note(`attempt ${number}: ${text}`);
      return {
        ...run,
        ...(await openMind(context, session, { number, lock, note: report })),
        note: report,
      };
    }),
  );
  const { attempts, best } = await bestOf(task, runs);
  output.say(cleaner.clean(attemptsTable(attempts)));
  if ("failure" in best) throw best.failure;
  output.write(best.printed);
  return EXIT.done;
}

/** What is longer is not read to its end; a task that can be read may be a quarter as long. */
const TASK = {
  what: "task",
  maxBytes: 1024 * 1024,
  unchanged: "No model was asked.",
} as const;

async function sourceOf(
  path: string | undefined,
  signal: AbortSignal,
): Promise<{ name: string; text: string }> {
  if (path === undefined) {
    throw new OrgError("Which task?", {
      code: "USAGE",
      why: "org exec needs the file of a task, or - for standard input",
      remedies: ["org exec TASK.md", "org help exec"],
      unchanged: "Nothing was done.",
    });
  }
  const text = await readNamed(path, { ...TASK, signal });
  return { name: path, text };
}
