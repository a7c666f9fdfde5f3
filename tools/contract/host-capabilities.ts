/** Decides what a tool may ask of the host, by its contract alone, and asks the host to grant it. */
import { z } from "zod";
import { hostList } from "#platform/net/host-list.ts";
import { plainHost } from "#platform/net/target.ts";
import type { Grants } from "./call-options.ts";

/** Longest key of a memory in characters. */
const MAX_KEY = 200;
/** Longest value of a memory, as JSON, in characters. */
const MAX_VALUE = 64 * 1024;
/** Longest text that passes at once, in characters. */
const MAX_TEXT = 1024 * 1024;

const NET = "net:";

/** Answers one question. @throws {NotGranted} and whatever the grant throws. */
export type HostCapabilities = (
  operation: string,
  argument: unknown,
  signal: AbortSignal,
) => Promise<unknown>;

/** The contract does not name what the tool asked for. */
export class NotGranted extends Error {
  override readonly name = "NotGranted";
}

/** @returns undefined when the contract names nothing that the host does for a tool. */
export function hostCapabilities(
  capabilities: readonly string[],
  grants: Grants,
): HostCapabilities | undefined {
  const granted = [
    fetchCapability(capabilities, grants),
    filesCapability(capabilities, grants),
    memoryCapability(capabilities, grants),
  ].filter((host) => host !== undefined);
  if (granted.length === 0) return undefined;
  const operations = new Map(granted.flatMap((host) => [...host]));
  return async (operation, argument, signal) => {
    const answer = operations.get(operation);
    if (answer === undefined) throw new NotGranted(operation);
    return await answer(argument, signal);
  };
}

type Operations = ReadonlyMap<string, (argument: unknown, signal: AbortSignal) => Promise<unknown>>;

const text = z.string().max(MAX_TEXT);
const texts = z.tuple([text, text]);
const entry = z.tuple([z.string().max(MAX_KEY), z.json()]);

function fetchCapability(
  capabilities: readonly string[],
  { fetch }: Grants,
): Operations | undefined {
  const hosts = hostsOf(capabilities);
  if (hosts.length === 0) return undefined;
  const isListed = hostList(hosts);
  return new Map([
    [
      "fetch",
      async (argument, signal) => {
        const url = URL.parse(text.parse(argument));
        const host = url === null ? undefined : plainHost(url.hostname);
        if (url === null || host === undefined) throw new Error("That is not a valid address");
        if (!isListed(host)) throw new NotGranted(`${NET}${host}`);
        if (fetch === undefined) throw new Error("There is no network here");
        return await fetch(url.href, signal);
      },
    ],
  ]);
}

/** The hosts that a contract names. */
export function hostsOf(capabilities: readonly string[]): readonly string[] {
  return capabilities.flatMap((name) => (name.startsWith(NET) ? [name.slice(NET.length)] : []));
}

function filesCapability(
  capabilities: readonly string[],
  { files }: Grants,
): Operations | undefined {
  const operations: [string, (argument: unknown) => Promise<unknown>][] = [];
  if (capabilities.includes("files:read")) {
    operations.push(
      ["files.read", async (path) => await needed(files).read(text.parse(path))],
      ["files.list", async (path) => await needed(files).list(text.parse(path))],
    );
  }
  if (capabilities.includes("files:write")) {
    operations.push([
      "files.write",
      async (both) => await needed(files).write(...texts.parse(both)),
    ]);
  }
  return operations.length === 0 ? undefined : new Map(operations);
}

function memoryCapability(
  capabilities: readonly string[],
  { memory }: Grants,
): Operations | undefined {
  if (!capabilities.includes("memory")) return undefined;
  return new Map([
    ["memory.get", async (key) => await needed(memory).get(text.max(MAX_KEY).parse(key))],
    [
      "memory.set",
      async (both) => {
        const [key, value] = entry.parse(both);
        const length = JSON.stringify(value).length;
        if (length > MAX_VALUE) throw new Error(`A value may have ${MAX_VALUE} characters as JSON`);
        await needed(memory).set(key, value);
      },
    ],
  ]);
}

function needed<Grant>(grant: Grant | undefined): Grant {
  if (grant === undefined) throw new Error("It was not granted here");
  return grant;
}
