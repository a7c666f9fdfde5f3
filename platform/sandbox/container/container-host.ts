/** Which container engine programs are given to, and what of this machine it may show them. */
import { readProcessInfo } from "../../process-info.ts";
import { processSpace } from "../../temporary-folder.ts";

export interface ContainerHost {
  /** Absolute path of the engine's Unix socket. */
  readonly socket: string;
  /** `NAME@sha256:…`: what a name alone stands for can change. */
  readonly image: string;
  /** The engine's runtime for these containers, as "runsc". @default the engine's own choice */
  readonly runtime?: string | undefined;
  /** {@link homeLabel} of the home. */
  readonly home: string;
  /** Absolute paths of the folders of this machine below which something may be shown, and nothing else of it. */
  readonly shows: readonly string[];
}

/** What tells the objects of one home from those of others, and from those that are not ours. */
export const LABEL = {
  ours: "org",
  home: "org.home",
  kind: "org.kind",
  process: "org.process",
} as const;

/** `call`: programs run in it and it belongs to the sandbox; `run`: a persona had it started, with the user's approval. */
export type ContainerKind = "call" | "run";

/** The label of a home; the path itself stays here. */
export function homeLabel(home: string): string {
  return new Bun.CryptoHasher("sha256").update(home).digest("hex").slice(0, 16);
}

/** The labels of what this process makes. */
export async function labelsOf(home: string, kind: ContainerKind): Promise<Record<string, string>> {
  return {
    [LABEL.ours]: "true",
    [LABEL.home]: home,
    [LABEL.kind]: kind,
    [LABEL.process]: await processLabel(),
  };
}

async function processLabel(): Promise<string> {
  const startTime = (await readProcessInfo(process.pid))?.startTime ?? 0;
  return `${await processSpace()}-${process.pid}-${startTime}`;
}

/** Whether the process that a container belongs to has ended. One that cannot be seen from here is taken for alive. */
export async function isOrphan(
  labels: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const [space, pid, startTime] = labels[LABEL.process]?.split("-") ?? [];
  if (pid === undefined || startTime === undefined) return true;
  if (space !== (await processSpace())) return false;
  return String((await readProcessInfo(Number(pid)))?.startTime) !== startTime;
}
