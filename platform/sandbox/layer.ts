/**
 * A layer of memory over a folder of the host: programs write to what they see of it, and the folder stays
 * as it is. It is an overlay that an ordinary user mounts in a user namespace of its own, before bubblewrap
 * begins: bubblewrap makes a second one inside, and nothing in there may mount.
 *
 * @see https://www.kernel.org/doc/html/latest/filesystems/overlayfs.html
 */
import { statSync } from "node:fs";
import type { SandboxHost } from "./host.ts";
import type { ReadOnlyBind, SandboxPolicy } from "./policy.ts";
import { NO_STAGE, type Stage } from "./stage/stage.ts";

/** What to do before bubblewrap, so that it finds the layer. */
export interface Layer {
  /** The words before bubblewrap that make the layer. */
  readonly enter: readonly string[];
  /** The folder to start those words in: a command line is public, a working folder is not. */
  readonly startIn: string;
  /** Where the folder with its layer lies for bubblewrap. */
  readonly from: string;
  /** Where programs see it. */
  readonly to: string;
}

const OTHERS_ENTER = 0o001;

/** Folders of which it is remembered; those of judged trees are gone soon. */
const MOST_TRIED = 256;

/** Whether the kernel makes the layer, tried once for each folder; the one that was asked for longest ago is the first. */
const tried = new Map<string, Promise<boolean>>();

/**
 * The layer of the bind that asks for one; `undefined` where none does, or where the kernel, the file system
 * or a missing program refuses it.
 */
export async function layerFor(
  policy: SandboxPolicy,
  host: SandboxHost,
  stage: Stage,
): Promise<Layer | undefined> {
  const bind = policy.readOnly.find(({ layered }) => layered === true);
  const layer = bind && layerOver(bind, policy, stage);
  if (layer === undefined) return undefined;
  const stat = statSync(layer.source, { throwIfNoEntry: false });
  const key = [layer.source, stat?.dev, stat?.ino, stage.enter.length].join("\0");
  const known = tried.get(key) ?? works([...stage.enter, ...host.demotion], layer);
  tried.delete(key);
  tried.set(key, known);
  for (const oldest of tried.keys()) {
    if (tried.size <= MOST_TRIED) break;
    tried.delete(oldest);
  }
  return (await known) ? layer : undefined;
}

/**
 * Where the program starts. Root becomes nobody, to whom a folder may be closed that no stage shows: a run
 * that cannot begin there begins in `/work`.
 *
 * @param isOpen whether the folder is shown as its owner sees it.
 */
export function startFolder(
  { folder, readOnly, writable = [] }: SandboxPolicy,
  layer: Layer | undefined,
  isOpen: boolean,
): string | undefined {
  if (writable.some(({ to }) => to === folder)) return folder;
  const from = readOnly.find(({ to }) => to === folder)?.from;
  if (layer !== undefined || isOpen || from === undefined) return folder;
  const mode = statSync(from, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & OTHERS_ENTER) === 0 ? undefined : folder;
}

function layerOver(
  { from, to }: ReadOnlyBind,
  { scratchBytes }: SandboxPolicy,
  stage: Stage,
): (Layer & { readonly source: string }) | undefined {
  const [unshare, setpriv, shell] = ["unshare", "setpriv", "sh"].map((name) =>
    Bun.which(name, { cwd: "/" }),
  );
  if (!(unshare && setpriv && shell)) return undefined;
  const isStaged = stage !== NO_STAGE;
  const above = stage.layers;
  return {
    // The owner of the namespace may mount in it, and only until the last line of the script.
    enter: [
      ...[unshare, "--user", "--map-current-user", "--keep-caps", "--mount", "--"],
      ...[shell, "-c", SCRIPT, "layer", above, String(scratchBytes)],
      ...[isStaged ? stage.locate(from) : ".", setpriv],
    ],
    startIn: isStaged ? "/" : from,
    source: from,
    from: `${above}/merged`,
    to,
  };
}

// The names in the options are ours: those of the host could hold commas and colons, and the program reads them in its
// mount table.
const SCRIPT = `set -eu
above=$1 bytes=$2 below=$3 setpriv=$4
shift 4
cd "$below"
mount -n -t tmpfs -o "size=$bytes,mode=0755,nosuid,nodev" layer "$above"
mkdir "$above/upper" "$above/work" "$above/merged"
mount -n -t overlay -o "lowerdir=.,upperdir=$above/upper,workdir=$above/work,userxattr,nosuid,nodev" layer "$above/merged"
cd /
exec "$setpriv" --ambient-caps=-all --inh-caps=-all --bounding-set=-all --no-new-privs -- "$@"
`;

async function works(before: readonly string[], { enter, startIn }: Layer): Promise<boolean> {
  try {
    const trial = Bun.spawn([...before, ...enter, "true"], {
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
      cwd: startIn,
      stdio: ["ignore", "ignore", "ignore"],
    });
    return (await trial.exited) === 0;
  } catch {
    // The folder is gone: bubblewrap says so, as it does without a layer.
    return false;
  }
}
