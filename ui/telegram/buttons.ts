/** Buttons under messages. What they carry is an id that says nothing: all else about them is known here alone. */
import type { ButtonTask } from "./bridge-store.ts";

const ID = /^([yn]):([\w-]{22})$/;

/** 128 bits that cannot be guessed. */
export function newButtonId(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
}

/** What was pressed; nothing for data that is not ours. */
export function readButton(
  data: string,
): { readonly id: string; readonly approved: boolean } | undefined {
  const [, choice, id] = ID.exec(data) ?? [];
  return id === undefined ? undefined : { id, approved: choice === "y" };
}

/** As Telegram takes it. */
export function keyboardOf(id: string, task: ButtonTask): { readonly inline_keyboard: object[][] } {
  const yes = { callback_data: `y:${id}` };
  if (task.kind === "delete") return { inline_keyboard: [[{ text: "Delete my message", ...yes }]] };
  const no = { text: "Refuse", callback_data: `n:${id}` };
  return { inline_keyboard: [[{ text: "Allow once", ...yes }, no]] };
}
