/** How another process reads the databases that the owner of a home keeps to itself: for a backup. */
import { z } from "zod";
import { aborted } from "#core/aborted.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { FrozenFile } from "#core/frozen-file.ts";
import { errnoOf, remedyFor } from "#platform/files.ts";
import type { Call } from "./home-wire.ts";
import type { Handlers } from "./owner-server.ts";

/** Files that their owner does not write to for the moment. */
export interface FrozenFiles extends AsyncDisposable {
  /** Absolute. */
  readonly paths: readonly string[];
  /** Whether they were as they are from the beginning until now. */
  readonly isWhole: () => Promise<boolean>;
}

const FREEZE = "freeze";
const STILL = "freeze-still";

/** Questions that end only with the caller. */
export const FREEZE_WATCHES: readonly string[] = [FREEZE];

const frozenSchema = z.object({ token: z.string(), paths: z.array(z.string()) });
const tokenSchema = z.strictObject({ token: z.string() });

/** Freezes databases that are open here and locked. */
export type Freezer = () => readonly FrozenFile[] | Promise<readonly FrozenFile[]>;

/** The owner's side. */
export function freezeHandlers(freezers: readonly Freezer[]): Handlers {
  const held = new Map<string, readonly FrozenFile[]>();
  return {
    // Thawed as soon as the caller is gone, however it went.
    [FREEZE]: async function* (_body, signal) {
      const token = crypto.randomUUID();
      using files = new DisposableStack();
      const frozen = await freezeAll(freezers, files);
      held.set(token, frozen);
      files.defer(() => held.delete(token));
      yield { token, paths: frozen.map(({ path }) => path) };
      await aborted(signal);
    },
    [STILL]: async function* (body) {
      const files = held.get(tokenSchema.parse(body).token);
      yield files?.every((file) => file.isWhole()) ?? false;
    },
  };
}

/**
 * What was frozen before one that cannot be is let go with the stack: left as it is, it would never be brought into its
 * file again, and the next backup would copy what it was now.
 *
 * @throws {OrgError} `FILE_FAILED`
 */
async function freezeAll(
  freezers: readonly Freezer[],
  files: DisposableStack,
): Promise<readonly FrozenFile[]> {
  const frozen: FrozenFile[] = [];
  try {
    for (const freeze of freezers) {
      for (const file of await freeze()) frozen.push(files.use(file));
    }
  } catch (error) {
    if (error instanceof OrgError || errnoOf(error) === "") throw error;
    throw new OrgError("A database could not be written into its file", {
      code: "FILE_FAILED",
      why: reasonOf(error),
      remedies: [remedyFor(error)],
      unchanged: "No backup was made; existing ones are unchanged.",
      cause: error,
    });
  }
  return frozen;
}

/** The side of every other process. @throws {NoOwner} when no process owns the home. */
export async function freezeRemotely(call: Call, signal: AbortSignal): Promise<FrozenFiles> {
  const stop = new AbortController();
  const lines = call(FREEZE, {}, AbortSignal.any([signal, stop.signal]))[Symbol.asyncIterator]();
  const { token, paths } = frozenSchema.parse((await lines.next()).value);
  return {
    paths,
    isWhole: async () => {
      for await (const line of call(STILL, { token }, signal)) return line === true;
      return false;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await lines.return?.().catch(() => undefined);
    },
  };
}
