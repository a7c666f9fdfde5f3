/** `org healthcheck`: asks everything of this home that can answer, for programs that look after it. */
import { EXIT, reasonOf } from "#core/errors.ts";
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

/** @returns 0 when something runs and all of it answers, else 1. */
export async function healthcheck(context: CommandContext): Promise<number> {
  const { settings, output, cleaner } = context;
  const checks = (await Promise.all(GENERATIONS.map((name) => checksOf(context, name)))).flat();
  const status = checks.length === 0 ? "down" : checks.every(({ ok }) => ok) ? "ok" : "failing";
  output.write(jsonLine(cleaner.cleanData({ status, home: settings.home, checks })));
  return status === "ok" ? EXIT.done : EXIT.failed;
}

async function checksOf(
  { settings, signal }: CommandContext,
  name: GenerationName,
): Promise<readonly HealthCheck[]> {
  const { home } = settings;
  const paths = homePaths(home, name);
  const [record, owner] = await Promise.all([
    readGeneration(home, name),
    describeOwner(paths.ownerRecord),
  ]);
  const checks: Promise<HealthCheck>[] = [];
  if (record !== undefined) {
    checks.push(check(`${name} /health`, () => answers(record, "/health")));
    checks.push(check(`${name} /ready`, () => answers(record, "/ready")));
  }
  if (owner !== undefined) {
    checks.push(
      check(`${name} socket`, async () => {
        if ((await reachOwner({ paths, signal })) === undefined)
          throw new Error("no process listens");
      }),
    );
  }
  return await Promise.all(checks);
}

async function answers(record: GenerationRecord, path: string): Promise<void> {
  const { status } = await askGeneration(record, { path, withinMs: ANSWER_MS });
  if (status !== 200) throw new Error(`it answered with status ${status}`);
}

/** @param ask throws when the answer is not good. */
async function check(name: string, ask: () => Promise<void>): Promise<HealthCheck> {
  const start = performance.now();
  const why = await ask().then(() => undefined, reasonOf);
  return { name, ok: why === undefined, ms: Math.round(performance.now() - start), why };
}
