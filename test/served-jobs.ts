/** A home that is served, and the way to its jobs that other processes of this user have. */

import { remoteJobs, type SharedJobs } from "#serve/jobs/jobs-wire.ts";
import { askOwner } from "#serve/owner-client.ts";
import type { OrgProcess, TestHome } from "./org-process.ts";

export interface ServedJobs {
  readonly process: OrgProcess;
  readonly jobs: SharedJobs;
}

/** Starts `org serve` and waits until it does jobs. */
export async function serveJobs(
  home: TestHome,
  about: { readonly url: string; readonly workers: number },
): Promise<ServedJobs> {
  const words = ["serve", "--port", "0", "--workers", `${about.workers}`];
  const process = home.start(words, { url: about.url });
  await process.stderr.line((line) => line.includes("serves on"));
  const jobs = remoteJobs(
    (name, body, signal) => askOwner(home.paths.socket, { name, body }, { signal }),
    new AbortController().signal,
  );
  return { process, jobs };
}
