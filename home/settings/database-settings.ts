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
  readonly remote?: string | undefined;
  readonly signers?: readonly string[] | undefined;
}

export const databaseSchema: z.ZodType<DatabaseEntry> = z.strictObject({
  url: z.string().optional(),
  node: z.string().optional(),
  remote: z.string().optional(),
  signers: z.array(z.string()).optional(),
});

export interface DatabaseSettings {
  /** Servers of the same data, in the order in which they are tried. */
  readonly servers: readonly DatabaseUrl[];
  /** What this machine is called among the others; unique. */
  readonly node: string;
  /** Where tools and personas travel between the nodes. @default each node keeps its own main */
  readonly remote?: RemoteSettings | undefined;
}

/** A Git repository that all nodes fetch from, and the holder of the lock `promoter` pushes to. */
interface RemoteSettings {
  /** An absolute folder, or "ssh://…". */
  readonly url: string;
  /** Public keys of the other nodes, as "ssh-ed25519 AAAA…". */
  readonly signers: readonly string[];
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
      `${JSON.stringify(name.slice(0, 60))} is not a node name: letters, digits, ".", "-" and "_", at most 40`,
    );
  }
  // As they stand in the address and decoded: an error of another program may show either.
  const secrets = [...servers.map(({ password }) => password), ...splitSecrets(text)];
  const remote = remoteOf(entry, env, path);
  return {
    database: { servers, node: name, remote },
    secrets: secrets.filter((one) => one !== ""),
  };
}

/** Folders and ssh alone: what a URL of another kind needs of Git is switched off. */
const REMOTE = /^(?:\/|ssh:\/\/(?:[\w.][\w.-]*@)?[\w.[][\w.:[\]-]*\/)[^\s\0]*$/;
const SIGNER = /^(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+={0,3}(?: [^\r\n\0]*)?$/;

function remoteOf(
  { remote, signers = [] }: DatabaseEntry,
  env: Readonly<Record<string, string | undefined>>,
  path: string,
): RemoteSettings | undefined {
  const [url, source] = env["ORG_REMOTE"] ? [env["ORG_REMOTE"], "ORG_REMOTE"] : [remote, path];
  if (url === undefined || url === "") return undefined;
  if (!REMOTE.test(url)) {
    const why = "a remote is an absolute folder or ssh://HOST/FOLDER, without a password";
    throw invalid(source, `${JSON.stringify(url.slice(0, 60))}: ${why}`);
  }
  const bad = signers.find((key) => !SIGNER.test(key.trim()));
  if (bad !== undefined) {
    throw invalid(path, `${JSON.stringify(bad.slice(0, 60))} is not a public key of OpenSSH`);
  }
  return { url, signers: signers.map((key) => key.trim()) };
}

function splitSecrets(text: string): readonly string[] {
  return text.split(/,(?=postgres)/).flatMap(addressSecrets);
}
