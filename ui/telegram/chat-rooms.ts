import type { ChatRoom } from "./chat-room.ts";

/** The open rooms of a host, by chat. */
export class ChatRooms implements AsyncDisposable {
  readonly #open: (chat: number) => Promise<ChatRoom>;
  readonly #rooms = new Map<number, ChatRoom>();

  constructor({ open }: { readonly open: (chat: number) => Promise<ChatRoom> }) {
    this.#open = open;
  }

  async of(chat: number): Promise<ChatRoom> {
    const found = this.#rooms.get(chat);
    if (found !== undefined) return found;
    const opened = await this.#open(chat);
    this.#rooms.set(chat, opened);
    return opened;
  }

  opened(chat: number): ChatRoom | undefined {
    return this.#rooms.get(chat);
  }

  async close(chat: number): Promise<void> {
    const found = this.#rooms.get(chat);
    this.#rooms.delete(chat);
    await found?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const chat of [...this.#rooms.keys()]) await this.close(chat);
  }
}
