/** What the human has laid down for the ports of the home. */
import type { Scope } from "#core/access.ts";
import type { HttpEntry } from "./config-schema.ts";

export interface HttpSettings {
  /** Values of the header `Host` that are answered beside those of this machine. */
  readonly hosts: readonly string[];
  /** Most connections at once; absent: what the listener holds to. */
  readonly connections?: number | undefined;
  /** Longest time for a request with its body, in milliseconds. */
  readonly requestMs: number;
  /** How far the time of a signature may be off, in milliseconds. */
  readonly signatureMs: number;
  /** Keys of signatures by their ids. */
  readonly keys: Readonly<Record<string, { readonly secret: string; readonly scope: Scope }>>;
}

export function httpSettings(entry: HttpEntry): HttpSettings {
  return {
    hosts: entry.hosts,
    connections: entry.connections,
    requestMs: (entry.request_seconds ?? 30) * 1000,
    signatureMs: (entry.signature_seconds ?? 60) * 1000,
    keys: entry.keys,
  };
}
