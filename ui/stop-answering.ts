import type { RoomClient } from "#room/room-client.ts";

/** Longest wait for a turn to end, in milliseconds; a server may ignore that we hung up. */
const LONGEST_WAIT_MS = 2000;

/** Ends what is being answered, so that its reason is on the screen and on disk before we leave. */
export async function stopAnswering(room: RoomClient): Promise<void> {
  if (!room.busy) return;
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, LONGEST_WAIT_MS);
  // Idempotent: the opener of the room disposes it once more.
  await Promise.race([room[Symbol.asyncDispose](), late.promise]);
  clearTimeout(timer);
}
