/** The model that `org exec` asks, on the budget of the home. */
import type { ChannelLock } from "#core/channel-lock.ts";
import type { ErrorCode } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import { budgeted } from "#models/budgeted.ts";
import { type Completion, type CompletionLimits, completeText } from "#models/complete.ts";
import { estimateTokens, messagesTokens } from "#models/context.ts";
import { UNKNOWN_WINDOW } from "#models/context-model.ts";
import type { Provider } from "#models/provider.ts";
import { MAX_ANSWER_CHARACTERS } from "#ops/exec/answer.ts";
import type { AttemptRun } from "#ops/exec/best-of.ts";
import type { Mind } from "#ops/exec/run-task.ts";
import { OTHER_TEMPERATURE } from "#ops/project/attempts-record.ts";
import type { AppContext, AppParts } from "./context.ts";
import { checkSettings } from "./rooms.ts";

/** Code wants the likely word, not the interesting one. */
const TEMPERATURE = 0.2;

interface MindContext extends AppContext {
  readonly app: Pick<AppParts, "budget" | "providers">;
}

interface AttemptOptions {
  /** From 1. */
  readonly number: number;
  /** Held while an answer comes. */
  readonly lock: ChannelLock;
  readonly note: (text: string) => void;
}

/**
 * The model of one attempt, as a task asks it.
 *
 * @param session on whose budget it goes, with all other attempts.
 * @param attempt one of several. @default the only one
 * @throws {OrgError} `CONFIG_INVALID`
 */
export async function openMind(
  context: MindContext,
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
