/** Which of the leases of a home allow a call: decided of their rows alone, wherever these lie. */
import { OrgError } from "#core/errors.ts";
import {
  attenuate,
  type Caveat,
  type GrantedLease,
  isAuthentic,
  type Lease,
  permits,
} from "#core/policy/lease.ts";
import { argumentOf, type CallFacts } from "#core/policy/policy.ts";

/** A stored lease. */
export interface LeaseRow {
  readonly id: string;
  /** Of the lease that it narrows. */
  readonly parent: string | null;
  /** JSON. */
  readonly caveats: string;
  readonly signature: string;
  /** Milliseconds since the epoch. */
  readonly grantedAt: number;
  readonly uses: number;
  readonly isRevoked: boolean;
}

/** Kinds of caveats that hold or do not, whatever a call says. */
const STATIC_KINDS: readonly unknown[] = ["tool", "persona", "before", "uses"];

/** All leases of a home at one moment. */
export class LeaseLines {
  readonly #rows: ReadonlyMap<string, LeaseRow>;
  readonly #key: Uint8Array;

  /** @param rows the newest first. @param key the secret that signs them. */
  constructor(rows: readonly LeaseRow[], key: Uint8Array) {
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    this.#key = key;
  }

  /** @returns the newest lease that allows the call, and all that it narrows; `undefined` when none does. */
  allowing(call: CallFacts, now: number): readonly LeaseRow[] | undefined {
    const allows = (row: LeaseRow, line: readonly LeaseRow[]): boolean => {
      const lease = leaseOf(row, line);
      return isAuthentic(this.#key, lease) && permits(lease, { call, now, uses: row.uses });
    };
    return this.#whole().find((line) => line.every((row) => allows(row, line)));
  }

  /** Whether one remains that could allow a call of a tool by a persona. */
  mayAllow(tool: string, persona: string, now: number): boolean {
    const call = { tool, persona, arguments: {}, effect: "none", capabilities: [] } as const;
    const couldAllow = (row: LeaseRow, line: readonly LeaseRow[]): boolean => {
      const lease = leaseOf(row, line);
      // What depends on the arguments, only a call can say.
      const staticCaveats = lease.caveats.filter((one) =>
        STATIC_KINDS.includes(argumentOf(one, "kind")),
      );
      const request = { call, now, uses: row.uses };
      const holds =
        staticCaveats.length === 0 || permits({ ...lease, caveats: staticCaveats }, request);
      return isAuthentic(this.#key, lease) && holds;
    };
    return this.#whole().some((line) => line.every((row) => couldAllow(row, line)));
  }

  list(): readonly GrantedLease[] {
    return [...this.#rows.values()].map(({ id, caveats, grantedAt, uses, parent }) => ({
      ...{ id, caveats: caveatsOf(caveats), grantedAt, uses },
      revoked: !isWhole(this.#lineOf(id)),
      from: parent ?? undefined,
    }));
  }

  /**
   * By its signature alone, as anybody could who holds it: the secret has no part in it.
   *
   * @returns the lease as it is signed, which bears the id of its root.
   * @throws {OrgError} `USAGE` when there is no such lease, or it was revoked.
   */
  narrowed(from: string, caveats: readonly Caveat[]): Lease {
    const parent = this.#rows.get(from);
    if (parent === undefined) throw this.unknown(from, "granted");
    const line = this.#lineOf(from);
    if (!isWhole(line)) throw isRevoked(from);
    return caveats.reduce<Lease>(attenuate, leaseOf(parent, line));
  }

  unknown(id: string, done: string): OrgError {
    const ids = [...this.#rows.keys()];
    return new OrgError(`There is no lease "${id.slice(0, 80)}"`, {
      code: "USAGE",
      why: ids.length === 0 ? "none was granted" : `there are ${ids.slice(0, 8).join(", ")}`,
      remedies: ["org lease list"],
      unchanged: `Nothing was ${done}.`,
    });
  }

  #whole(): readonly (readonly LeaseRow[])[] {
    return [...this.#rows.keys()].map((id) => this.#lineOf(id)).filter(isWhole);
  }

  /** A lease, the one that it narrows, and so on to the root; empty when one of them is missing. */
  #lineOf(id: string): readonly LeaseRow[] {
    const line: LeaseRow[] = [];
    for (let next: string | null = id; next !== null; ) {
      const row = this.#rows.get(next);
      // In a circle, which only another program can have made, there is no root.
      if (row === undefined || line.includes(row)) return [];
      line.push(row);
      next = row.parent;
    }
    return line;
  }
}

/** Whether a lease and all that it narrows are there and hold. */
function isWhole(line: readonly LeaseRow[]): boolean {
  return line.length > 0 && line.every((row) => !row.isRevoked);
}

/** As it was signed: a narrowed lease bears the name of its root. */
function leaseOf({ id, caveats, signature }: LeaseRow, line: readonly LeaseRow[]): Lease {
  return { id: line.at(-1)?.id ?? id, caveats: caveatsOf(caveats), signature };
}

function isRevoked(id: string): OrgError {
  return new OrgError(`The lease "${id}" was revoked`, {
    code: "USAGE",
    why: "a lease that is derived from another ends with it",
    remedies: ["org lease list", "org lease grant --tool sh --minutes 30 --uses 3"],
    unchanged: "Nothing was granted.",
  });
}

/** What cannot be read allows nothing: see `permits`. */
function caveatsOf(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
