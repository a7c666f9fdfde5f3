/** What a client sees of a room and can do in it, whichever process hosts the room. */
import type { Standing } from "#core/budget.ts";
import type { HumanMessage } from "#core/events.ts";
import type { Mode } from "#core/mode.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import type { Provider } from "#models/provider.ts";
import type { Approvals } from "./approvals.ts";
import type { JobOptions } from "./job-queue.ts";
import type { Listener } from "./room-record.ts";

/** A model of the room, to look at. */
export interface ClientModel {
  readonly persona: { readonly id: string; readonly description: string };
  readonly name: string;
  readonly windowTokens: number;
  readonly provider: Pick<Provider, "endpoint" | "pull">;
}

type ClientOptions = Pick<JobOptions, "listener">;

interface SayOptions extends ClientOptions {
  /** Of the line: who sends it again under the same one has it answered once. @default a new one */
  readonly id?: string | undefined;
}

/** The methods are those of `Room`, which is the client of its own process. */
export interface RoomClient extends AsyncDisposable {
  readonly id: string;
  readonly cleaner: TextCleaner;
  readonly mode: Mode;
  readonly models: readonly ClientModel[];
  readonly nextSpeakers: readonly string[];
  readonly queued: number;
  /** How many notes wait for the user's review. */
  readonly toReview: number;
  readonly busy: boolean;
  readonly unanswered: HumanMessage | undefined;
  readonly approvals: Pick<Approvals, "answer" | "setInteractive" | "waiting">;
  listen(listener: Listener): Disposable;
  say(typed: string, options?: SayOptions): Promise<{ readonly done: Promise<void> }>;
  retry(options?: ClientOptions): Promise<void>;
  compact(persona?: string, options?: ClientOptions): Promise<void>;
  during(work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  setMode(text: string, by: string): Promise<void>;
  setModel(name: string, persona?: string): Promise<void>;
  noteUndo(): Promise<void>;
  /** Tells all in the room; it stands in the journal. */
  notify(notice: { readonly level: "info"; readonly text: string }): Promise<void>;
  stop(): boolean;
  tools(): Promise<readonly ToolListing[]>;
  budgetsOf(persona: string): readonly Standing[];
}
