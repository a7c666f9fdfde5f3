/** Which of our errors a server's refusal is, by its status and its message. */
import type { ErrorCode } from "#core/error-codes.ts";
import type { WindowNumbers } from "../provider-error.ts";
import type { WireError } from "./error-body.ts";

export interface Refusal {
  /** The HTTP status, or the one that an error under HTTP 200 names; 0 when there is none. */
  readonly status: number;
  readonly error: WireError;
  /** Whether the request declared tools. */
  readonly hadTools: boolean;
}

/** @returns `undefined` when the server's message fits no code of its own. */
export function classify(refusal: Refusal): ErrorCode | undefined {
  return RULES.find(({ applies }) => applies(refusal))?.code;
}

interface Rule {
  readonly code: ErrorCode;
  readonly applies: (refusal: Refusal) => boolean;
}

// The first that applies counts.
const RULES: readonly Rule[] = [
  // Not a status of HTTP: our own replay server answers so to what is not in its recording.
  { code: "CASSETTE_MISS", applies: ({ status }) => status === 599 },
  {
    code: "CONTEXT_OVERFLOW",
    applies: ({ status, error: { code, type, message } }) =>
      status === 413 || // Anthropic and proxies
      code === "context_length_exceeded" ||
      type === "exceed_context_size_error" ||
      says(OVERFLOW, message),
  },
  {
    code: "MODEL_WITHOUT_TOOLS",
    applies: ({ error, hadTools }) => hadTools && says(NO_TOOLS, error.message),
  },
  {
    code: "MODEL_MISSING",
    applies: ({ status, error: { code, message } }) =>
      code === "model_not_found" || ([0, 400, 404].includes(status) && says(NO_MODEL, message)),
  },
  {
    // The last one comes under the status of a rate limit, but waiting does not help.
    code: "PROVIDER_REFUSED",
    applies: ({ status, error: { code, type } }) =>
      [401, 403].includes(status) || [code, type].includes("insufficient_quota"),
  },
  {
    code: "PROVIDER_BUSY",
    applies: ({ status, error }) =>
      [429, 503, 529].includes(status) ||
      error.code === "rate_limit_exceeded" ||
      // Anthropic sends both also as events of a stream, under status 200.
      ["overloaded_error", "rate_limit_error"].includes(error.type),
  },
];

// Each line names the servers that say so.
const OVERFLOW: readonly RegExp[] = [
  /maximum context length/i, // OpenAI, vLLM
  /exceeds? (the )?(available |maximum |model's )?context/i, // llama.cpp, Ollama
  /context (length|size|window)( has been| was)? exceeded/i, // LM Studio with MLX
  /context (the )?overflow|loaded with context length/i, // LM Studio
  /(longer|greater) than the (model's )?context/i, // SGLang
  /`inputs` .{0,60}must be (<=|less than)/i, // text-generation-inference
  /(prompt|input) is too long/i, // Anthropic
  /input length .{0,40}context/i, // Ollama with truncate: false
];

const NO_TOOLS: readonly RegExp[] = [
  /(does not|doesn't|not) support.{0,20}(tool|function)/i, // Ollama and many others
  /no endpoints found that support tool/i, // OpenRouter
  /tools? .{0,40}requires? --/i, // llama.cpp (--jinja), vLLM (--enable-auto-tool-choice)
  /(tool|function)[ _]?(use|call|calling|choice)s? .{0,20}not (supported|enabled)/i,
];

const NO_MODEL: readonly RegExp[] = [
  /model .{0,200}(not found|does not exist|not loaded)/is, // Ollama, vLLM, OpenAI
  /no models? (is |are )?(loaded|found)|(unknown|no such|invalid) model/i, // LM Studio, others
  /not a valid model/i, // OpenRouter
  /^model: \S+$/i, // Anthropic
  /pull model manifest: file does not exist/i, // Ollama, asked to pull what its registry lacks
];

export function windowNumbers({ message, fields }: WireError): WindowNumbers {
  return {
    // llama.cpp states both as numbers of their own.
    window: numberIn(fields["n_ctx"]) ?? firstNumber(WINDOW, message),
    sent: numberIn(fields["n_prompt_tokens"]) ?? firstNumber(SENT, message),
  };
}

const WINDOW: readonly RegExp[] = [
  /context (?:length|size|window)\D{0,20}(\d+)/i,
  /<= (\d+)/,
  /tokens > (\d+) maximum/i, // Anthropic
];

const SENT: readonly RegExp[] = [
  /contains\D{0,20}(\d+)/i, // beside what was requested for the answer
  /(?:resulted in|requested|given:|keep the first)\D{0,20}(\d+)/i,
  /(?:input|prompt|request) \((\d+) tokens/i,
  /(\d+) tokens > \d+/i, // Anthropic
];

/** The status that an error under HTTP 200 names; 0 when it names none. */
export function statusIn({ code, fields }: WireError): number {
  const status = typeof code === "string" && /^\d{3}$/.test(code) ? Number(code) : code;
  return numberIn(status) ?? numberIn(fields["status"]) ?? 0;
}

function says(patterns: readonly RegExp[], message: string): boolean {
  return patterns.some((pattern) => pattern.test(message));
}

function firstNumber(patterns: readonly RegExp[], text: string): number | undefined {
  for (const pattern of patterns) {
    const digits = pattern.exec(text)?.[1];
    if (digits !== undefined) return Number(digits);
  }
  return undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
