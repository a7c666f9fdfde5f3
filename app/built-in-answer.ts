/** The answers to simple lines, for what runs without a model. */
import { unreachable } from "#core/errors.ts";
import type { Journal } from "#core/journal.ts";
import { BUILT_IN_LINES, type BuiltInLine } from "#core/rules/built-in.ts";
import { isAlive, readHealth } from "#home/health-file.ts";
import { foundText } from "#room/memory-text.ts";
import type { JobService } from "#server/jobs/job-service.ts";
import { jobText } from "#server/jobs/job-text.ts";
import type { AppParts } from "./context.ts";

export interface BuiltInParts {
  readonly app: Pick<AppParts, "workspace" | "registry" | "memory" | "paths" | "cleaner">;
  readonly journal: Journal;
  readonly jobs: () => Pick<JobService, "list">;
}

/** Most rows of a list. */
const MOST = 50;

const HELP = [
  "Without a model org answers only these messages:",
  ...BUILT_IN_LINES.map((line) => `  ${line}`),
  "Every other message needs a model: org doctor says what is missing.",
].join("\n");

/** @returns clean text. @throws {OrgError} `FILE_FAILED`, and what opening the memory throws. */
export async function builtInAnswer(
  line: BuiltInLine,
  parts: BuiltInParts,
  signal: AbortSignal,
): Promise<string> {
  return parts.app.cleaner.clean(await answerTo(line, parts, signal));
}

async function answerTo(
  line: BuiltInLine,
  { app, journal, jobs }: BuiltInParts,
  signal: AbortSignal,
): Promise<string> {
  switch (line.kind) {
    case "files": {
      const { paths, isWhole } = await (await app.workspace()).list(MOST);
      return rows(isWhole ? paths : [...paths, "and others"], "There are no files.");
    }
    case "memory": {
      const memory = await app.memory.learning(journal, false);
      // What was said to one persona alone is not shown to a goal.
      const found = await memory?.search(line.query, { persona: "" }, { signal });
      return found === undefined ? "Nothing is kept yet." : foundText(found);
    }
    case "jobs": {
      const { jobs: all } = await jobs().list({ limit: MOST });
      return rows(all.map(jobText), "There are no jobs.");
    }
    case "status":
      return await statusOf(app.paths.health);
    case "tools": {
      const tools = await (await app.registry()).list();
      const ready = tools.filter(({ state }) => state === "ready");
      return rows(
        ready.map(({ name, description }) => `${name}: ${description.split("\n", 1)[0]}`),
        "",
      );
    }
    case "help":
      return HELP;
    default:
      return unreachable(line);
  }
}

function rows(all: readonly string[], none: string): string {
  return all.length === 0 ? none : all.join("\n");
}

async function statusOf(path: string): Promise<string> {
  const health = await readHealth(path);
  if (health === undefined || !(await isAlive(health)))
    return "There is no status of this home yet.";
  const { provider, queue, tasks, backup } = health;
  const failed = Object.entries(tasks).filter(([, { outcome }]) => outcome === "failed");
  const at = backup.at === null ? "none" : new Date(backup.at).toISOString();
  return [
    `model server: ${provider.state}`,
    `jobs: ${queue?.queued ?? 0} queued, ${queue?.dead ?? 0} dead`,
    `newest backup: ${at}`,
    ...(failed.length === 0 ? [] : [`failed tasks: ${failed.map(([name]) => name).join(", ")}`]),
  ].join("\n");
}
