/** Keeps an answer within what an answer can be, whatever wire it comes over. */
import { OrgError } from "#core/errors.ts";
import type { ProviderEvent } from "../provider.ts";
import type { WireError } from "./error-body.ts";
import type { ExplainError } from "./server.ts";

/** What one answer may hold before it is taken for an attack or a fault. */
export interface AnswerLimits {
  /** Longest arguments of one call, in characters of JSON. */
  readonly maxArguments: number;
  readonly maxCalls: number;
  /** Events that are not JSON; more of them end the stream. */
  readonly maxMalformed: number;
  /** Everything together, in characters. */
  readonly maxCharacters: number;
}

export const ANSWER_LIMITS: AnswerLimits = {
  maxArguments: 1024 * 1024,
  maxCalls: 64,
  maxMalformed: 64,
  maxCharacters: 16 * 1024 * 1024,
};

/** Counts what came of one answer, and knows how it failed. */
export class AnswerGuard {
  readonly #explain: ExplainError;
  readonly #limits: AnswerLimits;
  #failure: OrgError | undefined;
  #malformed = 0;
  #characters = 0;

  constructor(explain: ExplainError, limits: AnswerLimits = ANSWER_LIMITS) {
    this.#explain = explain;
    this.#limits = limits;
  }

  /** Set when the stream said that it failed, or went over a limit. */
  get failure(): OrgError | undefined {
    return this.#failure;
  }

  /** Counts characters of the answer. @returns whether it is still one; else it has failed. */
  admits(characters: number): boolean {
    this.#characters += characters;
    if (this.#characters <= this.#limits.maxCharacters) return true;
    const limit = this.#limits.maxCharacters.toLocaleString("en");
    this.#failure = new OrgError("The answer is too long", {
      code: "STREAM_ERROR",
      why: `it has more than ${limit} characters`,
      remedies: ["ask for less, or limit the length of an answer"],
      unchanged: EARLIER_UNCHANGED,
    });
    return false;
  }

  /** The server said that it failed. */
  fail(error: WireError): readonly ProviderEvent[] {
    this.#failure = this.#explain(error, this.#characters > 0);
    return NOTHING;
  }

  /** An event that is not a JSON object: a few are skipped. */
  malformed(data: string): readonly ProviderEvent[] {
    this.#malformed += 1;
    if (this.#malformed > this.#limits.maxMalformed) {
      this.#failure = new OrgError("The server's stream cannot be read", {
        code: "STREAM_ERROR",
        why: `${this.#malformed} of its events are not JSON objects; the last one begins with ${JSON.stringify(data.slice(0, 80))}`,
        remedies: ["check the address and the protocol of the server: org config get wire"],
        unchanged: EARLIER_UNCHANGED,
      });
    }
    return NOTHING;
  }

  /** What was omitted, for the user. */
  notices(): readonly ProviderEvent[] {
    if (this.#malformed === 0) return NOTHING;
    return [{ type: "notice", text: `skipped malformed events: ${this.#malformed}` }];
  }
}

const NOTHING: readonly ProviderEvent[] = [];
const EARLIER_UNCHANGED = "Earlier messages are kept.";
