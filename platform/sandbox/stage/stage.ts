/** Shows root's folders to sandboxes that run as the overflow user (65534). */
import { closeSync, openSync, statSync } from "node:fs";

/** Where the folders lie in the private namespace: no folder of anybody's is below it. */
export const STAGE_FOLDER = "/sys";

/** @see Stage.layers */
export const LAYERS_FOLDER: string = `${STAGE_FOLDER}/layers`;

export interface Stage {
  /** The words that enter the namespace, to be put before the command. */
  readonly enter: readonly string[];
  /** Where a folder lies there. */
  locate(path: string): string;
  /** Whether what the overflow user writes to a folder there becomes its owner's. */
  isWritable(path: string): boolean;
  /** An empty folder there, for what a run mounts in a namespace of its own. */
  readonly layers: string;
}

/** The folders as they lie on the host. */
export const NO_STAGE: Stage = {
  enter: [],
  locate: (path) => path,
  isWritable: () => false,
  layers: STAGE_FOLDER,
};

/** A stage that stays as long as it is in use. */
export interface StageLease extends Disposable {
  readonly stage: Stage;
}

interface BuiltStage {
  readonly stage: Stage;
  /** The namespace lives in the kernel as long as this is open; absent where there is none. */
  readonly namespace?: number;
}

interface CachedStage {
  readonly built: Promise<BuiltStage>;
  users: number;
}

/**
 * A stage costs a process start, and the folders of a room do not change; those of a tree that was judged are gone soon.
 * So many are cached that no run uses.
 */
export const MOST_UNUSED_STAGES = 8;

/** The one that was used longest ago is the first. */
const stages = new Map<string, CachedStage>();

/**
 * The stage that has these folders. Without the right to mount (root in a plain container) there is none:
 * then a sandbox sees of a folder what everybody may read, and writes to none.
 *
 * @param written folders that programs change for good.
 * @returns to be disposed when the program has started and needs its words no more.
 */
export async function leaseStage(
  readOnly: readonly string[],
  written: readonly string[] = [],
): Promise<StageLease> {
  const paths = [...written, ...readOnly];
  if (paths.length === 0) return { stage: NO_STAGE, [Symbol.dispose]: () => undefined };
  const key = [String(written.length), ...paths.map(identity)].join("\0");
  const cached = stages.get(key) ?? { built: buildStage(paths, written.length), users: 0 };
  stages.delete(key);
  stages.set(key, cached);
  cached.users += 1;
  const release = () => {
    cached.users -= 1;
    closeUnused();
  };
  try {
    return { stage: (await cached.built).stage, [Symbol.dispose]: release };
  } catch (error) {
    stages.delete(key);
    throw error;
  }
}

function closeUnused(): void {
  const unused = [...stages].filter(([, { users }]) => users === 0);
  for (const [key, { built }] of unused.slice(0, -MOST_UNUSED_STAGES)) {
    stages.delete(key);
    // What no run uses was built.
    void built.then(({ namespace }) => namespace === undefined || closeSync(namespace));
  }
}

// A folder that was deleted and made again is another folder; the number of one that a stage shows is not given again.
function identity(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return `${path}\0${stat?.dev}:${stat?.ino}`;
}

async function buildStage(paths: readonly string[], writtenCount: number): Promise<BuiltStage> {
  const nsenter = Bun.which("nsenter");
  if (nsenter === null) return { stage: NO_STAGE };
  await using helper = Bun.spawn(helperCommand(paths, writtenCount), {
    // The helper starts `unshare`.
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
    cwd: "/",
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    killSignal: "SIGKILL",
  });
  const { value } = await helper.stdout.getReader().read();
  if (value === undefined) return { stage: NO_STAGE };
  const [, ...writable] = new TextDecoder().decode(value).trim().split(" ");
  const namespace = openSync(`/proc/${helper.pid}/ns/mnt`, "r");
  const stage: Stage = {
    // By way of our own folder in /proc: an inherited descriptor would reach into the sandbox.
    enter: [nsenter, `--mount=/proc/${process.pid}/fd/${namespace}`, "--"],
    locate: (path) => {
      const index = paths.indexOf(path);
      return index < 0 ? path : `${STAGE_FOLDER}/${index}`;
    },
    isWritable: (path) => writable.includes(String(paths.indexOf(path))),
    layers: LAYERS_FOLDER,
  };
  return { stage, namespace };
}

function helperCommand(paths: readonly string[], writtenCount: number): string[] {
  const helper = Bun.fileURLToPath(import.meta.resolve("./helper.ts"));
  const flags = ["--no-env-file", "--no-install"];
  return [process.execPath, ...flags, helper, String(writtenCount), ...paths];
}
