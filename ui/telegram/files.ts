/** Files both ways: what a user sends lies in the workspace of the rooms, and what lies there can be sent. */

import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { strictUtf8 } from "#core/text/strict-utf8.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Workspace } from "#platform/workspace.ts";
import { type BotApi, LARGEST_RECEIVED, LARGEST_SENT } from "./bot-api.ts";
import type { SendableFile } from "./row-sender.ts";
import type { SentFile } from "./update.ts";

export interface FileParts {
  readonly api: BotApi;
  readonly cleaner: TextCleaner;
  readonly workspace: Pick<Workspace, "read" | "writeBytes">;
}

/** Where received files lie, relative to the workspace. */
const FOLDER = "telegram";
const LONGEST_NAME = 80;
const TRIES = 3;

const fetched = z.object({ file_path: z.string().optional() });

/**
 * Fetches a file into the workspace. Fetched again for the same update, it lies in the same place.
 *
 * @returns its path there, and its size in bytes.
 * @throws {OrgError} `INPUT_INVALID` for one that is too large or that Telegram does not give out, `NETWORK_FAILED`,
 *   and what the workspace throws.
 */
export async function receiveFile(
  file: SentFile,
  update: number,
  { api, cleaner, workspace, signal }: FileParts & { readonly signal: AbortSignal },
): Promise<{ readonly path: string; readonly bytes: number }> {
  const name = cleanName(cleaner.clean(file.name ?? "file"));
  if ((file.bytes ?? 0) > LARGEST_RECEIVED) throw notReceived(name, tooLarge(file.bytes ?? 0));
  const data = await retried(() => dataOf(file.id, name, { api, signal }));
  return await workspace.writeBytes(`${FOLDER}/${update}-${name}`, data, LARGEST_RECEIVED);
}

async function dataOf(
  id: string,
  name: string,
  { api, signal }: Pick<FileParts, "api"> & { readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const answer = await api.call("getFile", { file_id: id }, { signal, result: fetched });
  if (!answer.ok) throw notReceived(name, `Telegram says: ${answer.description}`);
  const { file_path: path } = answer.result;
  if (path === undefined) throw notReceived(name, "Telegram says nothing of where it is");
  return await api.download(path, { signal });
}

async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const isPassing = error instanceof OrgError && error.code === "NETWORK_FAILED";
      if (!isPassing || tries === TRIES) throw error;
    }
  }
}

/** What is left of a name when it can neither lead elsewhere nor hide what it is. */
export function cleanName(name: string): string {
  const last = name.normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const safe = last.replaceAll(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^[._-]+/, "");
  const [, ending = ""] = /(\.[A-Za-z0-9]{1,8})$/.exec(safe) ?? [];
  const stem = [...safe.slice(0, safe.length - ending.length)].slice(0, LONGEST_NAME).join("");
  return stem === "" ? `file${ending}` : `${stem}${ending}`;
}

/** A file of the workspace as it may leave the machine: without credentials. @returns why not, in words. */
export async function sendableFile(
  path: string,
  { workspace, cleaner }: Pick<FileParts, "cleaner" | "workspace">,
): Promise<SendableFile | string> {
  if (path === "") return "Which file? For example: /file notes.md";
  try {
    const file = await workspace.read(path, LARGEST_SENT + 1);
    if (file === undefined) return `There is no file "${path}" in the workspace.`;
    if (file.bytes === 0) return `"${path}" was not sent: it is empty.`;
    if (file.bytes > LARGEST_SENT) return `"${path}" was not sent: ${tooLarge(file.bytes)}.`;
    const name = cleanName(path);
    const text = strictUtf8(file.data);
    if (text === undefined || cleaner.secretsIn(text).length === 0)
      return { name, data: file.data };
    const data = new TextEncoder().encode(cleaner.redact(text));
    return { name, data, caption: "Credentials in it were hidden." };
  } catch (error) {
    if (error instanceof OrgError) return `"${path}" was not sent: ${error.why ?? error.message}`;
    throw error;
  }
}

function tooLarge(bytes: number): string {
  const most = bytes > LARGEST_SENT ? LARGEST_SENT : LARGEST_RECEIVED;
  return `it has ${bytes.toLocaleString("en")} bytes, and bots can take ${most.toLocaleString("en")} at most`;
}

function notReceived(name: string, why: string): OrgError {
  return new OrgError(`The file "${name}" was not received`, {
    code: "INPUT_INVALID",
    why,
    remedies: ["send a smaller one, or put it into the workspace yourself"],
    unchanged: "Nothing was written, and nothing was sent to the room.",
  });
}
