/** Servers of the Model Context Protocol whose tools the personas may have, as the human has laid them down. */

import { join, resolve } from "node:path";
import { z } from "zod";
import { invalid } from "#core/invalid-setting.ts";
import { isWithin } from "#core/is-within.ts";
import { isLoopback } from "#core/loopback.ts";
import type { McpServerSettings } from "#core/mcp-server.ts";

/** As it is written. */
interface McpServerEntry {
  readonly command?: string | undefined;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly network: readonly string[];
  readonly files: readonly string[];
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly key_over_http?: boolean | undefined;
  readonly tools: readonly string[];
  readonly seconds?: number | undefined;
  readonly enabled?: boolean | undefined;
}

export interface McpEntry {
  readonly servers: Readonly<Record<string, McpServerEntry>>;
}

const text = z.string().min(1).max(4096);
const server: z.ZodType<McpServerEntry> = z.strictObject({
  command: text.optional(),
  args: z.array(z.string().max(4096)).max(100).default([]),
  env: z.record(z.string().regex(/^[A-Za-z_]\w{0,99}$/), z.string()).default({}),
  network: z.array(text).default([]),
  files: z.array(text).default([]),
  url: z.url({ protocol: /^https?$/ }).optional(),
  headers: z.record(z.string().regex(/^[A-Za-z][A-Za-z\d-]{0,99}$/), z.string()).default({}),
  key_over_http: z.boolean().optional(),
  tools: z.array(text).min(1).default(["*"]),
  seconds: z.int().min(1).max(180).optional(),
  enabled: z.boolean().optional(),
});

export const mcpSchema: z.ZodType<McpEntry> = z.strictObject({
  servers: z.record(z.string().regex(/^[a-z][a-z\d-]{0,30}$/), server).default({}),
});

/**
 * Those that are enabled.
 *
 * @param home ORG_HOME, which relative paths are meant from.
 * @param path of the human's file.
 * @throws {OrgError} `CONFIG_INVALID`
 */
export function mcpSettings(
  { servers }: McpEntry,
  home: string,
  path: string,
): readonly McpServerSettings[] {
  return Object.entries(servers).flatMap(([name, entry]) => {
    const read = serverOf(name, entry, home);
    if (typeof read === "string") throw invalid(path, `mcp.servers.${name}: ${read}`);
    return entry.enabled === false ? [] : [read];
  });
}

/** @returns what is wrong with it where something is. */
function serverOf(name: string, entry: McpServerEntry, home: string): McpServerSettings | string {
  const { command, args, url, headers, env, network, files, tools, seconds = 60 } = entry;
  const shared = { name, tools, callMs: seconds * 1000 };
  if (command !== undefined && url === undefined) {
    if (Object.keys(headers).length > 0) return "headers belong to a url";
    const paths = files.map((file) => resolve(home, file));
    const own = join(home, ".org");
    const bad = paths.find((path) => isWithin(path, own) || isWithin(own, path));
    if (bad !== undefined) return `files: ${bad} shows what org keeps in ${own}`;
    const argv = [command, ...args];
    return { kind: "program", ...shared, command: argv, environment: env, network, files: paths };
  }
  if (url !== undefined && command === undefined) {
    const other = [...args, ...Object.keys(env), ...network, ...files];
    if (other.length > 0) return "args, env, network and files belong to a command";
    const open = entry.key_over_http === true ? undefined : openlySent(url, headers);
    return open ?? { kind: "url", ...shared, url, headers };
  }
  return "either a command or a url is needed";
}

const SECRET_HEADER = /auth|key|token|secret|cookie|password/i;

/** @returns what is wrong where a header that lets one in would go over plain HTTP to another machine. */
function openlySent(url: string, headers: McpServerEntry["headers"]): string | undefined {
  const { protocol, hostname } = new URL(url);
  const name = Object.keys(headers).find((one) => SECRET_HEADER.test(one));
  if (protocol === "https:" || isLoopback(hostname) || name === undefined) return undefined;
  return `${name} would go over plain HTTP, where everyone on the way to ${hostname} can read it; write https:// in url, or key_over_http = true on a network that you trust`;
}
