import { SCOPES, type Scope } from "#core/access.ts";
import { dayOf } from "#core/day-of.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { AccessStore } from "#home/access-store.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";

export interface TokenOptions {
  readonly store: AccessStore;
  /** Options of the command line by their long names. */
  readonly flags: ReadonlyMap<string, string>;
  readonly output: Output;
}

/**
 * `org token list|create|revoke ID`.
 *
 * @throws {OrgError} `USAGE` for what makes no sense; nothing was made or revoked then.
 */
export function runToken(
  [actionName = "list", id, extra]: readonly string[],
  options: TokenOptions,
): number {
  const action = actionNamed("token", ACTIONS, actionName);
  const surplus = action === "revoke" ? extra : id;
  if (surplus !== undefined) throw usage(`Unexpected argument ${echoed(surplus)}`);
  const useless = action === "create" ? undefined : MAKING.find((name) => options.flags.has(name));
  if (useless !== undefined) throw usage(`--${useless} is only for org token create`);
  switch (action) {
    case "list":
      list(options);
      break;
    case "create":
      create(options);
      break;
    case "revoke":
      revoke(id, options);
      break;
    default:
      return unreachable(action);
  }
  return EXIT.done;
}

const ACTIONS = ["list", "create", "revoke"] as const;
const MAKING = ["name", "scope", "hmac"];

function list({ store, flags, output }: TokenOptions): void {
  const tokens = store.list();
  if (flags.has("json")) {
    output.write(jsonLine({ tokens }));
    return;
  }
  for (const { id, kind, scope, name, createdAt } of tokens) {
    const made = dayOf(createdAt);
    output.write(`${id}  ${kind.padEnd(6)}  ${scope.padEnd(5)}  ${made}  ${name}\n`);
  }
  if (tokens.length === 0)
    output.say("There is no token: every program on this machine can use the ports.\n");
}

function create({ store, flags, output }: TokenOptions): void {
  const name = flags.get("name") ?? "";
  // It is printed in lists, one line each.
  if (!/^[\w.@ -]{1,64}$/.test(name)) {
    throw usage("--name needs a name for the token: 1 to 64 letters, digits, spaces or . _ - @");
  }
  const scope = scopeOf(flags.get("scope") ?? "run");
  if (flags.has("hmac")) {
    const { id, path } = store.createKey(name, scope);
    output.write(flags.has("json") ? jsonLine({ id, scope, path }) : `${id}\n`);
    output.say(`Its secret is in "${path}", which only you can read.\n`);
    return;
  }
  const { id, token } = store.createToken(name, scope);
  output.write(flags.has("json") ? jsonLine({ id, scope, token }) : `${token}\n`);
  output.say(`It is shown only once. org token revoke ${id} revokes it.\n`);
}

function revoke(id: string | undefined, { store, flags, output }: TokenOptions): void {
  if (id === undefined) throw usage("Which token?");
  store.revoke(id);
  if (flags.has("json")) output.write(jsonLine({ id, revoked: true }));
}

function scopeOf(text: string): Scope {
  const scope = SCOPES.find((one) => one === text);
  if (scope === undefined) throw usage(`--scope is one of ${SCOPES.join(", ")}`);
  return scope;
}

function usage(message: string): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: ["org help token"],
    unchanged: "Nothing was made or revoked.",
  });
}
