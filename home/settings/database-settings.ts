/** The database that several machines share, where a person has named one. */
import { hostname } from "node:os";
import { z } from "zod";
import { invalid } from "#core/invalid-setting.ts";
import { addressSecrets } from "#core/text/environment.ts";
import { type DatabaseUrl, readDatabaseUrls } from "#platform/postgres/database-url.ts";

/** As it is written. */
export interface DatabaseEntry {
  readonly url?: string | undefined;
  readonly node?: string | undefined;
}

export const databaseSchema: z.ZodType<DatabaseEntry> = z.strictObject({
  url: z.string().optional(),
  node: z.string().optional(),
});

export interface DatabaseSettings {
  /** Servers of the same data, in the order in which they are tried. */
  readonly servers: readonly DatabaseUrl[];
  /** What this machine is called among the others; unique. */
  readonly node: string;
}

/** Part of names of locks, and of what the server calls our connections. */
const NODE = /^[\w.-]{1,40}$/;

/**
 * @param path of the human's file.
 * @returns the settings, and the passwords in them; without settings one machine keeps everything itself.
 * @throws {OrgError} `CONFIG_INVALID`, which holds no part of an address.
 */
export function databaseSettings(
  entry: DatabaseEntry,
  env: Readonly<Record<string, string | undefined>>,
  path: string,
): { readonly database: DatabaseSettings | undefined; readonly secrets: readonly string[] } {
  const [text, source] = env["ORG_DB"] ? [env["ORG_DB"], "ORG_DB"] : [entry.url, path];
  if (text === undefined || text.trim() === "") return { database: undefined, secrets: [] };
  const servers = readDatabaseUrls(text, source);
  const [node, named] = env["ORG_NODE"] ? [env["ORG_NODE"], "ORG_NODE"] : [entry.node, path];
  const name = node ?? hostname().slice(0, 40);
  if (!NODE.test(name)) {
    throw invalid(
      node === undefined ? "ORG_NODE" : named,
      `${JSON.stringify(name.slice(0, 60))} cannot name a node: letters, digits, ".", "-" and "_", at most 40`,
    );
  }
  // As they stand in the address and decoded: an error of another program may show either.
  const secrets = [...servers.map(({ password }) => password), ...splitSecrets(text)];
  return { database: { servers, node: name }, secrets: secrets.filter((one) => one !== "") };
}

function splitSecrets(text: string): readonly string[] {
  return text.split(/,(?=postgres)/).flatMap(addressSecrets);
}
