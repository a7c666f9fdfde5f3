import { homedir } from "node:os";
import { checkSettings } from "#app/rooms.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import { endpointLocks } from "#core/endpoint-locks.ts";
import { type ErrorCode, EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { newId } from "#core/ids.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import { execPlaces } from "#home/settings/exec-settings.ts";
import { budgeted } from "#models/budgeted.ts";
import { type Completion, type CompletionLimits, completeText } from "#models/complete.ts";
import { estimateTokens, messagesTokens } from "#models/context.ts";
import { UNKNOWN_WINDOW } from "#models/context-model.ts";
import type { Provider } from "#models/provider.ts";
import { MAX_ANSWER_CHARACTERS } from "#ops/exec/answer.ts";
import { type AttemptRun, bestOf } from "#ops/exec/best-of.ts";
import { readBreadcrumb } from "#ops/exec/patch-text.ts";
import { type Mind, runTask } from "#ops/exec/run-task.ts";
import { readTask } from "#ops/exec/task-file.ts";
import { withGiven } from "#ops/exec/variables.ts";
import { OTHER_TEMPERATURE } from "#ops/project/attempts-record.ts";
import { findToolchains } from "#platform/sandbox/toolchains.ts";
import { attemptCount } from "../attempt-count.ts";
import type { CommandContext } from "../context.ts";
import { attemptsTable } from "../try-text.ts";
import { readNamed } from "./read-named.ts";

/** `org exec TASK`. @returns the exit code. */
export async function exec(context: CommandContext): Promise<number> {
  const { line, cleaner, environment, output, signal } = context;
  const { options: flags, repeated } = line;
  const variables = withGiven(environment, repeated.get("var") ?? []);
  const breadcrumb = readBreadcrumb(flags.get("breadcrumb"));
  const task = readTask(await sourceOf(line.operands[0], signal), variables);
  const note = (text: string): void => output.say(`${cleaner.clean(text)}\n`);
  const toolchains = await findToolchains(context.app.searchPath, homedir());
  const run = { breadcrumb, cleaner, signal, toolchains, ...execPlaces(flags) };
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
      const told = (text: string): void => note(`attempt ${number}: ${text}`);
      return {
        ...run,
        ...(await openMind(context, session, { number, lock, note: told })),
        note: told,
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

/** Code wants the likely word, not the interesting one. */
const TEMPERATURE = 0.2;

interface AttemptOptions {
  /** From 1. */
  readonly number: number;
  /** Held while an answer comes. */
  readonly lock: ChannelLock;
  readonly note: (text: string) => void;
}

/**
 * @param session on whose budget it goes, with all other attempts.
 * @param attempt one of several. @default the only one
 */
async function openMind(
  context: CommandContext,
  session: string,
  attempt?: AttemptOptions,
): Promise<Pick<AttemptRun, "mind" | "model" | "cost">> {
  const { app, settings, cleaner, output, signal } = context;
  checkSettings(settings);
  const budget = await app.budget();
  const { main } = await app.providers();
  const provider = budgeted(main, budget.account(session, "exec"));
  const model = settings.model ?? ANY_MODEL;
  const onNotice = attempt?.note ?? ((text: string) => output.say(`${cleaner.clean(text)}\n`));
  const limits = { maxCharacters: MAX_ANSWER_CHARACTERS, onNotice };
  const cost = { ms: 0, promptTokens: 0, completionTokens: 0 };
  // The first one is the answer that there would be without the others.
  const isOther = attempt !== undefined && attempt.number > 1;
  const sampling = isOther ? { temperature: OTHER_TEMPERATURE, seed: attempt.number } : {};
  const ask: Mind["ask"] = async (messages, abort) => {
    const wait = { owner: "exec", signal: abort };
    using _turn = await attempt?.lock.waitForLock(Number.POSITIVE_INFINITY, wait);
    const start = performance.now();
    const question = { model, messages, ...sampling };
    const answer = await askModel(provider, question, { ...limits, signal: abort });
    cost.ms += performance.now() - start;
    cost.promptTokens += answer.usage?.promptTokens ?? messagesTokens(messages);
    cost.completionTokens += answer.usage?.completionTokens ?? estimateTokens(answer.text);
    return answer;
  };
  const windowTokens =
    settings.contextTokens ?? (await main.windowOf?.(model, signal))?.tokens ?? UNKNOWN_WINDOW;
  return {
    mind: { ask, windowTokens, tokensOf: estimateTokens },
    model: () => main.modelName?.(model) ?? model,
    cost: () => cost,
  };
}

interface Question {
  readonly model: string;
  readonly messages: Parameters<Mind["ask"]>[0];
  readonly temperature?: number;
  readonly seed?: number;
}

async function askModel(
  provider: Provider,
  question: Question,
  limits: CompletionLimits,
): Promise<Completion> {
  const request = { temperature: TEMPERATURE, ...question, tools: [] };
  try {
    return await completeText(provider, request, limits);
  } catch (error) {
    throw error instanceof OrgError && BROKEN.has(error.code) ? noAnswer(error) : error;
  }
}

/** Answers that did not come to their end: for a script, as good as no server. */
const BROKEN: ReadonlySet<ErrorCode> = new Set([
  "STREAM_CUT",
  "STREAM_ERROR",
  "STREAM_SILENT",
  "CONTEXT_OVERFLOW",
]);

function noAnswer(cause: OrgError): OrgError {
  return new OrgError("The model server gave no complete answer", {
    code: "PROVIDER_UNREACHABLE",
    why: `${cause.message}${cause.why === undefined ? "" : `: ${cause.why}`} [${cause.code}]`,
    remedies: cause.remedies,
    unchanged: "Nothing was printed and nothing was changed.",
    cause,
  });
}
