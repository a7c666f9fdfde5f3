/**
 * Layers of memory over folders of the host: programs write to what they see of them, and the folders stay
 * as they are. Each is an overlay that an ordinary user mounts in a user namespace of its own, before bubblewrap
 * begins: bubblewrap makes a second one inside, and nothing in there may mount.
 *
 * @see https://www.kernel.org/doc/html/latest/filesystems/overlayfs.html
 */
import { statSync } from "node:fs";
import type { SandboxHost } from "./host.ts";
import type { ReadOnlyBind, SandboxPolicy } from "./policy.ts";
import { NO_STAGE, type Stage } from "./stage/stage.ts";

/** What to do before bubblewrap, so that it finds the layers. */
export interface Layers {
  /** The words before bubblewrap that make them. */
  readonly enter: readonly string[];
  /** What those words find in their environment, and take out of it: a command line is public, that is not. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where a folder with its layer lies for bubblewrap, by the place where programs see it. */
  readonly from: ReadonlyMap<string, string>;
}

const OTHERS_ENTER = 0o001;

/** More folders than this get no layer of their own: those behind them are read-only. */
const MOST_LAYERS = 32;

/** Folders of which it is remembered; those of judged trees are gone soon. */
const MOST_TRIED = 256;

/** Whether the kernel makes the layers, tried once for each set of folders; the one that was asked for longest ago is the first. */
const tried = new Map<string, Promise<boolean>>();

/**
 * The layers of the binds that ask for one, which share one memory. Where the kernel or a file system refuses one of them,
 * the first alone has one.
 *
 * @returns `undefined` where none asks for one, or a missing program or the kernel refuses that, too.
 */
export async function layersFor(
  policy: SandboxPolicy,
  host: SandboxHost,
  stage: Stage,
): Promise<Layers | undefined> {
  const binds = policy.readOnly.filter(({ layered }) => layered === true).slice(0, MOST_LAYERS);
  const all = await workingLayers(binds, { policy, host, stage });
  // The first is where programs start: it does without the others rather than without its layer.
  return (
    all ??
    (binds.length > 1 ? await workingLayers(binds.slice(0, 1), { policy, host, stage }) : all)
  );
}

interface LayerContext {
  readonly policy: SandboxPolicy;
  readonly host: SandboxHost;
  readonly stage: Stage;
}

/** @returns nothing where the kernel refuses one of them. */
async function workingLayers(
  binds: readonly ReadOnlyBind[],
  { policy, host, stage }: LayerContext,
): Promise<Layers | undefined> {
  const layers = binds.length === 0 ? undefined : layersOver(binds, policy, stage);
  if (layers === undefined) return undefined;
  const key = [...binds.map(identity), stage.enter.length].join("\0");
  const result = tried.get(key) ?? works([...stage.enter, ...host.demotion], layers);
  tried.delete(key);
  tried.set(key, result);
  for (const oldest of tried.keys()) {
    if (tried.size <= MOST_TRIED) break;
    tried.delete(oldest);
  }
  return (await result) ? layers : undefined;
}

function identity({ from }: ReadOnlyBind): string {
  const stat = statSync(from, { throwIfNoEntry: false });
  return `${from}\0${stat?.dev}\0${stat?.ino}`;
}

/**
 * Where the program starts. Root becomes the overflow user, to whom a folder may be closed that no stage shows: a run
 * that cannot begin there begins in `/work`.
 *
 * @param isOpen whether the folder is shown as its owner sees it.
 */
export function startFolder(
  { folder, readOnly, writable = [] }: SandboxPolicy,
  layers: Layers | undefined,
  isOpen: boolean,
): string | undefined {
  if (writable.some(({ to }) => to === folder)) return folder;
  const from = readOnly.find(({ to }) => to === folder)?.from;
  if (layers?.from.has(folder ?? "") || isOpen || from === undefined) return folder;
  const mode = statSync(from, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & OTHERS_ENTER) === 0 ? undefined : folder;
}

function layersOver(
  binds: readonly ReadOnlyBind[],
  { scratchBytes }: SandboxPolicy,
  stage: Stage,
): Layers | undefined {
  const [unshare, setpriv, shell] = ["unshare", "setpriv", "sh"].map((name) =>
    Bun.which(name, { cwd: "/" }),
  );
  if (!(unshare && setpriv && shell)) return undefined;
  const above = stage.layers;
  const below = binds.map(({ from }, at) => [
    `ORG_BELOW_${at}`,
    stage === NO_STAGE ? from : stage.locate(from),
  ]);
  return {
    // The owner of the namespace may mount in it, and only until the last line of the script.
    enter: [
      ...[unshare, "--user", "--map-current-user", "--keep-caps", "--mount", "--"],
      ...[shell, "-c", SCRIPT, "layer", above, String(scratchBytes)],
      ...[String(binds.length), setpriv],
    ],
    environment: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", ...Object.fromEntries(below) },
    from: new Map(binds.map(({ to }, at) => [to, `${above}/${at}/merged`])),
  };
}

// The names in the options are ours: those of the host could hold commas and colons, and the program reads them in its
// mount table.
const SCRIPT: string = String.raw`set -eu
above=$1 bytes=$2 count=$3 setpriv=$4
shift 4
mount -n -t tmpfs -o "size=$bytes,mode=0755,nosuid,nodev" layer "$above"
at=0
while [ "$at" -lt "$count" ]; do
  eval "cd \"\$ORG_BELOW_$at\""
  unset "ORG_BELOW_$at"
  mkdir "$above/$at" "$above/$at/upper" "$above/$at/work" "$above/$at/merged"
  mount -n -t overlay -o "lowerdir=.,upperdir=$above/$at/upper,workdir=$above/$at/work,userxattr,nosuid,nodev" layer "$above/$at/merged"
  at=$((at + 1))
done
cd /
exec "$setpriv" --ambient-caps=-all --inh-caps=-all --bounding-set=-all --no-new-privs -- "$@"
`;

async function works(before: readonly string[], { enter, environment }: Layers): Promise<boolean> {
  try {
    const trial = Bun.spawn([...before, ...enter, "true"], {
      ...{ env: { ...environment }, cwd: "/", stdio: ["ignore", "ignore", "ignore"] },
    });
    return (await trial.exited) === 0;
  } catch {
    // The first program is gone: bubblewrap says so, as it does without a layer.
    return false;
  }
}
