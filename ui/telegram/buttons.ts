/** Buttons under messages. What they carry is an id that says nothing: all else about them is known here alone. */
import type { Piece } from "./pieces.ts";

/** What pressing a button does. */
export type ButtonTask =
  /** Answers the question of a room for an approval. */
  | {
      readonly kind: "approval";
      readonly room: string;
      readonly approval: string;
      readonly hash: string;
      /** As it is asked. */
      readonly question: Piece;
      /** Milliseconds since the epoch. */
      readonly expiresAt: number;
    }
  /** Takes a user's message away. */
  | { readonly kind: "delete"; readonly message: number };

export interface StoredButton {
  readonly id: string;
  readonly chat: number;
  /** Absent while Telegram has not said which it is. */
  readonly message: number | undefined;
  readonly task: ButtonTask;
  /** Number of the update that pressed it first. */
  readonly pressed: number | undefined;
}

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
