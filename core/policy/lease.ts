/**
 * An approval that the human grants beforehand, narrowed by caveats. Each caveat is chained to the ones before
 * it by HMAC-SHA256, so every holder of a lease can narrow it, and no holder can widen it.
 *
 * @see https://research.google/pubs/macaroons-cookies-with-contextual-caveats-for-decentralized-authorization-in-the-cloud/
 */
import { timingSafeEqual } from "node:crypto";
import { posix } from "node:path";
import { canonicalJson } from "../canonical-json.ts";
import { globMatches } from "./glob.ts";
import { hostsOf } from "./hosts.ts";
import { argumentOf, type CallFacts } from "./policy.ts";

/** All of them must hold. */
export type Caveat =
  | { readonly kind: "tool" | "persona" | "branch"; readonly is: string }
  /** Every path that the call names lies there. */
  | { readonly kind: "path"; readonly under: string }
  /** Every host that the call names fits the pattern. */
  | { readonly kind: "host"; readonly is: string }
  /** See {@link argumentsHash}. */
  | { readonly kind: "args"; readonly sha256: string }
  /** Milliseconds since the epoch. */
  | { readonly kind: "before"; readonly at: number }
  | { readonly kind: "uses"; readonly most: number };

export interface Lease {
  readonly id: string;
  /** What is not a {@link Caveat} that we know allows nothing. */
  readonly caveats: readonly unknown[];
  /** In hexadecimal; a holder who knows it can narrow the lease. */
  readonly signature: string;
}

/** The call that a lease should allow. */
export interface LeaseRequest {
  readonly call: CallFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How often the lease has been used already. */
  readonly uses: number;
}

/** Where leases lie, on this machine or for several. */
export interface LeaseSpender {
  /** Uses up one use of a lease that allows the call. @returns its id; `undefined` when none does. */
  spend(call: CallFacts): Promise<string | undefined>;
  /**
   * Whether a lease remains that could allow a call of a tool by a persona, as this process has read them last; no use
   * of it is spent. Says what is worth offering; what may run is decided by {@link spend}.
   */
  mayAllow(tool: string, persona: string): boolean;
}

/** A lease as it is listed. */
export interface GrantedLease {
  readonly id: string;
  readonly caveats: readonly unknown[];
  /** Milliseconds since the epoch. */
  readonly grantedAt: number;
  readonly uses: number;
  readonly revoked: boolean;
  /** Id of the lease that this one narrows. */
  readonly from?: string | undefined;
}

/** Leases that a person grants, and ends. */
export interface Leases extends LeaseSpender {
  grant(caveats: readonly Caveat[]): Promise<Lease>;
  /**
   * Grants a lease that allows no more than another one: each of its uses is one of the other's too, and it
   * ends with it.
   *
   * @returns the id of the new lease; as it is signed it bears that of its root.
   * @throws {OrgError} `USAGE` when there is no such lease, or it was revoked.
   */
  narrow(from: string, caveats: readonly Caveat[]): Promise<string>;
  /** The newest first. */
  list(): Promise<readonly GrantedLease[]>;
  /**
   * Ends a lease, and with it every one that narrows it.
   *
   * @throws {OrgError} `USAGE` when there is no such lease.
   */
  revoke(id: string): Promise<void>;
}

/** @param key the secret of the home, which no other process has. */
export function mintLease(key: Uint8Array, id: string, caveats: readonly Caveat[]): Lease {
  return { id, caveats, signature: signatureOf(key, id, caveats).toString("hex") };
}

/** The same lease with one more caveat: it allows at most the same. */
export function attenuate({ id, caveats, signature }: Lease, caveat: Caveat): Lease {
  const next = hmac(Buffer.from(signature, "hex"), canonicalJson(caveat));
  return { id, caveats: [...caveats, caveat], signature: next.toString("hex") };
}

/** Whether a lease comes from us, or is one of ours narrowed. Takes the same time for every signature. */
export function isAuthentic(key: Uint8Array, { id, caveats, signature }: Lease): boolean {
  const actual = Buffer.from(signature, "hex");
  const expected = signatureOf(key, id, caveats);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** Whether every caveat holds. Says nothing about whether the lease is authentic. */
export function permits({ caveats }: Lease, request: LeaseRequest): boolean {
  // Without any it would be an approval to everything.
  return (
    caveats.length > 0 && caveats.every((caveat) => isCaveat(caveat) && holds(caveat, request))
  );
}

/** SHA-256 in hexadecimal of arguments, whatever the order of their names. */
export function argumentsHash(args: unknown): string {
  return new Bun.CryptoHasher("sha256").update(canonicalJson(args)).digest("hex");
}

function signatureOf(key: Uint8Array, id: string, caveats: readonly unknown[]): Buffer {
  return caveats.reduce<Buffer>(
    (signature, caveat) => hmac(signature, canonicalJson(caveat)),
    hmac(key, id),
  );
}

function hmac(key: Uint8Array, text: string): Buffer {
  return new Bun.CryptoHasher("sha256", key).update(text).digest();
}

const SHAPES: Readonly<Record<Caveat["kind"], readonly [field: string, type: string]>> = {
  tool: ["is", "string"],
  persona: ["is", "string"],
  branch: ["is", "string"],
  path: ["under", "string"],
  host: ["is", "string"],
  args: ["sha256", "string"],
  before: ["at", "number"],
  uses: ["most", "number"],
};

/** Exactly the fields that we know: an unknown one may be a further restriction. */
function isCaveat(value: unknown): value is Caveat {
  const kind = argumentOf(value, "kind");
  const shape = Object.entries(SHAPES).find(([name]) => name === kind)?.[1];
  if (shape === undefined || typeof value !== "object" || value === null) return false;
  const [field, type] = shape;
  return Object.keys(value).length === 2 && typeof argumentOf(value, field) === type;
}

function holds(caveat: Caveat, { call, now, uses }: LeaseRequest): boolean {
  switch (caveat.kind) {
    case "tool":
    case "persona":
    case "branch":
      return call[caveat.kind] === caveat.is;
    case "path":
      return everyOne(pathsOf(call.arguments), (path) => isUnder(path, caveat.under));
    case "host":
      return everyOne(hostsOf(call.arguments), (host) => globMatches(caveat.is, host));
    case "args":
      return argumentsHash(call.arguments) === caveat.sha256;
    case "before":
      return now < caveat.at;
    case "uses":
      return uses < caveat.most;
    default:
      return false;
  }
}

/** A call that names none may reach anything. */
function everyOne(names: readonly string[], fits: (name: string) => boolean): boolean {
  return names.length > 0 && names.every(fits);
}

const PATH_ARGUMENTS = ["path", "file", "save_to"];

function pathsOf(args: unknown): readonly string[] {
  return PATH_ARGUMENTS.flatMap((name) => {
    const value = argumentOf(args, name);
    if (value === undefined) return [];
    // The location of what is not text cannot be determined.
    return [typeof value === "string" ? value : ".."];
  });
}

function isUnder(path: string, prefix: string): boolean {
  const [inner, outer] = [posix.normalize(path), posix.normalize(`${prefix}/`)];
  if (inner.split("/").includes("..")) return false;
  return outer === "./" ? !inner.startsWith("/") : `${inner}/`.startsWith(outer);
}
