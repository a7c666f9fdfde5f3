/** What a process that looks after a home asks of its owner: figures, and what only the owner can mend. */
import { z } from "zod";
import type { UpkeepCalls } from "#core/upkeep-calls.ts";
import type { Call } from "./home-wire.ts";
import type { Handlers } from "./owner-server.ts";

/** Figures of the jobs; times in milliseconds. */
export interface QueueFigures {
  readonly queued: number;
  /** How long the oldest job waits that may begin. */
  readonly oldestMs: number;
  readonly workers: number;
  readonly busy: number;
  /** How long no running job has given a sign of life; 0 while none runs. */
  readonly unsettledMs: number;
}

export interface Upkeep {
  /** Absent: this process does no jobs. */
  queue(): Promise<QueueFigures | undefined>;
  /** Moves the logs of its databases into them. */
  checkpoint(): Promise<void>;
  /** Whether the model server answers; nothing changes by it. */
  probe(signal: AbortSignal): Promise<boolean>;
  /** Asks the model server: turns are let through to it again, or fail at once while it does not answer. */
  provider(signal: AbortSignal): Promise<"up" | "paused">;
  /** Starts the built-in engine with less memory from now on, then not any more. */
  shrinkEngine(): Promise<"halved" | "off" | "none">;
  /** Whether the model says anything. */
  tryModel(signal: AbortSignal): Promise<boolean>;
  /** Takes jobs that hang away from their work. @returns how many. */
  restartWorkers(): Promise<number>;
  /** Writes one of a hundred of the messages that are written again and again. */
  sampleLog(): Promise<void>;
  /** Tells all who have a room open. */
  tell(text: string): Promise<void>;
}

const figuresSchema: z.ZodType<QueueFigures> = z.object({
  ...{ queued: z.number(), oldestMs: z.number(), unsettledMs: z.number() },
  ...{ workers: z.number(), busy: z.number() },
});

const MOST_CHARACTERS = 500;
const tellSchema = z.strictObject({ text: z.string().max(MOST_CHARACTERS) });
const providerSchema = z.object({ state: z.enum(["up", "paused"]) });
const engineSchema = z.object({ state: z.enum(["halved", "off", "none"]) });
const wellSchema = z.object({ isWell: z.boolean() });
const countSchema = z.object({ count: z.int() });
const queueSchema = z.object({ queue: figuresSchema.optional() });

/** The owner's side. */
export function upkeepHandlers(upkeep: Upkeep): Handlers {
  const answer = (work: (body: unknown, signal: AbortSignal) => Promise<object>) =>
    async function* (body: unknown, signal: AbortSignal): AsyncGenerator<unknown, void> {
      yield await work(body, signal);
    };
  return {
    "upkeep-queue": answer(async () => ({ queue: await upkeep.queue() })),
    "upkeep-checkpoint": answer(async () => {
      await upkeep.checkpoint();
      return {};
    }),
    "upkeep-probe": answer(async (_body, signal) => ({ isWell: await upkeep.probe(signal) })),
    "upkeep-provider": answer(async (_body, signal) => ({ state: await upkeep.provider(signal) })),
    "upkeep-engine": answer(async () => ({ state: await upkeep.shrinkEngine() })),
    "upkeep-model": answer(async (_body, signal) => ({ isWell: await upkeep.tryModel(signal) })),
    "upkeep-workers": answer(async () => ({ count: await upkeep.restartWorkers() })),
    "upkeep-sample": answer(async () => {
      await upkeep.sampleLog();
      return {};
    }),
    "upkeep-tell": answer(async (body) => {
      await upkeep.tell(tellSchema.parse(body).text);
      return {};
    }),
  };
}

/** As another process asks. */
interface RemoteUpkeep extends UpkeepCalls {
  queue(signal: AbortSignal): Promise<QueueFigures | undefined>;
}

/** The other processes' side: the same, asked of the owner. */
export function remoteUpkeep(call: Call): RemoteUpkeep {
  const ask = async (name: string, body: object, signal: AbortSignal): Promise<unknown> =>
    (await Array.fromAsync(call(name, body, signal)))[0];
  return {
    queue: async (signal) => queueSchema.parse(await ask("upkeep-queue", {}, signal)).queue,
    checkpoint: async (signal) => {
      await ask("upkeep-checkpoint", {}, signal);
    },
    probe: async (signal) => wellSchema.parse(await ask("upkeep-probe", {}, signal)).isWell,
    provider: async (signal) =>
      providerSchema.parse(await ask("upkeep-provider", {}, signal)).state,
    shrinkEngine: async (signal) =>
      engineSchema.parse(await ask("upkeep-engine", {}, signal)).state,
    tryModel: async (signal) => wellSchema.parse(await ask("upkeep-model", {}, signal)).isWell,
    restartWorkers: async (signal) =>
      countSchema.parse(await ask("upkeep-workers", {}, signal)).count,
    sampleLog: async (signal) => {
      await ask("upkeep-sample", {}, signal);
    },
    tell: async (text, signal) => {
      await ask("upkeep-tell", { text: text.slice(0, MOST_CHARACTERS) }, signal);
    },
  };
}
