import { checkSettings } from "#app/rooms.ts";
import { type ErrorCode, EXIT, OrgError } from "#core/errors.ts";
import { newId } from "#core/ids.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import { execPlaces } from "#home/settings/exec-settings.ts";
import { budgeted } from "#models/budgeted.ts";
import { type CompletionLimits, completeText } from "#models/complete.ts";
import { estimateTokens } from "#models/context.ts";
import { UNKNOWN_WINDOW } from "#models/context-model.ts";
import type { Provider } from "#models/provider.ts";
import { MAX_ANSWER_CHARACTERS } from "#ops/exec/answer.ts";
import { readBreadcrumb } from "#ops/exec/patch-text.ts";
import { type Mind, runTask } from "#ops/exec/run-task.ts";
import { readTask } from "#ops/exec/task-file.ts";
import { withGiven } from "#ops/exec/variables.ts";
import { readInput } from "#platform/read-input.ts";
import type { CommandContext } from "../context.ts";

/** `org exec TASK`. @returns the exit code. */
export async function exec(context: CommandContext): Promise<number> {
  const { line, cleaner, environment, output, signal } = context;
  const { options: flags, repeated } = line;
  const variables = withGiven(environment, repeated.get("var") ?? []);
  const breadcrumb = readBreadcrumb(flags.get("breadcrumb"));
  const task = readTask(await sourceOf(line.operands[0], signal), variables);
  const mind = await openMind(context);
  const note = (text: string): void => output.say(`${cleaner.clean(text)}\n`);
  const run = { mind, breadcrumb, cleaner, note, signal, ...execPlaces(flags) };
  output.write(await runTask(task, run));
  return EXIT.done;
}

/** What is longer is not read to its end; a task that can be read may be a quarter as long. */
const MAX_TASK_BYTES = 1024 * 1024;

async function sourceOf(
  path: string | undefined,
  signal: AbortSignal,
): Promise<{ name: string; text: string }> {
  if (path === undefined) {
    throw new OrgError("Which task?", {
      code: "USAGE",
      why: "org exec takes the file of a task, or - for standard input",
      remedies: ["org exec TASK.md", "org help exec"],
      left: "Nothing was done.",
    });
  }
  const text = await readInput(path, { maxBytes: MAX_TASK_BYTES, signal }).catch(
    (cause: unknown) => {
      if (cause instanceof OrgError || signal.aborted) throw cause;
      throw new OrgError(`The task "${path}" cannot be read`, {
        code: "INPUT_MISSING",
        remedies: ["name a file, or - for standard input"],
        left: "No model was asked.",
        cause,
      });
    },
  );
  return { name: path, text };
}

/** Code wants the likely word, not the interesting one. */
const TEMPERATURE = 0.2;

async function openMind(context: CommandContext): Promise<Mind> {
  const { app, settings, cleaner, output, signal } = context;
  checkSettings(settings);
  const budget = await app.budget();
  const { main } = await app.providers();
  const provider = budgeted(main, budget.account(newId("exec"), "exec"));
  const model = settings.model ?? ANY_MODEL;
  const onNotice = (text: string): void => output.say(`${cleaner.clean(text)}\n`);
  const limits = { maxCharacters: MAX_ANSWER_CHARACTERS, onNotice };
  return {
    ask: (messages, abort) => askModel(provider, { model, messages }, { ...limits, signal: abort }),
    windowTokens:
      settings.contextTokens ?? (await main.windowOf?.(model, signal))?.tokens ?? UNKNOWN_WINDOW,
    tokensOf: estimateTokens,
  };
}

type Question = { readonly model: string; readonly messages: Parameters<Mind["ask"]>[0] };

async function askModel(
  provider: Provider,
  { model, messages }: Question,
  limits: CompletionLimits,
): ReturnType<Mind["ask"]> {
  const request = { model, messages, tools: [], temperature: TEMPERATURE };
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
  return new OrgError("The model server gave no whole answer", {
    code: "PROVIDER_UNREACHABLE",
    why: `${cause.message}${cause.why === undefined ? "" : `: ${cause.why}`} [${cause.code}]`,
    remedies: cause.remedies,
    left: "Nothing was printed and nothing was changed.",
    cause,
  });
}
