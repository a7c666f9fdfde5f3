import { afterAll, beforeAll } from "bun:test";
import { OneClient, PgCluster } from "./postgres-cluster.ts";

export interface FileCluster {
  /** There from the first test on. */
  readonly cluster: PgCluster;
  readonly clients: OneClient;
}

/** One PostgreSQL for all tests of the file that calls it. */
export function fileCluster(): FileCluster {
  const parts = new AsyncDisposableStack();
  let started: FileCluster | undefined;
  const running = (): FileCluster => {
    if (started === undefined) throw new Error("PostgreSQL is there once the first test begins");
    return started;
  };
  beforeAll(async () => {
    const cluster = parts.use(await PgCluster.start());
    started = { cluster, clients: parts.use(new OneClient(cluster)) };
  });
  afterAll(async () => await parts.disposeAsync());
  return {
    get cluster() {
      return running().cluster;
    },
    get clients() {
      return running().clients;
    },
  };
}
