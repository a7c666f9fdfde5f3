/** Rooms of other nodes that clients of this one have open: one client there for all of them. */
import type { RoomClient } from "#room/room-client.ts";
import type { OtherNodes } from "./other-nodes.ts";
import type { Handlers } from "./owner-server.ts";

/** A room for a client, of this node or of another one, until it is disposed of. */
export interface HeldClient extends Disposable {
  readonly room: RoomClient;
  /** Number of the last entry. */
  readonly head: () => Promise<number>;
}

export class RoomsElsewhere implements Disposable {
  readonly #others: OtherNodes | undefined;
  readonly #local: Handlers;
  readonly #rooms = new Map<string, { readonly room: Promise<RoomClient>; clients: number }>();

  /** @param local what this node does in a room that no other one has any more. */
  constructor(others: OtherNodes | undefined, local: Handlers) {
    this.#others = others;
    this.#local = local;
  }

  /** @throws {OrgError} what the node of the room throws. */
  async hold(id: string): Promise<Omit<HeldClient, "head">> {
    if (this.#others === undefined) throw new Error("There are no other nodes");
    const held = this.#rooms.get(id) ?? {
      ...{ room: this.#others.open(id, this.#local), clients: 0 },
    };
    held.clients += 1;
    this.#rooms.set(id, held);
    const leave = (): void => {
      held.clients -= 1;
      if (held.clients > 0) return;
      this.#rooms.delete(id);
      close(held.room);
    };
    try {
      return { room: await held.room, [Symbol.dispose]: leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** One that a client has open. */
  opened(id: string): Promise<RoomClient> | undefined {
    return this.#rooms.get(id)?.room;
  }

  [Symbol.dispose](): void {
    for (const { room } of this.#rooms.values()) close(room);
    this.#rooms.clear();
  }
}

function close(room: Promise<RoomClient>): void {
  void room.then((one) => one[Symbol.asyncDispose]()).catch(() => undefined);
}
