import { OrgError, reasonOf } from "#core/errors.ts";

/** The walls between what models ask for and the network; each refuses for one kind of reason. */
export type Wall =
  | "url"
  | "scheme"
  | "userinfo"
  | "port"
  | "host"
  | "address"
  | "redirects"
  | "redirect-host"
  | "downgrade"
  | "header"
  | "header-bytes"
  | "wire-bytes"
  | "inflated-bytes"
  | "encoding"
  | "content-type";

/** A request, or its answer, met a wall. No other host may be asked in the hope of another verdict. */
export class NetworkRefused extends OrgError {
  readonly wall: Wall;

  /**
   * @param what names the request, as a person would call it: a host or an address.
   * @param why one sentence, with numbers and names.
   */
  constructor(wall: Wall, what: string, why: string) {
    super(`The request to ${quote(what)} was refused`, {
      code: "NETWORK_REFUSED",
      why: `Wall "${wall}": ${why}`,
      remedies: [REMEDIES[wall] ?? "ask for another address"],
    });
    this.wall = wall;
  }
}

const REMEDIES: Partial<Record<Wall, string>> = {
  scheme: "use an address that begins with https:// or http://",
  userinfo: "leave out the name and the password before the host",
  port: "use an address without a port",
  address: "use an address of the public internet",
  "redirect-host": "ask for that address itself: whether it may be reached is then decided anew",
  downgrade: "ask the http address itself, if it may be read by others on the way",
  "wire-bytes": "ask for a smaller part",
  "inflated-bytes": "ask for a smaller part",
  "content-type": "ask for a page or a text file",
};

/**
 * A server could not be asked, or did not answer in full.
 *
 * @param why one sentence, with numbers and names.
 */
export function networkFailed(what: string, why: string, cause?: unknown): OrgError {
  return new OrgError(`No answer from ${quote(what)}`, {
    code: "NETWORK_FAILED",
    why,
    remedies: ["check the address, and try again later"],
    cause,
  });
}

/** What a failure of a connection says, with the system's name for it. */
export function connectionReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = reasonOf(error);
  return code === "" || reason.includes(code) ? reason : `${code}: ${reason}`;
}

function quote(what: string): string {
  return JSON.stringify(what.length > 200 ? `${what.slice(0, 200)}…` : what);
}
