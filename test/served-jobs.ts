/** A home that is served, and the way to its jobs that other processes of this user have. */

import { describeOwner } from "#platform/owner.ts";
import { remoteJobs, type SharedJobs } from "#server/jobs/jobs-wire.ts";
import { askOwner } from "#server/socket/owner-client.ts";
import type { OrgOptions, OrgProcess, TestHome } from "./org-process.ts";

export interface ServedJobs {
  readonly process: OrgProcess;
  /** Of its port, as "http://127.0.0.1:7001". */
  readonly address: string;
  readonly jobs: SharedJobs;
}

/** Starts `org serve` and waits until it does jobs. */
export async function serveJobs(
  home: TestHome,
  about: Pick<OrgOptions, "environment"> & { readonly url: string; readonly workers: number },
): Promise<ServedJobs> {
  const words = ["serve", "--port", "0", "--workers", `${about.workers}`];
  const process = home.start(words, { url: about.url, environment: about.environment ?? {} });
  const line = await process.stderr.line((text) => text.includes("serves on"));
  // As every command does: an owner that is known to run may be slow on a busy machine.
  const owner = () => describeOwner(home.paths.ownerRecord);
  const jobs = remoteJobs(
    (name, body, signal) => askOwner(home.paths.socket, { name, body }, { signal, owner }),
    new AbortController().signal,
  );
  return { process, address: line.slice(line.indexOf("http://")), jobs };
}
