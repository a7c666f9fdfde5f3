/** How far the download of a model is, in words: for the room, and for the command line. */
import type { PullProgress } from "#core/model-facts.ts";

/** Every step in other words than the one before. */
export async function* changes(
  steps: AsyncIterable<PullProgress>,
  write: (step: PullProgress) => string,
): AsyncGenerator<string, void> {
  let last = "";
  for await (const step of steps) {
    const line = write(step);
    if (line !== last) yield line;
    last = line;
  }
}

/** How far a pull is, a line whenever there is something new, in words of the server that are not clean yet. */
export function progressLines(steps: AsyncIterable<PullProgress>): AsyncGenerator<string, void> {
  return changes(steps, progressOf);
}

/** In steps of five percent: a line each is read, a thousand are not. */
export function progressOf({ status, totalBytes, completedBytes }: PullProgress): string {
  // Layers become known one after the other; the names of their digests tell the user nothing.
  const what = status.replace(/^pulling [0-9a-f]{8,}$/, "pulling");
  if (totalBytes === 0 || what !== "pulling") return what;
  const percent = Math.min(100, Math.floor((completedBytes / totalBytes) * 20) * 5);
  return `${what} ${percent} % of ${sizeOf(totalBytes)}`;
}

/** A number of bytes in the unit that a person would choose. */
export function sizeOf(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
