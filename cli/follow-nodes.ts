/** A process that runs for long hears what other nodes promote. */
import type { App } from "#app/app.ts";
import { startPromotion } from "#ops/processes/generations.ts";

/** What another node promotes is taken over by a process of its own, which starts this one anew. */
export async function followOtherNodes(
  app: Pick<App, "database" | "settings">,
  signal: AbortSignal,
  report: (error: unknown) => void,
): Promise<void> {
  const { home, database } = app.settings;
  const client = database?.remote && (await app.database());
  if (client === undefined) return;
  const { watchMain } = await import("#app/watch-main.ts");
  const pull = (): void => startPromotion(home, Bun.main, ["tools", "pull"]);
  void watchMain({ home, client, pull, report, signal });
}
