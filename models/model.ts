/**
 * A speaker in a room: a persona, the language model behind it, and what it remembers.
 *
 * To add one, write a {@link Persona} and give it to `contextModel`; hooks change its behaviour
 * without a class of its own.
 */
import type { ToolCall, ToolResult, ToolSchema } from "#core/calls.ts";
import type { ModelProfile } from "./extract/extractor.ts";
import type { Persona } from "./persona.ts";
import type { Observation } from "./profile-book.ts";
import type { ChatMessage, ChatRequest, Provider } from "./provider.ts";
import type { WindowNumbers } from "./provider-error.ts";

/** What happened in the room and in this turn, as this persona may see it. */
export interface View {
  /** Finished exchanges, newest first; read only as far as the window reaches. */
  readonly history: Iterable<readonly ChatMessage[]>;
  /** The running turn: own completions and the results of own calls, oldest first. */
  readonly current: readonly ChatMessage[];
  readonly tools: readonly ToolSchema[];
  /** Notes that belong to the newest line, as data; stands behind it. */
  readonly recalled?: string | undefined;
  /** Another persona answers as well, so that this one may have nothing to add. @default true */
  readonly mayPass?: boolean | undefined;
  /** The same, rendered alike for all personas. @default the model writes its own rendering */
  readonly shared?: SharedView | undefined;
  /** The profile of the model when the turn began: one turn has one form of requests. @default the present one */
  readonly profile?: ModelProfile | undefined;
}

/**
 * What several personas on one server can read as one prompt: a server that keeps one prompt in its cache then evaluates
 * only what is new, regardless of who answers. It holds nothing that the persona may not see.
 */
export interface SharedView {
  /** Finished exchanges, newest first: the user's lines, the last call of a turn that worked, without its result, the answers. */
  readonly history: Iterable<readonly ChatMessage[]>;
  /** Tools of all personas that took part, each once, in the order in which these joined. */
  readonly tools: readonly ToolSchema[];
  /** Ids of the personas that took part, in the order in which they joined; the one that answers now among them. */
  readonly present: readonly string[];
  /** Behind the newest line: what the files hold that it names, and who answers, where it is not the first persona. */
  readonly last?: string | undefined;
  /** The files that programs find where they start, as text for a model. */
  readonly files?: string | undefined;
  /** The repository that the room works on. */
  readonly project?: ProjectView | undefined;
}

/** What a prompt says of the repository that the room works on. */
export interface ProjectView {
  /** Its name and how to work on it: the same in every turn, for the beginning of the prompt. */
  readonly about: string;
  /** The command by which it is tested. */
  readonly check?: string | undefined;
  /** The files that matter for the newest line; stands behind that line, for it changes with it. */
  readonly map?: string | undefined;
  /** Files that fit the newest line, to the letter, for a model that is held to a shape; stands behind the map. */
  readonly opened?: string | undefined;
}

/** Hooks that change a model's behaviour. Each is optional. */
export interface ModelHooks {
  /** Sees and may change every request right before it is sent. */
  beforeRequest?(request: ChatRequest): ChatRequest;
  /** Sees every call before it runs; a text refuses it and is what the model reads instead. */
  beforeCall?(call: ToolCall): string | undefined;
  /** Sees and may change what the model reads of a tool's result. */
  afterResult?(result: ToolResult): ToolResult;
}

/** The same model through another provider. */
export function withProvider(model: Model, provider: Provider): Model {
  // Not a copy: what the model learns of its window later would be missing from it.
  const same: Model = Object.create(model, { provider: { value: provider, enumerable: true } });
  return same;
}

export interface Model {
  readonly persona: Persona;
  /** Name of the language model on the provider, as far as it is known by now. */
  readonly name: string;
  readonly provider: Provider;
  /** Size of the window in tokens, as far as it is known by now; see {@link prepare}. */
  readonly windowTokens: number;
  /** What a prompt may take so that an answer fits behind it, in tokens as we estimate them. */
  readonly promptTokens: number;
  /** Learns from the server what a request depends on. Resolves with nothing learnt rather than rejecting. */
  prepare(signal: AbortSignal): Promise<void>;
  /** Whether the server has to load the model before it answers. Resolves with false where it does not tell. */
  isLoading(signal: AbortSignal): Promise<boolean>;
  /** Whether the model sees images. Resolves with false where neither the configuration nor the server says so. */
  takesImages(signal: AbortSignal): Promise<boolean>;
  /** Takes note of a request that did not fit: from now on less is sent. */
  narrow(request: ChatRequest, reported: WindowNumbers): void;
  /** How the model writes. Resolves with nothing known rather than rejecting. */
  profile(signal: AbortSignal): Promise<ModelProfile>;
  /** Takes note of what an answer has shown of the model, for later answers. Returns at once. */
  observe?(observation: Observation): void;
  readonly hooks: ModelHooks;
  /** Whether a request would hold all that the persona may see. */
  holds(view: View): boolean;
  /** Builds the next request out of what the persona may see, trimmed to the window. */
  request(view: View): ChatRequest;
}
