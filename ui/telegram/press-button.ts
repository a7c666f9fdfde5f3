/** Does what a button is for: once, for a user of the list, and only under the message that has it. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { BotApi } from "./bot-api.ts";
import type { BridgeStore } from "./bridge-store.ts";
import { type ButtonTask, readButton } from "./buttons.ts";
import type { ChatHost, ChatRoom } from "./chat-room.ts";
import type { Clock } from "./clock.ts";
import type { PressedButton } from "./update.ts";

interface PressParts {
  readonly api: BotApi;
  readonly store: BridgeStore;
  readonly clock: Clock;
  readonly roomOf: (chat: number) => Promise<ChatRoom>;
  readonly answer: ChatHost["answer"];
  readonly signal: AbortSignal;
}

/** Longest text that Telegram shows for a button. */
const LONGEST_TEXT = 200;
const NOT_VALID = "This button is not valid.";

/** @throws {OrgError} `OWNER_LOST`, `HOME_BUSY`: nothing was answered, and the update has to be taken again. */
export async function pressButton(press: PressedButton, parts: PressParts): Promise<void> {
  const text = await outcomeOf(press, parts);
  const { api, signal } = parts;
  const body = { callback_query_id: press.id, text: text.slice(0, LONGEST_TEXT) };
  // What is shown for a moment; what became of the question stands in the message.
  await api
    .call("answerCallbackQuery", body, { signal, result: z.unknown() })
    .catch((error: unknown) => {
      if (!(error instanceof OrgError) && !signal.aborted) throw error;
    });
}

/** @returns what the user is told. */
async function outcomeOf(press: PressedButton, parts: PressParts): Promise<string> {
  const { store } = parts;
  const read = readButton(press.data);
  const button = read && store.button(read.id);
  if (read === undefined || button === undefined) return NOT_VALID;
  const { message, update } = press;
  if (button.chat !== press.chat?.id || message === undefined) return NOT_VALID;
  // A user can press before the answer that names the message has come; only a message of ours has such an id.
  if (message !== (button.message ?? message)) return NOT_VALID;
  const { task } = button;
  if (task.kind === "delete") return await deleteMessage(button.chat, task.message, parts);
  if (parts.clock.now() > task.expiresAt) return "It was not answered in time.";
  if (!store.press(read.id, { update, message })) return "It was answered already.";
  return await answer(task, { approved: read.approved, chat: button.chat }, parts);
}

async function answer(
  { room, approval, hash }: Extract<ButtonTask, { kind: "approval" }>,
  { approved, chat }: { readonly approved: boolean; readonly chat: number },
  parts: PressParts,
): Promise<string> {
  const { client } = await parts.roomOf(chat);
  const waiting = client.id === room ? client.approvals.waiting : [];
  const found = waiting.find(({ id }) => id === approval);
  // What is approved is what was shown.
  if (found !== undefined && found.hash !== hash) return NOT_VALID;
  try {
    await parts.answer({ room, id: approval, approved }, parts.signal);
    return approved ? "Allowed once." : "Refused.";
  } catch (error) {
    if (error instanceof OrgError && error.code === "USAGE") return error.why ?? error.message;
    throw error;
  }
}

async function deleteMessage(
  chat: number,
  message: number,
  { api, signal }: PressParts,
): Promise<string> {
  const body = { chat_id: chat, message_id: message };
  const answered = await api.call("deleteMessage", body, { signal, result: z.unknown() });
  return answered.ok ? "Deleted here." : `Telegram did not delete it: ${answered.description}`;
}
