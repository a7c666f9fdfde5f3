/** A process that runs for long hears what other nodes promote. */
import type { App } from "#app/app.ts";
import { startPromotion } from "#ops/processes/generations.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";

interface Following {
  readonly signal: AbortSignal;
  readonly report: (error: unknown) => void;
  /** Absolute path of the main.ts that takes main over. @default the one that runs */
  readonly program?: string;
}

/** What another node promotes is taken over by a process of its own, which starts this one anew. */
export async function followOtherNodes(
  app: Pick<App, "settings"> & { database(): Promise<Pick<PgCalls, "query"> | undefined> },
  { signal, report, program = Bun.main }: Following,
): Promise<void> {
  const { home, database } = app.settings;
  const client = database?.remote && (await app.database());
  if (client === undefined) return;
  const { watchMain } = await import("#ops/release/watch-main.ts");
  const pull = (): void => startPromotion(home, program, ["tools", "pull"]);
  void watchMain({ home, client, pull, report, signal });
}
