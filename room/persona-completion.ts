/** One answer of a persona to a conversation that the caller stores, with tools that the caller runs. */

import type { BudgetLedger } from "#core/budget-ledger.ts";
import type { ToolCall, ToolSchema } from "#core/calls.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { budgeted } from "#models/budgeted.ts";
import { chatOnce } from "#models/chat-once.ts";
import { estimateTokens, messagesTokens, requestTokens } from "#models/context.ts";
import type { Model } from "#models/model.ts";
import type { ChatMessage, ChatRequest } from "#models/provider.ts";

/** What rooms are made of, as far as an answer outside of one needs it. */
export interface CompletionParts {
  readonly models: readonly Model[];
  readonly lockOf: (endpoint: string) => ChannelLock;
  readonly budget: BudgetLedger | undefined;
  readonly cleaner: TextCleaner;
  /** Told what each answer took, before its end is. @default not counted */
  readonly onUsage?: ((persona: string, usage: Usage) => void) | undefined;
}

export interface CompletionRequest {
  /** Id of who answers. */
  readonly persona: string;
  /** What the caller wants it to keep to, beside its own prompt. */
  readonly instructions: readonly string[];
  /** The conversation so far, oldest first; the last message is to be answered. */
  readonly messages: readonly ChatMessage[];
  /** Those of the caller; a call of one ends the answer. */
  readonly tools: readonly ToolSchema[];
  readonly temperature?: number | undefined;
  /** Longest answer in tokens. */
  readonly maxTokens?: number | undefined;
}

export type CompletionEvent =
  | { readonly type: "text"; readonly text: string }
  /** Comes once, and last. */
  | {
      readonly type: "end";
      readonly text: string;
      readonly calls: readonly ToolCall[];
      /** The server's limit, or the caller's, cut it short. */
      readonly isCut: boolean;
      /** As the server counts it, else estimated. */
      readonly usage: Usage;
    };

/** Answers as a persona. */
export class PersonaCompletions {
  readonly #parts: CompletionParts;

  constructor(parts: CompletionParts) {
    this.#parts = parts;
  }

  /** Ids and what they are good for. */
  get personas(): readonly { readonly id: string; readonly description: string }[] {
    return this.#parts.models.map(({ persona: { id, description } }) => ({ id, description }));
  }

  /** What a conversation and its answer take in tokens, about, where no server has counted them. */
  estimate(messages: readonly ChatMessage[], answer: string): Usage {
    return { promptTokens: messagesTokens(messages), completionTokens: estimateTokens(answer) };
  }

  /**
   * @throws {OrgError} what the model's server says, `PERSONA_UNKNOWN`, `BUDGET_SPENT`, or `STREAM_CUT` for an
   *   answer without its end.
   */
  async *answer(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<CompletionEvent, void> {
    const { lockOf, cleaner, budget, onUsage } = this.#parts;
    const model = this.#model(request.persona);
    const owner = model.persona.id;
    const account = budget?.account(newId("completion"), owner);
    const provider = account ? budgeted(model.provider, account) : model.provider;
    using _lock = await lockOf(provider.endpoint).waitForLock(Number.POSITIVE_INFINITY, {
      ...{ owner, signal },
    });
    await model.prepare(signal);
    const whole = promptOf(model, request);
    const prompt = (await cleaner.ahead(whole, signal)).redactData(whole);
    const profile = await model.profile(signal);
    const how = { provider, request: prompt, signal, profile, cleaner };
    for await (const event of chatOnce(how)) {
      if (event.type === "text") yield { type: "text", text: event.text };
      if (event.type !== "end") continue;
      const { finish, failure, text, usage = estimated(prompt, text) } = event;
      if (finish === "failed") throw failure ?? cut("the connection broke");
      if (finish === "aborted") throw signal.reason;
      if (finish === "cut" || finish === "filtered") throw cut(`the server said "${finish}"`);
      onUsage?.(owner, usage);
      const calls = event.calls.map(({ call }) => call);
      yield { type: "end", text, calls, isCut: finish === "length" || finish === "looped", usage };
    }
  }

  #model(id: string): Model {
    const found = this.#parts.models.find(({ persona }) => persona.id === id);
    if (found !== undefined) return found;
    const ids = this.#parts.models.map(({ persona }) => persona.id);
    throw new OrgError(`There is no persona "${id.slice(0, 40)}"`, {
      code: "PERSONA_UNKNOWN",
      why: `there are ${ids.join(", ")}`,
      remedies: ids.map((one) => `persona:${one}`),
      unchanged: "Nothing was sent.",
    });
  }
}

/** The persona's own prompt, the caller's instructions behind it, then the conversation. */
function promptOf(model: Model, request: CompletionRequest): ChatRequest {
  const { instructions, tools, temperature, maxTokens } = request;
  const view = { history: exchangesOf(request.messages), current: [], tools };
  const plain = model.request(view);
  const [own, ...conversation] = plain.messages;
  const system = [own?.content ?? "", ...instructions].join("\n\n");
  return {
    ...plain,
    messages: [{ role: "system", content: system }, ...conversation],
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  };
}

/** What belongs together stays together: an exchange begins with a line of the caller. Newest first. */
function exchangesOf(messages: readonly ChatMessage[]): readonly (readonly ChatMessage[])[] {
  const exchanges: ChatMessage[][] = [];
  for (const message of messages) {
    const last = exchanges.at(-1);
    if (message.role === "user" || last === undefined) exchanges.push([message]);
    else last.push(message);
  }
  return exchanges.reverse();
}

function estimated(request: ChatRequest, text: string): Usage {
  return { promptTokens: requestTokens(request), completionTokens: estimateTokens(text) };
}

function cut(why: unknown): OrgError {
  return new OrgError("The answer has no end", {
    code: "STREAM_CUT",
    why: reasonOf(why),
    remedies: ["ask again"],
    unchanged: "What came before may have been read.",
  });
}
