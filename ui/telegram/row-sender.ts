/** What is sent to one chat, as calls of Telegram: one try each. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { ApiAnswer, BotApi } from "./bot-api.ts";
import type { BridgeStore, SentRow } from "./bridge-store.ts";
import { keyboardOf } from "./buttons.ts";
import type { LiveKey, Outgoing } from "./outgoing.ts";
import type { Piece } from "./pieces.ts";
import { type Refused, whatToDo } from "./refusal.ts";

export interface SendableFile {
  readonly name: string;
  readonly data: Uint8Array;
  readonly caption?: string;
}

export interface RowParts {
  readonly api: BotApi;
  readonly store: BridgeStore;
  /** A file of the workspace as it may be sent, or why it cannot be. */
  readonly fileAt: (path: string) => Promise<SendableFile | string>;
}

const sentMessage = z.object({ message_id: z.int() });
const done: z.ZodType<undefined> = z.unknown().transform(() => undefined);

type RowOutcome = { readonly ok: true; readonly sent: Omit<SentRow, "chat"> } | Refused;

export class RowSender {
  readonly #chat: number;
  readonly #parts: RowParts;

  constructor(chat: number, parts: RowParts) {
    this.#chat = chat;
    this.#parts = parts;
  }

  /** Sends a row, or changes the message that it is about. A network that fails is an outcome. */
  async send(row: Outgoing, asPlain: boolean, signal: AbortSignal): Promise<RowOutcome> {
    try {
      return await this.#sent(row, asPlain, signal);
    } catch (error) {
      if (signal.aborted || (error instanceof OrgError && error.code === "NETWORK_FAILED"))
        return { ok: false, code: 0, description: "no answer" };
      throw error;
    }
  }

  async #sent(row: Outgoing, asPlain: boolean, signal: AbortSignal): Promise<RowOutcome> {
    const { store, api, fileAt } = this.#parts;
    const chat = this.#chat;
    const live = store.live(chat);
    switch (row.kind) {
      case "text":
        if (live !== undefined && row.live !== undefined && isOf(live, row.live))
          return await this.#finishLive(live.message, row, { asPlain, signal });
        return await this.#sendText(row, { asPlain, signal });
      case "take-away":
        if (live === undefined || !isOf(live, row.live)) return { ok: true, sent: {} };
        return settled(await this.#call("deleteMessage", { message_id: live.message }, signal), {
          endsLive: true,
        });
      case "ended":
        return { ok: true, sent: { endsLive: live?.turn === row.turn } };
      case "close": {
        const message = store.button(row.buttons)?.message;
        if (message === undefined) return { ok: true, sent: {} };
        const body = { message_id: message, reply_markup: { inline_keyboard: [] } };
        return settled(await this.#edit({ ...row, body, asPlain }, signal), {});
      }
      case "document": {
        const file = { name: row.name, data: new TextEncoder().encode(row.text) };
        return sentOf(await api.sendDocument(chat, file, { signal }));
      }
      case "file": {
        const file = await fileAt(row.path);
        if (typeof file !== "string") return sentOf(await api.sendDocument(chat, file, { signal }));
        return await this.#sendText({ html: file, plain: file }, { asPlain: true, signal });
      }
    }
  }

  /** The finished text takes the place of what was shown; where that is gone, it is a message of its own. */
  async #finishLive(
    message: number,
    piece: Piece,
    how: { readonly asPlain: boolean; readonly signal: AbortSignal },
  ): Promise<RowOutcome> {
    const body = { message_id: message };
    const edited = await this.#edit({ ...piece, body, asPlain: how.asPlain }, how.signal);
    if (edited.ok || whatToDo(edited).kind === "unchanged")
      return { ok: true, sent: { endsLive: true } };
    if (whatToDo(edited).kind !== "gone") return edited;
    const sent = await this.#sendText(piece, how);
    return sent.ok ? { ok: true, sent: { ...sent.sent, endsLive: true } } : sent;
  }

  async #sendText(
    { html, plain, buttons }: Piece & { readonly buttons?: string | undefined },
    { asPlain, signal }: { readonly asPlain: boolean; readonly signal: AbortSignal },
  ): Promise<RowOutcome> {
    const { store, api } = this.#parts;
    const button = buttons === undefined ? undefined : store.button(buttons);
    // It was pressed before the answer to its message had come: the user has it.
    if (button?.message !== undefined) return { ok: true, sent: {} };
    const keyboard = button && keyboardOf(button.id, button.task);
    const body = {
      ...{ chat_id: this.#chat, ...formatted({ html, plain }, asPlain) },
      ...(keyboard === undefined ? {} : { reply_markup: keyboard }),
    };
    const answer = await api.call("sendMessage", body, { signal, result: sentMessage });
    if (!answer.ok) return answer;
    return { ok: true, sent: { buttons, message: answer.result.message_id } };
  }

  async #edit(
    { html, plain, body, asPlain }: Piece & { readonly body: object; readonly asPlain: boolean },
    signal: AbortSignal,
  ): Promise<ApiAnswer<undefined>> {
    const text = formatted({ html, plain }, asPlain);
    return await this.#call("editMessageText", { ...body, ...text }, signal);
  }

  async #call(method: string, body: object, signal: AbortSignal): Promise<ApiAnswer<undefined>> {
    const { api } = this.#parts;
    return await api.call(method, { chat_id: this.#chat, ...body }, { signal, result: done });
  }

  /** Shows what is being written: in a new message, or in place of what the message says. */
  async showUnfinished(
    piece: Piece,
    message: number | undefined,
    signal: AbortSignal,
  ): Promise<RowOutcome> {
    if (message === undefined) return await this.send({ kind: "text", ...piece }, false, signal);
    try {
      const body = { message_id: message };
      return settled(await this.#edit({ ...piece, body, asPlain: false }, signal), {});
    } catch {
      return { ok: false, code: 0, description: "no answer" };
    }
  }
}

/** Of what is as well when it was so already, or can be so no more. */
function settled(answer: ApiAnswer<unknown>, sent: Omit<SentRow, "chat">): RowOutcome {
  if (answer.ok) return { ok: true, sent };
  const { kind } = whatToDo(answer);
  return kind === "unchanged" || kind === "gone" ? { ok: true, sent } : answer;
}

function sentOf(answer: ApiAnswer<unknown>): RowOutcome {
  return answer.ok ? { ok: true, sent: {} } : answer;
}

/** Without previews: Telegram would fetch whatever address a model writes. */
function formatted({ html, plain }: Piece, asPlain: boolean): object {
  const link_preview_options = { is_disabled: true };
  return asPlain
    ? { text: plain, link_preview_options }
    : { text: html, parse_mode: "HTML", link_preview_options };
}

/** A restart in the middle of a turn counts its completions anew. */
function isOf(live: LiveKey, finished: LiveKey): boolean {
  return live.turn === finished.turn && live.hop <= finished.hop;
}
