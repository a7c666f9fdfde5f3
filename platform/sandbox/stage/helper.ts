/**
 * A program of its own, run by root once for each set of shown folders. It builds a private mount
 * namespace in which the folders lie at `/sys/0`, `/sys/1`, ... as if the overflow user owned them, prints one
 * line when that is done, and ends when its standard input does. Its first argument says how many of the folders,
 * from the first on, may be written; the line has the numbers of those that can be.
 *
 * @see https://man7.org/linux/man-pages/man2/mount_setattr.2.html for id-mapped mounts
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readlinkSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { OVERFLOW_ID } from "../host.ts";
import { Mounts } from "./mounts.ts";
import { LAYERS_FOLDER, STAGE_FOLDER } from "./stage.ts";

if (import.meta.main) {
  const mounts = new Mounts();
  mounts.enterPrivateNamespace();
  // Taken before the stage hides what lies below it.
  const [writtenCount, ...paths] = process.argv.slice(2);
  const sources = paths.map((path, index) => ({
    ...{ path, stat: statSync(path) },
    isWritable: index < Number(writtenCount),
  }));
  const trees = sources.map(({ path }) => mounts.cloneTree(path));
  mounts.mountTmpfs(STAGE_FOLDER);
  mkdirSync(LAYERS_FOLDER);
  const writable: number[] = [];
  for (const [index, { stat, isWritable }] of sources.entries()) {
    const tree = trees[index];
    if (tree === undefined) continue;
    const isMapped = await mapOwner(mounts, tree, { owner: stat, isWritable });
    // As it lies on the host it would belong to root, to whom programs give nothing.
    if (isWritable && !isMapped) continue;
    if (isWritable) writable.push(index);
    const target = `${STAGE_FOLDER}/${index}`;
    if (stat.isDirectory()) mkdirSync(target);
    else writeFileSync(target, "");
    mounts.attachTree(tree, target);
  }
  process.stdout.write(`${["ready", ...writable].join(" ")}\n`);
  await Bun.stdin.bytes();
}

// The owner of the folder becomes the overflow user. A file system that cannot translate owners shows its files
// as they are: then the program reads what every user may read.
async function mapOwner(
  mounts: Mounts,
  tree: number,
  { owner, isWritable }: { readonly owner: Stats; readonly isWritable: boolean },
): Promise<boolean> {
  const namespace = await openUserNamespace(owner);
  try {
    mounts.translateOwners(tree, namespace, isWritable);
    return true;
  } catch {
    return false;
  } finally {
    closeSync(namespace);
  }
}

/** A user namespace that stands for "the owner is the overflow user"; it lives as long as its descriptor. */
async function openUserNamespace(owner: Stats): Promise<number> {
  const holder = Bun.spawn(["unshare", "--user", "cat"], { stdin: "pipe", stdout: "ignore" });
  try {
    const ours = readlinkSync("/proc/self/ns/user");
    const theirs = `/proc/${holder.pid}`;
    while (readlinkSync(`${theirs}/ns/user`) === ours) await Bun.sleep(1);
    writeFileSync(`${theirs}/uid_map`, `${owner.uid} ${OVERFLOW_ID} 1\n`);
    writeFileSync(`${theirs}/gid_map`, `${owner.gid} ${OVERFLOW_ID} 1\n`);
    return openSync(`${theirs}/ns/user`, "r");
  } finally {
    holder.kill("SIGKILL");
    await holder.exited;
  }
}
