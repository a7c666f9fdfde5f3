/** What a model server's answers tell about tokens, in the words of llama.cpp, Ollama and OpenAI. */
import { z } from "zod";
import { findCalls } from "./find-calls.ts";

/** What went between a contestant and the server. */
export interface Traffic {
  readonly requests: number;
  /** Prompt tokens that the server computed. */
  readonly evaluated: number;
  /** Prompt tokens that the server had computed before; `undefined` where it does not tell. */
  readonly reused: number | undefined;
  /** Tokens that the model wrote; of an answer that was cut and not counted, its chunks. */
  readonly written: number;
  /** Calls that the model wrote, by either parser: those of the server, and those in the text. */
  readonly calls: number;
  /** What the model wrote, answer by answer. */
  readonly answers: readonly string[];
}

const count = z.number().nullish();
const toolCalls = z
  .array(z.object({ function: z.object({ name: z.string().nullish() }) }))
  .nullish();
const message = z.object({ content: z.string().nullish(), tool_calls: toolCalls }).nullish();

const pieceSchema = z.object({
  choices: z.array(z.object({ delta: message, message })).nullish(),
  // llama.cpp
  timings: z.object({ prompt_n: count, cache_n: count, predicted_n: count }).nullish(),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count }).nullish(),
    })
    .nullish(),
  // Ollama's own
  message,
  prompt_eval_count: count,
  eval_count: count,
});

type Piece = z.infer<typeof pieceSchema>;

/** The traffic of one answer. @param body as it came, streamed or whole. */
export function readTraffic(body: string): Traffic {
  const pieces = piecesOf(body);
  const messages = pieces.flatMap((piece) => [
    ...(piece.choices ?? []).flatMap((choice) => [choice.delta, choice.message]),
    piece.message,
  ]);
  const text = messages.map((one) => one?.content ?? "").join("");
  const declared = messages
    .flatMap((one) => one?.tool_calls ?? [])
    .filter((call) => (call.function.name ?? "") !== "").length;
  const told = pieces
    .map(tokensOf)
    .filter((tokens) => tokens !== undefined)
    .at(-1);
  return {
    requests: 1,
    evaluated: told?.evaluated ?? 0,
    reused: told?.reused,
    written: told?.written ?? messages.filter((one) => (one?.content ?? "") !== "").length,
    calls: declared + findCalls(text).length,
    answers: [text],
  };
}

export const NO_TRAFFIC: Traffic = {
  ...{ requests: 0, evaluated: 0, reused: 0, written: 0, calls: 0, answers: [] },
};

export function addTraffic(one: Traffic, other: Traffic): Traffic {
  const isKnown = one.reused !== undefined && other.reused !== undefined;
  return {
    requests: one.requests + other.requests,
    evaluated: one.evaluated + other.evaluated,
    reused: isKnown ? one.reused + other.reused : undefined,
    written: one.written + other.written,
    calls: one.calls + other.calls,
    answers: [...one.answers, ...other.answers],
  };
}

type Tokens = Pick<Traffic, "evaluated" | "reused" | "written">;

function tokensOf({ timings, usage, prompt_eval_count, eval_count }: Piece): Tokens | undefined {
  if (timings?.prompt_n != null) {
    const reused = timings.cache_n ?? undefined;
    return { evaluated: timings.prompt_n, reused, written: timings.predicted_n ?? 0 };
  }
  if (usage?.prompt_tokens != null) {
    const reused = usage.prompt_tokens_details?.cached_tokens ?? undefined;
    const evaluated = usage.prompt_tokens - (reused ?? 0);
    return { evaluated, reused, written: usage.completion_tokens ?? 0 };
  }
  if (prompt_eval_count == null) return undefined;
  return { evaluated: prompt_eval_count, reused: undefined, written: eval_count ?? 0 };
}

/** An answer is one JSON value, lines of JSON, or lines of events that hold JSON. */
function piecesOf(body: string): Piece[] {
  const whole = pieceOf(body);
  if (whole !== undefined) return [whole];
  return body
    .split("\n")
    .map((line) => pieceOf(line.replace(/^data: ?/, "")))
    .filter((piece) => piece !== undefined);
}

function pieceOf(json: string): Piece | undefined {
  try {
    return pieceSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
