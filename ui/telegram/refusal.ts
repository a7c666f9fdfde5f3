/** What a refusal of Telegram means for who wanted to send something. */
import { OrgError } from "#core/errors.ts";

export interface Refused {
  readonly ok: false;
  /** As an HTTP status; 0 without an answer. */
  readonly code: number;
  readonly description: string;
  readonly retryAfterMs?: number | undefined;
}

export type NextStep =
  /** Try again, after so many milliseconds where Telegram says how many. */
  | { readonly kind: "wait"; readonly ms?: number | undefined }
  /** Send it without markup. */
  | { readonly kind: "plain" }
  /** The message says that already. */
  | { readonly kind: "unchanged" }
  /** The message to change is not there any more. */
  | { readonly kind: "gone" }
  /** The chat takes nothing. */
  | { readonly kind: "shut" }
  /** It can never be sent. */
  | { readonly kind: "drop" };

/** @throws {OrgError} `TELEGRAM_REFUSED` where the token is not valid. */
export function whatToDo({ code, description, retryAfterMs }: Refused): NextStep {
  if (code === 401) throw tokenRefused(description);
  if (code === 429) return { kind: "wait", ms: retryAfterMs ?? 1000 };
  if (code === 0 || code >= 500) return { kind: "wait" };
  if (code === 403) return { kind: "shut" };
  if (/can't parse entities/i.test(description)) return { kind: "plain" };
  if (/message is not modified/i.test(description)) return { kind: "unchanged" };
  if (/message (to \w+ not found|can't be (edited|deleted))/i.test(description))
    return { kind: "gone" };
  if (/chat not found|upgraded to a supergroup|PEER_ID_INVALID/i.test(description))
    return { kind: "shut" };
  return { kind: "drop" };
}

/** @param description Telegram's words. */
export function tokenRefused(description: string): OrgError {
  return new OrgError("Telegram does not know this bot", {
    code: "TELEGRAM_REFUSED",
    why: `the token was refused: ${description.slice(0, 200)}`,
    remedies: [
      "ask @BotFather for the token: /mybots, your bot, API Token",
      'export ORG_TELEGRAM_TOKEN="…"',
    ],
    unchanged: "Nothing was sent, and no message was taken.",
  });
}
