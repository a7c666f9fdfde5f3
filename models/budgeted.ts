import type { Account } from "#core/budget-ledger.ts";
import type { Usage } from "#core/events.ts";
import { estimateTokens, requestTokens } from "./context.ts";
import type { ChatRequest, Provider, ProviderEvent } from "./provider.ts";

/** What an answer of unknown length is expected to take, in tokens. */
const ANSWER_TOKENS = 512;

/** A provider whose every completion is paid for by an account: reserved before, settled after. */
export function budgeted(provider: Provider, account: Account): Provider {
  return {
    ...provider,
    stream: (request, signal) => paid(provider.stream(request, signal), request, account),
  };
}

async function* paid(
  events: AsyncIterable<ProviderEvent>,
  request: ChatRequest,
  account: Account,
): AsyncGenerator<ProviderEvent, void> {
  const promptTokens = requestTokens(request);
  const completionTokens = request.maxTokens ?? ANSWER_TOKENS;
  // Before the first step of the stream: until then nothing has been sent.
  const reservation = await account.reserve(request.model, { promptTokens, completionTokens });
  const meter = new AnswerMeter(promptTokens);
  try {
    for await (const event of events) {
      meter.take(event);
      if (event.type === "finish") {
        for (const text of await reservation.settle(meter.usage)) yield { type: "notice", text };
      }
      yield event;
    }
  } finally {
    // Broken off or abandoned: what came has been paid for, wherever it stopped.
    await reservation.settle(meter.usage);
  }
}

/** Usage as the provider counts it, or estimated where it does not. */
class AnswerMeter {
  readonly #promptTokens: number;
  #counted: Usage | undefined;
  #started = false as boolean;
  #completionTokens = 0;

  constructor(promptTokens: number) {
    this.#promptTokens = promptTokens;
  }

  get usage(): Usage {
    if (this.#counted !== undefined) return this.#counted;
    // A server that never answered has not read the prompt either.
    if (!this.#started) return { promptTokens: 0, completionTokens: 0 };
    return { promptTokens: this.#promptTokens, completionTokens: this.#completionTokens };
  }

  take(event: ProviderEvent): void {
    if (event.type === "usage") this.#counted = event.usage;
    if (event.type === "notice") return;
    this.#started = true;
    if (event.type === "text" || event.type === "reasoning") {
      this.#completionTokens += estimateTokens(event.text);
    }
    if (event.type === "call") this.#completionTokens += estimateTokens(JSON.stringify(event.call));
  }
}
