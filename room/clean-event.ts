import type { JournaledEvent } from "#core/events.ts";
import type { Entry } from "#core/journal.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";

/**
 * An event without control characters and secrets: what a journal, a screen or another process may hold
 * of it. Of a call only secrets go: the user who has to judge it must see every character that runs.
 */
export function cleanEvent(event: JournaledEvent, cleaner: TextCleaner): JournaledEvent {
  switch (event.type) {
    case "answer": {
      const { calls, ...rest } = event;
      return { ...cleaner.cleanData(rest), calls: cleaner.redactData(calls) };
    }
    case "attached": {
      // What looks like a secret in base64 is none, and without it the image is none.
      const { image, ...rest } = event;
      const clean = cleaner.cleanData(rest);
      return image === undefined ? clean : { ...clean, image };
    }
    case "tool-call": {
      const { call, ...rest } = event;
      return { ...cleaner.cleanData(rest), call: cleaner.redactData(call) };
    }
    case "goal": {
      // The action is what runs; screens clean it when they show it.
      const { action, ...rest } = event;
      return { ...cleaner.cleanData(rest), ...(action && { action: cleaner.redactData(action) }) };
    }
    case "approval": {
      if (event.state === "answered") return cleaner.cleanData(event);
      const { call, ...rest } = event;
      return { ...cleaner.cleanData(rest), call: cleaner.redactData(call) };
    }
    default:
      return cleaner.cleanData(event);
  }
}

/** As `cleanEvent` does it, in slices between which everything else of this process goes on. */
export async function cleanEventInSlices(
  event: JournaledEvent,
  cleaner: TextCleaner,
): Promise<JournaledEvent> {
  const texts = event.type === "attached" ? { ...event, image: undefined } : event;
  return cleanEvent(event, await cleaner.ahead(texts));
}

/** An entry of a journal that may be older than the present list of secrets. */
export function cleanEntry(entry: Entry, cleaner: TextCleaner): Entry {
  return { ...entry, event: cleanEvent(entry.event, cleaner) };
}
