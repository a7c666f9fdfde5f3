/** What a completion brings while it streams, and the events of it for the room. */
import { type OrgError, unreachable } from "#core/errors.ts";
import type { Answer, Phase, RoomEvent, Usage } from "#core/events.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { PlannedCall } from "./call-plan.ts";
import type { ModelProfile } from "./extract/extractor.ts";
import type { Observation } from "./profile-book.ts";
import type { ChatRequest, FinishReason, Provider } from "./provider.ts";

export interface ChatOptions {
  readonly provider: Provider;
  readonly request: ChatRequest;
  readonly signal: AbortSignal;
  readonly profile?: ModelProfile | undefined;
  /** Who speaks, and whom it must not speak for. */
  readonly speaker?: { readonly self: string; readonly others: readonly string[] };
  /** @default knows what secrets look like, and none by its value */
  readonly cleaner?: TextCleaner;
}

/** A finished completion. Nothing that was received is ever missing in it. */
export interface ChatEnd {
  readonly type: "end";
  /** `looped`: it wrote the same over and over, and was stopped. */
  readonly finish: FinishReason | "aborted" | "failed" | "looped";
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly PlannedCall[];
  /** What it shows of how its model calls tools. */
  readonly observation?: Observation | undefined;
  /** The answer was a lone `@@pass`. */
  readonly passed: boolean;
  readonly usage?: Usage | undefined;
  /** Why it failed, where `finish` says so. */
  readonly failure?: OrgError | undefined;
  /** The repeated text, where `finish` is `looped`. */
  readonly repeated?: string | undefined;
}

/** What a completion brings while it streams; `end` comes exactly once and last. */
export type ChatEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  /** All text so far was reasoning. */
  | { readonly type: "reclassify" }
  | { readonly type: "notice"; readonly text: string }
  | ChatEnd;

/** What a persona does while events of a type come. */
export const PHASE_OF: Readonly<Record<string, Phase | undefined>> = {
  text: "generating",
  reasoning: "thinking",
};

/** A streamed event of a completion as an event of the room. */
export function roomEvent(
  event: Exclude<ChatEvent, ChatEnd>,
  who: { readonly turn: string; readonly persona: string },
): RoomEvent {
  switch (event.type) {
    case "text":
      return { type: "text-delta", ...who, text: event.text };
    case "reasoning":
      return { type: "reasoning-delta", ...who, text: event.text };
    case "reclassify":
      return { type: "reclassify", ...who };
    case "notice":
      return { type: "notice", level: "warning", text: event.text, persona: who.persona };
    default:
      return unreachable(event);
  }
}

/** The outcome of a completion that was never requested. */
export const NO_ANSWER: ChatEnd = {
  type: "end",
  finish: "aborted",
  text: "",
  reasoning: "",
  calls: [],
  passed: false,
};

/** A finished completion that the model's next answer replaces: for the user and for later turns it was no answer. */
export function* withdrawn(
  end: ChatEnd,
  facts: Pick<Answer, "turn" | "persona" | "hop" | "calls">,
): Generator<RoomEvent, void> {
  const { turn, persona } = facts;
  yield { type: "reclassify", turn, persona };
  const reasoning = [end.reasoning, end.text].filter((text) => text !== "").join("\n\n");
  yield* answered({ ...end, text: "", reasoning }, facts);
}

/** The finished completion as an event; one that brought nothing at all is none. */
export function* answered(
  { text, reasoning }: ChatEnd,
  facts: Pick<Answer, "turn" | "persona" | "hop" | "calls">,
): Generator<Answer, void> {
  if (text === "" && reasoning === "" && facts.calls.length === 0) return;
  yield { type: "answer", ...facts, text, ...(reasoning === "" ? {} : { reasoning }) };
}
