/** Whether what serves is what it should be, asked over its own port. */
import { z } from "zod";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { type AskTarget, askGeneration } from "./ask.ts";

export interface HealthQuestion extends AskTarget {
  readonly home: string;
  /** What it must be made of. */
  readonly commit: string;
}

/** Longest wait for an answer in milliseconds; a tool is called meanwhile. */
const ANSWER_MS = 15_000;

const healthSchema = z.object({ commit: z.string(), tools: z.array(z.string()) });
const trialSchema = z.object({ ok: z.boolean() });

/**
 * It answers, is that commit, has the tools that the commit brought, and each of them gives what its first
 * example says. No model is needed for that.
 */
export async function isWell({ home, commit, ...at }: HealthQuestion): Promise<boolean> {
  const health = healthSchema.safeParse(await ask(at, "/health")).data;
  if (health?.commit !== commit) return false;
  for (const tool of await toolsOf(home, commit)) {
    if (!health.tools.includes(tool)) return false;
    const trial = await ask(at, `/v1/tools/${tool}/try`, {});
    if (trialSchema.safeParse(trial).data?.ok !== true) return false;
  }
  return true;
}

/** The tools that a commit of main added or changed, and did not remove. */
async function toolsOf(home: string, commit: string): Promise<readonly string[]> {
  const repository = await openCheckout(home);
  const options = ["diff", "--name-only", "--diff-filter=d", "-z", `${commit}^1`, commit];
  const paths = await gitText(repository, [...options, "--", "tools/generated"]);
  const names = paths.split("\0").map((path) => path.split("/")[2] ?? "");
  return [...new Set(names.filter((name) => name !== ""))];
}

/** @returns undefined for anything but a good answer. */
async function ask(at: AskTarget, path: string, body?: object): Promise<unknown> {
  const question = { path, body, withinMs: ANSWER_MS };
  const answer = await askGeneration(at, question).catch(() => undefined);
  return answer?.status === 200 ? answer.data : undefined;
}
