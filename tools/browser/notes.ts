/** What happened around an action and is not on the page: it is reported in a few rows, whatever a page does. */
import type { EgressEvent } from "#platform/net/egress/proxy.ts";
import type { RequestRefusal } from "./request-rules.ts";

/**
 * The report of a host that was not reached. A connection that was open and ended does not concern a reader: one that
 * is kept for the next page ends so while a user thinks, and Chromium asks anew for what it lacks.
 *
 * @param admits whether pages may ask a host; what Chromium asks for by itself is not a concern of a reader, either.
 */
export function unreachedNote(
  { kind, host, why = "no reason is known" }: EgressEvent,
  admits: (host: string) => boolean,
): string | undefined {
  const isReported = (kind === "refused" || kind === "cut") && admits(host);
  return isReported ? `${host} was not reached: ${why}` : undefined;
}

const MOST_HOSTS = 6;
const MOST_TEXT = 200;

/** Collects until the report. */
export class Notes {
  readonly #dialogs: string[] = [];
  #moreDialogs = 0;
  #popups = 0;
  readonly #downloads: string[] = [];
  readonly #quarantined: string[] = [];
  #uploads = 0;
  readonly #refused = new Map<RequestRefusal["kind"], Map<string, number>>();
  readonly #other: string[] = [];

  dialog(kind: string, text: string, isAccepted: boolean): void {
    if (this.#dialogs.length >= 2) this.#moreDialogs += 1;
    else {
      const done = isAccepted ? "answered with OK" : "dismissed";
      this.#dialogs.push(`A dialog (${kind}) was ${done}; it said: ${short(text)}`);
    }
  }

  popupClosed(): void {
    this.#popups += 1;
  }

  /** One was refused. @param why one clause. @default none is taken at all */
  download(name: string, why?: string): void {
    if (this.#downloads.length >= 2) return;
    const reason = why === undefined ? "" : `: ${short(why)}`;
    this.#downloads.push(`The download of ${short(name)} was refused${reason}.`);
  }

  /** One was put into quarantine; each is reported. */
  quarantined(text: string): void {
    this.#quarantined.push(text);
  }

  upload(): void {
    this.#uploads += 1;
  }

  refused({ kind, what }: RequestRefusal): void {
    const counts = this.#refused.get(kind) ?? new Map<string, number>();
    this.#refused.set(kind, counts);
    // A page can make up as many names as it likes.
    if (counts.has(what) || counts.size < 100) counts.set(what, (counts.get(what) ?? 0) + 1);
  }

  add(text: string): void {
    if (this.#other.length < 5) this.#other.push(text);
  }

  /** The rows, and nothing is left of them. */
  take(): readonly string[] {
    const rows = [
      ...this.#other.splice(0),
      ...this.#dialogs.splice(0),
      this.#moreDialogs > 0 ? `${this.#moreDialogs} more dialogs were dismissed.` : "",
      this.#popups > 0 ? `${this.#popups} windows that the page opened were closed.` : "",
      ...this.#quarantined.splice(0),
      ...this.#downloads.splice(0),
      this.#uploads > 0
        ? "The page wanted a file: use type with the ref of its field, and a path of the workspace."
        : "",
      this.#list(
        "host",
        "Not approved, so the page was kept from",
        "hosts in the arguments of open asks the user",
      ),
      this.#list("scheme", "Refused, because only https: is opened:", ""),
      this.#list(
        "sends",
        "Stopped, because it would send something:",
        '"submit": true asks the user',
      ),
    ];
    this.#moreDialogs = 0;
    this.#popups = 0;
    this.#uploads = 0;
    this.#refused.clear();
    return rows.filter((row) => row !== "");
  }

  #list(kind: RequestRefusal["kind"], what: string, how: string): string {
    const counts = [...(this.#refused.get(kind) ?? [])];
    if (counts.length === 0) return "";
    const listed = counts
      .slice(0, MOST_HOSTS)
      .map(([name, times]) => (times === 1 ? short(name) : `${short(name)} (${times} times)`));
    const more = counts.length > MOST_HOSTS ? ` and ${counts.length - MOST_HOSTS} more` : "";
    return `${what} ${listed.join(", ")}${more}.${how === "" ? "" : ` ${how}.`}`;
  }
}

/** In one row, and not long. */
function short(text: string): string {
  const row = text.replace(/[\s\u0085]+/g, " ").trim();
  return row.length > MOST_TEXT ? `${row.slice(0, MOST_TEXT).toWellFormed()}…` : row;
}
