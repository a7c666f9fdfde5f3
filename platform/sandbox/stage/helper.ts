/**
 * A program of its own, run by root once for each set of shown folders. It builds a private mount
 * namespace in which the folders lie at `/sys/0`, `/sys/1`, ... as if `nobody` owned them, prints one
 * line when that is done, and ends when its standard input does.
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
import { NOBODY } from "../host.ts";
import { Mounts } from "./mounts.ts";
import { LAYERS_FOLDER, STAGE_FOLDER } from "./stage.ts";

if (import.meta.main) {
  const mounts = new Mounts();
  mounts.enterPrivateNamespace();
  // Taken before the stage hides what lies below it.
  const sources = process.argv.slice(2).map((path) => ({ stat: statSync(path), path }));
  const trees = sources.map(({ path }) => mounts.cloneTree(path));
  mounts.mountTmpfs(STAGE_FOLDER);
  mkdirSync(LAYERS_FOLDER);
  for (const [index, { stat }] of sources.entries()) {
    const tree = trees[index];
    if (tree === undefined) continue;
    await mapOwner(mounts, tree, stat);
    const target = `${STAGE_FOLDER}/${index}`;
    if (stat.isDirectory()) mkdirSync(target);
    else writeFileSync(target, "");
    mounts.attachTree(tree, target);
  }
  process.stdout.write("ready\n");
  await Bun.stdin.bytes();
}

// The owner of the folder becomes `nobody`. A file system that cannot translate owners shows its files
// as they are: then the program reads what everybody may read.
async function mapOwner(mounts: Mounts, tree: number, owner: Stats): Promise<void> {
  const namespace = await openUserNamespace(owner);
  try {
    mounts.translateOwners(tree, namespace);
  } catch {
    return;
  } finally {
    closeSync(namespace);
  }
}

/** A user namespace that stands for "the owner is nobody"; it lives as long as its descriptor. */
async function openUserNamespace(owner: Stats): Promise<number> {
  const holder = Bun.spawn(["unshare", "--user", "cat"], { stdin: "pipe", stdout: "ignore" });
  try {
    const ours = readlinkSync("/proc/self/ns/user");
    const theirs = `/proc/${holder.pid}`;
    while (readlinkSync(`${theirs}/ns/user`) === ours) await Bun.sleep(1);
    writeFileSync(`${theirs}/uid_map`, `${owner.uid} ${NOBODY} 1\n`);
    writeFileSync(`${theirs}/gid_map`, `${owner.gid} ${NOBODY} 1\n`);
    return openSync(`${theirs}/ns/user`, "r");
  } finally {
    holder.kill("SIGKILL");
    await holder.exited;
  }
}
