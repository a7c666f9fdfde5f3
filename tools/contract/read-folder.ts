import { constants, type FileHandle, open, readdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { errnoOf, fileUnreadable } from "#platform/files.ts";
import type { ToolFolder } from "./tool-folder.ts";

/** Written by the gate beside the tool; no part of what is verified. */
const METADATA = "metadata.json";
/** A tool is one or two files of code, its contract, its cases and its tests. */
const MAX_FILES = 16;
/** Of each file in bytes: more than a model writes in one answer, little enough to read at once. */
const MAX_FILE_BYTES = 256 * 1024;
const FILE_NAME = /^[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/;

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/**
 * Reads a tool from its folder: regular files directly in it, as UTF-8. Whatever else lies there refuses the
 * whole folder, because what is not read cannot be verified.
 *
 * Every file is opened below the open folder and without following a link, so that no process can exchange one
 * between look and use.
 *
 * @throws {OrgError} `TOOL_INVALID` for a link, a folder, a name or a size that no tool has, and for text
 *   that is not UTF-8; `INPUT_MISSING` when it is not there, `FILE_FAILED` when the system refuses.
 */
export async function readToolFolder(path: string): Promise<ToolFolder> {
  const name = basename(resolve(path));
  try {
    await using folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const root = `/proc/self/fd/${folder.fd}`;
    const names = (await readdir(root)).filter((entry) => entry !== METADATA).sort();
    if (names.length > MAX_FILES) {
      throw invalid(name, `It holds ${names.length} files; at most ${MAX_FILES} are allowed.`);
    }
    const files = new Map<string, string>();
    for (const file of names) files.set(file, await readOne(name, root, file));
    return { name, files };
  } catch (error) {
    if (error instanceof OrgError) throw error;
    if (["ELOOP", "ENOTDIR"].includes(errnoOf(error))) {
      throw invalid(name, "It is a link or a file, where a folder is needed.");
    }
    throw fileUnreadable(path, error);
  }
}

async function readOne(tool: string, root: string, name: string): Promise<string> {
  if (!FILE_NAME.test(name)) {
    throw invalid(tool, `${JSON.stringify(name)} is not a name for a file of a tool.`);
  }
  // Without O_NONBLOCK a FIFO would hold us until a process writes to it.
  await using file = await open(`${root}/${name}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(
    (error: unknown) => {
      if (["ELOOP", "ENXIO"].includes(errnoOf(error))) throw notRegular(tool, name);
      throw error;
    },
  );
  if (!(await file.stat()).isFile()) throw notRegular(tool, name);
  return decode(tool, name, await readBytes(tool, name, file));
}

async function readBytes(tool: string, name: string, file: FileHandle): Promise<Uint8Array> {
  // One byte more than allowed tells a file that grew since its size was asked.
  const buffer = new Uint8Array(MAX_FILE_BYTES + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
    if (length > MAX_FILE_BYTES) {
      throw invalid(tool, `"${name}" has more than the ${MAX_FILE_BYTES} bytes that are allowed.`);
    }
  }
}

function decode(tool: string, name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw invalid(tool, `"${name}" is not UTF-8: ${reasonOf(error)}.`);
  }
}

function notRegular(tool: string, name: string): OrgError {
  return invalid(tool, `"${name}" is not a regular file.`);
}

function invalid(tool: string, why: string): OrgError {
  return new OrgError(`The folder of the tool ${JSON.stringify(tool)} was refused`, {
    code: "TOOL_INVALID",
    why,
    remedies: [
      "keep only spec.json, tool.ts or tool.py, cases.json and the tests in the folder, as plain files",
    ],
    unchanged: "Nothing of it was run.",
  });
}
