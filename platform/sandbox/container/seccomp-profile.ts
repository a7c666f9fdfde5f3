import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineProfile } from "../seccomp/engine-profile.ts";
import { isSupported } from "../seccomp/filter.ts";

/**
 * The filter of system calls as an engine takes it: Docker the profile itself, Podman the path of a file.
 *
 * @param folder on the host, in which Podman's file is put.
 */
export function profileFor(isPodman: boolean, folder: string): string {
  if (!isSupported(process.arch)) throw new Error(`No filter is written for "${process.arch}"`);
  const profile = JSON.stringify(engineProfile(process.arch));
  if (!isPodman) return profile;
  const path = join(folder, "seccomp.json");
  writeFileSync(path, profile);
  return path;
}
