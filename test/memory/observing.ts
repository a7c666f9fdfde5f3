/** Rooms that are observed in a home of their own; the model follows a script. */

import { observeRooms, type PassEnd, type PassParts } from "#app/observe-rooms.ts";
import { RoomObserver } from "#app/room-observer.ts";
import { BudgetLedger } from "#core/budget-ledger.ts";
import { endpointLocks } from "#core/endpoint-locks.ts";
import type { Memory } from "#core/memory.ts";
import type { Queue } from "#core/queue.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { OBSERVER } from "#home/settings/observer-settings.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { STATEMENTS } from "#models/note-exam.ts";
import type { ChatRequest } from "#models/provider.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { type MemoryProvider, memoryProvider, saying } from "../memory-provider.ts";
import { homeMemory } from "./home-memory.ts";
import { Talk } from "./talk.ts";

type Script = Parameters<typeof memoryProvider>[0];

export interface Observing extends AsyncDisposable {
  readonly talk: Talk;
  readonly queue: Queue;
  readonly provider: MemoryProvider;
  /** The questions that ask the model to pick among lines. */
  picks(): readonly ChatRequest[];
  /** Observes rooms, and does what is queued. */
  observe(rooms: readonly string[], signal?: AbortSignal): Promise<PassEnd>;
  /** The process's own observer, not started yet. */
  readonly observer: RoomObserver;
  /** The memory that it learns into. */
  memory(): Promise<Memory>;
}

/** An answer to the exam of what is worth a note, by a model that can tell. */
export const EXAM_PASS: string = JSON.stringify({
  lasting: STATEMENTS.flatMap(([, lasts], at) => (lasts ? [at + 1] : [])),
});

interface Answers {
  /** What the model says of a sentence alone. */
  readonly lasts?: (sentence: string) => string;
  /** Whether it passes the exam of what is worth a note. */
  readonly canTell?: boolean;
}

/** A model that offers these quotes to every question. */
export function offering(...quotes: readonly string[]): Script {
  return () => offer(quotes.map((quote) => ({ quote, kind: "fact", text: "Title" })));
}

export function offer(items: readonly object[]): ReturnType<Script> {
  return saying(JSON.stringify({ items }));
}

/**
 * @param script answers what is to be picked, the first time with 0
 * @param config of the home, in TOML
 */
export async function observing(
  script: Script,
  config = "",
  { lasts = () => "yes", canTell = true }: Answers = {},
): Promise<Observing> {
  await using parts = new AsyncDisposableStack();
  const folder: TemporaryFolder = parts.use(await temporaryFolder("org-observe-"));
  await Bun.write(`${folder.path}/org.config`, config);
  const env = { ORG_HOME: folder.path };
  const settings = readSettings({ flags: new Map(), env, defaultHome: folder.path });
  const talk = new Talk();
  const cleaner = new TextCleaner();
  const own = parts.use(homeMemory("auto", cleaner));
  const queue = parts.use(await openSqliteQueue(`${folder.path}/queue.sqlite`));
  const store = parts.use(openSpendStore(`${folder.path}/spending.sqlite`));
  const limits = {
    ...settings.budget,
    personas: { [OBSERVER]: { tokens: settings.observer.tokens } },
  };
  const ledger = new BudgetLedger({ store, limits, prices: {} });
  let picked = 0;
  const provider = memoryProvider((request) => {
    if (request.shape === undefined) return saying(lasts(String(request.messages.at(-1)?.content)));
    if (request.shape.name === "lasting") return saying(canTell ? EXAM_PASS : '{"lasting": []}');
    picked += 1;
    return script(request, picked - 1);
  });
  const paths = { ...homePaths(folder.path), queue: `${folder.path}/queue.sqlite` };
  const { journal } = talk;
  const pass: Omit<PassParts, "signal"> = {
    app: {
      ...{ settings, cleaner, paths, memory: own.held, lockOf: endpointLocks(1) },
      providers: () =>
        Promise.resolve({
          main: provider,
          own: new Map(),
          checkMain: () => Promise.resolve("up"),
          probeMain: () => Promise.resolve(true),
          shrinkEngine: () => Promise.resolve("none"),
          lendEngine: () => Promise.resolve(undefined),
        }),
      budget: () => Promise.resolve(ledger),
    },
    journal,
    withQueue: (work) => work(queue),
    promotion: settings.observer.promotion === "auto" ? "auto" : "suggest",
  };
  const all = parts.move();
  return {
    ...{ talk, queue, provider },
    picks: () => provider.requests.filter(({ shape }) => shape?.name === "observed"),
    observe: (rooms, signal = new AbortController().signal) =>
      observeRooms(rooms, { ...pass, signal }),
    observer: new RoomObserver(pass.app),
    memory: () => own.held.source(journal).open(),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
