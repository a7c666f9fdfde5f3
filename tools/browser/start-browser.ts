/** Starts Chromium with all that its pages may take from the network. */
import type { CdpEvent } from "#platform/browser/cdp.ts";
import { Chromium } from "#platform/browser/chromium.ts";
import type { EgressOptions } from "#platform/net/egress/proxy.ts";
import type { KeepDownload } from "./downloads.ts";
import { type Notes, unreachedNote } from "./notes.ts";
import type { RequestRules } from "./request-rules.ts";

/** What the pages of a browser take from the network in its life, in bytes, both directions. */
const MOST_BYTES = 50 * 1024 * 1024;
const MOST_CONNECTIONS = 64;

export interface BrowserOptions extends Pick<RequestRules, "admits" | "maySend"> {
  /** Real path of Chromium. */
  readonly program: string;
  /** How hosts are reached. @default public addresses, port 443 */
  readonly egress?: Pick<EgressOptions, "resolver" | "allowAddress" | "ports"> | undefined;
  /** More flags. @default none */
  readonly flags?: readonly string[] | undefined;
  /** Takes the files that pages give. @default none is taken */
  readonly keepDownload?: KeepDownload | undefined;
}

interface BrowserObservers {
  readonly notes: Notes;
  readonly onEvent: (event: CdpEvent) => void;
}

/** @throws {OrgError} `BROWSER_FAILED`, `SANDBOX_UNAVAILABLE` */
export async function startBrowser(
  { egress, program, flags, admits }: BrowserOptions,
  { notes, onEvent }: BrowserObservers,
  signal: AbortSignal,
): Promise<Chromium> {
  const limits = { bytes: MOST_BYTES, connections: MOST_CONNECTIONS };
  const onEgress: EgressOptions["onEvent"] = (event) => {
    const note = unreachedNote(event, admits);
    if (note !== undefined) notes.add(note);
  };
  const options = { ...egress, admits, limits, onEvent: onEgress };
  return await Chromium.start({ program, flags, egress: options, onEvent }, signal);
}
