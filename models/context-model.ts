import { schemaTokens } from "./context.ts";
import type { ModelProfile } from "./extract/extractor.ts";
import type { Model, ModelHooks, View } from "./model.ts";
import type { Persona } from "./persona.ts";
import type { ProfileBook } from "./profile-book.ts";
import { PromptBudget } from "./prompt-budget.ts";
import { layOutPrompt, type PromptLayout } from "./prompt-layout.ts";
import type { ChatRequest, Provider } from "./provider.ts";
import { isLean, leaner } from "./system-prompt.ts";

export interface ContextModelOptions {
  readonly provider: Provider;
  /** Name of the language model on the provider. */
  readonly name: string;
  /** Size of the window in tokens; absent: what the server reports, and a small one until it does. */
  readonly windowTokens?: number | undefined;
  /** Ids and descriptions of everybody else in the room. */
  readonly others: readonly Persona[];
  /** How the model writes, where its persona does not say. */
  readonly learnProfile?: ProfileBook["profileOf"];
  /** Records what an answer reveals of the model. */
  readonly observe?: ProfileBook["note"];
  /** Whether the model sees images, where the user has set it. @default what the server reports */
  readonly takesImages?: boolean;
  readonly hooks?: ModelHooks;
  /** All of the room, the one that answers without being named first. @default this one, then the others */
  readonly personas?: readonly Persona[];
}

/** What nearly every model takes, in tokens. */
export const UNKNOWN_WINDOW = 8192;
/** A model that was used so recently is still in memory, in milliseconds: no server puts it out sooner by itself. */
const LOADED_FOR_MS = 60_000;

/** Of personas with tools: a call is a matter of form, and at the servers' usual 0.8 small models miss it more often. */
const TOOL_TEMPERATURE = 0.2;

/** A shape goes with its prompt, which only a room has. */
function waysToCall(
  { calls, rawShapes }: ModelProfile,
  { shared }: View,
): Pick<ChatRequest, "calls" | "rawShapes"> {
  return calls === "shape" && shared === undefined ? {} : { calls, rawShapes };
}

/** The plain model: it keeps its context, trimmed to the window, and does nothing else. */
export function contextModel(persona: Persona, options: ContextModelOptions): Model {
  const { provider, name, others, hooks = {} } = options;
  const { personas = [persona, ...others] } = options;
  const budget = new PromptBudget(options.windowTokens ?? UNKNOWN_WINDOW);
  let isSettled = options.windowTokens !== undefined;
  let learnt: ModelProfile = persona.profile ?? {};
  let loadedUntilMs = Number.NEGATIVE_INFINITY;

  function laidOut(view: View): PromptLayout {
    const { profile = learnt } = view;
    const budgetTokens = budget.promptTokens - schemaTokens(view.tools);
    return layOutPrompt(view, { persona, personas, profile, budgetTokens });
  }

  function request(roomView: View): ChatRequest {
    const { profile: derived = learnt } = roomView;
    const view = isLean(derived) ? leaner(roomView, persona, personas) : roomView;
    const plain: ChatRequest = {
      model: name,
      messages: laidOut(view).messages,
      tools: view.tools,
      temperature:
        persona.temperature ??
        derived.temperature ??
        (persona.tools.length > 0 ? TOOL_TEMPERATURE : undefined),
      ...waysToCall(derived, roomView),
    };
    return hooks.beforeRequest?.(plain) ?? plain;
  }

  async function profile(signal: AbortSignal): Promise<ModelProfile> {
    const learntProfile = (await options.learnProfile?.(name, signal)) ?? {};
    // What a persona file omits must not hide a learnt fact.
    const own = Object.entries(persona.profile ?? {}).filter(([, value]) => value !== undefined);
    return { ...learntProfile, ...Object.fromEntries(own) };
  }

  async function prepare(signal: AbortSignal): Promise<void> {
    learnt = await profile(signal);
    if (isSettled) return;
    const reported = await provider.windowOf?.(name, signal);
    budget.windowTokens = reported?.tokens ?? budget.windowTokens;
    isSettled = reported?.isFinal ?? true;
  }

  async function isLoading(signal: AbortSignal): Promise<boolean> {
    if (performance.now() < loadedUntilMs) return false;
    loadedUntilMs = performance.now() + LOADED_FOR_MS;
    return (await provider.isLoaded?.(name, signal)) === false;
  }

  return {
    ...{ persona, provider, hooks, request, profile, prepare, isLoading },
    get name() {
      return provider.modelName?.(name) ?? name;
    },
    observe: (observation) => options.observe?.(name, observation),
    holds: (view) => laidOut(view).isWhole,
    narrow: (refused, reported) => budget.narrow(refused, reported),
    takesImages: async (signal) =>
      options.takesImages ?? (await provider.takesImages?.(name, signal)) ?? false,
    get promptTokens() {
      return budget.promptTokens;
    },
    get windowTokens() {
      return budget.windowTokens;
    },
  };
}
