import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Settings } from "#home/settings/settings.ts";

/** What a person has set, and whom the parts of a process report to. It says nothing of a screen. */
export interface AppContext {
  readonly settings: Settings;
  /** The only one of the process. */
  readonly cleaner: TextCleaner;
  /** Aborts when the command is to stop. */
  readonly signal: AbortSignal;
  readonly output: {
    /** Reports progress and problems, in text that is clean. */
    readonly say: (text: string) => void;
  };
}
