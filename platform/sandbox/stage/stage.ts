/** Shows root's folders to sandboxes that run as `nobody`. */
import { openSync, statSync } from "node:fs";

/** Where the folders lie in the private namespace: no folder of anybody's is below it. */
export const STAGE_FOLDER = "/sys";

/** @see Stage.layers */
export const LAYERS_FOLDER: string = `${STAGE_FOLDER}/layers`;

export interface Stage {
  /** The words that enter the namespace, to be put before the command. */
  readonly enter: readonly string[];
  /** Where a folder lies there. */
  locate(path: string): string;
  /** Whether what `nobody` writes to a folder there becomes its owner's. */
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

// A stage costs a process start, and the folders of a room do not change. It lives in the kernel as long
// as its descriptor here, and goes with this process.
const stages = new Map<string, Promise<Stage>>();

/**
 * The stage that has these folders. Without the right to mount (root in a plain container) there is none:
 * then a sandbox sees of a folder what everybody may read, and writes to none.
 *
 * @param written folders that programs change for good.
 */
export function stageFor(
  shown: readonly string[],
  written: readonly string[] = [],
): Promise<Stage> {
  const paths = [...written, ...shown];
  if (paths.length === 0) return Promise.resolve(NO_STAGE);
  const key = [String(written.length), ...paths.map(identity)].join("\0");
  const known = stages.get(key);
  if (known !== undefined) return known;
  const stage = buildStage(paths, written.length);
  stages.set(key, stage);
  return stage;
}

// A folder that was deleted and made again is another folder.
function identity(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return `${path}\0${stat?.dev}:${stat?.ino}`;
}

async function buildStage(paths: readonly string[], writtenCount: number): Promise<Stage> {
  const nsenter = Bun.which("nsenter");
  if (nsenter === null) return NO_STAGE;
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
  if (value === undefined) return NO_STAGE;
  const [, ...writable] = new TextDecoder().decode(value).trim().split(" ");
  const namespace = openSync(`/proc/${helper.pid}/ns/mnt`, "r");
  return {
    // By way of our own folder in /proc: an inherited descriptor would reach into the sandbox.
    enter: [nsenter, `--mount=/proc/${process.pid}/fd/${namespace}`, "--"],
    locate: (path) => {
      const index = paths.indexOf(path);
      return index < 0 ? path : `${STAGE_FOLDER}/${index}`;
    },
    isWritable: (path) => writable.includes(String(paths.indexOf(path))),
    layers: LAYERS_FOLDER,
  };
}

function helperCommand(paths: readonly string[], writtenCount: number): string[] {
  const helper = Bun.fileURLToPath(import.meta.resolve("./helper.ts"));
  const flags = ["--no-env-file", "--no-install"];
  return [process.execPath, ...flags, helper, String(writtenCount), ...paths];
}
