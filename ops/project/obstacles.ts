/** What lies in the way of a change of the user's files. Everything is looked at before anything is written. */
import { ABSENT, EXECUTABLE, FILE, LINK } from "#platform/git/entry-modes.ts";
import { foldCase } from "#platform/git/tree-entries.ts";
import { refuseFiltered } from "./filters.ts";
import { isEntry } from "./index-lock.ts";
import { refuseLarge } from "./large-files.ts";
import { type FileMove, isVacated, stateOf, wayProblem } from "./move-file.ts";
import {
  type IndexEntry,
  pathList,
  readIndex,
  refusal,
  type UserCheckout,
} from "./user-checkout.ts";
import { refuseUnwritable } from "./writable.ts";

/** @throws {OrgError} `PATH_REFUSED`; it names the files and what to do with them. `FILE_FAILED` as {@link refuseUnwritable}. */
export async function refuseObstacles(
  checkout: UserCheckout,
  moves: readonly FileMove[],
): Promise<void> {
  const index = await readIndex(checkout.repository);
  refuseUnmerged(index);
  refuseKinds(moves);
  refuseHidden(index, moves);
  refuseTwins(index, moves);
  refuseStaged(index, moves);
  const gone = new Set(moves.filter(({ newMode }) => newMode === ABSENT).map(({ path }) => path));
  await refuseWays(checkout, moves, gone);
  await refuseEdited(checkout, moves, gone);
  await refuseLarge(checkout, moves);
  await refuseUnwritable(checkout, moves);
}

type Index = ReadonlyMap<string, IndexEntry>;

function refuseUnmerged(index: Index): void {
  const open = [...index].filter(([, { stage }]) => stage !== "0").map(([path]) => path);
  if (open.length === 0) return;
  throw refusal("Your index has conflicts that are not resolved", {
    why: `There is more than one version of ${pathList(open)}.`,
    remedies: ["resolve them, then git add FILES", "git status shows how they came about"],
  });
}

const KINDS = [ABSENT, FILE, EXECUTABLE, LINK];

function refuseKinds(moves: readonly FileMove[]): void {
  const odd = moves.filter(
    ({ oldMode, newMode }) => !KINDS.includes(oldMode) || !KINDS.includes(newMode),
  );
  if (odd.length === 0) return;
  throw refused(odd, "The change contains more than files", {
    why: "are submodules, or of another kind that is not a file",
    remedies: ["undo that part with /undo, and change submodules by hand"],
  });
}

function refuseHidden(index: Index, moves: readonly FileMove[]): void {
  const hidden = moves.filter(({ path }) => index.get(path)?.isHidden === true);
  if (hidden.length === 0) return;
  throw refused(hidden, "Git was told not to look at files that would change", {
    why: "are marked assume-unchanged or skip-worktree",
    remedies: ["git update-index --no-assume-unchanged --no-skip-worktree FILE, for each of them"],
  });
}

/** Two names that are one where case does not count. */
function refuseTwins(index: Index, moves: readonly FileMove[]): void {
  const added = moves.filter(({ oldMode }) => oldMode === ABSENT);
  if (added.length === 0) return;
  const gone = new Set(moves.filter(({ newMode }) => newMode === ABSENT).map(({ path }) => path));
  const written = new Map<string, string>();
  for (const path of index.keys()) {
    if (!gone.has(path)) for (const part of prefixesOf(path)) written.set(foldCase(part), part);
  }
  const twins = added.filter(({ path }) =>
    prefixesOf(path).some((part) => {
      const other = written.get(foldCase(part));
      written.set(foldCase(part), part);
      return other !== undefined && other !== part;
    }),
  );
  if (twins.length === 0) return;
  throw refused(twins, "Names differ from names that are there in nothing but case", {
    why: "would be the same file as another on some file systems",
    remedies: ["/undo   # then use another name"],
  });
}

function prefixesOf(path: string): readonly string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

function refuseStaged(index: Index, moves: readonly FileMove[]): void {
  const staged = moves.filter(
    ({ path, oldMode, oldId }) => !isEntry(index.get(path), { mode: oldMode, id: oldId }),
  );
  if (staged.length > 0) throw mine(staged, "have changes that you staged");
}

async function refuseWays(
  checkout: UserCheckout,
  moves: readonly FileMove[],
  gone: ReadonlySet<string>,
): Promise<void> {
  for (const move of moves) {
    const problem = await wayProblem(checkout, move.path, gone);
    if (problem === undefined) continue;
    throw refusal("A file would be written outside of its folder", {
      code: "PATH_REFUSED",
      why: `The path of ${pathList([move.path])} ${problem}.`,
      remedies: ["put the folder back that your commit has there", "git status shows it"],
    });
  }
}

async function refuseEdited(
  checkout: UserCheckout,
  moves: readonly FileMove[],
  gone: ReadonlySet<string>,
): Promise<void> {
  const edited: FileMove[] = [];
  const inTheWay: FileMove[] = [];
  for (const move of moves) {
    const state = await stateOf(checkout, { ...move, newMode: move.oldMode, newId: move.oldId });
    if (state === "old") continue;
    if (move.oldMode !== ABSENT) edited.push(move);
    else if (!(await isVacated(checkout, move.path, gone))) inTheWay.push(move);
  }
  if (edited.length > 0) {
    await refuseFiltered(
      checkout,
      edited.map(({ path }) => path),
    );
    throw mine(edited, "have changes that you did not commit");
  }
  if (inTheWay.length === 0) return;
  throw refused(inTheWay, "Files that Git does not know lie where new ones belong", {
    why: "exist, untracked or ignored",
    remedies: ["move them away, or commit them and /rebase"],
  });
}

function mine(moves: readonly FileMove[], why: string): Error {
  return refused(moves, "Your own changes would be written over", {
    why,
    remedies: ["git commit them, then /rebase", "git stash, then run the same command again"],
  });
}

interface RefusalText {
  /** Behind the names. */
  readonly why: string;
  readonly remedies: readonly string[];
}

function refused(
  moves: readonly FileMove[],
  message: string,
  { why, remedies }: RefusalText,
): Error {
  const names = pathList(moves.map(({ path }) => path));
  return refusal(message, { code: "PATH_REFUSED", why: `${names}: ${why}.`, remedies });
}
