/**
 * What the room needs from something that runs language models. Everything that is peculiar to one
 * server stays inside its adapter; this file and the rest of the project know only these types.
 */

import type { ToolCall, ToolSchema } from "#core/calls.ts";
import type { Usage } from "#core/events.ts";
import type { NamedImage } from "#core/image-type.ts";
import type { ModelFacts, PullProgress, ServerFacts } from "#core/model-facts.ts";
import type { CallStyle } from "./extract/extractor.ts";

/** One message of a prompt. */
export type ChatMessage =
  | { readonly role: "system"; readonly content: string }
  | {
      readonly role: "user";
      readonly content: string;
      /** Shown behind the text. */
      readonly images?: readonly NamedImage[];
    }
  | {
      readonly role: "assistant";
      readonly content: string;
      readonly calls?: readonly ToolCall[] | undefined;
    }
  | {
      readonly role: "tool";
      readonly callId: string;
      readonly name: string;
      readonly content: string;
      /** The call failed. @default false */
      readonly failed?: boolean | undefined;
    };

export interface ChatRequest {
  readonly model: string;
  /** How the model is given the tools. @default "template" */
  readonly calls?: CallStyle | undefined;
  /** The server takes a grammar, which holds the raw reply: quotation marks and escapes included. @default false */
  readonly rawShapes?: boolean | undefined;
  /** A reply that is held to a shape has to be a call. @default false */
  readonly mustCall?: boolean | undefined;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolSchema[];
  readonly temperature?: number | undefined;
  /** Where the server draws its random numbers from; not every wire has a word for it. @default the server chooses */
  readonly seed?: number | undefined;
  /**
   * The answer is to be JSON of this shape. A wish: not every wire has a word for it, and `completeText` gives it up
   * where a server refuses it.
   */
  readonly shape?:
    | {
        readonly name: string;
        readonly schema: object;
        /** It is sent as a grammar, in which patterns are of the raw reply. @default false */
        readonly isRaw?: boolean | undefined;
      }
    | undefined;
  /** Longest answer in tokens; absent: the server's own limit. */
  readonly maxTokens?: number | undefined;
  /** The caller counts its questions: no request is sent a second time by itself. @default false */
  readonly once?: boolean | undefined;
}

/**
 * What a stream brings. `finish` comes exactly once and last, unless the stream throws: then all that
 * was yielded before stands, and the error says how it broke.
 */
export type ProviderEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  /** A whole declared call; only once its arguments are complete. */
  | { readonly type: "call"; readonly call: ToolCall }
  | { readonly type: "usage"; readonly usage: Usage }
  /** Something a person should know, such as a retry with its countdown. */
  | { readonly type: "notice"; readonly text: string }
  | { readonly type: "finish"; readonly reason: FinishReason };

/** `cut`: the stream ended without any end marker. `filtered`: the server withheld the rest. */
export type FinishReason = "stop" | "length" | "cut" | "filtered";

export interface Provider {
  /** Names the endpoint; one ChannelLock each. For example "http://127.0.0.1:11434". */
  readonly endpoint: string;
  /**
   * Streams one completion. Leaving the loop or aborting the signal closes the connection.
   *
   * @throws {OrgError} `PROVIDER_UNREACHABLE`, `PROVIDER_REFUSED`, `PROVIDER_BUSY`, `MODEL_MISSING`,
   *   `MODEL_WITHOUT_TOOLS`, `CONTEXT_OVERFLOW`, `STREAM_ERROR` or `STREAM_SILENT`, possibly in the
   *   middle of the stream.
   */
  stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ProviderEvent, void>;
  /** Names of the models that the server has. @throws {OrgError} `PROVIDER_UNREACHABLE` */
  listModels(signal: AbortSignal): Promise<readonly string[]>;
  /** What a model is really called, as far as it is known by now: which one is "the first", for example. */
  modelName?(model: string): string;
  /**
    What the server reports of itself and of a model. Does not throw.
   *
   * @returns `undefined` while the server does not answer; it may report it later.
   */
  factsOf?(model: string, signal: AbortSignal): Promise<ServerFacts | undefined>;
  /** How much a model can read, as far as the server reports it. Does not throw: not every server does. */
  windowOf?(model: string, signal: AbortSignal): Promise<ModelWindow>;
  /** Whether a model is in memory, where the server reports it; else it has to be loaded first. Does not throw. */
  isLoaded?(model: string, signal: AbortSignal): Promise<boolean | undefined>;
  /** Whether a model sees images, where the server reports it. Does not throw. */
  takesImages?(model: string, signal: AbortSignal): Promise<boolean | undefined>;
  /** What the server knows of its models, where that is more than their names. @throws as `listModels` */
  describeModels?(signal: AbortSignal): Promise<readonly ModelFacts[]>;
  /**
   * Fetches a model onto the server.
   *
   * @throws {OrgError} `MODEL_MISSING` where there is none of that name, `PROVIDER_REFUSED` for a server that
   *   fetches none, and as {@link stream} does.
   */
  pull?(model: string, signal: AbortSignal): AsyncGenerator<PullProgress, void>;
}

export interface ModelWindow {
  /** Absent: the server does not report it. */
  readonly tokens?: number | undefined;
  /** It will not change while the server runs; else it is to be requested again. */
  readonly isFinal: boolean;
}
