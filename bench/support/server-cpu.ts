import { readdirSync, readFileSync } from "node:fs";

/** Of one tick of `/proc`, on every Linux of today. */
const TICK_MS = 10;

/** Processor time of a process and of its children, those that have ended among them, in milliseconds. */
export function cpuMs(parent: number): number {
  let ticks = 0;
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    const fields = statOf(name);
    // Behind the name of the program: state, parent, …; user and system time are the 12th and 13th, of children that ended the next two.
    if (name !== `${parent}` && fields[1] !== `${parent}`) continue;
    ticks += Number(fields[11]) + Number(fields[12]);
    if (name === `${parent}`) ticks += Number(fields[13]) + Number(fields[14]);
  }
  return ticks * TICK_MS;
}

function statOf(pid: string): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    // Ended in this moment.
    return [];
  }
}
