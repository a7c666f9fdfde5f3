/** The files of one call, in folders of the host that a container sees read-only. */
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { makePipe } from "../../libc.ts";
import type { SandboxFile } from "../arguments.ts";
import type { SandboxInput } from "../start.ts";
import { StdinPump } from "../stdin-pump.ts";
import { INPUT, PUT_FOLDER, SCRIPT } from "./call-script.ts";
import { type FileFolder, WRITABLE_FOLDERS } from "./create-body.ts";
import { OWN_FOLDER } from "./life.ts";

/** They hold the image's own programs and settings, which a folder of ours would hide. */
const OF_THE_IMAGE = [
  "usr",
  "bin",
  "sbin",
  "lib",
  "lib32",
  "lib64",
  "libx32",
  "etc",
  "proc",
  "dev",
  "sys",
];

/**
 * The folders in the container that files of a call lie in, `/run` always; those for folders that programs write to are
 * copied there.
 *
 * @throws {OrgError} `PATH_REFUSED` for a file in a folder of the system.
 */
export function topFolders(files: readonly SandboxFile[]): readonly string[] {
  const readOnlyPaths = files
    .map(({ path }) => path)
    .filter((path) => writableOf(path) === undefined);
  const tops = readOnlyPaths.map((path) => `/${path.split("/")[1] ?? ""}`);
  const refused = tops.findIndex((top) => OF_THE_IMAGE.includes(top.slice(1)));
  if (refused >= 0) {
    throw new OrgError(`A container cannot be given the file "${readOnlyPaths[refused]}"`, {
      code: "PATH_REFUSED",
      why: "It lies in a folder of the system, which is the image's.",
      remedies: ["put it below /run, /work or /tmp"],
      unchanged: "Nothing was run.",
    });
  }
  return [...new Set(["/run", ...tops])].sort();
}

/** Where {@link topFolders} lie on the host. */
export function foldersIn(root: string, tops: readonly string[]): readonly FileFolder[] {
  return tops.map((to) => ({ from: join(root, "shown", to), to }));
}

/** What is put into a container for a call. Disposing takes it out again. */
export class CallFiles implements Disposable {
  readonly #root: string;
  readonly #tops: readonly string[];
  #pipe: number | undefined;
  #stdinPump: StdinPump | undefined;

  /** @param root folder of the container on the host. */
  constructor(root: string, tops: readonly string[]) {
    this.#root = join(root, "shown");
    this.#tops = tops;
  }

  /** Makes mount points for the mounts below: the engine finds them in a folder that it cannot write. */
  makeMountPoints(
    mountPoints: readonly { readonly to: string; readonly isFolder: boolean }[],
  ): void {
    for (const { to, isFolder } of mountPoints) {
      if (!this.#tops.some((top) => to.startsWith(`${top}/`))) continue;
      if (isFolder) this.#makeFolder(to);
      else this.#write(to, "");
    }
  }

  /** @returns the folders that programs write to for which there are files. */
  put(files: readonly SandboxFile[]): readonly string[] {
    for (const { path, content } of files) {
      this.#write(writableOf(path) === undefined ? path : `${PUT_FOLDER}${path}`, content);
    }
    return [...new Set(files.flatMap(({ path }) => writableOf(path) ?? []))];
  }

  putScript(text: string): void {
    this.#write(SCRIPT, text);
  }

  /** @param input what the program reads; a stream is passed on from {@link begin} on. */
  putInput(input: SandboxInput): void {
    if (!(input instanceof ReadableStream)) {
      this.#write(INPUT, input);
      return;
    }
    const path = join(this.#root, INPUT);
    makePipe(path);
    chmodSync(path, 0o644);
    // To read and to write: neither we nor the script waits for the other one to open it.
    this.#pipe = openSync(path, "r+");
  }

  /** To be called when the program has its input open. */
  begin(input: SandboxInput | undefined): void {
    if (this.#pipe === undefined || !(input instanceof ReadableStream)) return;
    this.#stdinPump = new StdinPump(input, openSync(join(this.#root, INPUT), "w"));
    this.#closePipe();
  }

  [Symbol.dispose](): void {
    this.#stdinPump?.[Symbol.dispose]();
    this.#closePipe();
    for (const top of this.#tops) {
      const folder = join(this.#root, top);
      const own = join(this.#root, OWN_FOLDER);
      for (const name of readdirSync(folder)) {
        if (join(folder, name) !== own)
          rmSync(join(folder, name), { recursive: true, force: true });
      }
    }
    for (const path of [SCRIPT, INPUT, PUT_FOLDER]) {
      rmSync(join(this.#root, path), { recursive: true, force: true });
    }
  }

  #closePipe(): void {
    if (this.#pipe !== undefined) closeSync(this.#pipe);
    this.#pipe = undefined;
  }

  #write(path: string, content: string | Uint8Array): void {
    this.#makeFolder(dirname(path));
    const target = join(this.#root, path);
    writeFileSync(target, content);
    // The container's user is another one, and has no rights of its own here.
    chmodSync(target, 0o644);
  }

  #makeFolder(path: string): void {
    let folder = this.#root;
    for (const name of path.split("/")) {
      folder = join(folder, name);
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o755);
    }
  }
}

/** The folder that programs write to in which a path lies. */
function writableOf(path: string): string | undefined {
  return WRITABLE_FOLDERS.find((folder) => path.startsWith(`${folder}/`));
}
