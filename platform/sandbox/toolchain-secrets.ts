/** What lies in a folder of compilers or interpreters and is not for programs: tokens of registries, passwords of mirrors. */
import { constants, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { looksSecret, SECRET_FOLDERS } from "#core/text/secret-names.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { isPlainFolder } from "./writable.ts";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Where package managers look for settings in the folder that they are installed in. */
const SETTINGS_FOLDERS: readonly string[] = [
  ...["", "etc", "conf", "config", ".config", "init.d", "lib/node_modules/npm"],
];
/** Settings of npm and pip for all users: nothing is missing without them. */
const SETTINGS = /^(?:npmrc|pip\.conf)$/;
const HIDDEN_FOLDERS: readonly string[] = [...SECRET_FOLDERS, ".docker", ".org", ".git", ".cache"];
/** Largest file of settings in bytes; what is larger is a program or its documentation. */
const MOST_BYTES = 64 * 1024;
/** More names than this are not settings. */
const MOST_NAMES = 500;
/** More than this are not hidden one by one. */
const MOST_HIDDEN = 24;

const cleaner = new TextCleaner();

/**
 * The names to hide in a folder of a toolchain.
 *
 * @param folder absolute path, without a link.
 * @returns paths in the folder, none of them over a link; `undefined` where there is too much to look at or to hide.
 */
export async function secretsOfToolchain(folder: string): Promise<readonly string[] | undefined> {
  const found: string[] = [];
  for (const name of SETTINGS_FOLDERS) {
    const secrets = await secretsIn(folder, name);
    if (secrets === undefined || found.length > MOST_HIDDEN) return undefined;
    found.push(...secrets);
  }
  return found;
}

async function secretsIn(folder: string, name: string): Promise<readonly string[] | undefined> {
  const path = join(folder, name);
  // What lies behind a link lies outside, where programs do not see it, or elsewhere in the folder.
  if (!isPlainFolder(path)) return [];
  const entries = await readdir(path, { withFileTypes: true });
  if (entries.length > MOST_NAMES) return undefined;
  const secret: string[] = [];
  for (const entry of entries) {
    const isSecret = entry.isDirectory()
      ? HIDDEN_FOLDERS.includes(entry.name)
      : entry.isFile() && (await holdsSecret(join(path, entry.name), entry.name));
    if (isSecret) secret.push(join(name, entry.name));
  }
  return secret;
}

async function holdsSecret(path: string, name: string): Promise<boolean> {
  if (looksSecret(name) || SETTINGS.test(name)) return true;
  try {
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const { size } = await file.stat();
    if (size > MOST_BYTES) return false;
    return cleaner.secretsIn(await file.readFile("utf8")).length > 0;
  } catch {
    // What is closed to us is closed to programs.
    return true;
  }
}
