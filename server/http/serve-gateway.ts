/** What stands in front of a port of `org serve`: who may ask, under which names, and how much at once. */
import { randomBytes } from "node:crypto";
import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { AccessStore } from "#home/access-store.ts";
import type { HomePaths } from "#home/home-paths.ts";
import type { Settings } from "#home/settings/settings.ts";
import { parseAddress } from "#platform/net/address.ts";
import { Authenticator, type AuthenticatorOptions } from "./auth/authenticator.ts";
import type { PortOptions } from "./open-port.ts";

export interface ServeGateway extends Disposable, Omit<PortOptions, "port"> {
  readonly authenticator: Authenticator;
  readonly hostname: string;
  /** Lets those in who look after this process. */
  readonly key: string;
  /** Where this machine itself finds the port. */
  readonly address: string;
  /** What a person should know before others reach the port. */
  readonly warning: string | undefined;
  urlAt(port: number): string;
}

/** What one is made for. */
export interface GatewayOptions {
  /** An address of this machine. */
  readonly host: string;
  /** See {@link shareAccess}. */
  readonly useNonce?: AuthenticatorOptions["useNonce"];
}

/**
 * @throws {OrgError} `USAGE` for what is not an address, `TOKEN_MISSING` when others could reach the port and no caller
 *   would have to say who they are.
 */
export function gatewayOf(
  paths: HomePaths,
  { http }: Settings,
  { host, useNonce }: GatewayOptions,
): ServeGateway {
  const hostname = host === "localhost" ? "127.0.0.1" : host;
  if (parseAddress(hostname) === undefined) throw noAddress(hostname);
  const isExposed = !/^(?:127\.|::1$)/.test(hostname);
  // biome-ignore lint/nursery/useDisposables: what is returned disposes of it
  const store = new AccessStore(paths);
  const key = `own_${randomBytes(32).toString("base64url")}`;
  const { keys, signatureMs: windowMs } = http;
  const hasKeys = Object.keys(keys).length > 0;
  if (isExposed && store.isEmpty && !hasKeys) {
    store[Symbol.dispose]();
    throw openToAll(hostname);
  }
  const isEverywhere = hostname === "0.0.0.0" || hostname === "::";
  const address = isEverywhere ? "127.0.0.1" : hostname;
  const inUrl = address.includes(":") ? `[${address}]` : address;
  return {
    ...{ hostname, address, key, hosts: http.hosts },
    warning: isExposed ? inClear(hostname) : undefined,
    urlAt: (port) => `http://${inUrl}:${port}`,
    limits: { connections: http.connections, requestMs: http.requestMs },
    authenticator: new Authenticator({ store, keys, isExposed, own: key, windowMs, useNonce }),
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

function inClear(hostname: string): string {
  return [
    `It listens on ${hostname}: other machines reach it, and tokens and answers cross the network unencrypted.`,
    "→ put a proxy with TLS before it, and keep it on this machine: org serve",
    "→ org token create --name NAME --hmac   # callers sign: no token crosses the network",
  ].join("\n");
}

function noAddress(hostname: string): OrgError {
  return new OrgError(`--host ${echoed(hostname)} is not an address`, {
    code: "USAGE",
    why: "a name can resolve to any address; give an address of this machine, such as 0.0.0.0 for all of them",
    remedies: ["org help serve"],
    unchanged: "Nothing was started.",
  });
}

function openToAll(hostname: string): OrgError {
  return new OrgError(`Refusing to listen on ${hostname} without a token`, {
    code: "TOKEN_MISSING",
    why: "there is no token in this home, and other machines can reach that address",
    remedies: ["org token create --name NAME --scope run", "org serve   # on this machine alone"],
    unchanged: "Nothing was started.",
  });
}
