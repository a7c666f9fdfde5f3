/**
 * What a person reads when PostgreSQL does not do what it is asked, and whether asking again may help. No text of these
 * holds a user's password, and none an address beyond host, port and database.
 */
import { OrgError, reasonOf } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import type { DatabaseUrl } from "./database-url.ts";

/** A call that was not answered in time: whether it was done is open. */
export class CallTimeout extends Error {
  override readonly name = "CallTimeout";
}

/** The SQLSTATE of the server's answer; "" for what happened on the way to it. */
function sqlStateOf(error: unknown): string {
  const state: unknown = Reflect.get(Object(error), "errno");
  return typeof state === "string" && /^[\dA-Z]{5}$/.test(state) ? state : "";
}

/** Connections cut, a server that starts, ends, is full or read-only, deadlocks, locks that were waited for. */
const PASSING_STATES = /^(?:08|53|57P0|25006|40001|40P01|55P03)/;
/** As Bun calls what happens on the way. */
const PASSING_CODES = /^ERR_POSTGRES_(?:CONNECTION|IDLE|LIFETIME)/;

/** Whether the same call may be answered a moment later. What it had done is found by the id of its batch. */
export function mayPass(error: unknown): boolean {
  if (error instanceof CallTimeout) return true;
  // A standby is promoted, a primary is opened for writing again.
  if (error instanceof OrgError) {
    return error.code === "DATABASE_UNREACHABLE" || error.code === "DATABASE_READ_ONLY";
  }
  if (isOlderCopy(error)) return true;
  const state = sqlStateOf(error);
  return state === "" ? PASSING_CODES.test(bunCodeOf(error)) : PASSING_STATES.test(state);
}

/** A copy of the same batch, sent before, committed in this moment: asked again, its answer is there. */
function isOlderCopy(error: unknown): boolean {
  return (
    sqlStateOf(error) === "23505" && Reflect.get(Object(error), "constraint") === "applied_pkey"
  );
}

/** Whether another server, or the same one anew, should be looked for: this one is gone or takes no writes. */
export function wantsAnotherServer(error: unknown): boolean {
  if (error instanceof CallTimeout) return true;
  const state = sqlStateOf(error);
  if (state !== "") return state === "25006" || state.startsWith("57P0");
  return /^ERR_POSTGRES_CONNECTION_(?:REFUSED|TIMEOUT|FAILED)/.test(bunCodeOf(error));
}

function bunCodeOf(error: unknown): string {
  const code: unknown = Reflect.get(Object(error), "code");
  return typeof code === "string" ? code : "";
}

/** SQLSTATEs of servers that answer, and refuse: what is wrong, and what helps. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/^28P01/, "correct user and password in ORG_DB, with %40 for @ and %2F for /"],
  [
    /^28/,
    "allow this user and machine in pg_hba.conf; with sslmode=require in ORG_DB where TLS is required",
  ],
  [/^3D/, "createdb NAME   # on the server, then: org db init"],
  [
    /^42501/,
    "give the user of ORG_DB the right to make a schema: GRANT CREATE ON DATABASE NAME TO USER",
  ],
];

/** Makes of any failure of a call one for a person. */
export function databaseFailed(server: DatabaseUrl, cause: unknown): OrgError {
  if (cause instanceof OrgError) return cause;
  const { name } = server;
  if (mayPass(cause)) return unreachable([{ server, cause }]);
  const state = sqlStateOf(cause);
  const [, remedy] = REFUSALS.find(([states]) => states.test(state)) ?? [];
  const why = reasonFor(server, cause);
  if (remedy !== undefined) return databaseRefused(name, { why, remedy, cause });
  const bunCode = bunCodeOf(cause);
  if (/CERT|ISSUER|SIGNATURE|ALTNAME/.test(bunCode)) {
    const trust =
      "name its certificates in ORG_DB: sslmode=verify-full&sslrootcert=/PATH; docs/scale.md";
    return databaseRefused(name, { why, remedy: trust, cause });
  }
  if (/TLS|CHANNEL_BINDING|AUTHENTICATION|SASL/.test(bunCode)) {
    const tls = "set sslmode in ORG_DB to what the server offers; docs/scale.md";
    return databaseRefused(name, { why, remedy: tls, cause });
  }
  return new OrgError(`PostgreSQL at ${name} could not do what was asked`, {
    code: "DATABASE_FAILED",
    why,
    remedies: ["org db check   # looks at the tables", "look into the log of the server"],
    unchanged: "Earlier data is safe; this was not written.",
    cause,
  });
}

/** A caller still asks while the connections are being closed. */
export function databaseIsEnding(): OrgError {
  return new OrgError("The connections to the database are closed", {
    code: "DATABASE_FAILED",
    why: "This process is ending.",
    remedies: ["run the command again"],
    unchanged: "Earlier data is safe; this was not written.",
  });
}

interface Refusal {
  readonly why: string;
  readonly remedy: string;
  readonly cause?: unknown;
}

/** The server answers, and does not let us in. */
export function databaseRefused(name: string, { why, remedy, cause }: Refusal): OrgError {
  return new OrgError(`PostgreSQL at ${name} refuses the connection`, {
    ...{ code: "DATABASE_REFUSED", why, remedies: [remedy] },
    ...{ unchanged: "Nothing was written.", cause },
  });
}

export interface Attempt {
  readonly server: DatabaseUrl;
  readonly cause: unknown;
}

/** A server that answers, and takes no writes. */
export function readOnly({ name }: DatabaseUrl, why: string): OrgError {
  return new OrgError(`PostgreSQL at ${name} takes no writes`, {
    ...{ code: "DATABASE_READ_ONLY", why },
    remedies: ["put the address of the primary into ORG_DB, or of all servers: URL,URL"],
    unchanged: "Nothing was written.",
  });
}

/** @param attempts one for each server of the list, of which none can be used. */
export function noServer(attempts: readonly Attempt[]): OrgError {
  // A wrong password is not waited for; where one server is only away, that one may still be the right one.
  const lasting = attempts.find(({ cause }) => !mayPass(cause));
  const isLasting = lasting !== undefined && attempts.every(({ cause }) => !mayPass(cause));
  if (isLasting) return databaseFailed(lasting.server, lasting.cause);
  const [first] = attempts;
  if (attempts.length === 1 && first?.cause instanceof OrgError) return first.cause;
  return unreachable(attempts);
}

function unreachable(attempts: readonly Attempt[]): OrgError {
  const names = attempts.map(({ server }) => server.name).join(", ");
  const [first] = attempts;
  const what =
    attempts.length === 1
      ? `PostgreSQL at ${names} does not answer`
      : `No server of ${names} takes writes`;
  return new OrgError(what, {
    code: "DATABASE_UNREACHABLE",
    why: attempts.map(describe).join("; "),
    remedies: [
      `pg_isready -h ${shellWord(first?.server.hostname ?? "")} -p ${first?.server.port ?? ""}   # does it take connections?`,
    ],
    unchanged: "Earlier data is safe; this was not written.",
    cause: first?.cause,
  });
}

function describe({ server, cause }: Attempt): string {
  if (cause instanceof OrgError) return `${cause.message}: ${cause.why ?? ""}`;
  return `${server.name}: ${reasonFor(server, cause)}`;
}

/** One line, without the password should the server or the client ever say it back. */
function reasonFor({ password }: DatabaseUrl, cause: unknown): string {
  const state = sqlStateOf(cause);
  const [line = ""] = reasonOf(cause).split("\n");
  const redacted = password.length < 4 ? line : line.replaceAll(password, "***");
  return state === "" ? redacted : `${state}: ${redacted}`;
}
