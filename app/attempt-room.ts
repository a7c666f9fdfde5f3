/** A room beside one that works on a repository: for one answer, in another copy, and kept nowhere. */
import type { Entry, Journal } from "#core/journal.ts";
import { withProvider } from "#models/model.ts";
import { type Sampling, sampled } from "#models/sampled.ts";
import type { RoomOptions } from "#room/room-options.ts";
import { ROOM_RULES } from "#room/turn-scheduler.ts";
import type { HomeMemory } from "./memory.ts";
import type { ProjectParts } from "./project.ts";

export interface AttemptRoom {
  /** Id of the room that pays. */
  readonly id: string;
  readonly parts: ProjectParts;
  /** What was said in that room so far. */
  readonly history: readonly Entry[];
  /** Name of the language model that all speak with. @default each has its own */
  readonly model?: string | undefined;
  /** A copy of what the home keeps. */
  readonly memory: HomeMemory;
  /** @default its models are asked as always */
  readonly sampling?: Sampling | undefined;
}

/** @param shared what the rooms of the process have in common, with the tools of this copy. */
export function attemptOptions(
  shared: Omit<RoomOptions, "id" | "journal">,
  { id, history, model: name, memory, sampling }: Omit<AttemptRoom, "parts">,
): RoomOptions {
  const journal = passingJournal(history);
  const { withModel } = shared;
  const models = shared.models
    .map((one) => (name === undefined ? one : (withModel?.(one.persona.id, name) ?? one)))
    .map((one) =>
      sampling === undefined ? one : withProvider(one, sampled(one.provider, sampling)),
    );
  return {
    ...shared,
    id,
    models,
    journal,
    memory: memory.source(journal),
    // The forge would leave candidates behind; and a second persona would be another attempt.
    roomTools: () => [],
    rules: { ...ROOM_RULES, rounds: 1, turns: 1 },
  };
}

/** A journal that is gone with the room. */
function passingJournal(history: readonly Entry[]): Journal {
  const entries = [...history];
  return {
    append: async (_room, { key, event }) => {
      const older = entries.find((entry) => entry.key === key);
      if (older !== undefined) return { seq: older.seq, dup: true };
      const seq = entries.length + 1;
      entries.push({ seq, key, at: Date.now(), event });
      return { seq, dup: false };
    },
    head: async () => entries.length,
    read: async function* (_room, from) {
      yield* entries.slice(from - 1);
    },
    rooms: async () => [],
  };
}
