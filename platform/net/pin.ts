import { lookup } from "node:dns/promises";
import { parseAddress, whyNotPublic } from "./address.ts";
import { connectionReason, NetworkRefused, networkFailed } from "./refusal.ts";

/** Asks the domain name system for every address of a name. */
type Resolver = (host: string) => Promise<readonly string[]>;

export interface AddressRules {
  /** @default the system's own resolver */
  readonly resolver?: Resolver | undefined;
  /** Addresses that count as public although they are not. For tests, which must not leave this machine. */
  readonly allowAddress?: ((address: string) => boolean) | undefined;
}

/**
 * Chooses the one address that a request may be sent to. A name is resolved here and never again: an attacker who
 * connects by the name might get another answer.
 *
 * @param host a name, or an address without brackets.
 * @throws {NetworkRefused} at the wall `address` when any answer is not public: a name that leads to both is
 *   made to lead us astray.
 * @throws {OrgError} `NETWORK_FAILED` when the name has no address.
 */
export async function pinAddress(
  host: string,
  rules: AddressRules,
  signal: AbortSignal,
): Promise<string> {
  const addresses =
    parseAddress(host) === undefined ? await resolveAll(host, rules, signal) : [host];
  for (const address of addresses) {
    const why = whyNotPublic(address);
    if (why === undefined || rules.allowAddress?.(address) === true) continue;
    const subject = address === host ? address : `"${host}" leads to ${address}, which`;
    throw new NetworkRefused("address", host, `${subject} ${why}.`);
  }
  const [first] = addresses;
  if (first === undefined) throw networkFailed(host, "The name has no address.");
  return first;
}

async function resolveAll(
  host: string,
  { resolver = systemResolver }: AddressRules,
  signal: AbortSignal,
): Promise<readonly string[]> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    // The system's resolver cannot be stopped, only left.
    return await Promise.race([resolver(host), aborted.promise]);
  } catch (error) {
    signal.throwIfAborted();
    throw networkFailed(host, `The name was not found: ${connectionReason(error)}.`, error);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function systemResolver(host: string): Promise<readonly string[]> {
  const answers = await lookup(host, { all: true });
  return answers.map(({ address }) => address);
}
