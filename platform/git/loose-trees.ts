/** What trees hold and what differs between them, where each of their folders has a file of its own. */
import type { EntryChange } from "./entry-change.ts";
import { ABSENT, EXECUTABLE, FILE, LINK, SUBMODULE } from "./entry-modes.ts";
import { LooseObjects } from "./loose-objects.ts";
import type { Repository } from "./wrapper.ts";

interface Entry {
  /** Six octal digits. */
  readonly mode: string;
  readonly id: string;
  /** One character a byte. */
  readonly name: string;
}

const FOLDER = "040000";
/** Those that Git writes today; of others it prints another mode than the tree has. */
const MODES: ReadonlySet<string> = new Set([FOLDER, FILE, EXECUTABLE, LINK, SUBMODULE]);
/** With more folders, one Git is quicker. */
const MOST_FOLDERS = 100;

/** Thrown on the way where Git has to be asked. */
class AskGit extends Error {}

class Trees {
  readonly #objects: LooseObjects;
  #left: number = MOST_FOLDERS;

  constructor(repository: Repository) {
    this.#objects = new LooseObjects(repository);
  }

  /** @param revision full id of a commit or a tree. */
  top(revision: string): string {
    return this.#objects.tree(revision) ?? askGit();
  }

  entries(id: string): readonly Entry[] {
    this.#left -= 1;
    const object = this.#left < 0 ? undefined : this.#objects.read(id);
    if (object?.kind !== "tree") return askGit();
    return entriesIn(object.bytes, id.length / 2);
  }

  /** All files below a folder, in the order of Git. @param folder empty, or with a slash behind it. */
  *files(id: string, folder: string): Generator<Entry> {
    for (const entry of this.entries(id)) {
      const name = folder + entry.name;
      if (entry.mode === FOLDER) yield* this.files(entry.id, `${name}/`);
      else yield { ...entry, name };
    }
  }

  /** @param before absent: there was no such folder; likewise `after`. */
  *changes(
    [before, after]: readonly [string | undefined, string | undefined],
    folder: string,
  ): Generator<EntryChange> {
    const [old, young] = [before, after].map((id) => (id === undefined ? [] : this.entries(id)));
    const [olds, youngs] = [byOrder(old ?? []), byOrder(young ?? [])];
    for (const key of [...new Set([...olds.keys(), ...youngs.keys()])].sort(byBytes)) {
      const pair = [olds.get(key), youngs.get(key)] as const;
      const [was, is] = pair;
      if (was?.id === is?.id && was?.mode === is?.mode) continue;
      const path = folder + (was ?? is)?.name;
      if ((was ?? is)?.mode === FOLDER) yield* this.changes([was?.id, is?.id], `${path}/`);
      else yield changeOf(path, pair);
    }
  }
}

/** As `git ls-tree -r -z --full-tree` prints it; `undefined` where Git has to be asked. @param revision a full id. */
export function looseListing(repository: Repository, revision: string): Buffer | undefined {
  return unlessGit(() => {
    const trees = new Trees(repository);
    const lines = [...trees.files(trees.top(revision), "")].map(
      (entry) => `${headOf(entry)}\t${entry.name}\0`,
    );
    return Buffer.from(lines.join(""), "latin1");
  });
}

/**
 * What one folder holds, as `git ls-tree` prints it: what stands before each name, by the name, one character a byte.
 *
 * @param revision a full id, or one with `^{tree}` behind it. @returns `undefined` where Git has to be asked.
 */
export function looseEntries(
  repository: Repository,
  revision: string,
): ReadonlyMap<string, string> | undefined {
  return unlessGit(() => {
    const trees = new Trees(repository);
    const entries = trees.entries(trees.top(revision.replace(/\^\{tree\}$/, "")));
    return new Map(entries.map((entry) => [entry.name, headOf(entry)] as const));
  });
}

function headOf({ mode, id }: Entry): string {
  const kind = mode === FOLDER ? "tree" : mode === SUBMODULE ? "commit" : "blob";
  return `${mode} ${kind} ${id}`;
}

/** Every file that differs, in the order of Git; `undefined` where Git has to be asked. @param ends full ids. */
export function looseChanges(
  repository: Repository,
  ends: readonly [string, string],
): readonly EntryChange[] | undefined {
  return unlessGit(() => {
    const trees = new Trees(repository);
    const [before, after] = ends.map((revision) => trees.top(revision));
    return before === after ? [] : [...trees.changes([before, after], "")];
  });
}

function changeOf(
  path: string,
  [was, is]: readonly [Entry | undefined, Entry | undefined],
): EntryChange {
  const zeros = "0".repeat((was ?? is)?.id.length ?? 0);
  const isSameKind = was?.mode.slice(0, 3) === is?.mode.slice(0, 3);
  return {
    status: was === undefined ? "A" : is === undefined ? "D" : isSameKind ? "M" : "T",
    ...{ path, oldMode: was?.mode ?? ABSENT, newMode: is?.mode ?? ABSENT },
    ...{ oldId: was?.id ?? zeros, newId: is?.id ?? zeros },
  };
}

/** Git compares a folder as if its name had a slash behind it: a file and a folder of one name are two entries. */
function byOrder(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const keyed = entries.map(
    (entry) => [entry.mode === FOLDER ? `${entry.name}/` : entry.name, entry] as const,
  );
  // A tree that Git did not write may have a name twice, or in another order.
  const isSorted = keyed.every(
    ([key], at) => at === 0 || byBytes(keyed[at - 1]?.[0] ?? "", key) < 0,
  );
  return isSorted ? new Map(keyed) : askGit();
}

function byBytes(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function entriesIn(bytes: Buffer, idBytes: number): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [space, end] = [bytes.indexOf(0x20, at), bytes.indexOf(0, at)];
    const next = end + 1 + idBytes;
    if (space < at || end < space || next > bytes.length) return askGit();
    const mode = bytes.toString("latin1", at, space).padStart(6, "0");
    const name = bytes.toString("latin1", space + 1, end);
    if (!MODES.has(mode) || name === "" || name.includes("/")) return askGit();
    entries.push({ mode, name, id: bytes.toString("hex", end + 1, next) });
    at = next;
  }
  return entries;
}

function askGit(): never {
  throw new AskGit();
}

function unlessGit<Answer>(answer: () => Answer): Answer | undefined {
  try {
    return answer();
  } catch (error) {
    if (error instanceof AskGit) return undefined;
    throw error;
  }
}
