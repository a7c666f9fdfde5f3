/** Counts processes and threads that were all there at one moment, while they come and go. */
import { fieldsOf, listProcesses, readText } from "./proc.ts";

/** What the kernel counts no more, though it is still in the list. */
const DEAD = "X";

/**
 * A sum of what is read one after the other is too high where a process ends that was read, and another one, which is read
 * later, has begun threads in its place. So all are listed first, and only those count that are there afterwards.
 *
 * @param folders of processes, in a `/proc`.
 */
export function tasksAtOnce(folders: readonly string[]): number {
  const listed = folders.flatMap((folder) =>
    (listProcesses(`${folder}/task`) ?? []).map((thread) => `${folder}/task/${thread}`),
  );
  return listed.filter(isThere).length;
}

function isThere(folder: string): boolean {
  const stat = readText(`${folder}/stat`);
  return stat !== undefined && fieldsOf(stat)[0] !== DEAD;
}
