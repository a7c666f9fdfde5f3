/** `org healthcheck`: asks everything of this home that can answer, for programs that look after it. */
import { EXIT } from "#core/error-codes.ts";
import { reasonOf } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { type GenerationName, homePaths } from "#home/home-paths.ts";
import { askGeneration } from "#ops/processes/ask.ts";
import { type GenerationRecord, readGeneration } from "#ops/processes/generation-record.ts";
import { describeOwner } from "#platform/owner.ts";
import { reachOwner } from "#server/socket/open-home.ts";
import type { CommandContext } from "../context.ts";

interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Until the answer, in milliseconds. */
  readonly ms: number;
  /** Present where it is not ok. */
  readonly why?: string | undefined;
}

/** Longest wait for one answer in milliseconds. */
const ANSWER_MS = 3000;

const GENERATIONS: readonly GenerationName[] = ["current", "candidate"];

interface Planned {
  readonly name: string;
  /** Throws when the answer is not good. */
  readonly ask: () => Promise<void>;
}

/** @returns 0 when something runs and all of it answers, else 1; with `--dry-run` 0, for nothing is asked. */
export async function healthcheck(context: CommandContext): Promise<number> {
  const { settings, output, cleaner, line } = context;
  const planned = (await Promise.all(GENERATIONS.map((name) => plannedFor(context, name)))).flat();
  if (line.options.has("dry-run")) {
    const names = planned.map(({ name }) => ({ name }));
    const plan = { dryRun: true, home: settings.home, checks: names };
    output.write(jsonLine(cleaner.cleanData(plan)));
    return EXIT.done;
  }
  const checks = await Promise.all(planned.map(check));
  const status = checks.length === 0 ? "down" : checks.every(({ ok }) => ok) ? "ok" : "failing";
  output.write(jsonLine(cleaner.cleanData({ status, home: settings.home, checks })));
  return status === "ok" ? EXIT.done : EXIT.failed;
}

/** What there is to ask, as the records of the home say. */
async function plannedFor(
  { settings, signal }: CommandContext,
  name: GenerationName,
): Promise<readonly Planned[]> {
  const { home } = settings;
  const paths = homePaths(home, name);
  const [record, owner] = await Promise.all([
    readGeneration(home, name),
    describeOwner(paths.ownerRecord),
  ]);
  const planned: Planned[] = [];
  if (record !== undefined) {
    for (const path of ["/health", "/ready"]) {
      planned.push({ name: `${name} ${path}`, ask: () => answers(record, path) });
    }
  }
  if (owner !== undefined) {
    const ask = async () => {
      if ((await reachOwner({ paths, signal })) === undefined)
        throw new Error("no process listens");
    };
    planned.push({ name: `${name} socket`, ask });
  }
  return planned;
}

async function answers(record: GenerationRecord, path: string): Promise<void> {
  const { status } = await askGeneration(record, { path, withinMs: ANSWER_MS });
  if (status !== 200) throw new Error(`it answered with status ${status}`);
}

async function check({ name, ask }: Planned): Promise<HealthCheck> {
  const start = performance.now();
  const why = await ask().then(() => undefined, reasonOf);
  return { name, ok: why === undefined, ms: Math.round(performance.now() - start), why };
}
