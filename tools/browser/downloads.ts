/** Files that pages give to a browser: taken out of its sandbox into quarantine, or stopped. */
import { z } from "zod";
import { reasonOf } from "#core/errors.ts";
import type { CdpParams } from "#platform/browser/cdp.ts";
import type { Notes } from "./notes.ts";
import type { Page } from "./page.ts";

/** Where Chromium puts them, in the memory of its sandbox, under names of its own. */
const FOLDER = "/tmp/downloads";
/** In the life of a browser: they stay in its memory until it is closed. */
const MOST_FILES = 8;
const MOST_BYTES = 20_000_000;
/** Of a file in one message, in bytes. */
const PIECE = 4 * 1024 * 1024;
const LOOK_MS = 25;

/** Keeps a file. @returns its name in quarantine, and what it is called there. */
export type KeepDownload = (download: {
  readonly name: string;
  readonly url: string;
  readonly page: string;
  readonly data: Uint8Array;
}) => Promise<{ readonly id: string; readonly name: string; readonly sha256: string }>;

const begun = z.object({
  guid: z.string().regex(/^[\w-]{1,80}$/),
  url: z.string(),
  suggestedFilename: z.string().default("a file"),
});
const progress = z.object({
  guid: z.string(),
  totalBytes: z.number(),
  receivedBytes: z.number(),
  state: z.enum(["inProgress", "completed", "canceled"]),
});
const made = z.object({ result: z.object({ objectId: z.string() }) });
const piece = z.object({ result: z.object({ value: z.string() }) });

interface Running {
  readonly guid: string;
  readonly name: string;
  readonly url: string;
  state: "running" | "complete" | "ended";
  bytes: number;
}

export interface DownloadsOptions {
  readonly notes: Notes;
  /** @default none is taken */
  readonly keep: KeepDownload | undefined;
  /** Sends a command to the browser itself. */
  readonly send: (method: string, params: CdpParams) => Promise<unknown>;
}

export class Downloads {
  readonly #options: DownloadsOptions;
  readonly #all = new Map<string, Running>();
  #count = 0;

  constructor(options: DownloadsOptions) {
    this.#options = options;
  }

  /** What Chromium does with them. */
  get behavior(): CdpParams {
    if (this.#options.keep === undefined) return { behavior: "deny", eventsEnabled: true };
    return { behavior: "allowAndName", downloadPath: FOLDER, eventsEnabled: true };
  }

  /** @param isRequested whether it begins in an action of a persona. */
  begin(params: CdpParams, isRequested: boolean): void {
    const { guid, url, suggestedFilename: name } = begun.parse(params);
    const { keep, notes } = this.#options;
    if (keep === undefined) {
      notes.download(name);
      return;
    }
    this.#count += 1;
    if (!isRequested) this.#refuse({ guid, name }, "no action asked for it");
    else if (this.#count > MOST_FILES) {
      this.#refuse({ guid, name }, `a browser takes ${MOST_FILES} files at most`);
    } else this.#all.set(guid, { guid, name, url, state: "running", bytes: 0 });
  }

  progress(params: CdpParams): void {
    const { guid, totalBytes, receivedBytes, state } = progress.parse(params);
    const one = this.#all.get(guid);
    if (one === undefined) return;
    one.bytes = receivedBytes;
    if (Math.max(totalBytes, receivedBytes) > MOST_BYTES) {
      this.#refuse(one, "it has more than 20 MB");
    } else if (state === "completed") one.state = "complete";
    else if (state === "canceled") this.#refuse(one, "it came to no end");
  }

  /**
   * Waits for those that run, and puts them into quarantine.
   *
   * @param mostMs longest wait; what runs then is stopped.
   * @returns how many were put into quarantine.
   */
  async settled(page: Page, mostMs: number, signal: AbortSignal): Promise<number> {
    const start = performance.now();
    let count = 0;
    while (this.#all.size > 0) {
      signal.throwIfAborted();
      for (const one of this.#all.values()) {
        if (one.state === "complete" && (await this.#take(one, page))) count += 1;
        else if (one.state === "running" && performance.now() - start > mostMs) {
          this.#refuse(one, `it took more than ${mostMs / 1000} s`);
        }
      }
      if (this.#all.size > 0) await Bun.sleep(LOOK_MS);
    }
    return count;
  }

  async #take(one: Running, page: Page): Promise<boolean> {
    this.#all.delete(one.guid);
    const { keep, notes } = this.#options;
    try {
      const data = await readDownload(page, `${FOLDER}/${one.guid}`, one.bytes);
      const quarantined = await keep?.({ name: one.name, url: one.url, page: page.url, data });
      if (quarantined === undefined) return false;
      const { id, name, sha256 } = quarantined;
      const size = data.length.toLocaleString("en");
      notes.quarantined(
        `A file was put into quarantine as ${id}: ${name}, ${size} bytes, sha256 ${sha256}. No tool can read it; the user lets it out with: org browser release ${id}`,
      );
      return true;
    } catch (error) {
      notes.download(one.name, reasonOf(error));
      return false;
    }
  }

  #refuse({ guid, name }: Pick<Running, "guid" | "name">, why: string): void {
    this.#all.delete(guid);
    this.#options.notes.download(name, why);
    this.#options.send("Browser.cancelDownload", { guid }).catch(() => undefined);
  }
}

const PIECE_OF = `async function (from, to) {
  const reader = new FileReader();
  const done = new Promise((resolve, reject) => { reader.onload = resolve; reader.onerror = () => reject(reader.error) });
  reader.readAsDataURL(this.files[0].slice(from, to));
  await done;
  return reader.result.slice(reader.result.indexOf(",") + 1);
}`;

/**
 * Reads a file of the sandbox, which shows us no folder of it: through a field for files that lies in no document, and
 * where no script of a page can see it.
 */
async function readDownload(page: Page, path: string, bytes: number): Promise<Uint8Array> {
  const target = { session: page.session, frame: page.target };
  return await page.inIsolatedWorld(target, async (contextId) => {
    const expression = 'Object.assign(document.createElement("input"), { type: "file" })';
    const field = await page.send("Runtime.evaluate", { expression, contextId });
    const { objectId } = made.parse(field).result;
    await page.send("DOM.setFileInputFiles", { files: [path], objectId });
    const pieces: Buffer[] = [];
    for (let from = 0; from < bytes; from += PIECE) {
      const found = await page.send("Runtime.callFunctionOn", {
        ...{ objectId, functionDeclaration: PIECE_OF, awaitPromise: true, returnByValue: true },
        arguments: [{ value: from }, { value: Math.min(bytes, from + PIECE) }],
      });
      pieces.push(Buffer.from(piece.parse(found).result.value, "base64"));
    }
    await page.send("Runtime.releaseObject", { objectId });
    return Buffer.concat(pieces);
  });
}
