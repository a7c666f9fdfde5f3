/** How the model server of a process is, seen by how the turns of its rooms end. */
import type { JournaledEvent } from "#core/events.ts";
import type { Health } from "./health-file.ts";

/** Ends of turns at which the server itself was the reason. */
const DOWN: ReadonlySet<string> = new Set([
  ...[
    "PROVIDER_UNREACHABLE",
    "PROVIDER_REFUSED",
    "PROVIDER_BUSY",
    "PROVIDER_PAUSED",
    "STREAM_SILENT",
  ],
  ...["STREAM_ERROR", "STREAM_CUT", "ENGINE_FAILED"],
]);

export class ProviderWatch {
  readonly #ofRules = new Set<string>();
  #state: Health["provider"] = { state: "unknown", since: Date.now() };

  get state(): Health["provider"] {
    return this.#state;
  }

  see(event: JournaledEvent): void {
    // A rule asked no server, and neither did the room itself.
    if (event.type === "turn-start" && event.rule !== undefined) this.#ofRules.add(event.turn);
    if (event.type !== "turn-end" || this.#ofRules.delete(event.turn)) return;
    // Passed: the room answered itself, for it reached none.
    const isSilent = event.reason === "error" || event.reason === "passed";
    const isDown = isSilent && DOWN.has(event.code ?? "");
    if (!isDown && event.reason !== "complete") return;
    const state = isDown ? "down" : "up";
    if (state !== this.#state.state) this.#state = { state, since: Date.now() };
  }
}
