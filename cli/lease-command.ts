import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { argumentsHash, type Caveat, type GrantedLease, type Leases } from "#core/policy/lease.ts";
import { echoed } from "#core/text/echoed.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";

export interface LeaseOptions {
  readonly store: Leases;
  /** Options of the command line by their long names. */
  readonly flags: ReadonlyMap<string, string>;
  readonly output: Output;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The longest that a lease may hold, in minutes, and the most uses: it is not "always". */
const MOST_MINUTES = 7 * 24 * 60;
const MOST_USES = 1000;

const ACTIONS = ["list", "grant", "revoke"] as const;

/**
 * `org lease list|grant|revoke ID`.
 *
 * @throws {OrgError} `USAGE` for what makes no sense; nothing was granted or revoked then.
 */
export async function runLease(
  [actionName = "list", id, extra]: readonly string[],
  options: LeaseOptions,
): Promise<number> {
  const action = actionNamed("lease", ACTIONS, actionName);
  const surplus = action === "revoke" ? extra : id;
  if (surplus !== undefined) throw usage(`Unexpected argument ${echoed(surplus)}`);
  const useless =
    action === "grant" ? undefined : NARROWING.find((name) => options.flags.has(name));
  if (useless !== undefined) throw usage(`--${useless} is only for org lease grant`);
  switch (action) {
    case "list":
      await list(options);
      break;
    case "grant":
      await grant(options);
      break;
    case "revoke":
      await revoke(id, options);
      break;
    default:
      return unreachable(action);
  }
  return EXIT.done;
}

const NARROWING = ["from", "tool", "persona", "path", "host", "branch", "args", "minutes", "uses"];

async function list({ store, flags, output, now }: LeaseOptions): Promise<void> {
  const leases = await store.list();
  if (flags.has("json")) {
    output.write(`${JSON.stringify({ leases })}\n`);
    return;
  }
  for (const lease of leases) output.write(`${lineOf(lease, now)}\n`);
  if (leases.length === 0) output.say("No lease was granted.\n");
}

async function grant({ store, flags, output, now }: LeaseOptions): Promise<void> {
  const from = flags.get("from");
  const caveats = from === undefined ? caveatsOf(flags, now) : narrowingOf(flags, now);
  // The signature stays where it is: the reader has no use for it.
  const id =
    from === undefined ? (await store.grant(caveats)).id : await store.narrow(from, caveats);
  output.write(flags.has("json") ? `${JSON.stringify({ id, caveats })}\n` : `${id}\n`);
}

/** A lease for a tool that comes later is one all the same; one for a name that was mistyped allows nothing. */
export function noteUnknownTool(
  tool: string | undefined,
  names: readonly string[],
  output: Output,
): void {
  if (tool === undefined || names.includes(tool)) return;
  const [near] = nearestNames(tool, names, 1);
  const suggestion = near === undefined ? "" : `; did you mean ${near}?`;
  output.say(`! There is no tool ${echoed(tool)} here${suggestion}\n`);
}

async function revoke(
  id: string | undefined,
  { store, flags, output }: LeaseOptions,
): Promise<void> {
  if (id === undefined) throw usage("Which lease?");
  await store.revoke(id);
  if (flags.has("json")) output.write(`${JSON.stringify({ id, revoked: true })}\n`);
}

function caveatsOf(flags: LeaseOptions["flags"], now: number): readonly Caveat[] {
  if (!flags.has("tool")) throw usage("A lease is for one tool: --tool NAME is missing");
  // A lease that says neither would hold for ever.
  return narrowingOf(new Map([["minutes", "60"], ["uses", "1"], ...flags]), now);
}

/** What the flags say, and no more: the rest is said by the lease that is narrowed. */
function narrowingOf(flags: LeaseOptions["flags"], now: number): readonly Caveat[] {
  const caveats: Caveat[] = [];
  for (const kind of ["tool", "persona", "branch", "host"] as const) {
    const is = flags.get(kind);
    if (is !== undefined) caveats.push({ kind, is });
  }
  const under = flags.get("path");
  if (under !== undefined) caveats.push({ kind: "path", under });
  const pattern = flags.get("args");
  if (pattern !== undefined) caveats.push({ kind: "args", sha256: argumentsHash(jsonOf(pattern)) });
  const minutes = numberOf(flags, "minutes", MOST_MINUTES);
  if (minutes !== undefined) caveats.push({ kind: "before", at: now + minutes * 60_000 });
  const uses = numberOf(flags, "uses", MOST_USES);
  if (uses !== undefined) caveats.push({ kind: "uses", most: uses });
  if (caveats.length === 0)
    throw usage("It would allow as much as the lease that it is derived from");
  return caveats;
}

function numberOf(flags: LeaseOptions["flags"], name: string, most: number): number | undefined {
  const text = flags.get(name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw usage(`--${name} is a whole number from 1 to ${most}, not ${echoed(text)}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw usage(`--args is not JSON: ${text.slice(0, 80)}`, { cause });
  }
}

function lineOf({ id, caveats, uses, revoked, from }: GrantedLease, now: number): string {
  const about = caveats.map((caveat) => describe(caveat, now));
  const parent = from === undefined ? [] : [`narrows ${from}`];
  const state = revoked ? "revoked" : stateOf(caveats, uses, now);
  return [id, state, `used ${uses}`, ...parent, ...about].join("\t");
}

/** Of the lease alone: the one that it narrows may have ended before it. */
function stateOf(caveats: readonly unknown[], uses: number, now: number): string {
  const all = caveats.map(Object);
  if (all.some(({ kind, most }) => kind === "uses" && uses >= most)) return "spent";
  return all.some(({ kind, at }) => kind === "before" && now > at) ? "expired" : "granted";
}

function describe(caveat: unknown, now: number): string {
  if (typeof caveat !== "object" || caveat === null) return "unreadable";
  const { kind, ...rest } = Object.fromEntries(Object.entries(caveat));
  const [value] = Object.values(rest);
  if (kind !== "before" || typeof value !== "number") return `${kind} ${value}`;
  return `${value > now ? "until" : "expired"} ${new Date(value).toISOString()}`;
}

function usage(
  message: string,
  { near = [], cause }: { readonly near?: readonly string[]; readonly cause?: unknown } = {},
): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: [...near, "org lease grant --tool sh --minutes 30 --uses 3", "org help lease"],
    unchanged: "Nothing was changed.",
    cause,
  });
}
