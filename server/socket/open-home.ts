import { existsSync } from "node:fs";
import { aborted } from "#core/aborted.ts";
import { OrgError } from "#core/errors.ts";
import type { FrozenFile } from "#core/frozen-file.ts";
import type { ErasableJournal, Journal } from "#core/journal.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome, type HomePaths } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { demandWholeHome } from "#home/unfinished-copy.ts";
import { describeOwner, recordOwner } from "#platform/owner.ts";
import type { Room } from "#room/room.ts";
import type { RoomClient } from "#room/room-client.ts";
import { FREEZE_WATCHES, type Freezer, freezeHandlers } from "./freeze.ts";
import type { HomeService, RoomChoice } from "./home-service.ts";
import { type Call, homeHandlers, remoteHome, WATCHES } from "./home-wire.ts";
import { type MemoryService, memoryHandlers, remoteMemory } from "./memory-service.ts";
import type { OtherNodes } from "./other-nodes.ts";
import { askOwner, NoOwner } from "./owner-client.ts";
import { type Application, type Handlers, nothingThere, serveOwner } from "./owner-server.ts";
import { RemoteRoom } from "./remote-room.ts";
import { roomHandlers } from "./room-handlers.ts";
import { RoomHost, type RoomHostOptions } from "./room-host.ts";
import { ROOM_CALLS } from "./room-wire.ts";
import { type RulesService, remoteRules, rulesHandlers } from "./rules-service.ts";

export interface OpenHomeOptions {
  readonly paths: HomePaths;
  /** What the person typed, for those who find the home in use. */
  readonly command: string;
  readonly openRoom: (id: string, journal: Journal) => Promise<Room>;
  /**
   * The journal that this home shares with other machines, opened once the home is ours.
   *
   * @default none: its own file
   */
  readonly sharedJournal?: (() => Promise<SharedJournal | undefined>) | undefined;
  /** What is kept beyond rooms. @default nothing is, and no process can ask for it */
  readonly memory?: HeldMemory | undefined;
  /** Rules that were learnt. @default none are, and no process can ask for them */
  readonly rules?: HeldRules | undefined;
  /** Told when no user of another process has a room open any more. */
  readonly onClosed?: RoomHostOptions["onClosed"];
  /** What others may ask beside what every home answers. @default nothing */
  readonly handlers?: Handlers | undefined;
  /** What the socket answers over HTTP until {@link OwnHome.serves} names more. @default nothing but calls */
  readonly application?: ((service: RoomHost) => Application) | undefined;
  /** Keeps what else this process has locked as it is, for a backup. @default there is nothing else */
  readonly freeze?: (() => readonly FrozenFile[]) | undefined;
  /** Aborted: leave without waiting for those who ask from elsewhere. */
  readonly signal: AbortSignal;
}

/** A journal that several nodes write to, each into rooms of its own. */
export interface SharedJournal extends ErasableJournal, AsyncDisposable {
  /** Takes a room before it is opened. @throws {OrgError} `LOCK_HELD` when another node has it. */
  readonly claim: (room: string) => Promise<void>;
  /** Those that have the other rooms. */
  readonly others: OtherNodes;
  /** Does in the rooms of this node what others ask, and stops them before they go to others. */
  readonly serve: (
    home: Pick<RoomHost, "ask" | "answer" | "stopAll" | "ownHandlers">,
  ) => Promise<AsyncDisposable>;
}

/** The memory of a home that this process may come to own. */
interface HeldMemory {
  /** What the user asks of it; opened at the first use. What is forgotten goes from the journal, too. */
  readonly service: (journal: ErasableJournal) => MemoryService;
  /** Called when no room is open any more, and before another process can take the home. */
  readonly close: () => Promise<void>;
  /** Keeps its file as it is for a backup; nothing where there is no memory. */
  readonly freeze: (journal: Journal) => Promise<readonly FrozenFile[]>;
}

/** The rules of a home that this process may come to own. */
interface HeldRules {
  /** What the user asks of them; opened at the first use. */
  readonly service: RulesService;
  /** As those of {@link HeldMemory}. */
  readonly close: () => Promise<void>;
  readonly freeze: () => Promise<readonly FrozenFile[]>;
}

/** A home to ask things of, in this process or in the one that owns it. */
export type OpenHome = OwnHome | RemoteHome;

/** A home that this process owns. */
export interface OwnHome extends AsyncDisposable {
  readonly isRemote: false;
  readonly service: RoomHost;
  readonly memory: MemoryService;
  readonly rules: RulesService;
  readonly journal: ErasableJournal;
  /** What the disk answered when the journal took nothing more from then on; `undefined` while all is well. */
  readonly broken: () => unknown;
  /** What was met in its journal that cannot be read; `undefined` while all is well. */
  readonly damaged: () => unknown;
  /** The socket answers what a port of this process answers, from now on. */
  readonly serves: (application: Application) => void;
  /** Moves the logs of the journal, of the memory and of the rules into them. */
  readonly checkpoint: () => Promise<void>;
}

/** Another process owns the home: its server and its models answer, not those of this one. */
export interface RemoteHome extends AsyncDisposable {
  readonly isRemote: true;
  readonly service: HomeService;
  readonly memory: MemoryService;
  readonly rules: RulesService;
  /** @param cleaner for what the screen of this process says of itself. @throws {OrgError} `ROOM_UNKNOWN` */
  openClient(choice: RoomChoice, cleaner: TextCleaner): Promise<RoomClient>;
}

/** How long to wait for an owner that is just coming or going, and how often to look, in milliseconds. */
const HANDOVER_MS = 10_000;
const LOOK_AGAIN_MS = 20;

/**
 * Takes the home, or talks to the process that has it.
 *
 * @throws {OrgError} `HOME_BUSY` when its owner is not free within 10 s and does not answer within 3, `JOURNAL_CORRUPT`,
 *   `JOURNAL_FAILED`, `FILE_FAILED`.
 */
export async function openHome(options: OpenHomeOptions): Promise<OpenHome> {
  const deadline = performance.now() + HANDOVER_MS;
  for (;;) {
    const busy = await ownHome(options).catch(unlessBusy);
    if (!(busy instanceof OrgError)) return busy;
    const remote = await reachOwner(options);
    if (remote !== undefined) return remote;
    // Before its socket is there and after it is gone, an owner holds the file and answers no caller.
    if (performance.now() > deadline) throw busy;
    await Bun.sleep(LOOK_AGAIN_MS);
  }
}

/**
 * Takes the home for this process alone, and answers others on its socket until it is disposed.
 *
 * @throws {OrgError} `HOME_BUSY` when another process has it, `JOURNAL_CORRUPT`, `JOURNAL_FAILED`,
 *   `FILE_FAILED`.
 */
export async function ownHome(options: OpenHomeOptions): Promise<OwnHome> {
  const { paths, command, openRoom, onClosed, memory: held, handlers, freeze, signal } = options;
  const { rules: heldRules, sharedJournal } = options;
  await createHome(paths);
  await using parts = new AsyncDisposableStack();
  const owner = () => describeOwner(paths.ownerRecord);
  // Also where the journal is elsewhere: the process that has the file has the home.
  const file = parts.use(await openSqliteJournal(paths.journal, { owner }));
  // Looked at once the journal is ours: a restore has it before it writes the plan, and gives it back afterwards.
  if (existsSync(paths.restorePlan)) throw isRestored();
  demandWholeHome(paths);
  parts.use(await recordOwner(paths.ownerRecord, command));
  const shared = parts.use(await sharedJournal?.());
  const journal: ErasableJournal = shared ?? file;
  parts.defer(() => held?.close());
  parts.defer(() => heldRules?.close());
  const memory = held?.service(erasing(journal, () => service)) ?? noMemory;
  const rules = heldRules?.service ?? noRules;
  const storeFreezers: readonly Freezer[] = [
    async () => (await held?.freeze(journal)) ?? [],
    async () => (await heldRules?.freeze()) ?? [],
  ];
  const freezers = [...storeFreezers, () => freeze?.() ?? [], () => [file.freeze()]];
  const service = parts.use(
    new RoomHost({
      ...{ journal, onClosed, others: shared?.others },
      openRoom: async (id) => {
        await shared?.claim(id);
        return await openRoom(id, journal);
      },
    }),
  );
  parts.use(await shared?.serve(service));
  let application = options.application?.(service) ?? nothingThere;
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const server = parts.use(
    await serveOwner(
      paths.socket,
      {
        ...handlersOf({ service, memory, rules }),
        ...freezeHandlers(freezers),
        ...handlers,
      },
      { watches: WATCHED, application: (request) => application(request) },
    ),
  );
  // Callers are answered before we go, unless we were told to go at once.
  parts.defer(() =>
    signal.aborted ? undefined : Promise.race([server.retire(), aborted(signal)]),
  );
  const all = parts.move();
  return {
    ...{ service, memory, rules, journal, isRemote: false, broken: () => file.broken },
    damaged: () => file.damaged,
    serves: (served) => {
      application = served;
    },
    checkpoint: async () => {
      file.checkpoint();
      await bringIn(storeFreezers);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** What is frozen takes its log in first; while a backup reads it, it stays as it is. */
async function bringIn(freezers: readonly Freezer[]): Promise<void> {
  for (const freeze of freezers) for (const file of await freeze()) file[Symbol.dispose]();
}

/** What every home answers. */
function handlersOf({
  service,
  memory,
  rules,
}: Pick<OwnHome, "service" | "memory" | "rules">): Handlers {
  return {
    ...{ ...homeHandlers(service), ...roomHandlers(service) },
    ...{ ...memoryHandlers(memory), ...rulesHandlers(rules) },
  };
}

/** Answers that end only with those who ask. */
const WATCHED = [...WATCHES, ...FREEZE_WATCHES, ROOM_CALLS.open, ROOM_CALLS.setInteractive];

/**
 * The owner's home, or `undefined` when no process listens yet or any more.
 *
 * @throws {OrgError} `HOME_BUSY` when a process listens and does not answer.
 */
export async function reachOwner({
  paths,
  signal,
}: Pick<OpenHomeOptions, "paths" | "signal">): Promise<RemoteHome | undefined> {
  const owner = () => describeOwner(paths.ownerRecord);
  const call: Call = (name, body, stop) =>
    askOwner(paths.socket, { name, body }, { signal: stop, owner });
  const service = remoteHome(call);
  try {
    await service.rooms(signal);
  } catch (error) {
    if (error instanceof NoOwner) return undefined;
    throw error;
  }
  return {
    service,
    memory: remoteMemory(call),
    rules: remoteRules(call),
    isRemote: true,
    openClient: (choice, cleaner) => RemoteRoom.open({ call, choice, cleaner }),
    // It is another process's: there is nothing here to close.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The same journal; rooms that are open take in what is erased in it. */
function erasing(journal: ErasableJournal, rooms: () => RoomHost): ErasableJournal {
  return {
    append: (room, entry, options) => journal.append(room, entry, options),
    head: (room) => journal.head(room),
    read: (room, from, options) => journal.read(room, from, options),
    rooms: () => journal.rooms(),
    erase: async (erasure) => {
      const changed = await journal.erase(erasure);
      await rooms().rewrite(erasure.from);
      return changed;
    },
  };
}

function isRestored(): OrgError {
  return new OrgError("A restore of this home is under way", {
    code: "HOME_BUSY",
    why: "until it ends, the home is a mixture of old and new files",
    remedies: ["run the same command again; a restore that was cut off is finished first"],
    unchanged: "Nothing was opened.",
  });
}

function noMemory(): Promise<never> {
  return Promise.reject(new Error("This process keeps no memory"));
}

function noRules(): Promise<never> {
  return Promise.reject(new Error("This process keeps no rules"));
}

function unlessBusy(error: unknown): OrgError {
  if (error instanceof OrgError && error.code === "HOME_BUSY") return error;
  throw error;
}
