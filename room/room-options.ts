import type { BudgetLedger } from "#core/budget-ledger.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import type { Notify } from "#core/events.ts";
import type { Journal } from "#core/journal.ts";
import type { RuleSource } from "#core/rules/rule.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import type { Model, ProjectView } from "#models/model.ts";
import type { DynamicTools } from "#tools/dynamic-tools.ts";
import type { Tool } from "#tools/tool.ts";
import type { Toolbox } from "#tools/toolbox.ts";
import type { TurnLimits } from "#tools/turn-meter.ts";
import type { Permissions } from "./permissions.ts";
import type { MemorySource } from "./room-memory.ts";
import type { RoomRules } from "./turn-scheduler.ts";
import type { Workspace } from "./workspace.ts";

/** What a room offers to tools that need one. */
export interface RoomHandle {
  readonly id: string;
  /** Tells all in the room; on disk when it resolves. */
  readonly notify: Notify;
}

/** Tools that every persona can call beside its own. */
export interface RoomRegistry {
  /** As they are now. @param about what is being talked about. */
  dynamic(about: string, signal: AbortSignal): Promise<DynamicTools | undefined>;
  list(): Promise<readonly ToolListing[]>;
}

/** The repository that a room works on, for its models and for what becomes of their work. */
export interface RoomProject {
  /**
   * Waits until no other turn works on the files, and holds them.
   *
   * @param line the user's line that is answered.
   */
  begin(line: string, signal: AbortSignal): Promise<ProjectTurn>;
  /** Waits as {@link begin}, and holds the files for one who only reads them. */
  hold(signal: AbortSignal): Promise<Disposable>;
  /**
   * Waits as {@link begin}, has the user's own files written, and keeps them as a change of the user's.
   *
   * @param line the user's line that holds them.
   * @returns as {@link ProjectTurn.keep}.
   */
  receive(
    line: string,
    write: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<string | undefined>;
}

/** The files of a repository while one turn works on them, until it is disposed. */
export interface ProjectTurn extends Disposable {
  /** Text for the prompt of the persona. */
  readonly view: ProjectView;
  /** The files that fit the line, to the letter. @param most so many characters at most. @default none */
  opened?(most: number): Promise<string | undefined>;
  /** Takes back what the turn changed so far, so that it can begin anew. @default it goes on with what it has */
  startOver?(): Promise<void>;
  /**
   * Keeps what the turn changed.
   *
   * @returns one line for the user; `undefined` when nothing was changed.
   */
  keep(turn: {
    readonly persona: string;
    /** The language model that spoke; absent where the user wrote. */
    readonly model?: string | undefined;
    /** Names the persona's prompt; absent likewise. */
    readonly promptHash?: string | undefined;
    readonly line: string;
  }): Promise<string | undefined>;
}

/** What a room is made of. */
export interface RoomOptions {
  readonly id: string;
  readonly journal: Journal;
  /** In the order in which `@@group` asks them; the first one answers when no other is due. */
  readonly models: readonly Model[];
  /** The same persona with another language model. @default the models stay as they are */
  readonly withModel?: (persona: string, model: string) => Model;
  /** Tools that need no room; the room adds `chat_mode`. */
  readonly tools: Toolbox;
  /** Tools that come and go while the room is open. @default none */
  readonly registry?: RoomRegistry;
  /** Tools that tell the room what they do. @default none */
  readonly roomTools?: (room: RoomHandle) => readonly Tool[];
  /** The lock of a provider endpoint, the same for all rooms of the process. */
  readonly lockOf: (endpoint: string) => ChannelLock;
  readonly workspace: Workspace;
  /** The machine on which the workspace lies, among several that share the journal. @default there is one */
  readonly node?: string | undefined;
  /** @default the room works on no repository */
  readonly project?: RoomProject | undefined;
  /** Memory beyond the room. @default none, and no persona knows of it */
  readonly memory?: MemorySource | undefined;
  /**
   * Whether a model may say which note is no longer true; what another one says of it waits for the user.
   *
   * @default every model may that is not small
   */
  readonly mayReplace?: ((model: Model, signal: AbortSignal) => Promise<boolean>) | undefined;
  /** Rules that answer lines without a model. @default none does, and none is learnt */
  readonly fastPath?: RuleSource | undefined;
  /** The newest jobs of the home, as text. @default the room knows of no jobs */
  readonly jobs?: ((signal: AbortSignal) => Promise<string>) | undefined;
  /** Knows the secrets of the process: all text of the room passes through it. */
  readonly cleaner: TextCleaner;
  /** @default what is sandboxed may run */
  readonly permissions?: Permissions;
  /** Pays for every completion; written out also where there is no payer, so that it cannot be forgotten. */
  readonly budget: BudgetLedger | undefined;
  readonly rules?: RoomRules;
  readonly limits?: TurnLimits;
}
