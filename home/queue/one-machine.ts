/** The kinds of jobs that only the machine can do which took them: in a shared queue they bear its name. */

/** Rooms, what a workflow has done so far, and the home itself lie on one machine: others cannot do these. */
export const OF_ONE_MACHINE = ["message", "workflow", "task"] as const;

/** The stored kind of a job that comes from a home without others: what only that machine can do bears its name. */
export function kindAmong(stored: string, node: string): string {
  return OF_ONE_MACHINE.some((kind) => kind === stored) ? `${stored}@${node}` : stored;
}

/** The way back. */
export function kindAlone(stored: string, node: string): string {
  return OF_ONE_MACHINE.find((kind) => stored === `${kind}@${node}`) ?? stored;
}
