/** Whether a home may work by itself, as the user decided last: files, which also a process that hangs cannot hide. */
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileFailed, overwriteFile } from "#platform/files.ts";

/** `enabled`: the user has not decided, and org.config says so. */
export type AutonomyState = "on" | "off" | "enabled" | "disabled";

/** Absolute path of the file that ends autonomy while it is there, whatever else the user decided. */
export function offFile(home: string): string {
  return join(home, ".org", "run", "autonomy-off");
}

function onFile(home: string): string {
  return join(home, ".org", "state", "autonomy-on");
}

/** @param home ORG_HOME. @param isEnabled what org.config says. */
export function autonomyState(home: string, isEnabled: boolean): AutonomyState {
  if (existsSync(offFile(home))) return "off";
  if (existsSync(onFile(home))) return "on";
  return isEnabled ? "enabled" : "disabled";
}

export function isOn(state: AutonomyState): boolean {
  return state === "on" || state === "enabled";
}

/** What a person says holds from now on, over restarts. @throws {OrgError} `FILE_FAILED` */
export async function turnAutonomy(home: string, to: "on" | "off"): Promise<void> {
  const [made, gone] = to === "on" ? [onFile(home), offFile(home)] : [offFile(home), onFile(home)];
  try {
    // In this order: between the two steps it is off.
    if (to === "on") await rm(gone, { force: true });
    await mkdir(dirname(made), { recursive: true, mode: 0o700 });
    overwriteFile(made, `${new Date().toISOString()}\n`);
    if (to === "off") await rm(gone, { force: true });
  } catch (error) {
    throw fileFailed(made, error);
  }
}
