/** The facts of the models of one server, and their sources: requests, answers, the user's settings. */
import { derivedProfile, type Knowledge, type Learnt } from "./derive-profile.ts";
import type { ModelProfile } from "./extract/extractor.ts";
import type { ProfileStore, StoredModel } from "./profile-store.ts";
import type { Provider } from "./provider.ts";

/**
  What one answer, or the refusal of one, reveals of a model.
 *
 * `calls`: tools were given by the template; `declared` calls came from the server, `written` are the dialects of those
 * found in the text. `shape`: the server held an answer to a shape, or refused to.
 */
export type Observation =
  | { readonly type: "calls"; readonly declared: number; readonly written: readonly string[] }
  | { readonly type: "shape"; readonly hasShape: boolean };

export interface ProfileBook {
  /** The profile of a model, as far as it is known by now. Resolves with less rather than late, and does not reject. */
  profileOf(model: string, signal: AbortSignal): Promise<ModelProfile>;
  /** Records what an answer reveals. Returns at once; it is stored in the background. */
  note(model: string, observation: Observation): void;
  /** All facts of a model, requested anew from the server. Does not reject. */
  knowledgeOf(model: string, signal: AbortSignal): Promise<Knowledge>;
}

export interface ProfileBookOptions {
  readonly provider: Provider;
  /** Shared by the books of all servers of a home. */
  readonly store: ProfileStore;
  /** What a person has set for a model. @default nothing */
  readonly byHand?: (model: string) => ModelProfile | undefined;
  /**
   * Longest that a turn waits for facts, in milliseconds.
   *
   * @default 300, on this machine 3000
   */
  readonly waitMs?: number;
}

/** Longest that a turn waits for facts, in milliseconds: a server that is silent has them later, or never. */
const WAIT_MS = 300;
/** The same on this machine, where one that is down refuses at once, and one that is busy may take long. */
const LOCAL_WAIT_MS = 3000;
/** Longest that they are waited for in the background, in milliseconds. */
const ASK_MS = 5000;
/** Facts that are older are requested again, in milliseconds: a server may have been started with other slots. */
const FRESH_MS = 3_600_000;
/** The same where the server reported nothing, which it may do once it has the model. */
const EMPTY_FRESH_MS = 60_000;
/** So many replies without the shape show that a server does not hold to it. */
const ENOUGH_MISSES = 2;
/** More of the same teaches nothing. */
const MOST_COUNTED = 20;

/** The book of one server. */
export function profileBook(options: ProfileBookOptions): ProfileBook {
  const { provider, store, byHand } = options;
  const { waitMs = isLocal(provider.endpoint) ? LOCAL_WAIT_MS : WAIT_MS } = options;
  const asking = new Map<string, Promise<void>>();
  /** Replies without the shape one after the other, by model. */
  const misses = new Map<string, number>();
  const nameOf = (model: string): string => provider.modelName?.(model) ?? model;

  async function ask(model: string, signal: AbortSignal): Promise<void> {
    const facts = await provider.factsOf?.(
      model,
      AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]),
    );
    if (facts === undefined) return;
    // Which model is the first one of the server is known only now.
    await store.update([provider.endpoint, nameOf(model)], (stored) => ({
      ...stored,
      server: facts,
      askedAtMs: Date.now(),
    }));
  }

  function refresh(model: string, signal: AbortSignal): Promise<void> {
    const running = asking.get(model) ?? ask(model, signal).finally(() => asking.delete(model));
    asking.set(model, running);
    return running;
  }

  async function profileOf(model: string, signal: AbortSignal): Promise<ModelProfile> {
    const before = await store.get(provider.endpoint, nameOf(model));
    if (provider.factsOf !== undefined && !isFresh(before)) {
      const facts = refresh(model, signal);
      if (before.server === undefined) await atMost(waitMs, facts);
    }
    return derivedProfile(await storedKnowledge(model));
  }

  async function storedKnowledge(model: string): Promise<Knowledge> {
    const name = nameOf(model);
    const { server, learnt } = await store.get(provider.endpoint, name);
    return { name, server, learnt, byHand: byHand?.(name) };
  }

  async function knowledgeOf(model: string, signal: AbortSignal): Promise<Knowledge> {
    await refresh(model, signal);
    return await storedKnowledge(model);
  }

  function note(model: string, observation: Observation): void {
    if (observation.type === "shape") {
      // A single reply without the shape may have other reasons than the server.
      const missed = observation.hasShape ? 0 : (misses.get(model) ?? 0) + 1;
      misses.set(model, missed);
      if (missed > 0 && missed < ENOUGH_MISSES) return;
    }
    void store.update([provider.endpoint, nameOf(model)], (stored) => {
      const learnt = withObservation(stored.learnt, observation);
      return learnt === undefined ? undefined : { ...stored, learnt };
    });
  }

  return { profileOf, note, knowledgeOf };
}

function isLocal(endpoint: string): boolean {
  return /^https?:\/\/(?:127\.|localhost[:/]|localhost$|\[::1\])/.test(endpoint);
}

function isFresh({ server, askedAtMs }: StoredModel): boolean {
  if (server === undefined || askedAtMs === undefined) return false;
  const isEmpty = Object.values(server).every((fact) => fact === undefined);
  return Date.now() - askedAtMs < (isEmpty ? EMPTY_FRESH_MS : FRESH_MS);
}

/** @returns `undefined` when nothing new is learnt. */
function withObservation(before: Learnt | undefined, observation: Observation): Learnt | undefined {
  const learnt = before ?? { declared: 0, written: {} };
  if (observation.type === "shape") {
    const { hasShape } = observation;
    return hasShape === learnt.takesShapes ? undefined : { ...learnt, takesShapes: hasShape };
  }
  const { declared, written } = observation;
  if (declared > 0) {
    const sum = Math.min(MOST_COUNTED, learnt.declared + 1);
    return sum === learnt.declared ? undefined : { ...learnt, declared: sum };
  }
  const fresh = [...new Set(written)].filter((id) => (learnt.written[id] ?? 0) < MOST_COUNTED);
  if (fresh.length === 0) return undefined;
  const counted = fresh.map((id) => [id, (learnt.written[id] ?? 0) + 1] as const);
  return { ...learnt, written: { ...learnt.written, ...Object.fromEntries(counted) } };
}

/** Resolves when the work has, and after so many milliseconds at the latest. */
async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
